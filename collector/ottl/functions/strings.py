"""Text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from collector.ottl import casing, compare
from collector.ottl.errors import EvaluationError
from collector.ottl.printf import Format, parse_format
from collector.ottl.signature import Literal, LitStr, StringLike, function
from collector.ottl.values import (
    COMPARABLE_LISTS,
    MAPS,
    MAX_BYTES,
    StringList,
    TypedList,
    elements,
    mismatch,
    telemetry_list,
    text_of,
    type_name,
    utf8,
)
from collector.pdata import Repeated


def upper(text: str) -> str:
    """Return the text in capitals, character by character: those that have no single capital stay."""
    if text.isascii():
        return text.upper()
    return "".join(u if len(u := c.upper()) == 1 else c for c in text)


def lower(text: str) -> str:
    """Return the text in small letters, character by character."""
    if text.isascii():
        return text.lower()
    return "".join({"İ": "i"}.get(c, c.lower()) for c in text)


_CASES: dict[str, Callable[[str], str]] = {
    "lower": lower, "upper": upper, "snake": casing.snake, "camel": casing.camel,
}  # fmt: skip


def _case(name: str) -> Callable[[str], str]:
    if name not in _CASES:
        raise ValueError(f"invalid case: {name}, allowed cases are: {', '.join(_CASES)}")
    return _CASES[name]


@function("Concat")
def concat(vals: list[StringLike], delimiter: str) -> str:
    texts = ["<nil>" if v is None else v for v in vals]
    if sum(map(len, texts)) + len(delimiter) * len(texts) > MAX_BYTES:
        raise EvaluationError(f"the text has grown to more than {MAX_BYTES} bytes")
    return delimiter.join(texts)


@function("ConvertCase", memo=True)
def convert_case(target: str, to_case: Annotated[Callable[[str], str], Literal("a string", str, convert=_case)]) -> str:
    return to_case(target)


@function("ToLowerCase", memo=True)
def to_lower_case(target: str) -> str:
    return lower(target)


@function("ToUpperCase", memo=True)
def to_upper_case(target: str) -> str:
    return upper(target)


@function("ToSnakeCase", memo=True)
def to_snake_case(target: str) -> str:
    return casing.snake(target)


@function("ToCamelCase", memo=True)
def to_camel_case(target: str) -> str:
    return casing.camel(target)


@function("Format")
def format_values(
    format: Annotated[Format, Literal("a string", str, convert=parse_format)],
    vals: list[Any],
) -> str:
    return format.fill(vals)


@function("HasPrefix")
def has_prefix(target: str, prefix: str) -> bool:
    return target.startswith(prefix)


@function("HasSuffix")
def has_suffix(target: str, suffix: str) -> bool:
    return target.endswith(suffix)


@function("Index")
def index(target: Any, value: Any) -> int:
    if type(target) is str:
        if type(value) is not str:
            raise EvaluationError(
                f"invalid value type for Index function, value must be a string, not {type_name(value)}"
            )
        return utf8(target).find(utf8(value))
    if type(target) in COMPARABLE_LISTS or isinstance(target, TypedList):
        for place, item in enumerate(elements(telemetry_list(target))):
            if compare.equal(item, value):
                return place
        return -1
    raise mismatch("string or list", target)


@function("Len")
def length(target: Any) -> int:
    kind = type(target)
    if kind is str:
        return len(target) if target.isascii() else len(utf8(target))
    if kind is bytes or kind in MAPS or kind in COMPARABLE_LISTS or isinstance(target, (TypedList, Repeated)):
        return len(target)
    raise EvaluationError(f"target arg must be of type string, list or map, not {type_name(target)}")


@function("Split")
def split(target: str, delimiter: str) -> StringList:
    if delimiter:
        return StringList(target.split(delimiter))
    return StringList(target)


@function("Substring")
def substring(target: str, start: int, length: int) -> str:
    data = utf8(target)
    if start < 0:
        raise EvaluationError("invalid start for substring function, cannot be negative")
    if length <= 0:
        raise EvaluationError("invalid length for substring function, cannot be negative or zero")
    if start + length > len(data):
        raise EvaluationError("invalid range for substring function, start+length cannot be past the end of the text")
    return text_of(data[start : start + length])


@function("Trim")
def trim(target: str, replacement: LitStr = " ") -> str:
    return target.strip(replacement) if replacement else target


@function("TrimPrefix")
def trim_prefix(target: str, prefix: str) -> str:
    return target.removeprefix(prefix)


@function("TrimSuffix")
def trim_suffix(target: str, suffix: str) -> str:
    return target.removesuffix(suffix)

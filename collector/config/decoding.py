"""From document values to field values, by the Collector's rules without weak typing (components.md 1.4).

A converter is made once for each field of a model from its annotation. It takes the value of the document and returns
what pydantic validates further, or raises `Undecodable` with everything that is wrong inside the value.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from collector.component import ComponentID
from collector.config.durations import parse_duration
from collector.config.kinds import DurationKind, HeaderMapKind, IgnoreCase, LaterKind, SectionKind, UnsignedKind
from collector.config.secret import Secret
from collector.config.values import Expanded, plain, shown, type_name

Path = tuple[str | int, ...]
Converter = Callable[[object], object]

WRONG_TYPE = "wrong_type"
"""Problem kind whose text is to be preceded by the quoted name of the key."""
WRONG_VALUE = "wrong_value"
"""Problem kind whose text stands for itself; `{key}` in it stands for the name of the key."""
UNKNOWN_KEY = "unknown_key"
"""Problem kind of a key that the model does not have; its text says what would be right."""


class Undecodable(Exception):
    """What is wrong inside one value: (path below it, kind, text)."""

    def __init__(self, *problems: tuple[Path, str, str]) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Over:
    """A mapping of the document on top of a model that holds the defaults."""

    base: BaseModel
    given: object


@dataclass(frozen=True, slots=True)
class Field:
    """How one key of a model is read."""

    name: str
    convert: Converter
    section: SectionKind | None
    own_switch: bool
    """The section's model has a key `enabled` of its own."""


@cache
def fields_of(model: type[BaseModel]) -> dict[str, Field]:
    """The keys of a model as users write them."""
    fields = {}
    for name, info in model.model_fields.items():
        section = next((mark for mark in info.metadata if isinstance(mark, SectionKind)), None)
        inner = _without_none(info.annotation)
        own_switch = isinstance(inner, type) and issubclass(inner, BaseModel) and "enabled" in inner.model_fields
        convert = _converter(info.annotation, info.metadata)
        fields[info.alias or name] = Field(name, convert, section, own_switch)
    return fields


def default_of(info: FieldInfo) -> object:
    """The default of a field, `None` where it has none."""
    return None if info.is_required() else info.get_default(call_default_factory=True, validated_data={})


def read_section(value: object, field: Field) -> object:
    """The section's settings, or `None` when its `enabled` key turns it off."""
    value = _opened(value)
    if not isinstance(value, dict) or "enabled" not in value or field.own_switch:
        return value
    switch = plain(value["enabled"])
    if not isinstance(switch, bool):
        text = (
            f"unexpected type {type_name(switch)} for 'enabled': got '{shown(switch)}' value expected 'true' or 'false'"
        )
        raise Undecodable((("enabled",), WRONG_VALUE, text))
    return {key: item for key, item in value.items() if key != "enabled"} if switch else None


def _converter(annotation: Any, marks: Sequence[object] = ()) -> Converter:
    while get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        marks = [*marks, *more]
    annotation = getattr(annotation, "__value__", annotation)
    if get_origin(annotation) in {Union, UnionType}:
        chosen = _without_none(annotation)
        return plain if get_origin(chosen) in {Union, UnionType} else _or_none(_converter(chosen, marks))
    for mark in marks:
        if isinstance(mark, DurationKind):
            return _duration
        if isinstance(mark, HeaderMapKind):
            return _headers
        if isinstance(mark, UnsignedKind):
            return partial(_unsigned, mark.bits)
        if isinstance(mark, IgnoreCase):
            return _lower
        if isinstance(mark, LaterKind):
            return partial(_later, mark)
    origin = get_origin(annotation)
    if origin is Literal:
        return _text if all(isinstance(choice, str) for choice in get_args(annotation)) else plain
    if origin is not None and issubclass(origin, Mapping):
        return partial(_mapping, _converter(get_args(annotation)[1]))
    if origin is not None and issubclass(origin, Sequence | AbstractSet):
        inner = get_args(annotation)[0]
        return partial(_list, _converter(inner), inner is str)
    if isinstance(annotation, type):
        return _of_type(annotation)
    return plain


def _of_type(kind: type) -> Converter:
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if issubclass(kind, BaseModel):
        return _opened if hasattr(kind, "decoded_by_base") else plain
    if issubclass(kind, Enum):
        return _text if issubclass(kind, str) else plain
    return plain


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) not in {Union, UnionType}:
        return annotation
    choices = [choice for choice in get_args(annotation) if choice is not NoneType]
    return choices[0] if len(choices) == 1 else annotation


def _or_none(convert: Converter) -> Converter:
    return lambda value: None if value is None else convert(value)


def _opened(value: object) -> object:
    return value.value if isinstance(value, Expanded) else value


def hint_of(value: object) -> str:
    """What to add where something other than a text was wanted."""
    return value.hint if isinstance(value, Expanded) else ""


def _wrong_type(wanted: str, value: object) -> Undecodable:
    text = f"expected type '{wanted}', got unconvertible type '{type_name(value)}', value: '{shown(value)}'"
    return Undecodable(((), WRONG_TYPE, text))


def _text(value: object) -> object:
    if isinstance(value, Expanded):
        return value.text
    if isinstance(value, str | Enum):
        return value
    raise _wrong_type("string", value)


def _lower(value: object) -> object:
    text = _text(value)
    return text.lower() if isinstance(text, str) else text


def _secret(value: object) -> object:
    if isinstance(value, Secret):
        return value
    if isinstance(value, Expanded):
        return value.text
    if isinstance(value, str):
        return value
    text = f"expected type 'string', got unconvertible type '{type_name(value)}'"
    raise Undecodable(((), WRONG_TYPE, text))


def _component_id(value: object) -> object:
    return value if isinstance(value, ComponentID) else _text(value)


def _boolean(value: object) -> object:
    value = _opened(value)
    if isinstance(value, bool):
        return value
    raise _wrong_type("bool", value)


def _integer(value: object) -> object:
    value = _opened(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if -(1 << 63) <= value < 1 << 64:
            return value
        raise Undecodable(((), WRONG_VALUE, f"cannot parse '{{key}}', {value} overflows int"))
    if isinstance(value, float) and math.isfinite(value):
        return int(value)
    raise _wrong_type("int", value)


def _unsigned(bits: int, value: object) -> object:
    number = _integer(value)
    if isinstance(number, int) and not 0 <= number < 1 << bits:
        raise Undecodable(((), WRONG_VALUE, f"cannot parse '{{key}}', {number} overflows uint"))
    return number


def _number(value: object) -> object:
    value = _opened(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise _wrong_type("float64", value)


def _duration(value: object) -> object:
    value = _opened(value)
    if isinstance(value, str):
        try:
            return parse_duration(value) / 1e9
        except ValueError as wrong:
            raise Undecodable(((), WRONG_VALUE, str(wrong))) from wrong
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return int(value) / 1e9
    raise _wrong_type("time.Duration", value)


def _mapping(convert: Converter, value: object) -> object:
    items = _opened(value)
    if not isinstance(items, dict):
        raise Undecodable(((), WRONG_TYPE, f"expected a map, got '{_kind(items)}'{hint_of(value)}"))
    return _each(convert, items.items(), {})


def _list(convert: Converter, of_text: bool, value: object) -> object:
    items = _opened(value)
    if isinstance(items, str) and of_text:
        return items.split(",") if items else []
    if not isinstance(items, list | tuple | AbstractSet):
        text = f"source data must be an array or slice, got {_kind(items)}{hint_of(value)}"
        raise Undecodable(((), WRONG_TYPE, text))
    return list(_each(convert, enumerate(items), {}).values())


def _each(convert: Converter, items: Any, into: dict[Any, object]) -> dict[Any, object]:
    problems: list[tuple[Path, str, str]] = []
    for key, item in items:
        try:
            into[key] = convert("" if item is None and convert is _text else item)
        except Undecodable as wrong:
            problems.extend(((key, *path), kind, text) for path, kind, text in wrong.problems)
    if problems:
        raise Undecodable(*problems)
    return into


def _later(mark: LaterKind, value: object) -> object:
    return TypeAdapter(mark.annotation()).validate_python(value)


def _headers(value: object) -> object:
    value = _opened(value)
    if not isinstance(value, list):
        return _mapping(_secret, value)
    pairs: dict[str, object] = {}
    twice: list[str] = []
    for index, item in enumerate(value):
        entry = _opened(item)
        if not isinstance(entry, dict) or set(entry) - {"name", "value"} or "name" not in entry:
            text = "headers as a list are entries of 'name' and 'value'"
            raise Undecodable(((index,), WRONG_VALUE, text))
        name = str(_text(entry["name"]))
        if name in pairs and name not in twice:
            twice.append(name)
        pairs[name] = _secret("" if entry.get("value") is None else entry["value"])
    if twice:
        names = " ".join(f'"{name}"' for name in twice)
        raise Undecodable(((), WRONG_VALUE, f"duplicate keys in map-style list: [{names}]"))
    return pairs


def _kind(value: object) -> str:
    if isinstance(value, list | tuple):
        return "slice"
    return "map" if isinstance(value, Mapping) else type_name(value)


_SIMPLE: dict[type, Converter] = {
    str: _text,
    bool: _boolean,
    int: _integer,
    float: _number,
    Secret: _secret,
    ComponentID: _component_id,
    dict: partial(_mapping, plain),
    list: partial(_list, plain, False),
}

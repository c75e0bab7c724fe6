"""References `%{SYNTAX:id:type}` expanded into one regular expression, and its captures as a map."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from collector.ottl import coerce
from collector.ottl.errors import EvaluationError
from collector.ottl.grok.library import library
from collector.ottl.regex import Regex
from collector.ottl.values import INT64_MAX, INT64_MIN, text_of, utf8

MAX_ROUNDS = 1000
MAX_SOURCE = 200_000
_REFERENCE = re.compile(r"%\{(\w+)(?::([\w.+]+))?(?::(\w+))?\}")
_DOTTED_GROUP = re.compile(r"\(\?P?<([\w.]+)>")


def _integer(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]+", text) or not INT64_MIN <= int(text[:25]) <= INT64_MAX or len(text) > 25:
        raise EvaluationError(f"strconv.ParseInt: parsing {text!r}: invalid syntax")
    return int(text)


def _boolean(text: str) -> bool:
    return bool(coerce.bool_like(text))


_TYPES: dict[str, Callable[[str], Any]] = {
    "string": str, "int": _integer, "long": _integer, "float": coerce.parse_float, "double": coerce.parse_float,
    "bool": _boolean, "boolean": _boolean,
}  # fmt: skip


class _Capture(NamedTuple):
    name: str
    type: str


class Grok:
    """A compiled pattern."""

    __slots__ = ("_captures", "_regex")

    def __init__(self, pattern: str, definitions: tuple[str, ...], *, named_only: bool) -> None:
        known = dict(library())
        for definition in definitions:
            name, equals, source = definition.partition("=")
            if not equals or not name or ":" in name:
                raise EvaluationError(f"pattern definition {definition!r} must have the form NAME=pattern")
            known[name] = source
        captures: dict[str, _Capture] = {}
        source = self._expand(pattern, known, captures, named_only=named_only)
        source = _DOTTED_GROUP.sub(lambda m: f"(?P<{self._group(m[1], '', captures)}>", source)
        self._regex = Regex(source)
        self._captures = [captures.get(name) for name in self._regex.names]
        if named_only and not any(self._captures):
            raise EvaluationError("no named captures in the pattern")

    @staticmethod
    def _group(name: str, type_: str, captures: dict[str, _Capture]) -> str:
        """Return a group name that a regular expression can have."""
        if name in captures:
            return name
        group = f"g{len(captures)}"
        captures[group] = _Capture(name, type_)
        return group

    def _expand(self, source: str, known: dict[str, str], captures: dict[str, _Capture], *, named_only: bool) -> str:
        for _ in range(MAX_ROUNDS):
            match = _REFERENCE.search(source)
            if match is None:
                return source
            syntax, name, type_ = match.groups()
            if syntax not in known:
                raise EvaluationError(f"pattern definition {syntax!r} unknown")
            if name and "+" in name:
                raise EvaluationError(f"invalid name of a capture: {name!r}")
            if name or not named_only:
                inside = f"(?P<{self._group(name or syntax, type_ or '', captures)}>{known[syntax]})"
            else:
                inside = f"(?:{known[syntax]})"
            source = source[: match.start()] + inside + source[match.end() :]
            if len(source) > MAX_SOURCE:
                raise EvaluationError("the pattern expands to too long a regular expression")
        raise EvaluationError("the pattern refers to itself without end")

    def extract(self, text: str) -> dict[str, Any]:
        """Return the captures of the first match that are not empty; nothing when there is no match.

        Raises `EvaluationError` for a text that does not have the type that the pattern says.
        """
        data = utf8(text)
        spans = self._regex.search(data)
        found: dict[str, Any] = {}
        if spans is None:
            return found
        for capture, (start, end) in zip(self._captures, spans, strict=True):
            if capture is None or start < 0 or start == end:
                continue
            value = text_of(data[start:end])
            if capture.type:
                convert = _TYPES.get(capture.type)
                if convert is None:
                    raise EvaluationError(f"unknown type {capture.type!r} of capture {capture.name!r}")
                found[capture.name] = convert(value)
            else:
                found[capture.name] = value
        return found


@lru_cache(maxsize=256)
def compile_grok(pattern: str, definitions: tuple[str, ...], named_only: bool) -> Grok:
    """Return a compiled pattern. Raises `EvaluationError`."""
    return Grok(pattern, definitions, named_only=named_only)

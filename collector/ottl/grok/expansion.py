"""References `%{SYNTAX:id:type}` expanded into one regular expression, and its captures as a map."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from collector.ottl import coerce
from collector.ottl.errors import EvaluationError
from collector.ottl.grok.library import library
from collector.ottl.regex import Regex
from collector.ottl.values import INT64_MAX, INT64_MIN, text_of, utf8

MAX_ROUNDS = 1000
MAX_SOURCE = 200_000
_REFERENCE = re.compile(r"%\{(\w+)(?::([\w.+]+))?(?::(\w+))?\}", re.ASCII)
_DOT = "___"
"""Stands for a dot in the name of a group, which can have none."""


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


def parse_definitions(definitions: tuple[str, ...]) -> dict[str, str]:
    """Return expressions by name. Raises `EvaluationError` for one that is not `NAME=pattern`."""
    found: dict[str, str] = {}
    for definition in definitions:
        name, equals, source = definition.partition("=")
        if not equals or ":" in name:
            raise EvaluationError(f"pattern definition {definition!r} must have the form NAME=pattern")
        found[name] = source
    return found


class Grok:
    """A compiled pattern."""

    __slots__ = ("_captures", "_regex", "_types")

    def __init__(self, pattern: str, definitions: tuple[str, ...], *, named_only: bool) -> None:
        self._types: dict[str, str] = {}
        self._regex = Regex(self._expand(pattern, library() | parse_definitions(definitions), named_only=named_only))
        self._captures = [name.replace(_DOT, ".") for name in self._regex.names]
        if named_only and not any(self._captures):
            raise EvaluationError("no named captures in the pattern")

    def _expand(self, source: str, known: dict[str, str], *, named_only: bool) -> str:
        for _ in range(MAX_ROUNDS):
            match = _REFERENCE.search(source)
            if match is None:
                return source
            syntax, name, type_ = match.groups()
            if syntax not in known:
                raise EvaluationError(f"pattern definition {syntax!r} unknown")
            if name or not named_only:
                group = (name or syntax).replace(".", _DOT)
                inside = f"(?P<{group}>{known[syntax]})"
                if type_:
                    self._types[group.replace(_DOT, ".")] = type_
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
        for name, (start, end) in zip(self._captures, spans, strict=True):
            if name and start < end:
                found[name] = text_of(data[start:end])
        for name, kind in self._types.items():
            if name in found:
                convert = _TYPES.get(kind)
                if convert is None:
                    raise EvaluationError(f"unknown type {kind!r} of capture {name!r}")
                found[name] = convert(found[name])
        return found


@lru_cache(maxsize=256)
def compile_grok(pattern: str, definitions: tuple[str, ...], named_only: bool) -> Grok:
    """Return a compiled pattern. Raises `EvaluationError`."""
    return Grok(pattern, definitions, named_only=named_only)

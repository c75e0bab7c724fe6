"""Reading one value of the document: what each kind of field takes, and what it says of other values (1.4).

A converter takes the value of the document and returns what pydantic validates further, or raises `Undecodable`.
"""

import math
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Any

from pydantic import TypeAdapter

from collector.component import ComponentID
from collector.config.durations import parse_duration
from collector.config.kinds import LaterKind
from collector.config.secret import Secret
from collector.config.values import Expanded, shown, type_name

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


def opened(value: object) -> object:
    return value.value if isinstance(value, Expanded) else value


def hint_of(value: object) -> str:
    """What to add where something other than a text was wanted."""
    return value.hint if isinstance(value, Expanded) else ""


def _wrong_type(wanted: str, value: object) -> Undecodable:
    text = f"expected type '{wanted}', got unconvertible type '{type_name(value)}', value: '{shown(value)}'"
    return Undecodable(((), WRONG_TYPE, text))


def read_text(value: object) -> object:
    if isinstance(value, Expanded):
        return value.text
    if isinstance(value, str | Enum):
        return value
    raise _wrong_type("string", value)


def read_lower(value: object) -> object:
    text = read_text(value)
    return text.lower() if isinstance(text, str) else text


def read_secret(value: object) -> object:
    if isinstance(value, Secret):
        return value
    if isinstance(value, Expanded):
        return value.text
    if isinstance(value, str):
        return value
    text = f"expected type 'string', got unconvertible type '{type_name(value)}'"
    raise Undecodable(((), WRONG_TYPE, text))


def read_id(value: object) -> object:
    return value if isinstance(value, ComponentID) else read_text(value)


def read_bool(value: object) -> object:
    value = opened(value)
    if isinstance(value, bool):
        return value
    raise _wrong_type("bool", value)


def read_int(value: object) -> object:
    value = opened(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if -(1 << 63) <= value < 1 << 64:
            return value
        raise Undecodable(((), WRONG_VALUE, f"cannot parse '{{key}}', {value} overflows int"))
    if isinstance(value, float) and math.isfinite(value):
        return int(value)
    raise _wrong_type("int", value)


def read_unsigned(bits: int, value: object) -> object:
    number = read_int(value)
    given = opened(value)
    if (isinstance(given, float) and given < 0) or (isinstance(number, int) and not 0 <= number < 1 << bits):
        raise Undecodable(((), WRONG_VALUE, f"cannot parse '{{key}}', {given} overflows uint"))
    return number


def read_float(value: object) -> object:
    value = opened(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise _wrong_type("float64", value)


def read_duration(value: object) -> object:
    value = opened(value)
    if isinstance(value, str):
        try:
            return parse_duration(value) / 1e9
        except ValueError as wrong:
            raise Undecodable(((), WRONG_VALUE, str(wrong))) from wrong
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        if abs(value) >= 1 << 63:
            raise Undecodable(((), WRONG_VALUE, f"time: invalid duration {int(value)}; at most 2562047h47m16s"))
        return int(value) / 1e9
    raise _wrong_type("time.Duration", value)


def read_mapping(convert: Converter, value: object) -> object:
    items = opened(value)
    if not isinstance(items, dict):
        raise Undecodable(((), WRONG_TYPE, f"expected a map, got '{_kind(items)}'{hint_of(value)}"))
    return _each(convert, items.items(), {})


def read_list(convert: Converter, of_text: bool, value: object) -> object:
    items = opened(value)
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
            into[key] = convert("" if item is None and convert in _TEXTS else item)
        except Undecodable as wrong:
            problems.extend(((key, *path), kind, text) for path, kind, text in wrong.problems)
    if problems:
        raise Undecodable(*problems)
    return into


def read_later(mark: LaterKind, value: object) -> object:
    return TypeAdapter(mark.annotation()).validate_python(value)


def read_headers(value: object) -> object:
    value = opened(value)
    if not isinstance(value, list):
        return read_mapping(read_secret, value)
    pairs: dict[str, object] = {}
    twice: list[str] = []
    for index, item in enumerate(value):
        entry = opened(item)
        if not isinstance(entry, dict) or set(entry) - {"name", "value"} or "name" not in entry:
            text = "headers as a list are entries of 'name' and 'value'"
            raise Undecodable(((index,), WRONG_VALUE, text))
        name = str(read_text(entry["name"]))
        if name in pairs and name not in twice:
            twice.append(name)
        pairs[name] = read_secret("" if entry.get("value") is None else entry["value"])
    if twice:
        names = " ".join(f'"{name}"' for name in twice)
        raise Undecodable(((), WRONG_VALUE, f"duplicate keys in map-style list: [{names}]"))
    return pairs


def _kind(value: object) -> str:
    if isinstance(value, list | tuple):
        return "slice"
    return "map" if isinstance(value, Mapping) else type_name(value)


_TEXTS = (read_text, read_secret)

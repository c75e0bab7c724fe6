"""Values of OTLP/JSON as Python's numbers and bytes, by type: what is accepted, and what is wrong with the rest.

null is the default value everywhere but for a bool, as in the Go Collector (components.md 2.1).
"""

import re
from binascii import a2b_base64
from collections.abc import Callable
from math import isinf
from typing import Any, Final

from collector.numbers import parse_float
from collector.pdata.otlp_json_fields import ENUMS

__all__ = ["BYTES", "INTEGERS", "number", "wrong"]


def wrong(value: Any, wanted: str) -> ValueError:
    found = {str: "a text", tuple: "an object", list: "a list", bool: "a bool", type(None): "null"}
    return ValueError(f"{found.get(type(value), 'a number')} where {wanted} is wanted")


surrogates: Final = re.compile("[\ud800-\udfff]")
decimal: Final = re.compile("[+-]?[0-9]+")
digits: Final = re.compile("[0-9]+")


def text(value: Any) -> bytes:
    if value is None:
        return b""
    if value.__class__ is not str:
        raise wrong(value, "a text")
    try:
        return value.encode()
    except UnicodeEncodeError:
        return surrogates.sub("\ufffd", value).encode()


def base64(value: Any) -> bytes:
    if value is None:
        return b""
    if value.__class__ is not str:
        raise wrong(value, "a base64 text")
    return a2b_base64(value, strict_mode=True)


def identifier(size: int) -> Callable[[Any], bytes]:
    def convert(value: Any) -> bytes:
        if value is None or value == "":
            return b""
        if value.__class__ is not str:
            raise wrong(value, "a hexadecimal text")
        found = bytes.fromhex(value) if len(value) == 2 * size else b""
        if len(found) != size:  # `fromhex` passes over blanks
            raise ValueError(f"id is not {2 * size} hexadecimal digits")
        return found

    return convert


def integer(low: int, high: int) -> Callable[[Any], int]:
    pattern = decimal if low < 0 else digits

    def convert(value: Any) -> int:
        if value.__class__ is not int:
            if value is None:
                return 0
            if value.__class__ is not str:
                raise wrong(value, "an integer")
            if not pattern.fullmatch(value):
                raise ValueError(f"{value[:40]!r} is not an integer")
            value = int(value)
        if not low <= value <= high:
            raise ValueError(f"{value} is out of range")
        return value  # type: ignore[no-any-return]

    return convert


def number(value: Any) -> float:
    if value.__class__ is float or value.__class__ is int:
        found = float(value)
        if isinf(found):  # the grammar has no infinity: a number too large
            raise ValueError("number out of range")
        return found
    if value is None:
        return 0.0
    if value.__class__ is not str:
        raise wrong(value, "a number")
    if (parsed := parse_float(value)) is None:
        raise ValueError(f"{value[:40]!r} is not a number")
    return parsed


def boolean(value: Any) -> int:
    if value is True or value is False:
        return int(value)
    raise wrong(value, "true or false")


def enum(names: dict[str, int]) -> Callable[[Any], int]:
    whole = integer(-(1 << 31), (1 << 31) - 1)

    def convert(value: Any) -> int:
        if value.__class__ is str:
            if (found := names.get(value)) is None:
                raise ValueError(f"{value[:40]!r} is not a name of this enum")
            return found
        return whole(value)

    return convert


INTEGERS: Final = {
    "int32": integer(-(1 << 31), (1 << 31) - 1),
    "sint32": integer(-(1 << 31), (1 << 31) - 1),
    "uint32": integer(0, (1 << 32) - 1),
    "int64": integer(-(1 << 63), (1 << 63) - 1),
    "uint64": integer(0, (1 << 64) - 1),
    "fixed32": integer(0, (1 << 32) - 1),
    "fixed64": integer(0, (1 << 64) - 1),
    "sfixed64": integer(-(1 << 63), (1 << 63) - 1),
    "bool": boolean,
    **{name: enum(names) for name, names in ENUMS.items()},
}
BYTES: Final = {"string": text, "bytes": base64, "trace_id": identifier(16), "span_id": identifier(8)}

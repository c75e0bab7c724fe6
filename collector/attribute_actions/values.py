"""Hashing and converting encoded values; results for short ones, which recur, are remembered."""

from collections.abc import Callable
from hashlib import sha256
from struct import Struct
from typing import Any, Final, TypeVar

from collector.numbers import parse_float, parse_int
from collector.pdata import attribute_value_as_string, decode_value, encode_value

__all__ = ["CONVERSIONS", "Memo", "hashed"]

Result = TypeVar("Result")

MOST_REMEMBERED: Final = 16_384
LONGEST_REMEMBERED: Final = 256  # bytes of a value; longer ones seldom recur
NOT_A_NUMBER_AS_INT: Final = -(1 << 63)  # what a conversion gives for NaN and for what does not fit
INT64: Final = Struct("<q").pack
DOUBLE: Final = Struct("<d").pack


def hashed(raw: bytes) -> bytes:
    """SHA-256 of an encoded value, as the encoded text of its hexadecimal digits; empty for lists, maps, bytes."""
    value = decode_value(raw)
    match value:
        case str():
            data = value.encode()
        case bool():
            data = bytes([value])
        case int():
            data = INT64(value)
        case float():
            data = DOUBLE(value)
        case _:
            return encode_value("")
    return encode_value(sha256(data).hexdigest())


def to_int(value: Any) -> Any:
    match value:
        case bool():
            return int(value)
        case float():
            return int(value) if abs(value) < 1 << 63 else NOT_A_NUMBER_AS_INT
        case str():
            return parse_int(value)
        case _:
            return None


def to_double(value: Any) -> Any:
    match value:
        case bool() | int():
            return float(value)
        case str():
            return parse_float(value)
        case _:
            return None


def to_string(value: Any) -> Any:
    return None if isinstance(value, str) else attribute_value_as_string(value)


CONVERSIONS: Final = {"int": to_int, "double": to_double, "string": to_string}


class Memo(dict[bytes, Result]):
    """Results of a conversion by encoded value: `memo[raw]`. Short values are remembered until there are too many."""

    def __init__(self, convert: Callable[[bytes], Result]) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, raw: bytes) -> Result:
        result = self._convert(raw)
        if len(raw) <= LONGEST_REMEMBERED:
            if len(self) >= MOST_REMEMBERED:
                self.clear()
            self[raw] = result
        return result

"""Attribute values as bytes: encoding Python values as AnyValue, and decoding scalars where they lie."""

from collections.abc import Mapping, Sequence
from typing import Any

from collector.pdata.empty import EMPTY

from .native import block, cut, entry, load_double, signed64
from .wire import encode_block, encode_double, encode_text, encode_varint, next_field, read_varint

MAX_DEPTH = 100
DEPTH_OF_VALUE = 6  # request, resource, scope, record, its event, key-value: what may lie above a value
_MASK = 0xFFFF_FFFF_FFFF_FFFF
NESTED: Any = object()  # stands for a list or map where only scalars are decoded


class Live:
    """A list or map as it lies in a payload."""

    __slots__ = ()

    def as_value(self) -> bytes:
        """Encode it as an AnyValue."""
        raise NotImplementedError


def encode_value(value: Any) -> bytes:
    """Encode a Python value, or a view of one, as the bytes of an AnyValue; None and EMPTY have no kind.

    Raises:
        ValueError: an int outside 64 bits, or nesting that no receiver would take.
        TypeError: no attribute value can be made of this.
    """
    return encode_any(value, DEPTH_OF_VALUE)


def encode_any(value: Any, depth: int) -> bytes:
    if isinstance(value, str):
        return block(10, encode_text(value))
    if value is True:
        return b"\x10\x01"
    if value is False:
        return b"\x10\x00"
    if isinstance(value, int):
        return encode_int_value(value)
    if isinstance(value, float):
        return b"\x21" + encode_double(value)
    if value is None or value is EMPTY:
        return b""
    if isinstance(value, (bytes, bytearray)):
        return block(58, bytes(value))
    if depth > MAX_DEPTH - 3:
        raise ValueError("value is nested too deep; at most 100 levels of messages are allowed")
    if isinstance(value, Live):
        return value.as_value()
    if isinstance(value, Mapping):
        return encode_block(6, encode_entries(1, value, depth + 3))
    if isinstance(value, Sequence):
        return encode_block(5, b"".join([encode_block(1, encode_any(item, depth + 2)) for item in value]))
    raise TypeError(f"no attribute value can be made of {type(value).__name__}")


def encode_int_value(value: int) -> bytes:
    if not -0x8000_0000_0000_0000 <= value <= 0x7FFF_FFFF_FFFF_FFFF:
        raise ValueError(f"integer {value} is outside 64 bits")
    return b"\x18" + encode_varint(value & _MASK)


def encode_entries(number: int, mapping: Mapping[Any, Any], depth: int) -> bytes:
    return b"".join([encode_entry(number, encode_key(key), encode_any(value, depth)) for key, value in mapping.items()])


def encode_entry(number: int, key: bytes, value: bytes) -> bytes:
    """Encode a KeyValue field of this number from a key and an encoded AnyValue."""
    return entry(number << 3 | 2, key, value)


def encode_key(key: Any) -> bytes:
    """Encode a key given as str or bytes."""
    if isinstance(key, str):
        return encode_text(key)
    if isinstance(key, bytes):
        return key
    raise TypeError(f"an attribute key must be str or bytes, not {type(key).__name__}")


def decode_key(key: bytes) -> str:
    return key.decode("utf-8", "replace")


def read_value(buf: bytes, start: int, end: int) -> Any:
    """Decode the AnyValue in `buf[start:end]`; `NESTED` stands for a list or map."""
    pos = start
    while pos < end:
        number, _wire, begin, stop = next_field(buf, pos, end)
        if number == 1:
            return buf[begin:stop].decode("utf-8", "replace")
        if number == 3:
            bits, _pos = read_varint(buf, begin, stop)
            return signed64(bits)
        if number == 2:
            bits, _pos = read_varint(buf, begin, stop)
            return bits != 0
        if number == 4:
            return load_double(buf, begin, stop)
        if number in (5, 6):
            return NESTED
        if number == 7:
            return cut(buf, begin, stop)
        if number == 0:
            break
        pos = stop
    return EMPTY


def text_of(buf: bytes, pos: int, end: int) -> tuple[int, int, int]:
    """Give the place of the text of the AnyValue in `buf[pos:end]`; -1 if it has another kind, or more than a text."""
    number, _wire, start, stop = next_field(buf, pos, end)
    if number == 1 and stop == end:
        return pos, start, stop
    return -1, 0, 0

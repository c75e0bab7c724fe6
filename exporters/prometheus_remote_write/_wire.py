# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Reading protobuf fields of small messages: histogram points, exemplars.

Positions never leave the bytes; whoever reads a fixed number checks that it is there.
"""

from . import _native as native

MASK = 0xFFFF_FFFF_FFFF_FFFF


def number(p: bytes, pos: int) -> tuple[int, int]:
    """Read a varint; give it and the position after it."""
    value = 0
    shift = 0
    end = len(p)
    while pos < end and shift < 64:
        byte = p[pos]
        pos += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
    return value & MASK, pos


def unzigzag(value: int) -> int:
    """Undo zigzag of 32 bits."""
    value &= 0xFFFF_FFFF
    return (value >> 1) ^ -(value & 1)


def block(p: bytes, pos: int) -> bytes:
    """Give the content of a field with a length, as far as it is there."""
    size, begin = number(p, pos)
    return p[begin : begin + min(size, len(p) - begin)]


def after(p: bytes, tag: int, pos: int) -> int:
    """Give the position after the value of a field, at most the end."""
    wire = tag & 7
    left = len(p) - pos
    if wire == 0:
        _value, pos = number(p, pos)
        return pos
    if wire == 2:
        size, pos = number(p, pos)
        left = len(p) - pos
        return pos + min(size, left)
    return pos + min(8 if wire == 1 else 4, left)


def eight(p: bytes, pos: int, end: int) -> int:
    """Read eight bytes, little endian, unsigned. Raises ValueError where they are not there."""
    if end - pos < 8:
        raise ValueError("a number is cut off")
    return native.load(p, pos)

"""The few operations that C does with memory; `_native_c.pxd` holds the same ones in C for the compiled build.

None of them checks bounds: the callers do.
"""

from struct import Struct

_DOUBLE = Struct("<d")
_BITS = Struct("<Q")


def load(p: bytes, pos: int) -> int:
    """Read eight bytes, little endian, unsigned."""
    bits: int = _BITS.unpack_from(p, pos)[0]
    return bits


def same(p: bytes, pos: int, other: bytes, size: int) -> bool:
    """Compare `size` bytes of `p` at `pos` with the first `size` bytes of `other`."""
    return p[pos : pos + size] == other[:size]


def double_bits(value: float) -> int:
    """Give the bits of a double."""
    bits: int = _BITS.unpack(_DOUBLE.pack(value))[0]
    return bits


def bits_double(bits: int) -> float:
    """Give the double that has these bits."""
    value: float = _DOUBLE.unpack(_BITS.pack(bits))[0]
    return value


def count_bits(value: int) -> int:
    """Give the bits of the double nearest to an unsigned integer of 64 bits."""
    return double_bits(float(value & 0xFFFF_FFFF_FFFF_FFFF))


def signed_bits(value: int) -> int:
    """Give the bits of the double nearest to the signed integer that these 64 bits are."""
    return double_bits(float(value - 0x1_0000_0000_0000_0000 if value >= 0x8000_0000_0000_0000 else value))


def put(out: bytearray, pos: int, byte: int) -> None:
    """Write one byte."""
    out[pos] = byte


def store(out: bytearray, pos: int, bits: int) -> None:
    """Write eight bytes, little endian."""
    _BITS.pack_into(out, pos, bits)


def copy(out: bytearray, pos: int, data: bytes, size: int) -> None:
    """Write the first `size` bytes of `data`."""
    out[pos : pos + size] = data[:size]


def transfer(out: bytearray, pos: int, data: bytearray, size: int) -> None:
    """Write the first `size` bytes of another array."""
    out[pos : pos + size] = data[:size]


def put_varint(out: bytearray, pos: int, value: int) -> int:
    """Write a varint, give the position after it."""
    while value > 127:
        out[pos] = value & 127 | 128
        value >>= 7
        pos += 1
    out[pos] = value
    return pos + 1


def varint_size(value: int) -> int:
    """Give the number of bytes of a varint."""
    return max(1, (value.bit_length() + 6) // 7)


def load_double(p: bytes, pos: int) -> float:
    """Read a double."""
    value: float = _DOUBLE.unpack_from(p, pos)[0]
    return value

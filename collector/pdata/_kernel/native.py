"""The few operations that C does many bytes at a time; `native.pxd` holds the same ones in C for the compiled build."""

from struct import Struct

_DOUBLE = Struct("<d")


def is_ascii(p: bytes, start: int, end: int) -> bool:
    """Tell whether all of `p[start:end]` is ASCII."""
    return p[start:end].isascii()


def is_text(p: bytes, start: int, end: int) -> bool:
    """Tell whether `p[start:end]` is valid UTF-8 (no surrogates, no overlong forms)."""
    piece = p[start:end]
    if piece.isascii():
        return True
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return True


def equal(p: bytes, start: int, other: bytes, size: int) -> bool:
    """Compare `size` bytes of `p` at `start` with the first `size` bytes of `other`."""
    return p[start : start + size] == other[:size]


def load_u64(p: bytes, pos: int, end: int) -> int:
    """Read eight bytes, little endian, unsigned; 0 where there are not eight."""
    return int.from_bytes(p[pos : pos + 8], "little") if end - pos >= 8 else 0


def load_i64(p: bytes, pos: int, end: int) -> int:
    """Read eight bytes, little endian, signed; 0 where there are not eight."""
    return int.from_bytes(p[pos : pos + 8], "little", signed=True) if end - pos >= 8 else 0


def load_u32(p: bytes, pos: int, end: int) -> int:
    """Read four bytes, little endian, unsigned; 0 where there are not four."""
    return int.from_bytes(p[pos : pos + 4], "little") if end - pos >= 4 else 0


def load_double(p: bytes, pos: int, end: int) -> float:
    """Read an IEEE 754 double, little endian; 0 where there are not eight bytes."""
    if end - pos < 8:
        return 0.0
    value: float = _DOUBLE.unpack_from(p, pos)[0]
    return value


def block(tag: int, data: bytes) -> bytes:
    """Encode a length-delimited field of this tag."""
    return varint(tag) + varint(len(data)) + data


def head(tag: int, size: int) -> bytes:
    """Encode the tag and length of a field of this size."""
    return varint(tag) + varint(size)


def cut(data: bytes, start: int, stop: int) -> bytes:
    """Copy `data[start:stop]`."""
    return data[start:stop]


def splice(data: bytes, start: int, end: int, at: int, stop: int, field: bytes) -> bytes:
    """Copy `data[start:end]` with `field` in the place of `data[at:stop]`."""
    return data[start:at] + field + data[stop:end]


def splice_entry(data: bytes, start: int, end: int, at: int, stop: int, tag: int, key: bytes, value: bytes) -> bytes:
    """Copy `data[start:end]` with a field of this tag that is a KeyValue in the place of `data[at:stop]`."""
    return data[start:at] + entry(tag, key, value) + data[stop:end]


def entry(tag: int, key: bytes, value: bytes) -> bytes:
    """Encode a field of this tag that is a KeyValue."""
    return block(tag, block(10, key) + block(18, value))


def varint(value: int) -> bytes:
    """Encode an unsigned number of at most 64 bits."""
    out = bytearray()
    while value >= 128:
        out.append((value & 127) | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def signed64(value: int) -> int:
    """Read an unsigned 64-bit number as two's complement."""
    return value - 0x1_0000_0000_0000_0000 if value >= 0x8000_0000_0000_0000 else value


def signed32(value: int) -> int:
    """Read the low 32 bits of a number as two's complement."""
    value &= 0xFFFF_FFFF
    return value - 0x1_0000_0000 if value >= 0x8000_0000 else value

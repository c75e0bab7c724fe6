"""Protobuf wire format: reading fields out of bytes and writing them.

A field's place is `(number, wire, start, end)`: `start` is where the value begins (behind the length, where there is
one), `end` where the field ends. Number 0 means that there is no well-formed field; readers stop there. Every read is
checked against the end of the enclosing message, so bytes that were never validated give wrong values at worst.
"""

from struct import Struct

from .native import block, equal, varint

_DOUBLE = Struct("<d")


def read_varint(p: bytes, pos: int, end: int) -> tuple[int, int]:
    """Give the value (64 bits, unsigned) and the position behind it; position -1 when malformed."""
    if pos < end and p[pos] < 128:
        return p[pos], pos + 1
    value = 0
    shift = 0
    while pos < end and shift < 70:
        byte = p[pos]
        pos += 1
        if shift < 63:
            value |= (byte & 127) << shift
        else:
            value |= (byte & 1) << 63
        if byte < 128:
            return value, pos
        shift += 7
    return 0, -1


def next_field(p: bytes, pos: int, end: int) -> tuple[int, int, int, int]:
    """Read the field at `pos`: its number, wire type, and where its value starts and ends."""
    tag = 0
    size = 0
    if pos >= end:
        return 0, 0, 0, 0
    byte = p[pos]
    if byte < 128:
        tag = byte
        pos += 1
    else:
        tag, pos = read_varint(p, pos, end)
        if pos < 0 or tag > 0xFFFF_FFFF:
            return 0, 0, 0, 0
    wire = tag & 7
    number = tag >> 3
    if wire == 2:
        if pos < end and p[pos] < 128:
            size = p[pos]
            pos += 1
        else:
            size, pos = read_varint(p, pos, end)
            if pos < 0:
                return 0, 0, 0, 0
        left = end - pos
        if size > left:
            return 0, 0, 0, 0
        return number, wire, pos, pos + size
    start = pos
    if wire == 0:
        size, pos = read_varint(p, pos, end)
        if pos < 0:
            return 0, 0, 0, 0
        return number, wire, start, pos
    if wire == 1:
        pos += 8
    elif wire == 5:
        pos += 4
    else:
        return 0, 0, 0, 0
    if pos > end:
        return 0, 0, 0, 0
    return number, wire, start, pos


def find(p: bytes, pos: int, end: int, wanted: int) -> tuple[int, int, int]:
    """Find the first field `wanted`: where its tag is, where its value starts, where it ends; -1 when absent."""
    while pos < end:
        tag = p[pos]
        if tag < 128 and tag & 7 == 2 and end - pos > 1 and p[pos + 1] < 128:
            number = tag >> 3
            start = pos + 2
            stop = start + p[pos + 1]
            if stop > end:
                break
        else:
            number, _wire, start, stop = next_field(p, pos, end)
        if number == wanted:
            return pos, start, stop
        if number == 0:
            break
        pos = stop
    return -1, 0, 0


def find_key(p: bytes, pos: int, end: int, wanted: int, key: bytes, size: int) -> tuple[int, int, int]:
    """Find the first field `wanted` that is a KeyValue of this key (`size` bytes long); the place as in `find`."""
    tag = wanted << 3 | 2
    while pos < end:
        if p[pos] == tag and end - pos > 1 and p[pos + 1] < 128 and tag < 128:
            number = wanted
            start = pos + 2
            stop = start + p[pos + 1]
            if stop > end:
                break
            if stop - start >= size + 2 and p[start] == 10 and size < 128 and p[start + 1] != size:
                pos = stop
                continue
        else:
            number, _wire, start, stop = next_field(p, pos, end)
        if number == wanted:
            if has_key(p, start, stop, key, size):
                return pos, start, stop
        elif number == 0:
            break
        pos = stop
    return -1, 0, 0


def has_key(p: bytes, start: int, stop: int, key: bytes, size: int) -> bool:
    """Tell whether the KeyValue in `p[start:stop]` has this key; an absent key is the empty one."""
    if size < 128 and stop - start >= size + 2 and p[start] == 10:
        return p[start + 1] == size and equal(p, start + 2, key, size)
    at, begin, finish = find(p, start, stop, 1)
    if at < 0:
        return size == 0
    return finish - begin == size and equal(p, begin, key, size)


def find_value(p: bytes, start: int, stop: int, size: int) -> tuple[int, int, int, bool]:
    """Find the value of the KeyValue in `p[start:stop]`, which has a key of `size` bytes: the place as in `find`.

    Tells, too, whether there is nothing but this key and this value.
    """
    if 0 < size < 128 and stop - start >= size + 4 and p[start] == 10:
        pos = start + 2 + size
        if p[pos] == 18 and p[pos + 1] < 128 and pos + 2 + p[pos + 1] == stop:
            return pos, pos + 2, stop, True
    at, _begin, pos = find(p, start, stop, 1)
    where, begin, finish = find(p, start, stop, 2)
    known = (pos - at if at >= 0 else 0) + (finish - where if where >= 0 else 0)
    return where, begin, finish, known == stop - start


def count_fields(p: bytes, pos: int, end: int, wanted: int) -> int:
    """Count the fields `wanted` of the message in `p[pos:end]`."""
    total = 0
    while pos < end:
        number, _wire, _start, stop = next_field(p, pos, end)
        if number == 0:
            break
        if number == wanted:
            total += 1
        pos = stop
    return total


def encode_varint(value: int) -> bytes:
    """Encode an unsigned number of at most 64 bits."""
    return varint(value)


def encode_tag(number: int, wire: int) -> bytes:
    """Encode a field's tag."""
    return varint(number << 3 | wire)


def encode_block(number: int, data: bytes) -> bytes:
    """Encode a whole length-delimited field."""
    return block(number << 3 | 2, data)


def encode_double(value: float) -> bytes:
    """Encode eight bytes."""
    return _DOUBLE.pack(value)


def encode_text(value: str) -> bytes:
    """Encode text as UTF-8; lone surrogates become U+FFFD."""
    try:
        return value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()

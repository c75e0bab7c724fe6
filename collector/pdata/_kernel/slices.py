"""Taking encoded messages apart at their fields, without decoding."""

from .wire import next_field


def header_of(raw: bytes) -> bytes:
    """Give an encoded group without its field 2: resource or scope, schema URL, unknown fields."""
    return apart(raw, 2)[0]


def apart(raw: bytes, number: int) -> tuple[bytes, list[bytes]]:
    """Separate a message into everything else and the encoded fields of one number."""
    rest: list[bytes] = []
    chosen: list[bytes] = []
    pos = 0
    end = len(raw)
    while pos < end:
        found, _wire, _start, stop = next_field(raw, pos, end)
        if found == 0:
            break
        (chosen if found == number else rest).append(raw[pos:stop])
        pos = stop
    return b"".join(rest), chosen


def without(raw: bytes, number: int) -> tuple[bytes, bytes]:
    """Give what lies before and behind a field that occurs once."""
    pos = 0
    end = len(raw)
    while pos < end:
        found, _wire, _start, stop = next_field(raw, pos, end)
        if found == number:
            return raw[:pos], raw[stop:]
        if found == 0:
            break
        pos = stop
    return raw, b""

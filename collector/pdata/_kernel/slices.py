"""Taking encoded messages apart at their fields, without decoding."""

from .native import cut
from .wire import count_fields, next_field


def header_of(raw: bytes, pos: int, end: int) -> bytes:
    """Give the group in `raw[pos:end]` without its field 2: resource or scope, schema URL, unknown fields."""
    rest: list[bytes] = []
    begin = pos
    while pos < end:
        found, _wire, _start, stop = next_field(raw, pos, end)
        if found == 0:
            break
        if found == 2:
            if pos > begin:
                rest.append(cut(raw, begin, pos))
            begin = stop
        pos = stop
    if pos > begin:
        rest.append(cut(raw, begin, pos))
    return b"".join(rest)


def apart(raw: bytes, number: int) -> tuple[bytes, list[bytes]]:
    """Separate a message into everything else and the encoded fields of one number."""
    rest: list[bytes] = []
    chosen: list[bytes] = []
    pos = 0
    begin = 0
    end = len(raw)
    while pos < end:
        found, _wire, _start, stop = next_field(raw, pos, end)
        if found == 0:
            break
        if found == number:
            if pos > begin:
                rest.append(raw[begin:pos])
            chosen.append(raw[pos:stop])
            begin = stop
        pos = stop
    if pos > begin:
        rest.append(raw[begin:pos])
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


def value_at(raw: bytes, pos: int, end: int) -> tuple[int, int]:
    """Give where the value of the field at `pos` starts and ends."""
    _number, _wire, start, stop = next_field(raw, pos, end)
    return start, stop


def weigh(p: bytes, pos: int, end: int, level: int, metrics: bool) -> int:
    """Count the items in a record (level 0), a scope group (1) or a resource group (2)."""
    if level == 0 and not metrics:
        return 1
    total = 0
    while pos < end:
        number, _wire, start, stop = next_field(p, pos, end)
        if number == 0:
            break
        if level == 0:
            if number in (5, 7, 9, 10, 11):
                total += count_fields(p, start, stop, 1)
        elif number == 2:
            total += weigh(p, start, stop, level - 1, metrics)
        pos = stop
    return total


def fitting(
    raw: bytes, pos: int, end: int, level: int, metrics: bool, max_items: int, max_bytes: int
) -> tuple[int, int, int]:
    """Find a run of records or groups of this level in `raw[pos:end]`, no larger than the limits.

    Gives where it begins, where it stops, and its items; it begins at `end` when there are none left.
    """
    wanted = 1 if level == 2 else 2
    begin = end
    items = 0
    while pos < end:
        number, _wire, start, stop = next_field(raw, pos, end)
        if number != wanted:
            if begin < end:
                break
            if number == 0:
                return end, end, 0
            pos = stop
            continue
        if begin == end:
            begin = pos
        count = weigh(raw, start, stop, level, metrics)
        if items + count > max_items or stop - begin > max_bytes:
            break
        items += count
        pos = stop
    return begin, pos if begin < end else end, items

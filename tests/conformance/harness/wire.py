"""Protobuf fields as they lie on the wire, for messages that the tests have no classes for."""

import math
import struct

STALE = struct.pack("<Q", 0x7FF0000000000002)


def fields(data):
    """Yield (number, wire type, value) of each field: an integer for varints, bytes for everything else."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = varint(data, at)
        else:
            size, at = (8, at) if wire == 1 else (4, at) if wire == 5 else varint(data, at)
            value = data[at : at + size]
            assert len(value) == size, "truncated"
            at += size
        yield number, wire, value


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def signed(value):
    return value - (1 << 64) if value >> 63 else value


def zigzag(value):
    return (value >> 1) ^ -(value & 1)


def double(data):
    """A number; NaN, infinities, the stale marker and minus zero by name."""
    if data == STALE:
        return "StaleNaN"
    (value,) = struct.unpack("<d", data)
    if value == 0 and math.copysign(1, value) < 0:
        return "-0.0"
    return value if math.isfinite(value) else str(value)


def integers(value, wire, convert=int):
    """Items of a repeated integer field, packed or not."""
    if wire == 0:
        return [convert(value)]
    out, at = [], 0
    while at < len(value):
        item, at = varint(value, at)
        out.append(convert(item))
    return out


def doubles(value):
    """Items of a packed field of doubles."""
    return [double(value[at : at + 8]) for at in range(0, len(value), 8)]

"""OTLP protobuf bytes -> OTLP/JSON, straight from the wire: no message objects in between.

For every message of the table one function is made once; it looks fields up by their tag.
"""

from base64 import b64encode
from collections.abc import Callable
from json.encoder import encode_basestring as quoted
from struct import Struct
from typing import Final

from collector.pdata.otlp_json_fields import ENUMS, MESSAGES, REPEATED, SCALARS

__all__ = ["write"]

Read = Callable[[bytes, int, int], str]
"""`read(data, start, end)`: the JSON text of the value in this slice of a length-delimited field."""

Slot = tuple[int, str, bool, str | None, Callable[..., str]]
"""Place in the output, `"name":`, repeated, text of the default value that is left out, reader."""

FIXED32: Final = Struct("<I").unpack_from
FIXED64: Final = Struct("<Q").unpack_from
SFIXED64: Final = Struct("<q").unpack_from
DOUBLE: Final = Struct("<d").unpack_from


def varint(data: bytes, pos: int) -> tuple[int, int]:
    byte = data[pos]
    pos += 1
    if byte < 128:
        return byte, pos
    value = byte & 127
    shift = 7
    while True:
        byte = data[pos]
        pos += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, pos
        shift += 7
        if shift > 63:
            raise ValueError("varint longer than ten bytes")


def signed(value: int) -> int:
    value &= 0xFFFFFFFFFFFFFFFF
    return value - (1 << 64) if value >> 63 else value


def signed32(value: int) -> int:
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value >> 31 else value


def double(value: float) -> str:
    """A JSON number; whole numbers without `.0`, NaN and the infinities as texts."""
    text = repr(value)
    if text[-2:] == ".0":
        return text[:-2] if value else text
    if value != value or text[-3:] == "inf":  # noqa: PLR0124
        return '"NaN"' if text == "nan" else '"Infinity"' if value > 0 else '"-Infinity"'
    return text


# Numbers by type: how the raw value becomes JSON.
FROM_VARINT: Final[dict[str, Callable[[int], str]]] = {
    "bool": lambda value: "true" if value else "false",
    "int32": lambda value: str(signed32(value)),
    "sint32": lambda value: str(signed32((value >> 1) ^ -(value & 1))),
    "uint32": lambda value: str(value & 0xFFFFFFFF),
    "int64": lambda value: f'"{signed(value)}"',
    "uint64": lambda value: f'"{value & 0xFFFFFFFFFFFFFFFF}"',
    "enum": lambda value: str(signed32(value)),
}
FROM_FIXED: Final[dict[str, Callable[[bytes, int], str]]] = {
    "fixed32": lambda data, pos: str(FIXED32(data, pos)[0]),
    "fixed64": lambda data, pos: f'"{FIXED64(data, pos)[0]}"',
    "sfixed64": lambda data, pos: f'"{SFIXED64(data, pos)[0]}"',
    "double": lambda data, pos: double(DOUBLE(data, pos)[0]),
}
DEFAULTS: Final = {
    "string": '""',
    "bytes": '""',
    "trace_id": '""',
    "span_id": '""',
    "bool": "false",
    "int64": '"0"',
    "uint64": '"0"',
    "fixed64": '"0"',
    "sfixed64": '"0"',
}


def read_string(data: bytes, start: int, end: int) -> str:
    return quoted(data[start:end].decode())


def read_id(data: bytes, start: int, end: int) -> str:
    """An id in hexadecimal; one of zeros is no id."""
    found = data[start:end]
    return f'"{found.hex()}"' if any(found) else '""'


def read_base64(data: bytes, start: int, end: int) -> str:
    return f'"{b64encode(data[start:end]).decode()}"'


DELIMITED: Final[dict[str, Read]] = {
    "string": read_string,
    "bytes": read_base64,
    "trace_id": read_id,
    "span_id": read_id,
}


def packed(type: str) -> Read:
    """Reader of a packed field: the items' texts, joined by commas."""
    if type in FROM_FIXED:
        item = FROM_FIXED[type]
        size = 4 if SCALARS[type] == 5 else 8
        return lambda data, start, end: ",".join([item(data, pos) for pos in range(start, end, size)])
    convert = FROM_VARINT[type]

    def read(data: bytes, start: int, end: int) -> str:
        texts = []
        while start < end:
            value, start = varint(data, start)
            texts.append(convert(value))
        return ",".join(texts)

    return read


def message_reader(slots: dict[int, Slot]) -> Read:
    """Make the function that writes one kind of message; `slots` is keyed by tag and may be filled later."""

    def read(data: bytes, pos: int, end: int) -> str:
        found: dict[int, tuple[str, str | list[str]]] = {}
        while pos < end:
            tag = data[pos]
            pos += 1
            if tag > 127:
                tag, pos = varint(data, pos - 1)
            wire = tag & 7
            slot = slots.get(tag)
            if wire == 2:
                size = data[pos]
                pos += 1
                if size > 127:
                    size, pos = varint(data, pos - 1)
                stop = pos + size
                if stop > end:
                    raise ValueError("field runs past the end of its message")
                if slot is None:
                    pos = stop
                    continue
                place, name, repeated, default, reader = slot
                text = reader(data, pos, stop)
                pos = stop
            elif wire == 0:
                value, pos = varint(data, pos)
                if slot is None:
                    continue
                place, name, repeated, default, reader = slot
                text = reader(value)
            elif wire in {1, 5}:
                stop = pos + (8 if wire == 1 else 4)
                if stop > end:
                    raise ValueError("field runs past the end of its message")
                if slot is None:
                    pos = stop
                    continue
                place, name, repeated, default, reader = slot
                text = reader(data, pos)
                pos = stop
            else:
                raise ValueError(f"wire type {wire} is not used by OTLP")
            if repeated:
                if not text:  # a packed field without items
                    continue
                if place in found:
                    found[place][1].append(text)  # type: ignore[union-attr]
                else:
                    found[place] = (name, [text])
            elif text != default:
                found[place] = (name, text)
        return (
            "{"
            + ",".join(
                [
                    name + (text if text.__class__ is str else f"[{','.join(text)}]")
                    for _, (name, text) in sorted(found.items())
                ]
            )
            + "}"
        )

    return read


def read_value(data: bytes, pos: int, end: int) -> str:
    """An `AnyValue`; the short text that nearly all of them are is told by its first two bytes."""
    if pos + 2 <= end and data[pos] == 0x0A and pos + 2 + data[pos + 1] == end and data[pos + 1] < 128:
        return f'{{"stringValue":{quoted(data[pos + 2 : end].decode())}}}'
    return GENERAL["AnyValue"](data, pos, end)


def read_key_value(data: bytes, pos: int, end: int) -> str:
    """A `KeyValue`; the usual form, key then value and both short, is told by its tags."""
    if pos + 2 <= end and data[pos] == 0x0A:
        middle = pos + 2 + data[pos + 1]
        if (
            middle + 2 <= end
            and data[pos + 1] < 128
            and data[middle] == 0x12
            and data[middle + 1] < 128
            and data[pos + 1]
            and middle + 2 + data[middle + 1] == end
        ):
            return f'{{"key":{quoted(data[pos + 2 : middle].decode())},"value":{read_value(data, middle + 2, end)}}}'
    return GENERAL["KeyValue"](data, pos, end)


def compiled() -> dict[str, Read]:
    """Readers by message name, made from the table."""
    tables: dict[str, dict[int, Slot]] = {name: {} for name in MESSAGES}
    general = {name: message_reader(table) for name, table in tables.items()}
    readers = general | {"AnyValue": read_value, "KeyValue": read_key_value}
    for name, fields in MESSAGES.items():
        oneofs: dict[str, int] = {}
        for index, field in enumerate(fields):
            repeated = field.label == REPEATED
            place = index
            if field.label not in {"", REPEATED, "optional"}:
                place = oneofs.setdefault(field.label, index)
            head = f'"{field.json_name}":'
            kind = "enum" if field.type in ENUMS else field.type
            wire = 2 if kind in MESSAGES else SCALARS.get(kind, 0)
            default = None if field.label or kind in MESSAGES else DEFAULTS.get(kind, "0")
            reader = readers.get(kind) or DELIMITED.get(kind) or FROM_FIXED.get(kind) or FROM_VARINT[kind]
            tables[name][field.number << 3 | wire] = (place, head, repeated, default, reader)
            if repeated and wire != 2:
                tables[name][field.number << 3 | 2] = (place, head, True, None, packed(kind))
    return general


GENERAL: Final = compiled()


def write(message: str, data: bytes) -> str:
    """JSON text of one message of this name. ValueError where the bytes are not such a message."""
    try:
        return GENERAL[message](data, 0, len(data))
    except (IndexError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else "truncated"
        raise ValueError(f"invalid {message}: {reason}") from None

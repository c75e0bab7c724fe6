"""OTLP/JSON -> OTLP protobuf bytes, by the rules of the Go Collector (components.md 2.1).

The parser is the standard library's; objects come as tuples of pairs, so that order and repetition of names are kept
and lists can be told from objects. For every field of the table one function is made once that turns a JSON value into
the field's bytes, tag included.
"""

import re
from collections.abc import Callable, Iterable
from json import JSONDecodeError, JSONDecoder
from struct import Struct
from typing import Any, Final

from collector.pdata.errors import InvalidPayload
from collector.pdata.otlp_json_fields import MESSAGES, OPTIONAL, REPEATED, SCALARS, Field
from collector.pdata.otlp_json_values import BYTES, INTEGERS, number, wrong

__all__ = ["read"]

MAX_DEPTH: Final = 100
"""Levels of messages below the request, as in protobuf itself."""

Encode = Callable[[Any, int], bytes | bytearray]
"""`encode(value, depth)`: bytes of a field with this JSON value; empty for a default value."""


def varint(value: int) -> bytes:
    if value < 128:
        return value.to_bytes(1, "little")
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


LENGTHS: Final = tuple(varint(size) for size in range(128))


def delimited(tag: bytes, body: bytes | bytearray) -> bytes:
    size = len(body)
    return tag + (LENGTHS[size] if size < 128 else varint(size)) + body


FIXED: Final = {
    "fixed32": Struct("<I").pack,
    "fixed64": Struct("<Q").pack,
    "sfixed64": Struct("<q").pack,
    "double": Struct("<d").pack,
}


def as_wire(type: str) -> Callable[[Any], bytes]:
    """How a JSON number of this type lies on the wire, without its tag."""
    convert: Callable[[Any], Any] = number if type == "double" else INTEGERS[type]
    if type in FIXED:
        pack = FIXED[type]
        return lambda value: pack(convert(value))
    if type == "sint32":
        return lambda value: varint((n << 1) ^ (n >> 31)) if (n := convert(value)) >= 0 else varint(-2 * n - 1)
    return lambda value: varint(convert(value) & 0xFFFFFFFFFFFFFFFF)


def scalar_field(field: Field, tag: bytes) -> Encode:
    member = bool(field.label)
    if field.type in BYTES:
        convert = BYTES[field.type]

        def encode_bytes(value: Any, _depth: int) -> bytes:
            body = convert(value)
            return delimited(tag, body) if body or member else b""

        return encode_bytes
    wire = as_wire(field.type)
    zero = wire(False if field.type == "bool" else 0)
    optional = field.label == OPTIONAL

    def encode_number(value: Any, _depth: int) -> bytes:
        if value is None and optional:
            return b""
        body = wire(value)
        return tag + body if member or body != zero else b""

    return encode_number


def items(value: Any) -> Iterable[Any]:
    if value.__class__ is list:
        return value
    if value is None:
        return ()
    raise wrong(value, "a list")


def repeated_scalar_field(field: Field, tag: bytes) -> Encode:
    if field.type in BYTES:
        convert = BYTES[field.type]
        return lambda value, _depth: b"".join([delimited(tag, convert(item)) for item in items(value)])
    wire = as_wire(field.type)

    def encode_packed(value: Any, _depth: int) -> bytes:
        body = b"".join([wire(item) for item in items(value)])
        return delimited(tag, body) if body else b""

    return encode_packed


Members = dict[str, tuple[int, Encode]]
"""JSON name (both spellings) -> slot, so that the last of a oneof's members counts, and encoder."""


def message_body(members: Members) -> Encode:
    """Make the function that encodes the JSON object of one kind of message; `members` may be filled later."""

    def encode(value: Any, depth: int) -> bytes | bytearray:
        if value.__class__ is not tuple:
            if value is None:
                return b""
            raise wrong(value, "an object")
        if not value:
            return b""
        if depth > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
        found: dict[int, bytes | bytearray] = {}
        for name, content in value:
            member = members.get(name)
            if member is not None:
                try:
                    found[member[0]] = member[1](content, depth + 1)
                except ValueError as error:
                    raise located(error, name) from None
        return b"".join(found.values()) if len(found) != 1 else next(iter(found.values()))

    return encode


def key_value_body(general: Encode) -> Encode:
    """Encoder of `KeyValue` that tells the usual form, a key and then a short text, at a glance."""

    def encode(value: Any, depth: int) -> bytes | bytearray:
        if value.__class__ is tuple and len(value) == 2:
            (first, key), (second, content) = value
            if first == "key" and second == "value" and content.__class__ is tuple and len(content) == 1:
                kind, text = content[0]
                short = key.__class__ is str and text.__class__ is str and 0 < len(key) < 128 and len(text) < 126
                if short and kind == "stringValue" and key.isascii() and text.isascii():
                    size = len(text)
                    head = b"\n" + LENGTHS[len(key)] + key.encode() + b"\x12"
                    return bytes(head + LENGTHS[size + 2] + b"\n" + LENGTHS[size] + text.encode())
        return general(value, depth)

    return encode


class LocatedError(ValueError):
    """An error with the names of the fields around it."""


def located(error: ValueError, name: str) -> ValueError:
    separator = "." if isinstance(error, LocatedError) else ": "
    return LocatedError(f"{name}{separator}{error}")


def message_field(field: Field, tag: bytes, body: Encode) -> Encode:
    if field.label == REPEATED:

        def encode_all(value: Any, depth: int) -> bytearray:
            out = bytearray()  # millions of empty messages are legal input: no list of their bytes
            for item in items(value):
                data = body(item, depth)
                size = len(data)
                out += tag
                out += LENGTHS[size] if size < 128 else varint(size)
                out += data
            return out

        return encode_all
    if field.label:
        return lambda value, depth: delimited(tag, body(value, depth))
    return lambda value, depth: b"" if value is None else delimited(tag, body(value, depth))


def compiled() -> dict[str, Encode]:
    tables: dict[str, Members] = {name: {} for name in MESSAGES}
    bodies = {name: message_body(table) for name, table in tables.items()}
    bodies["KeyValue"] = key_value_body(bodies["KeyValue"])
    for name, fields in MESSAGES.items():
        oneofs: dict[str, int] = {}
        for field in fields:
            packed_or_message = field.label == REPEATED or field.type in MESSAGES
            tag = varint(field.number << 3 | (2 if packed_or_message else SCALARS.get(field.type, 0)))
            if field.type in MESSAGES:
                encode = message_field(field, tag, bodies[field.type])
            elif field.label == REPEATED:
                encode = repeated_scalar_field(field, tag)
            else:
                encode = scalar_field(field, tag)
            slot = field.number
            if field.label not in {"", REPEATED, OPTIONAL}:
                slot = oneofs.setdefault(field.label, slot)
            tables[name][field.name] = tables[name][field.json_name] = (slot, encode)
    return bodies


BODIES: Final = compiled()


def refuse_constant(name: str) -> float:
    raise ValueError(f"{name} outside of a text")


decoder: Final = JSONDecoder(object_pairs_hook=tuple, parse_constant=refuse_constant)
blank: Final = re.compile(r"[ \t\n\r]*")


def read(message: str, source: bytes | str) -> bytes:
    """Protobuf bytes of the message of this name that the JSON text holds.

    What follows the first JSON value is ignored. InvalidPayload, with the path of the field, for anything that is not
    such a message.
    """
    try:
        document = source if isinstance(source, str) else source.decode()
        value, _ = decoder.raw_decode(document, blank.match(document).end())  # type: ignore[union-attr]
        return bytes(BODIES[message](value, 0))
    except RecursionError:
        raise InvalidPayload("invalid JSON: nested too deeply") from None
    except UnicodeDecodeError as error:
        raise InvalidPayload(f"invalid JSON: not UTF-8 at byte {error.start}") from None
    except JSONDecodeError as error:
        raise InvalidPayload(f"invalid JSON: {error.msg} at character {error.pos}") from None
    except (ValueError, OverflowError) as error:
        raise InvalidPayload(f"invalid JSON: {error}") from None

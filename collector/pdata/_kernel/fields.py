"""Descriptors for the fields of messages: one class a wire type, one object a field.

Reading walks to the field and decodes that value alone. Writing encodes it and puts it among the message's edits; a
field without presence that is set to its default leaves the wire.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from collector.pdata.empty import EMPTY

from .anyvalue import NESTED, encode_value, read_value, text_of
from .attrs import attr_raw
from .message import Message, child
from .native import cut, equal, load_double, load_u32, load_u64, signed32, splice
from .pattern import Pattern
from .repeated import append_message, make_repeated
from .values import live_value, make_attributes
from .wire import encode_block, encode_double, encode_tag, encode_text, encode_varint, find, next_field, read_varint

_U64 = 0xFFFF_FFFF_FFFF_FFFF
_U32 = 0xFFFF_FFFF
_ZERO = bytes(8)


class Field:
    """A singular scalar field; `default` is what it reads as when it is absent."""

    __slots__ = ("default", "number", "tag")

    default: Any
    number: int
    tag: bytes

    def __init__(self, number: int) -> None:
        self.number = number
        self.default = self.zero()
        self.tag = encode_tag(number, self.wire())

    def __get__(self, view: Any, owner: Any) -> Any:
        return self if view is None else self.read(view)

    def __set__(self, view: Any, value: Any) -> None:
        put_field(view, self.number, self.whole(value))

    def __delete__(self, view: Any) -> None:
        put_field(view, self.number, b"")

    def read(self, message: Message) -> Any:
        node = message.live()
        if node is None:
            at, start, stop = find(message.buf, message.start, message.end, self.number)
            return self.default if at < 0 else self.decode(message.buf, start, stop)
        piece = node.find(self.number)
        return self.default if piece is None else self.decode(piece.buf, piece.start, piece.stop)

    def zero(self) -> Any:
        return None

    def wire(self) -> int:
        return 2

    def decode(self, buf: bytes, start: int, stop: int) -> Any:
        raise NotImplementedError

    def whole(self, value: Any) -> bytes:
        """Encode the field; nothing for the default."""
        data = self.encode(value)
        return self.tag + data if data else b""

    def encode(self, value: Any) -> bytes:
        """Encode what follows the tag; nothing for the default."""
        raise NotImplementedError


class StringField(Field):
    __slots__ = ()

    def zero(self) -> Any:
        return ""

    def matches(self, view: Message, pattern: Pattern) -> int:
        """Tell whether the pattern matches in the text: 1 or 0; -1 where this is not to be decided here."""
        if view.live() is not None:
            return -1
        at, start, stop = find(view.buf, view.start, view.end, self.number)
        if at < 0:
            start = stop = 0
        if not pattern.takes(view.buf, start, stop):
            return -1
        at, _stop = pattern.find(view.buf, start, stop)
        return 1 if at >= 0 else 0

    def replace(self, view: Message, pattern: Pattern, replacement: bytes) -> bool:
        """Replace matches of the pattern in the text; False where this is not to be done here."""
        if view.live() is not None:
            return False
        at, start, stop = find(view.buf, view.start, view.end, self.number)
        if at < 0 or not pattern.takes(view.buf, start, stop):
            return False
        text = pattern.replaced(view.buf, start, stop, replacement)
        if text is not None:
            put_field(view, self.number, encode_block(self.number, text) if text else b"")
        return True

    def put_value(self, view: Message, value: bytes | None) -> bool:
        """Set the text to that of an encoded AnyValue; False where it has another kind. None and no kind do nothing."""
        if not value:
            return True
        at, start, stop = text_of(value, 0, len(value))
        if at < 0:
            return False
        put_field(view, self.number, encode_block(self.number, cut(value, start, stop)) if stop > start else b"")
        return True

    def put_attribute(self, view: Message, key: bytes) -> bool:
        """Set the text to that of an attribute of the same message, as `put_value` does."""
        return self.put_value(view, attr_raw(view, key))

    def decode(self, buf: bytes, start: int, stop: int) -> Any:
        return buf[start:stop].decode("utf-8", "replace")

    def whole(self, value: Any) -> bytes:
        data = encode_text(value)
        return encode_block(self.number, data) if data else b""


class BytesField(Field):
    """Bytes of one size or none: trace and span ids.

    All-zero ids are kept as they are.
    """

    __slots__ = ("size",)

    size: int

    def __init__(self, number: int, size: int) -> None:
        Field.__init__(self, number)
        self.size = size

    def zero(self) -> Any:
        return b""

    def decode(self, buf: bytes, start: int, stop: int) -> Any:
        return buf[start:stop]

    def encode(self, value: Any) -> bytes:
        data = bytes(value)
        if data and len(data) != self.size:
            raise ValueError(f"an id must have {self.size} bytes or none, not {len(data)}")
        return encode_varint(len(data)) + data if data else b""


class UInt32Field(Field):
    __slots__ = ()

    def zero(self) -> Any:
        return 0

    def wire(self) -> int:
        return 0

    def decode(self, buf: bytes, start: int, stop: int) -> Any:
        value, _pos = read_varint(buf, start, stop)
        return value & _U32

    def encode(self, value: Any) -> bytes:
        return encode_varint(unsigned(value, _U32)) if value else b""


class EnumField(Field):
    """An open enum: any 32-bit number."""

    __slots__ = ()

    def zero(self) -> Any:
        return 0

    def wire(self) -> int:
        return 0

    def decode(self, buf: bytes, start: int, stop: int) -> Any:
        value, _pos = read_varint(buf, start, stop)
        return signed32(value)

    def encode(self, value: Any) -> bytes:
        return encode_varint(signed(value) & _U64) if value else b""


class ZigZagField(Field):
    """A sint32."""

    __slots__ = ()

    def zero(self) -> Any:
        return 0

    def wire(self) -> int:
        return 0

    def decode(self, buf: bytes, start: int, stop: int) -> Any:
        value, _pos = read_varint(buf, start, stop)
        value &= _U32
        return signed32((value >> 1) ^ (_U32 if value & 1 else 0))

    def encode(self, value: Any) -> bytes:
        number = signed(value)
        return encode_varint(((number << 1) ^ (number >> 31)) & _U32) if number else b""


class BoolField(Field):
    __slots__ = ()

    def zero(self) -> Any:
        return False

    def wire(self) -> int:
        return 0

    def decode(self, buf: bytes, start: int, stop: int) -> Any:
        value, _pos = read_varint(buf, start, stop)
        return value != 0

    def encode(self, value: Any) -> bytes:
        return b"\x01" if value else b""


class Fixed64Field(Field):
    __slots__ = ()

    def zero(self) -> Any:
        return 0

    def wire(self) -> int:
        return 1

    def decode(self, buf: bytes, start: int, stop: int) -> Any:
        return load_u64(buf, start, stop)

    def encode(self, value: Any) -> bytes:
        return unsigned(value, _U64).to_bytes(8, "little") if value else b""


class Fixed32Field(Field):
    __slots__ = ()

    def zero(self) -> Any:
        return 0

    def wire(self) -> int:
        return 5

    def decode(self, buf: bytes, start: int, stop: int) -> Any:
        return load_u32(buf, start, stop)

    def encode(self, value: Any) -> bytes:
        return unsigned(value, _U32).to_bytes(4, "little") if value else b""


class DoubleField(Field):
    __slots__ = ()

    def zero(self) -> Any:
        return 0.0

    def wire(self) -> int:
        return 1

    def decode(self, buf: bytes, start: int, stop: int) -> Any:
        return load_double(buf, start, stop)

    def encode(self, value: Any) -> bytes:
        data = encode_double(value)
        return b"" if data == _ZERO else data


class OptionalDoubleField(DoubleField):
    """A double with presence: None when absent."""

    __slots__ = ()

    def zero(self) -> Any:
        return None

    def encode(self, value: Any) -> bytes:
        return b"" if value is None else encode_double(value)


class PackedFixed64Field(Field):
    """A repeated fixed64: a list, copied on reading."""

    __slots__ = ()

    def read(self, message: Message) -> Any:
        value = Field.read(self, message)
        return [] if value is None else value

    def decode(self, buf: bytes, start: int, stop: int) -> Any:
        return [load_u64(buf, pos, stop) for pos in range(start, stop - 7, 8)]

    def encode(self, value: Any) -> bytes:
        data = b"".join([unsigned(item, _U64).to_bytes(8, "little") for item in value])
        return encode_varint(len(data)) + data if data else b""


class PackedDoubleField(PackedFixed64Field):
    """A repeated double."""

    __slots__ = ()

    def decode(self, buf: bytes, start: int, stop: int) -> Any:
        return [load_double(buf, pos, stop) for pos in range(start, stop - 7, 8)]

    def encode(self, value: Any) -> bytes:
        data = b"".join([encode_double(item) for item in value])
        return encode_varint(len(data)) + data if data else b""


class PackedVarintField(PackedFixed64Field):
    """A repeated uint64."""

    __slots__ = ()

    def decode(self, buf: bytes, start: int, stop: int) -> Any:
        out = []
        pos = start
        while pos < stop:
            item, pos = read_varint(buf, pos, stop)
            if pos < 0:
                break
            out.append(item)
        return out

    def encode(self, value: Any) -> bytes:
        data = b"".join([encode_varint(unsigned(item, _U64)) for item in value])
        return encode_varint(len(data)) + data if data else b""


class StringsField:
    """A repeated string: a list, copied on reading."""

    __slots__ = ("number",)

    number: int

    def __init__(self, number: int) -> None:
        self.number = number

    def __get__(self, view: Any, owner: Any) -> Any:
        if view is None:
            return self
        return [item.decode("utf-8", "replace") for item in block_values(view, self.number)]

    def __set__(self, view: Any, value: Iterable[str]) -> None:
        replace_blocks(view, self.number, [encode_text(item) for item in value])


class ValueField:
    """An AnyValue: a Python value or a live map or list; EMPTY when absent or without a kind.

    Setting None or EMPTY removes the field.
    """

    __slots__ = ("model", "number")

    model: Message
    number: int

    def __init__(self, number: int) -> None:
        self.number = number
        self.model = Message()

    def __get__(self, view: Any, owner: Any) -> Any:
        return self if view is None else self.read(view)

    def __set__(self, view: Any, value: Any) -> None:
        data = encode_value(value)
        put_field(view, self.number, encode_block(self.number, data) if data else b"")

    def read(self, message: Message) -> Any:
        if message.live() is None:
            at, start, stop = find(message.buf, message.start, message.end, self.number)
            if at < 0:
                return EMPTY
            value = read_value(message.buf, start, stop)
            if value is not NESTED:
                return value
        return live_value(child(self.model, message, self.number))


class AttributesField:
    """A list of KeyValues: live `Attributes`. Setting copies a mapping."""

    __slots__ = ("number",)

    number: int

    def __init__(self, number: int) -> None:
        self.number = number

    def __get__(self, view: Any, owner: Any) -> Any:
        return self if view is None else make_attributes(view, self.number)

    def __set__(self, view: Any, value: Any) -> None:
        make_attributes(view, self.number).assign(value)


class MessageField:
    """A nested message: a live view, also when absent (its first edit brings it into being).

    Setting takes a view, encoded bytes, a mapping of fields, or None to remove it.
    """

    __slots__ = ("model", "number")

    model: Message
    number: int

    def __init__(self, number: int, kind: type[Message]) -> None:
        self.number = number
        self.model = kind()

    def __get__(self, view: Any, owner: Any) -> Any:
        return self if view is None else child(self.model, view, self.number)

    def __set__(self, view: Any, value: Any) -> None:
        put_field(
            view, self.number, b"" if value is None else encode_block(self.number, message_bytes(self.model, value))
        )


class RepeatedField:
    """Repeated messages: a live `Repeated`. Setting takes views, encoded bytes or mappings."""

    __slots__ = ("model", "number")

    model: Message
    number: int

    def __init__(self, number: int, kind: type[Message]) -> None:
        self.number = number
        self.model = kind()

    def __get__(self, view: Any, owner: Any) -> Any:
        return self if view is None else make_repeated(view, self.number, self.model)

    def __set__(self, view: Any, value: Any) -> None:
        raws = [message_bytes(self.model, item) for item in value]
        items = make_repeated(view, self.number, self.model)
        items.clear()
        for raw in raws:
            append_message(items, raw)


def put_field(message: Message, number: int, field: bytes) -> None:
    """Set a singular field to this encoding; an empty one removes it. An equal one stays."""
    if message.alone and message.live() is None:
        at, _start, stop = find(message.buf, message.start, message.end, number)
        if at < 0:
            if not field:
                return
            at = stop = message.end
        elif stop - at == len(field) and equal(message.buf, at, field, len(field)):
            return
        if message.is_held():
            if at - message.start < message.free:
                message.free += len(field) - (stop - at)
            message.become(splice(message.buf, message.start, message.end, at, stop, field))
            return
    message.edit().put(number, field)


def message_bytes(model: Message, value: Any) -> bytes:
    """Encode a message given as a view, as bytes or as a mapping of its fields."""
    if isinstance(value, Message):
        return value.raw
    if isinstance(value, Mapping):
        return type(model).new(**value).raw
    return bytes(value)


def block_values(message: Message, number: int) -> list[bytes]:
    """Copy the values of a repeated length-delimited field."""
    raw = message.raw
    out = []
    pos = 0
    end = len(raw)
    while pos < end:
        found, _wire, start, stop = next_field(raw, pos, end)
        if found == 0:
            break
        if found == number:
            out.append(raw[start:stop])
        pos = stop
    return out


def replace_blocks(message: Message, number: int, values: list[bytes]) -> None:
    """Replace a repeated length-delimited field."""
    node = message.edit()
    piece = node.find(number)
    while piece is not None:
        node.remove(piece)
        piece = node.find(number)
    for value in values:
        node.append(number, encode_block(number, value))


def unsigned(value: int, limit: int) -> int:
    if not 0 <= value <= limit:
        raise ValueError(f"{value} is outside 0 to {limit}")
    return int(value)


def signed(value: int) -> int:
    if not -0x8000_0000 <= value <= 0x7FFF_FFFF:
        raise ValueError(f"{value} is outside 32 bits")
    return int(value)

"""Attribute values and maps of them, read and written in place.

A value is `str`, `bool`, `int`, `float`, `bytes`, `EMPTY` (no kind), or a live `ValueMap` or `ValueList`.

The `attr_*` functions are for compiled expressions: they take a view that has attributes, the key as bytes, and encoded
AnyValue bytes (`encode_value`), and touch no Python value at all.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any, Self

from collector.pdata.empty import EMPTY

from .message import Message, view_at, view_of
from .native import block, cut, entry, equal, load_double, signed64, splice, splice_entry
from .node import Cursor, Node, Piece, make_cursor, make_node, make_piece, piece_key
from .pattern import Pattern
from .wire import (
    count_fields,
    encode_block,
    encode_double,
    encode_text,
    encode_varint,
    find,
    find_key,
    find_value,
    next_field,
    read_varint,
)

MAX_DEPTH = 100
_DEPTH_OF_VALUE = 6  # request, resource, scope, record, its event, key-value: what may lie above a value
_MASK = 0xFFFF_FFFF_FFFF_FFFF
NESTED: Any = object()  # stands for a list or map where only scalars are decoded
_MISSING: Any = object()
_PLAIN = Message()


def encode_value(value: Any) -> bytes:
    """Encode a Python value, or a view of one, as the bytes of an AnyValue; None and EMPTY have no kind.

    Raises:
        ValueError: an int outside 64 bits, or nesting that no receiver would take.
        TypeError: no attribute value can be made of this.
    """
    return encode_any(value, _DEPTH_OF_VALUE)


def encode_any(value: Any, depth: int) -> bytes:
    if isinstance(value, str):
        return block(10, encode_text(value))
    if value is True:
        return b"\x10\x01"
    if value is False:
        return b"\x10\x00"
    if isinstance(value, int):
        return encode_int_value(value)
    if isinstance(value, float):
        return b"\x21" + encode_double(value)
    if value is None or value is EMPTY:
        return b""
    if isinstance(value, (bytes, bytearray)):
        return block(58, bytes(value))
    if depth > MAX_DEPTH - 3:
        raise ValueError("value is nested too deep; at most 100 levels of messages are allowed")
    if isinstance(value, ValueList):
        return encode_block(5, value.raw)
    if isinstance(value, Attributes):
        return encode_block(6, value.entries(1))
    if isinstance(value, Mapping):
        return encode_block(6, encode_entries(1, value, depth + 3))
    if isinstance(value, Sequence):
        return encode_block(5, b"".join([encode_block(1, encode_any(item, depth + 2)) for item in value]))
    raise TypeError(f"no attribute value can be made of {type(value).__name__}")


def encode_int_value(value: int) -> bytes:
    if not -0x8000_0000_0000_0000 <= value <= 0x7FFF_FFFF_FFFF_FFFF:
        raise ValueError(f"integer {value} is outside 64 bits")
    return b"\x18" + encode_varint(value & _MASK)


def encode_entries(number: int, mapping: Mapping[Any, Any], depth: int) -> bytes:
    return b"".join([encode_entry(number, encode_key(key), encode_any(value, depth)) for key, value in mapping.items()])


def encode_entry(number: int, key: bytes, value: bytes) -> bytes:
    """Encode a KeyValue field of this number from a key and an encoded AnyValue."""
    return entry(number << 3 | 2, key, value)


def encode_key(key: Any) -> bytes:
    """Encode a key given as str or bytes."""
    if isinstance(key, str):
        return encode_text(key)
    if isinstance(key, bytes):
        return key
    raise TypeError(f"an attribute key must be str or bytes, not {type(key).__name__}")


def decode_key(key: bytes) -> str:
    return key.decode("utf-8", "replace")


def decode_value(raw: bytes) -> Any:
    """Decode the bytes of an AnyValue; maps and lists become dict and list."""
    value = read_value(raw, 0, len(raw))
    return plain(live_value(Message(raw))) if value is NESTED else value


def plain(value: Any) -> Any:
    """Turn live values into dict and list, all the way down."""
    if isinstance(value, Attributes):
        return value.to_dict()
    if isinstance(value, ValueList):
        return value.to_list()
    return value


def read_value(buf: bytes, start: int, end: int) -> Any:
    """Decode the AnyValue in `buf[start:end]`; `NESTED` stands for a list or map."""
    pos = start
    while pos < end:
        number, _wire, begin, stop = next_field(buf, pos, end)
        if number == 1:
            return buf[begin:stop].decode("utf-8", "replace")
        if number == 3:
            bits, _pos = read_varint(buf, begin, stop)
            return signed64(bits)
        if number == 2:
            bits, _pos = read_varint(buf, begin, stop)
            return bits != 0
        if number == 4:
            return load_double(buf, begin, stop)
        if number in (5, 6):
            return NESTED
        if number == 7:
            return cut(buf, begin, stop)
        if number == 0:
            break
        pos = stop
    return EMPTY


def live_value(view: Message) -> Any:
    """Give the value of an AnyValue message, live where it is a list or map."""
    node = view.live()
    if node is None:
        pos = view.start
        while pos < view.end:
            number, _wire, begin, stop = next_field(view.buf, pos, view.end)
            if number in (5, 6):
                return live_container(view_at(_PLAIN, view, number, pos, begin, stop), number)
            if number == 0:
                break
            pos = stop
        return read_value(view.buf, view.start, view.end)
    piece = node.find(5)
    if piece is None:
        piece = node.find(6)
    if piece is not None:
        return live_container(view_of(_PLAIN, view, piece), piece.number)
    raw = node.encode()
    return read_value(raw, 0, len(raw))


def live_container(message: Message, kind: int) -> Any:
    if kind == 5:
        items = ValueList.__new__(ValueList)
        items.message = message
        return items
    entries = ValueMap.__new__(ValueMap)
    entries.message = message
    entries.number = 1
    return entries


def make_attributes(message: Message, number: int) -> "Attributes":
    """View the KeyValues of one field."""
    attributes = Attributes.__new__(Attributes)
    attributes.message = message
    attributes.number = number
    return attributes


def entry_value(owner: Message, number: int, at: int, start: int, stop: int, size: int) -> Any:
    """Give the value of the KeyValue, with a key of `size` bytes, that lies in the owner's own bytes."""
    where, begin, finish, _plain = find_value(owner.buf, start, stop, size)
    if where < 0:
        return EMPTY
    value = read_value(owner.buf, begin, finish)
    if value is NESTED:
        pair = view_at(_PLAIN, owner, number, at, start, stop)
        return live_value(view_at(_PLAIN, pair, 2, where, begin, finish))
    return value


def piece_entry_value(owner: Message, piece: Piece) -> Any:
    """Give the value of the KeyValue in a field of an edited owner."""
    if piece.node is None:
        where, begin, finish = find(piece.buf, piece.start, piece.stop, 2)
        if where < 0:
            return EMPTY
        value = read_value(piece.buf, begin, finish)
        if value is not NESTED:
            return value
    pair = view_of(_PLAIN, owner, piece)
    node = pair.live()
    if node is None:
        where, begin, finish = find(pair.buf, pair.start, pair.end, 2)
        if where < 0:
            return EMPTY
        return live_value(view_at(_PLAIN, pair, 2, where, begin, finish))
    inner = node.find(2)
    return EMPTY if inner is None else live_value(view_of(_PLAIN, pair, inner))


def piece_value(owner: Message, piece: Piece) -> Any:
    """Give the value of the AnyValue in a field of the owner."""
    if piece.node is None:
        value = read_value(piece.buf, piece.start, piece.stop)
        if value is not NESTED:
            return value
    return live_value(view_of(_PLAIN, owner, piece))


def find_attribute(owner: Message, number: int, key: bytes) -> tuple[int, int, int]:
    """Find the first entry with this key in the owner's own bytes; the place as in `find`."""
    if owner.free == 0:
        at, _start, _stop = find(owner.buf, owner.start, owner.end, number)
        if at < 0:
            return -1, 0, 0
        owner.free = at - owner.start
    return find_key(owner.buf, owner.start + owner.free, owner.end, number, key, len(key))


def get_entry(owner: Message, number: int, key: bytes) -> Any:
    """Give the value of the first entry with this key, `_MISSING` if there is none."""
    node = owner.live()
    if node is None:
        at, start, stop = find_attribute(owner, number, key)
        if at < 0:
            return _MISSING
        return entry_value(owner, number, at, start, stop, len(key))
    piece = node.find_key(number, key)
    if piece is None:
        return _MISSING
    return piece_entry_value(owner, piece)


def put_entry(owner: Message, number: int, key: bytes, value: bytes) -> None:
    """Set the entry to an encoded AnyValue: in its place if it is there, at the end if not. An equal one stays."""
    node = owner.live()
    if node is None:
        at, start, stop = find_attribute(owner, number, key)
        put_found(owner, number, key, value, at, start, stop)
        return
    plain = False
    piece = node.find_key(number, key)
    if piece is not None and piece.node is None:
        where, begin, finish, plain = find_value(piece.buf, piece.start, piece.stop, len(key))
        if where >= 0 and finish - begin == len(value) and equal(piece.buf, begin, value, len(value)):
            return
    put_piece(owner.edit(), number, key, value, piece, plain)


def put_found(owner: Message, number: int, key: bytes, value: bytes, at: int, start: int, stop: int) -> None:
    """Set the entry in this place of the owner's own bytes (-1: add one) to an encoded AnyValue."""
    plain = True
    if at >= 0:
        where, begin, finish, plain = find_value(owner.buf, start, stop, len(key))
        if where >= 0 and finish - begin == len(value) and equal(owner.buf, begin, value, len(value)):
            return
    if plain and owner.is_held():
        if at < 0:
            at = stop = owner.end
        owner.become(splice_entry(owner.buf, owner.start, owner.end, at, stop, number << 3 | 2, key, value))
        return
    node = owner.edit()
    piece = None if at < 0 else make_piece(number, at, node.buf, start, stop)
    put_piece(node, number, key, value, piece, plain)


def put_piece(node: Node, number: int, key: bytes, value: bytes, piece: Piece | None, plain: bool) -> None:
    """Set the entry in a piece, or a new one, to an encoded AnyValue; `plain` if nothing would be lost with the old."""
    if piece is None:
        node.append(number, encode_entry(number, key, value))
    elif plain:
        node.replace(piece, encode_entry(number, key, value))
    else:
        node.own(piece)
        if piece.node is None:
            piece.node = make_node(piece.buf, piece.start, piece.stop)
        piece.node.put(2, encode_block(2, value))


def remove_entry(owner: Message, number: int, key: bytes) -> bool:
    """Take out every entry with this key; tell whether there was one."""
    node = owner.live()
    pos = 0
    if node is None:
        at, _start, pos = find_attribute(owner, number, key)
        if at < 0:
            return False
        if owner.is_held():
            while at >= 0:
                kept = at - owner.start
                owner.become(splice(owner.buf, owner.start, owner.end, at, pos, b""))
                at, _start, pos = find_key(owner.buf, kept, owner.end, number, key, len(key))
            return True
        node = owner.edit()
        node.remove_at(at, number, pos)
    elif node.find_key(number, key) is None:
        return False
    cursor = make_cursor(node, number)
    if pos > 0:
        cursor.pos = pos
    piece = cursor.step_key(key)
    while piece is not None:
        node.remove(piece)
        piece = cursor.step_key(key)
    return True


def has_entry(owner: Message, number: int, key: bytes) -> bool:
    node = owner.live()
    if node is None:
        at, _start, _stop = find_attribute(owner, number, key)
        return at >= 0
    return node.find_key(number, key) is not None


def attr_get(view: Message, key: bytes) -> Any:
    """Give an attribute's value, None if it is absent."""
    value = get_entry(view, view.attributes_number(), key)
    return None if value is _MISSING else value


def attr_has(view: Message, key: bytes) -> bool:
    """Tell whether the attribute is there."""
    return has_entry(view, view.attributes_number(), key)


def attr_raw(view: Message, key: bytes) -> bytes | None:
    """Copy the attribute's encoded AnyValue; None if the attribute is absent, empty if it has no value."""
    number = view.attributes_number()
    node = view.live()
    if node is None:
        at, start, stop = find_attribute(view, number, key)
        if at < 0:
            return None
        where, begin, finish, _plain = find_value(view.buf, start, stop, len(key))
        return cut(view.buf, begin, finish) if where >= 0 else b""
    piece = node.find_key(number, key)
    return None if piece is None else piece_entry_raw(piece)


def attr_equals(view: Message, key: bytes, value: bytes) -> bool:
    """Tell whether the attribute is there with exactly this encoded AnyValue."""
    if view.live() is None:
        at, start, stop = find_attribute(view, view.attributes_number(), key)
        if at < 0:
            return False
        where, begin, finish, _plain = find_value(view.buf, start, stop, len(key))
        if where < 0:
            return len(value) == 0
        return finish - begin == len(value) and equal(view.buf, begin, value, len(value))
    return attr_raw(view, key) == value


def attr_set(view: Message, key: bytes, value: Any) -> None:
    """Set an attribute to a Python value."""
    put_entry(view, view.attributes_number(), key, encode_value(value))


def attr_set_raw(view: Message, key: bytes, value: bytes) -> None:
    """Set an attribute to an encoded AnyValue."""
    put_entry(view, view.attributes_number(), key, value)


def attr_map(view: Message, key: bytes, results: Any) -> None:
    """Replace an attribute's encoded AnyValue by `results[value]`; None leaves it."""
    number = view.attributes_number()
    if view.live() is not None:
        value = attr_raw(view, key)
        if value is not None:
            value = results[value]
            if value is not None:
                put_entry(view, number, key, value)
        return
    at, start, stop = find_attribute(view, number, key)
    if at >= 0:
        where, begin, finish, _plain = find_value(view.buf, start, stop, len(key))
        value = results[cut(view.buf, begin, finish) if where >= 0 else b""]
        if value is not None:
            put_found(view, number, key, value, at, start, stop)


def attr_matches(view: Message, key: bytes, pattern: Pattern) -> int:
    """Tell whether the pattern matches in an attribute's text: 1 or 0; -1 where this is not to be decided here."""
    if view.live() is not None:
        return -1
    at, start, stop = find_attribute(view, view.attributes_number(), key)
    if at >= 0:
        at, start, stop = entry_text(view.buf, start, stop, len(key))
    if at < 0 or not pattern.takes(view.buf, start, stop):
        return -1
    at, _stop = pattern.find(view.buf, start, stop)
    return 1 if at >= 0 else 0


def attr_replace(view: Message, key: bytes, pattern: Pattern, replacement: bytes) -> bool:
    """Replace matches of the pattern in an attribute's text, if any; False where this is not to be done here."""
    if view.live() is not None:
        return False
    number = view.attributes_number()
    at, start, stop = find_attribute(view, number, key)
    if at < 0:
        return True
    where, begin, finish = entry_text(view.buf, start, stop, len(key))
    if where < 0 or not pattern.takes(view.buf, begin, finish):
        return False
    text = pattern.replaced(view.buf, begin, finish, replacement)
    if text is not None:
        put_found(view, number, key, block(10, text), at, start, stop)
    return True


def entry_text(buf: bytes, start: int, stop: int, size: int) -> tuple[int, int, int]:
    """Give the place of the text in the KeyValue in `buf[start:stop]`, with a key of `size` bytes; -1 if none is."""
    where, begin, finish, _plain = find_value(buf, start, stop, size)
    if where < 0:
        return -1, 0, 0
    return text_of(buf, begin, finish)


def text_of(buf: bytes, pos: int, end: int) -> tuple[int, int, int]:
    """Give the place of the text of the AnyValue in `buf[pos:end]`; -1 if it has another kind, or more than a text."""
    number, _wire, start, stop = next_field(buf, pos, end)
    if number == 1 and stop == end:
        return pos, start, stop
    return -1, 0, 0


def attr_delete(view: Message, key: bytes) -> bool:
    """Take an attribute out; tell whether it was there."""
    return remove_entry(view, view.attributes_number(), key)


class Attributes:
    """The attributes of a message: a mutable mapping from str to values, live.

    Keys may be given as UTF-8 bytes too, which is faster. Setting keeps the place, new keys are appended, of duplicate
    keys the first is read and set, deleting removes all. `get` gives None only for an absent key.
    """

    __slots__ = ("message", "number")

    message: Message
    number: int

    def get(self, key: str | bytes, default: Any = None) -> Any:
        value = get_entry(self.message, self.number, encode_key(key))
        return default if value is _MISSING else value

    def __getitem__(self, key: str | bytes) -> Any:
        value = get_entry(self.message, self.number, encode_key(key))
        if value is _MISSING:
            raise KeyError(key)
        return value

    def __setitem__(self, key: str | bytes, value: Any) -> None:
        put_entry(self.message, self.number, encode_key(key), encode_value(value))

    def __delitem__(self, key: str | bytes) -> None:
        if not remove_entry(self.message, self.number, encode_key(key)):
            raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, (str, bytes)) and has_entry(self.message, self.number, encode_key(key))

    def __len__(self) -> int:
        return count_pieces(self.message, self.number)

    def __bool__(self) -> bool:
        return count_pieces(self.message, self.number) > 0

    def __iter__(self) -> Iterator[str]:
        for piece in pieces(self.message, self.number):
            yield decode_key(piece_key(piece))

    def keys(self) -> list[str]:
        return list(self)

    def values(self) -> list[Any]:
        return [value for _key, value in self.items()]

    def items(self) -> Iterator[tuple[str, Any]]:
        for piece in pieces(self.message, self.number):
            yield decode_key(piece_key(piece)), piece_entry_value(self.message, piece)

    def raw_items(self) -> Iterator[tuple[bytes, bytes]]:
        """Give keys and encoded AnyValues, in order."""
        for piece in pieces(self.message, self.number):
            yield piece_key(piece), piece_entry_raw(piece)

    def setdefault(self, key: str | bytes, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key: str | bytes, default: Any = _MISSING) -> Any:
        value = get_entry(self.message, self.number, encode_key(key))
        if value is _MISSING:
            if default is _MISSING:
                raise KeyError(key)
            return default
        value = plain(value)
        remove_entry(self.message, self.number, encode_key(key))
        return value

    def popitem(self) -> tuple[str, Any]:
        for key in self:
            return key, self.pop(key)
        raise KeyError("no attributes")

    def update(self, other: Any = (), /, **more: Any) -> None:
        if isinstance(other, (Mapping, Attributes)):
            other = list(other.items())
        for key, value in other:
            self[key] = value
        for key, value in more.items():
            self[key] = value

    def clear(self) -> None:
        node = self.message.edit()
        for piece in list(pieces(self.message, self.number)):
            node.remove(piece)

    def remove_if(self, predicate: Callable[[str, Any], bool]) -> int:
        """Remove the entries for which `predicate(key, value)` is true; give their number."""
        out = [
            piece
            for piece in pieces(self.message, self.number)
            if predicate(decode_key(piece_key(piece)), piece_entry_value(self.message, piece))
        ]
        if out:
            node = self.message.edit()
            for piece in out:
                node.remove(piece)
        return len(out)

    def assign(self, other: Any) -> None:
        """Become a copy of another mapping or map view."""
        raw = entries_of(other, self.number)
        self.clear()
        append_entries(self.message, self.number, raw)

    def entries(self, number: int) -> bytes:
        """Encode the entries as KeyValue fields of this number."""
        if number == self.number:
            return self.raw
        return b"".join([encode_block(number, piece.value()) for piece in pieces(self.message, self.number)])

    @property
    def raw(self) -> bytes:
        """The encoded entries one after the other, in their order: an identity key for equal lists of entries."""
        owner = self.message
        if owner.live() is None:
            return contiguous_fields(owner.buf, owner.start, owner.end, self.number)
        out: list[bytes] = []
        for piece in pieces(owner, self.number):
            piece.emit(out)
        return b"".join(out)

    def to_dict(self) -> dict[str, Any]:
        """Copy into plain Python values; of duplicate keys the first wins."""
        out: dict[str, Any] = {}
        for key, value in self.items():
            if key not in out:
                out[key] = plain(value)
        return out

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Attributes):
            return self.to_dict() == other.to_dict()
        if isinstance(other, Mapping):
            return self.to_dict() == other
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.to_dict()!r})"


class ValueMap(Attributes):
    """A live attribute value that is a map."""

    __slots__ = ()


class ValueList:
    """A live attribute value that is a list: a mutable sequence."""

    __slots__ = ("message",)

    message: Message

    def places(self) -> list[Piece]:
        return list(pieces(self.message, 1))

    def __len__(self) -> int:
        return count_pieces(self.message, 1)

    def __iter__(self) -> Iterator[Any]:
        for piece in pieces(self.message, 1):
            yield self.value(piece)

    def value(self, piece: Piece) -> Any:
        return piece_value(self.message, piece)

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [self.value(piece) for piece in self.places()[index]]
        return self.value(self.places()[index])

    def __setitem__(self, index: int | slice, value: Any) -> None:
        if isinstance(index, slice):
            items = self.encoded()
            items[index] = [encode_value(item) for item in value]
            self.rewrite(items)
            return
        raw = encode_block(1, encode_value(value))
        self.message.edit().replace(self.places()[index], raw)

    def __delitem__(self, index: int | slice) -> None:
        node = self.message.edit()
        chosen = self.places()[index]
        for piece in chosen if isinstance(chosen, list) else [chosen]:
            node.remove(piece)

    def __contains__(self, value: object) -> bool:
        return any(item == value for item in self)

    def __reversed__(self) -> Iterator[Any]:
        return iter(self[::-1])

    def append(self, value: Any) -> None:
        raw = encode_block(1, encode_value(value))
        self.message.edit().append(1, raw)

    def extend(self, values: Iterable[Any]) -> None:
        for value in list(values):
            self.append(value)

    def __iadd__(self, values: Iterable[Any]) -> Self:
        self.extend(values)
        return self

    def insert(self, index: int, value: Any) -> None:
        items = self.encoded()
        items.insert(index, encode_value(value))
        self.rewrite(items)

    def pop(self, index: int = -1) -> Any:
        piece = self.places()[index]
        value = plain(self.value(piece))
        self.message.edit().remove(piece)
        return value

    def remove(self, value: Any) -> None:
        del self[self.index(value)]

    def reverse(self) -> None:
        self.rewrite(self.encoded()[::-1])

    def clear(self) -> None:
        self.message.edit().reset(b"")

    def index(self, value: Any) -> int:
        for index, item in enumerate(self):
            if item == value:
                return index
        raise ValueError(f"{value!r} is not in the list")

    def count(self, value: Any) -> int:
        return sum(1 for item in self if item == value)

    def encoded(self) -> list[bytes]:
        """Give the items as encoded AnyValues."""
        return [piece.value() for piece in pieces(self.message, 1)]

    def rewrite(self, items: list[bytes]) -> None:
        self.message.edit().reset(b"".join([encode_block(1, item) for item in items]))

    @property
    def raw(self) -> bytes:
        """The encoded ArrayValue."""
        return self.message.raw

    def to_list(self) -> list[Any]:
        """Copy into plain Python values."""
        return [plain(item) for item in self]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ValueList):
            return self.to_list() == other.to_list()
        if isinstance(other, (list, tuple)):
            return self.to_list() == list(other)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"ValueList({self.to_list()!r})"


class Pieces:
    """Iterates over the fields of one number, edited or not."""

    __slots__ = ("cursor",)

    cursor: Cursor

    def __iter__(self) -> "Pieces":
        return self

    def __next__(self) -> Piece:
        piece = self.cursor.step()
        if piece is None:
            raise StopIteration
        return piece


def pieces(owner: Message, number: int) -> Pieces:
    """Iterate over the owner's fields of this number."""
    node = owner.live()
    if node is None:
        node = make_node(owner.buf, owner.start, owner.end)  # not kept: it only tells the cursor where to walk
    walk = Pieces.__new__(Pieces)
    walk.cursor = make_cursor(node, number)
    return walk


def count_pieces(owner: Message, number: int) -> int:
    """Count the owner's fields of this number."""
    node = owner.live()
    if node is None:
        return count_fields(owner.buf, owner.start, owner.end, number)
    total = 0
    cursor = make_cursor(node, number)
    while cursor.step() is not None:
        total += 1
    return total


def piece_entry_raw(piece: Piece) -> bytes:
    """Give the encoded AnyValue of a KeyValue field."""
    if piece.node is not None:
        inner = piece.node.find(2)
        return b"" if inner is None else inner.value()
    where, begin, finish = find(piece.buf, piece.start, piece.stop, 2)
    return cut(piece.buf, begin, finish) if where >= 0 else b""


def entries_of(other: Any, number: int) -> bytes:
    """Encode a mapping or map view (or take bytes as they are) as KeyValue fields of this number."""
    if isinstance(other, Attributes):
        return other.entries(number)
    if isinstance(other, bytes):
        return other
    return encode_entries(number, other, _DEPTH_OF_VALUE)


def append_entries(owner: Message, number: int, raw: bytes) -> None:
    """Add encoded KeyValue fields at the end of a message."""
    pos = 0
    end = len(raw)
    node = owner.edit()
    while pos < end:
        found, _wire, _start, stop = next_field(raw, pos, end)
        if found == 0:
            break
        node.append(number, raw[pos:stop])
        pos = stop


def contiguous_fields(buf: bytes, start: int, end: int, number: int) -> bytes:
    """Copy the fields of one number, which mostly lie side by side."""
    out: list[bytes] = []
    pos = start
    begin = -1
    while pos < end:
        found, _wire, _start, stop = next_field(buf, pos, end)
        if found == 0:
            break
        if found == number:
            if begin < 0:
                begin = pos
        elif begin >= 0:
            out.append(buf[begin:pos])
            begin = -1
        pos = stop
    if begin >= 0:
        out.append(buf[begin:pos])
    if len(out) == 1:
        return out[0]
    return b"".join(out)


MutableMapping.register(Attributes)
MutableSequence.register(ValueList)

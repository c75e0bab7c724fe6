"""Live attribute values and maps of them, read and written in place.

A value is `str`, `bool`, `int`, `float`, `bytes`, `EMPTY` (no kind), or a live `ValueMap` or `ValueList`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, MutableSequence
from typing import Any, Self

from collector.pdata.empty import EMPTY

from .anyvalue import DEPTH_OF_VALUE, NESTED, Live, decode_key, encode_entries, encode_key, encode_value, read_value
from .entries import (
    append_entries,
    contiguous_fields,
    find_attribute,
    has_entry,
    piece_entry_raw,
    put_entry,
    remove_entry,
)
from .message import Message, view_at, view_of
from .node import Piece, piece_key
from .pieces import count_pieces, pieces
from .wire import encode_block, find, find_value, next_field

MISSING: Any = object()
_PLAIN = Message()


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


def get_entry(owner: Message, number: int, key: bytes) -> Any:
    """Give the value of the first entry with this key, `MISSING` if there is none."""
    node = owner.live()
    if node is None:
        at, start, stop = find_attribute(owner, number, key)
        if at < 0:
            return MISSING
        return entry_value(owner, number, at, start, stop, len(key))
    piece = node.find_key(number, key)
    if piece is None:
        return MISSING
    return piece_entry_value(owner, piece)


class Attributes(Live):
    """The attributes of a message: a mutable mapping from str to values, live.

    Keys may be given as UTF-8 bytes too, which is faster. Setting keeps the place, new keys are appended, of duplicate
    keys the first is read and set, deleting removes all. `get` gives None only for an absent key.
    """

    __slots__ = ("message", "number")

    message: Message
    number: int

    def get(self, key: str | bytes, default: Any = None) -> Any:
        value = get_entry(self.message, self.number, encode_key(key))
        return default if value is MISSING else value

    def __getitem__(self, key: str | bytes) -> Any:
        value = get_entry(self.message, self.number, encode_key(key))
        if value is MISSING:
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

    def pop(self, key: str | bytes, default: Any = MISSING) -> Any:
        value = get_entry(self.message, self.number, encode_key(key))
        if value is MISSING:
            if default is MISSING:
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

    def as_value(self) -> bytes:
        return encode_block(6, self.entries(1))

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


class ValueList(Live):
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

    def as_value(self) -> bytes:
        return encode_block(5, self.raw)

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


def entries_of(other: Any, number: int) -> bytes:
    """Encode a mapping or map view (or take bytes as they are) as KeyValue fields of this number."""
    if isinstance(other, Attributes):
        return other.entries(number)
    if isinstance(other, bytes):
        return other
    return encode_entries(number, other, DEPTH_OF_VALUE)


MutableMapping.register(Attributes)
MutableSequence.register(ValueList)

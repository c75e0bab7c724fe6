"""The attributes of a view, for compiled expressions: keys and mostly values are bytes, values as encoded AnyValues."""

from typing import Any

from .anyvalue import encode_value
from .entries import entry_text, find_attribute, has_entry, piece_entry_raw, put_entry, put_found, remove_entry
from .message import Message
from .native import block, cut, equal
from .pattern import Pattern
from .values import MISSING, get_entry
from .wire import find_value


def attr_get(view: Message, key: bytes) -> Any:
    """Give an attribute's value, None if it is absent."""
    value = get_entry(view, view.attributes_number(), key)
    return None if value is MISSING else value


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


def attr_delete(view: Message, key: bytes) -> bool:
    """Take an attribute out; tell whether it was there."""
    return remove_entry(view, view.attributes_number(), key)

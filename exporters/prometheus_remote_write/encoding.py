"""Encoded pieces of Remote Write messages that are made once and used again (prometheus.md 1 to 3)."""

from bisect import bisect_left
from collections.abc import Callable
from typing import TYPE_CHECKING

from .kernel import Symbol, varint

if TYPE_CHECKING:
    from .labels import Labels

_EMPTY = b""


def text_field(number: int, text: bytes) -> bytes:
    """A string field, nothing if it is empty."""
    return _block(number << 3 | 2, text) if text else _EMPTY


def label(name: bytes, value: bytes) -> bytes:
    """A Label message as field 1 of what has labels."""
    return _block(0x0A, text_field(1, name) + text_field(2, value))


def metadata_message(kind: int, name: str, description: str, unit: str) -> bytes:
    """A MetricMetadata message of Remote Write 1.0."""
    encoded = bytes((0x08, kind)) if kind else _EMPTY
    return encoded + text_field(2, name.encode()) + text_field(4, description.encode()) + text_field(5, unit.encode())


def metadata_field(message: bytes) -> bytes:
    """A MetricMetadata message as field of a request."""
    return _block(0x1A, message)


def symbol_field(text: bytes) -> bytes:
    """An entry of the symbol table of a Remote Write 2.0 request."""
    return _block(0x22, text)


class LabelSet:
    """Labels in order of their names, encoded one by one, so that series of one point share the work.

    `symbol` gives the Symbol of a text for Remote Write 2.0; None for 1.0, which needs none.
    """

    __slots__ = ("_fields", "_names", "_symbol", "_symbols")

    def __init__(self, labels: "Labels", symbol: Callable[[str], Symbol] | None) -> None:
        pairs = sorted((name.encode(), name, value) for name, value in labels.items())
        self._names = [name for name, _, _ in pairs]
        self._fields = [label(name, value.encode()) for name, _, value in pairs]
        self._symbol = symbol
        self._symbols = [(symbol(name), symbol(value)) for _, name, value in pairs] if symbol is not None else []

    def with_labels(self, *more: tuple[str, str]) -> tuple[bytes, tuple[Symbol, ...]]:
        """The encoded labels, and their symbols, with these added; they win over others of their name."""
        names, fields, symbols = self._names.copy(), self._fields.copy(), self._symbols.copy()
        for name, value in more:
            key = name.encode()
            at = bisect_left(names, key)
            held = at < len(names) and names[at] == key
            names[at : at + held] = [key]
            fields[at : at + held] = [label(key, value.encode())]
            if self._symbol is not None:
                symbols[at : at + held] = [(self._symbol(name), self._symbol(value))]
        return _EMPTY.join(fields), tuple(symbol for pair in symbols for symbol in pair)


def _block(tag: int, content: bytes) -> bytes:
    return varint(tag) + varint(len(content)) + content

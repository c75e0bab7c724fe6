"""Tests of a view that need no Python value: what is compared stays where it lies.

A test gives 1 or 0, or -1 where it can't tell: then a whole evaluator has to.
"""

from collections.abc import Callable
from typing import Any

from .anyvalue import text_of
from .attrs import attr_matches
from .entries import find_attribute
from .fields import StringField
from .message import Message
from .native import equal
from .pattern import Pattern
from .repeated import Repeated, rewriting
from .wire import encode_text, find, find_value, read_varint

_TEXT, _BOOL, _INT = 0x0A, 0x10, 0x18  # tags of an AnyValue
_MASK = 0xFFFF_FFFF_FFFF_FFFF


class Test:
    """A question about a view."""

    __slots__ = ()

    def test(self, view: Message) -> int:
        raise NotImplementedError


class AttributeEquals(Test):
    """Whether an attribute is this text, bool or int."""

    __slots__ = ("bits", "key", "kind", "text")

    bits: int
    key: bytes
    kind: int
    text: bytes

    def __init__(self, key: bytes, value: str | bool | int) -> None:
        self.key = key
        self.text = b""
        self.bits = 0
        if isinstance(value, str):
            self.kind = _TEXT
            self.text = encode_text(value)
        else:
            self.kind = _BOOL if isinstance(value, bool) else _INT
            self.bits = value & _MASK

    def test(self, view: Message) -> int:
        if view.live() is not None:
            return -1
        at, start, stop = find_attribute(view, view.attributes_number(), self.key)
        if at < 0:
            return 0
        where, begin, finish, _plain = find_value(view.buf, start, stop, len(self.key))
        if where < 0 or begin == finish:
            return -1
        kind = view.buf[begin]
        if kind == _TEXT:
            at, start, stop = text_of(view.buf, begin, finish)
            if at < 0:
                return -1
            same = stop - start == len(self.text) and equal(view.buf, start, self.text, len(self.text))
        elif kind in (_BOOL, _INT):
            bits, end = read_varint(view.buf, begin + 1, finish)
            if end != finish:
                return -1
            same = (bits != 0) == (self.bits != 0) if kind == _BOOL else bits == self.bits
        else:
            return -1
        return 1 if same and kind == self.kind else 0


class AttributeMatches(Test):
    """Whether a pattern matches in an attribute's text."""

    __slots__ = ("key", "pattern")

    key: bytes
    pattern: Pattern

    def __init__(self, key: bytes, pattern: Pattern) -> None:
        self.key = key
        self.pattern = pattern

    def test(self, view: Message) -> int:
        return attr_matches(view, self.key, self.pattern)


class TextEquals(Test):
    """Whether a text of the message is this one, which is not empty."""

    __slots__ = ("number", "text")

    number: int
    text: bytes

    def __init__(self, field: StringField, text: bytes) -> None:
        if not text:
            raise ValueError("an empty text is an absent field")
        self.number = field.number
        self.text = text

    def test(self, view: Message) -> int:
        if view.live() is not None:
            return -1
        at, start, stop = find(view.buf, view.start, view.end, self.number)
        if at >= 0 and stop - start == len(self.text) and equal(view.buf, start, self.text, len(self.text)):
            return 1
        return 0


class TextMatches(Test):
    """Whether a pattern matches in a text of the message."""

    __slots__ = ("field", "pattern")

    field: StringField
    pattern: Pattern

    def __init__(self, field: StringField, pattern: Pattern) -> None:
        self.field = field
        self.pattern = pattern

    def test(self, view: Message) -> int:
        result: int = self.field.matches(view, self.pattern)
        return result


class Opposite(Test):
    """Whether a test is false."""

    __slots__ = ("inner",)

    inner: Test

    def __init__(self, inner: Test) -> None:
        self.inner = inner

    def test(self, view: Message) -> int:
        result = self.inner.test(view)
        return result if result < 0 else 1 - result


class Joined(Test):
    """Whether one of the tests is true, or all of them are; asked in their order until that is known."""

    __slots__ = ("tests", "until")

    tests: list[Test]
    until: int

    def __init__(self, tests: list[Test], *, every: bool) -> None:
        self.tests = tests
        self.until = 0 if every else 1

    def test(self, view: Message) -> int:
        for test in self.tests:
            result = test.test(view)
            if result == self.until or result < 0:
                return result
        return 1 - self.until


def sift(
    items: Repeated,
    tests: list[Test | None],
    others: list[Callable[..., int]],
    dropped: list[int],
    errors: list[Any],
) -> None:
    """Remove the messages for which a test is true; add their weight to `dropped` at the place of the first such test.

    Where a test can't tell, `others[place](view, errors)` does: 1 or 0, or 2 where the message stays whatever follows.
    """
    views = rewriting(items)
    view = views.advance()
    while view is not None:
        for place in range(len(tests)):
            test = tests[place]
            result = -1 if test is None else test.test(view)
            if result < 0:
                result = others[place](view, errors)
            if result == 1:
                dropped[place] += view.weight()
                items.drop(view)
            if result > 0:
                break
        view = views.advance()

"""Actions on one attribute each, applied to many views without a Python call for every one."""

from collections.abc import Callable, Iterable
from typing import Any

from .attrs import attr_delete, attr_has, attr_map, attr_raw, attr_replace, attr_set_raw
from .fields import StringField
from .message import Message
from .pattern import Pattern
from .repeated import Views
from .tests import Test


class Action:
    """Works on the attributes of a view; callable, too."""

    __slots__ = ()

    def __call__(self, view: Message) -> None:
        self.apply(view)

    def apply(self, view: Message) -> None:
        raise NotImplementedError


class SetAttribute(Action):
    """Set an attribute to an encoded AnyValue: where it is there (`present` 1), where it is not (0), or always (-1).

    Without a value nothing is set.
    """

    __slots__ = ("key", "present", "value")

    key: bytes
    present: int
    value: bytes | None

    def __init__(self, key: bytes, value: bytes | None, present: int = -1) -> None:
        self.key = key
        self.value = value
        self.present = present

    def apply(self, view: Message) -> None:
        if self.value is not None and (self.present < 0 or attr_has(view, self.key) == (self.present > 0)):
            attr_set_raw(view, self.key, self.value)


class CopyAttribute(Action):
    """Set an attribute to the value of another one, if that is there and has a value."""

    __slots__ = ("key", "source")

    key: bytes
    source: bytes

    def __init__(self, key: bytes, source: bytes) -> None:
        self.key = key
        self.source = source

    def apply(self, view: Message) -> None:
        value = attr_raw(view, self.source)
        if value:
            attr_set_raw(view, self.key, value)


class MapAttribute(Action):
    """Replace an attribute's encoded AnyValue by `results[value]`; None leaves it."""

    __slots__ = ("key", "results")

    key: bytes
    results: Any

    def __init__(self, key: bytes, results: Any) -> None:
        self.key = key
        self.results = results

    def apply(self, view: Message) -> None:
        attr_map(view, self.key, self.results)


class DeleteAttribute(Action):
    """Take an attribute out."""

    __slots__ = ("key",)

    key: bytes

    def __init__(self, key: bytes) -> None:
        self.key = key

    def apply(self, view: Message) -> None:
        attr_delete(view, self.key)


class ReplaceInAttribute(Action):
    """Replace matches of a pattern in an attribute's text; `otherwise` does it where that is not as simple."""

    __slots__ = ("key", "otherwise", "pattern", "replacement")

    key: bytes
    otherwise: Callable[[Any], Any]
    pattern: Pattern
    replacement: bytes

    def __init__(self, key: bytes, pattern: Pattern, replacement: bytes, otherwise: Callable[[Any], Any]) -> None:
        self.key = key
        self.pattern = pattern
        self.replacement = replacement
        self.otherwise = otherwise

    def apply(self, view: Message) -> None:
        if not attr_replace(view, self.key, self.pattern, self.replacement):
            self.otherwise(view)


class ReplaceInText(Action):
    """Replace matches of a pattern in a text of the message; `otherwise` does it where that is not as simple."""

    __slots__ = ("field", "otherwise", "pattern", "replacement")

    field: StringField
    otherwise: Callable[[Any], Any]
    pattern: Pattern
    replacement: bytes

    def __init__(
        self, field: StringField, pattern: Pattern, replacement: bytes, otherwise: Callable[[Any], Any]
    ) -> None:
        self.field = field
        self.pattern = pattern
        self.replacement = replacement
        self.otherwise = otherwise

    def apply(self, view: Message) -> None:
        if not self.field.replace(view, self.pattern, self.replacement):
            self.otherwise(view)


class TextFromAttribute(Action):
    """Set a text of the message to that of an attribute, if it is there; `otherwise` sets it from another kind."""

    __slots__ = ("field", "key", "otherwise")

    field: StringField
    key: bytes
    otherwise: Callable[[Any], Any]

    def __init__(self, field: StringField, key: bytes, otherwise: Callable[[Any], Any]) -> None:
        self.field = field
        self.key = key
        self.otherwise = otherwise

    def apply(self, view: Message) -> None:
        if not self.field.put_attribute(view, self.key):
            self.otherwise(view)


class When(Action):
    """Do something where a test is true; `otherwise` asks and does it where the test can't tell."""

    __slots__ = ("action", "otherwise", "test")

    action: Action
    otherwise: Callable[[Any], Any]
    test: Test

    def __init__(self, test: Test, action: Action, otherwise: Callable[[Any], Any]) -> None:
        self.test = test
        self.action = action
        self.otherwise = otherwise

    def apply(self, view: Message) -> None:
        result = self.test.test(view)
        if result < 0:
            self.otherwise(view)
        elif result > 0:
            self.action.apply(view)


class Call(Action):
    """Do what a Python function does."""

    __slots__ = ("function",)

    function: Callable[[Any], Any]

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def apply(self, view: Message) -> None:
        self.function(view)


def apply_actions(views: Iterable[Any], actions: list[Action]) -> None:
    """Apply the actions to every view, in order."""
    if isinstance(views, Views):
        walk_actions(views, actions)
        return
    for each in views:
        for action in actions:
            action.apply(each)


def walk_actions(views: Views, actions: list[Action]) -> None:
    view = views.advance()
    while view is not None:
        for action in actions:
            action.apply(view)
        view = views.advance()

"""Actions on one attribute each, applied to many views without a Python call for every one."""

from collections.abc import Callable, Iterable
from typing import Any

from .message import Message
from .values import attr_delete, attr_has, attr_map, attr_set_raw


class Action:
    """Works on the attributes of a view; callable, too."""

    __slots__ = ()

    def __call__(self, view: Message) -> None:
        self.apply(view)

    def apply(self, view: Message) -> None:
        raise NotImplementedError


class SetAttribute(Action):
    """Set an attribute to an encoded AnyValue: where it is there (`present` 1), where it is not (0), or always (-1)."""

    __slots__ = ("key", "present", "value")

    key: bytes
    present: int
    value: bytes

    def __init__(self, key: bytes, value: bytes, present: int = -1) -> None:
        self.key = key
        self.value = value
        self.present = present

    def apply(self, view: Message) -> None:
        if self.present < 0 or attr_has(view, self.key) == (self.present > 0):
            attr_set_raw(view, self.key, self.value)


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
    for view in views:
        for action in actions:
            action.apply(view)

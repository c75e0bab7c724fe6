"""Log bodies: maps key by key, lists element by element, scalars as text (components.md 4.11)."""

from collections.abc import Callable
from typing import Any

from collector.pdata import ValueList, ValueMap, attribute_value_as_string

from .masking import IGNORE, MASK, REMOVE, Masking
from .summary import Done

__all__ = ["BodyRedactor"]


class BodyRedactor:
    def __init__(self, masking: Masking, rewrite: Callable[[str], str]) -> None:
        self._masking = masking
        self._rewrite = rewrite

    def redact(self, record: Any, done: Done) -> None:
        """Redact the body of a log record; what was done goes into `done`, with paths like `items.[0].card`."""
        body = record.body
        if isinstance(body, ValueMap):
            self._map(body, "", done)
        elif isinstance(body, ValueList):
            self._list(body, "", done)
        else:
            text = attribute_value_as_string(body)
            new = None if self._masking.allowed(text) else self._masked(text, "body", done)
            if new is not None:
                record.body = new

    def _scalar(self, value: Any, path: str, done: Done) -> str | None:
        text = attribute_value_as_string(value)
        if self._masking.allowed(text):
            done.allowed.append(path)
            return None
        return self._masked(text, path, done)

    def _masked(self, text: str, path: str, done: Done) -> str | None:
        new = self._rewrite(self._masking.masked(text))
        if new == text:
            return None
        done.masked.append(path)
        return new

    def _value(self, value: Any, path: str, done: Done) -> str | None:
        if isinstance(value, ValueMap):
            self._map(value, path + ".", done)
        elif isinstance(value, ValueList):
            self._list(value, path + ".", done)
        else:
            return self._scalar(value, path, done)
        return None

    def _map(self, values: ValueMap, prefix: str, done: Done) -> None:
        removed = []
        for key, value in list(values.items()):
            path = prefix + key
            action = self._masking.key_action(key)
            if action == IGNORE:
                done.ignored.append(path)
            elif action == REMOVE:
                removed.append(key)
            elif action == MASK:
                done.masked.append(path)
                values[key] = self._masking.mask(value if isinstance(value, str) else "")
            else:
                new = self._value(value, path, done)
                if new is not None:
                    values[key] = new
        for key in removed:
            del values[key]
            done.redacted.append(prefix + key)

    def _list(self, values: ValueList, prefix: str, done: Done) -> None:
        for i, value in enumerate(list(values)):
            new = self._value(value, f"{prefix}[{i}]", done)
            if new is not None:
                values[i] = new

"""What was done to a map or a body, as attributes beside it."""

from collections.abc import MutableMapping
from typing import Any

__all__ = ["Done"]


class Done:
    """Keys removed, masked, allowed and ignored in one attribute map or body."""

    __slots__ = ("allowed", "ignored", "masked", "redacted")

    def __init__(self) -> None:
        self.redacted: list[str] = []
        self.masked: list[str] = []
        self.allowed: list[str] = []
        self.ignored: list[str] = []

    def write(self, attributes: MutableMapping[str, Any], prefix: str, summary: str) -> None:
        """Add the summary attributes `prefix + redacted.keys` and so on; counts and keys already there are joined."""
        for name, keys in (("redacted", self.redacted), ("masked", self.masked), ("allowed", self.allowed)):
            if keys:
                if summary == "debug":
                    _join(attributes, f"{prefix}{name}.keys", keys)
                _count(attributes, f"{prefix}{name}.count", len(keys))
        if self.ignored:
            _count(attributes, f"{prefix}ignored.count", len(self.ignored))


def _join(attributes: MutableMapping[str, Any], key: str, keys: list[str]) -> None:
    existing = attributes.get(key)
    if isinstance(existing, str) and existing:
        keys = [*keys, *existing.split(",")]
    attributes[key] = ",".join(sorted(keys))


def _count(attributes: MutableMapping[str, Any], key: str, count: int) -> None:
    existing = attributes.get(key)
    attributes[key] = count + (existing if type(existing) is int else 0)

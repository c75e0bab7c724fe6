"""Rules: named tests of one level, and the walks that are made of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["LEVELS", "Rule", "Walk"]

LEVELS = {
    "traces": ("resource", "scope", "span", "spanevent"),
    "metrics": ("resource", "scope", "metric", "datapoint"),
    "logs": ("resource", "scope", "log", ""),
}
"""Contexts of a signal's levels: resource, scope, record, and what lies in a record."""

Test = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """A test with the name under which what it drops is counted: the text of the condition, or the setting."""

    name: str
    test: Test


@dataclass(slots=True)
class Walk:
    """The rules of one walk from resources down, by level (0 resource, 1 scope, 2 record, 3 inside a record)."""

    levels: tuple[list[Rule], list[Rule], list[Rule], list[Rule]] = field(default_factory=lambda: ([], [], [], []))

    def add(self, level: int, rules: Sequence[Rule]) -> None:
        self.levels[level].extend(rules)

    def __bool__(self) -> bool:
        return any(self.levels)

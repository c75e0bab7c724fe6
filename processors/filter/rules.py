"""Rules: named tests of one level, asked in one call, and the walks that are made of them."""

from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["LEVELS", "Rules", "Walk"]

LEVELS = {
    "traces": ("resource", "scope", "span", "spanevent"),
    "metrics": ("resource", "scope", "metric", "datapoint"),
    "logs": ("resource", "scope", "log", ""),
}
"""Contexts of a signal's levels: resource, scope, record, and what lies in a record."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Tests with the names under which what they drop is counted: texts of conditions, or settings.

    `which(view)` gives the number of the first that drops the view, -1 if none does. Where `asks_request` is set it
    takes the payload's context as `request`, too. `sieve`, where there is one, does the whole work for the records of a
    scope group (`collector.ottl.compile.program.Program.sieve`).
    """

    names: tuple[str, ...]
    which: Callable[..., int]
    asks_request: bool = False
    sieve: Callable[..., None] | None = None


@dataclass(slots=True)
class Walk:
    """The rules of one walk from resources down, by level (0 resource, 1 scope, 2 record, 3 inside a record)."""

    levels: tuple[list[Rules], list[Rules], list[Rules], list[Rules]] = field(default_factory=lambda: ([], [], [], []))

    def add(self, level: int, rules: Rules) -> None:
        self.levels[level].append(rules)

    def __bool__(self) -> bool:
        return any(self.levels)

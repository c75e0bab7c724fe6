"""What can go wrong with OTTL: while a configuration is loaded, and while an item is processed.

OttlError                 anything below
├── ConfigError           found while loading: `problems` holds everything that is wrong, in all statements
└── EvaluationError       found while an item is processed: handled by the error mode
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class OttlError(Exception):
    """The common ancestor of all OTTL errors."""


class EvaluationError(OttlError):
    """A statement or condition failed for one item."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one statement, and where."""

    statement: str
    message: str
    start: int = 0
    """Offset of the offending text in `statement`."""
    end: int = 0
    index: int = 0
    """Which statement of the list, from 0."""

    def __str__(self) -> str:
        line_start = self.statement.rfind("\n", 0, self.start) + 1
        line_end = self.statement.find("\n", self.start)
        line = self.statement[line_start : len(self.statement) if line_end < 0 else line_end]
        column = self.start - line_start
        if len(line) > 160:
            cut = max(0, min(column - 60, len(line) - 120))
            line, column = line[cut : cut + 120], column - cut
        width = max(1, min(self.end - self.start, len(line) - column))
        caret = "".join("\t" if c == "\t" else " " for c in line[:column]) + "^" * width
        return f"{self.message}\n    {line}\n    {caret}"


class ConfigError(OttlError, ValueError):
    """Statements that cannot be compiled. `problems` lists every reason, in the order of the statements."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Refusal(Exception):
    """A problem with a piece of the tree, before it is known to which statement the piece belongs."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message, self.start, self.end = message, start, end

    def problem(self, statement: str, index: int) -> Problem:
        """Return the same as part of a whole statement."""
        return Problem(statement, self.message, self.start, max(self.end, self.start + 1), index)


def suggest(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest known word, or an empty text."""
    words = sorted(known)
    lowered = {w.lower(): w for w in words}
    near = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return f"; did you mean {lowered[near[0]]!r}?" if near else ""

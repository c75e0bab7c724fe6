"""A piece of generated source, and what is known about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """Source of one expression, the type of its value if that is known, and how deep it nests."""

    source: str
    type: type | None = None
    levels: int = 1

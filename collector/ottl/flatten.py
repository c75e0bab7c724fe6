"""Nested maps as one flat map with dotted keys (section 16.4)."""

from __future__ import annotations

import sys
from typing import Any

from collector.ottl.values import MAPS, TELEMETRY_LISTS, elements, entries, plain


def flattened(source: Any, prefix: str, depth: int | None, *, resolve_conflicts: bool) -> dict[str, Any]:
    """Return a flat copy of a map, resolving at most `depth` levels."""
    walk = _Flattening(sys.maxsize if depth is None else depth, resolve=resolve_conflicts)
    walk.map(source, f"{prefix}." if prefix else "", 0)
    return walk.result


class _Flattening:
    def __init__(self, depth: int, *, resolve: bool) -> None:
        self.depth, self.resolve = depth, resolve
        self.result: dict[str, Any] = {}
        self.taken: dict[str, int] = {}

    def map(self, source: Any, prefix: str, level: int) -> None:
        for key, value in entries(source):
            kind = type(value)
            if kind in MAPS and level < self.depth:
                self.map(value, f"{prefix}{key}.", level + 1)
            elif kind in TELEMETRY_LISTS and level < self.depth:
                self.list(value, f"{prefix}{key}", level + 1, dotted=True)
            else:
                self.put(prefix + key, value)

    def list(self, source: Any, prefix: str, level: int, *, dotted: bool) -> None:
        for place, value in enumerate(elements(source)):
            kind = type(value)
            name = f"{prefix}.{place}" if dotted else f"{prefix}{place}"
            if kind in MAPS and level < self.depth:
                self.map(value, f"{name}.", level + 1)
            elif kind in TELEMETRY_LISTS and level < self.depth:
                self.list(value, name, level + (2 if dotted else 1), dotted=not dotted)
            else:
                self.put(prefix if self.resolve and dotted else name, value)

    def put(self, key: str, value: Any) -> None:
        value = plain(value)
        if not self.resolve or key not in self.taken:
            self.taken.setdefault(key, 0)
            self.result[key] = value
            return
        number = self.taken[key]
        self.taken[key] = number + 1
        self.result[f"{key}.{number}"] = value

"""The named expressions that grok patterns can refer to: a default set and sets for well-known log formats."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module

_SETS = ("defaults", "web", "servers", "devices", "cisco")


@lru_cache(maxsize=1)
def library() -> dict[str, str]:
    """Return all expressions by name."""
    found: dict[str, str] = {}
    for name in _SETS:
        text: str = import_module(f"collector.ottl.grok.{name}").PATTERNS
        for line in text.splitlines():
            if line:
                key, _, pattern = line.partition(" ")
                found[key] = pattern
    return found

"""Memory of the results of costly functions over recurring texts."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

MEMO_ENTRIES = 4096
MEMO_TEXT = 256
"""Longest text, in characters, whose results are remembered."""


def memoised(call: Callable[..., Any], rest: list[Any]) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Return a function of one argument, without and with a memory of its last results."""

    def plain(value: Any) -> Any:
        return call(value, *rest)

    return plain, lru_cache(MEMO_ENTRIES)(plain)

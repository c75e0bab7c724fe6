"""Iteration over a list that grows while it is walked, with an end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from collector.ottl.errors import EvaluationError

MAX_GROWTH = 100
"""How many times longer than at first a list may become."""
MIN_GROWTH = 1_000


def growing(items: Any) -> Iterator[Any]:
    """Yield all items, also those that are appended meanwhile.

    Raises `EvaluationError` when there is no end to it.
    """
    views = list(items)
    limit = max(MIN_GROWTH, MAX_GROWTH * len(views))
    seen = 0
    while views:
        yield from views
        seen += len(views)
        views = list(items)[seen:]
        if seen + len(views) > limit:
            raise EvaluationError(
                f"the statements append metrics without end: more than {limit} in one scope; "
                "give them a `where` that their own results do not pass"
            )

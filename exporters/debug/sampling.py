"""Limits how often the same text is shown: each second the first few, then every N-th."""

from collections.abc import Callable

most_texts = 4096


class Sampler:
    """Counts messages by text within seconds of `monotonic`."""

    def __init__(self, initial: int, thereafter: int, monotonic: Callable[[], float]) -> None:
        self._initial = initial
        self._thereafter = thereafter
        self._monotonic = monotonic
        self._ends = 0.0
        self._counts: dict[int, int] = {}

    def admits(self, text: str) -> bool:
        """Whether this message is to be shown."""
        now = self._monotonic()
        if now >= self._ends:
            self._ends = now + 1
            self._counts.clear()
        bucket = hash(text) % most_texts
        count = self._counts[bucket] = self._counts.get(bucket, 0) + 1
        past = count - self._initial
        return past <= 0 or (self._thereafter > 0 and past % self._thereafter == 0)

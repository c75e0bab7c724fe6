"""A clock for tests."""

import asyncio
import heapq
from itertools import count


class FakeClock:
    """A clock that moves only when told to; `sleep` returns when it has been moved far enough.

    `await clock.advance(seconds)` wakes the sleepers in order of their time and lets the tasks run in between.
    """

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self._start = int(start * 1_000_000_000)
        self._passed = 0
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = count()

    def now(self) -> float:
        return self.time_ns() / 1_000_000_000

    def time_ns(self) -> int:
        return self._start + self._passed

    def monotonic(self) -> float:
        return self._passed / 1_000_000_000

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        wake = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._passed + round(seconds * 1_000_000_000), next(self._order), wake))
        await wake

    async def advance(self, seconds: float) -> None:
        """Let so many seconds pass."""
        until = self._passed + round(seconds * 1_000_000_000)
        await settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            due, _, wake = heapq.heappop(self._sleepers)
            self._passed = max(self._passed, due)
            if not wake.done():
                wake.set_result(None)
                await settle()
        self._passed = until
        await settle()


async def settle() -> None:
    """Let every task that can run do so."""
    for _ in range(20):
        await asyncio.sleep(0)

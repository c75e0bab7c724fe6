"""The process-wide budget of bytes in flight: receivers acquire from it before they read a body.

What is admitted runs to its end; what is not waits a moment, first come first served, and is then refused retryably.
Internal producers and queues account for what they hold and never wait. (architecture: byte budget)
"""

import asyncio
import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

__all__ = ["ByteBudget", "budget", "default_limit"]

most = 512 << 20
wait_seconds = 1.0
patience = 2.0
slowest = 65_536
"""Bytes a second that an admitted body has to bring while others wait for the budget."""
cgroup_limits = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def default_limit() -> int:
    """A quarter of the machine's or cgroup's memory, at most 512 MiB; bytes."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for path in cgroup_limits:
        with suppress(OSError, ValueError):
            memory = min(memory, int(Path(path).read_text()))
    return min(memory // 4, most)


class Waiter:
    __slots__ = ("answer", "loop", "size", "timer")

    def __init__(self, size: int, answer: Callable[[bool], None], expire: Callable[["Waiter"], None]) -> None:
        self.size = size
        self.answer = answer
        self.loop = asyncio.get_running_loop()
        self.timer = self.loop.call_later(wait_seconds, expire, self)


class ByteBudget:
    """`used` bytes of `limit`. Not thread-safe: it belongs to the event loop's thread."""

    __slots__ = ("limit", "used", "waiters")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self.waiters: deque[Waiter] = deque()

    @property
    def room(self) -> bool:
        """Whether anything more may be admitted now."""
        return self.used < self.limit and not self.waiters

    def account(self, size: int) -> None:
        """Enter bytes that are held already; never waits, may pass the limit."""
        self.used += size

    def release(self, size: int) -> None:
        """Give back what was acquired or accounted."""
        self.used -= size
        if self.waiters:
            self._admit()

    def acquire(self, size: int, answer: Callable[[bool], None]) -> bool:
        """True: admitted. False: `answer(admitted)` will be called within a second.

        A body larger than the whole budget is admitted when nothing else is in flight.
        """
        if self.fits(size):
            self.used += size
            return True
        self.waiters.append(Waiter(size, answer, self._expire))
        return False

    def overstays(self, age: float, size: int) -> bool:
        """Whether an admitted body of so many seconds and bytes comes so slowly that it keeps others waiting."""
        return bool(self.waiters) and age > patience and size < age * slowest

    async def admit(self, size: int) -> bool:
        """`acquire` for coroutines: whether the bytes were admitted."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def answer(admitted: bool) -> None:
            if not future.done():
                future.set_result(admitted)
            elif admitted:
                self.release(size)

        return self.acquire(size, answer) or await future

    def fits(self, size: int) -> bool:
        """Whether so much would be admitted at once; nothing is admitted into a budget that is used up."""
        return not self.waiters and self._fits(size)

    def _fits(self, size: int) -> bool:
        return self.used + size <= self.limit if size and self.used > 0 else self.used < self.limit

    def _admit(self) -> None:
        while self.waiters and self._fits(self.waiters[0].size):
            waiter = self.waiters.popleft()
            waiter.timer.cancel()
            self.used += waiter.size
            # Whoever releases is in the middle of something else.
            waiter.loop.call_soon(waiter.answer, True)

    def _expire(self, waiter: Waiter) -> None:
        self.waiters.remove(waiter)
        waiter.answer(False)
        self._admit()


budget = ByteBudget(default_limit())
"""The budget of this process. `budget.limit` may be set at start-up (`--memory-budget`)."""

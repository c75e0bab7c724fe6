"""The queue before an exporter: what it promises, and the one that lives in memory (components.md 3.3).

An entry counts against the capacity until `done`, which follows its export. A durable queue has the same methods;
its `put` returns when the entry is stored, its `take` gives what it has read back, and `done` deletes.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

from collector.component import DeliveryError, Permanent, Retryable, ShuttingDown
from collector.delivery.rules import BatchRules, Sizer
from collector.net.budget import budget
from collector.pdata import Payload

__all__ = ["Entry", "MemoryQueue", "Queue"]


class Entry:
    """One payload in a queue. `hint`: the rules by which it may be joined with others.

    `waiter` hears the outcome where the caller waits for it. `pending` counts the requests that carry parts of it.
    """

    __slots__ = ("error", "held", "hint", "lost", "payload", "pending", "size", "waiter")

    def __init__(
        self, payload: Payload, hint: BatchRules | None = None, waiter: "asyncio.Future[None] | None" = None
    ) -> None:
        self.payload = payload
        self.hint = hint
        self.waiter = waiter
        self.pending = 1
        self.error: DeliveryError | None = None
        self.lost = 0
        self.size = 0
        self.held = 0


class Queue(Protocol):
    """What delivery asks of a queue."""

    available: Callable[[], None]
    """Called when `take` has something to give."""

    @property
    def size(self) -> int:
        """What is in it and in flight, in units of its sizer."""

    async def put(self, entry: Entry) -> None:
        """Return when the queue is responsible for the entry; raise `DeliveryError` to refuse it."""

    def take(self) -> Entry | None:
        """The next entry, None when nothing is at hand."""

    def done(self, entry: Entry) -> None:
        """The entry is delivered or lost; `entry.error` says which."""

    def joined(self, entry: Entry) -> None:
        """The entry, which its hint lets travel with others, has become part of a request that is counted already."""

    def close(self) -> None:
        """Refuse whatever comes from now on; what is inside can still be taken."""


class MemoryQueue:
    """First in, first out; bounded by `capacity` in units of `sizer`. What it holds is in the byte budget."""

    def __init__(self, capacity: int, sizer: Sizer = Sizer.REQUESTS, *, block: bool = False) -> None:
        self._capacity = capacity
        self._measure = sizer.measure
        self._counts_requests = sizer is Sizer.REQUESTS
        self._block = block
        self._entries: deque[Entry] = deque()
        self._blocked: deque[tuple[Entry, asyncio.Future[None]]] = deque()
        self._closed = False
        self.size = 0
        self.available: Callable[[], None] = nothing

    async def put(self, entry: Entry) -> None:
        """Add an entry, after waiting for room where the queue is made so.

        Raises:
            Permanent: it is bigger than the whole queue.
            Retryable: the queue is full.
            ShuttingDown: the queue is closed.
        """
        entry.size = size = self._measure(entry.payload)
        if self._closed:
            raise ShuttingDown("the exporter is stopping")
        if size > self._capacity:
            raise Permanent(f"element size too large: {size}, where the queue holds {self._capacity}")
        if self._blocked or self.size + size > self._capacity:
            if not self._block:
                raise Retryable("sending queue is full")
            await self._wait_for_room(entry)
        else:
            self._add(entry)
            self.available()

    def take(self) -> Entry | None:
        return self._entries.popleft() if self._entries else None

    def done(self, entry: Entry) -> None:
        self.size -= entry.size
        budget.release(entry.held)
        self._admit()

    def joined(self, entry: Entry) -> None:
        """The entry has become part of a request that is counted already."""
        if self._counts_requests:
            self.size -= entry.size
            entry.size = 0
            self._admit()

    def close(self) -> None:
        self._closed = True
        for _, waiter in self._blocked:
            if not waiter.done():
                waiter.set_exception(ShuttingDown("the exporter is stopping"))
        self._blocked.clear()

    def _add(self, entry: Entry) -> None:
        entry.held = entry.payload.byte_size
        budget.account(entry.held)
        self.size += entry.size
        self._entries.append(entry)

    async def _wait_for_room(self, entry: Entry) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._blocked.append((entry, waiter))
        deadline = entry.payload.context.deadline
        try:
            async with asyncio.timeout_at(deadline):
                await waiter
        except TimeoutError as error:
            raise Retryable("sending queue is full: the request's deadline passed", code=4) from error
        finally:
            if not waiter.done() or waiter.cancelled():
                self._forget(entry)

    def _forget(self, entry: Entry) -> None:
        self._blocked = deque(pair for pair in self._blocked if pair[0] is not entry)
        self._admit()

    def _admit(self) -> None:
        blocked = self._blocked
        while blocked and self.size + blocked[0][0].size <= self._capacity:
            entry, waiter = blocked.popleft()
            if not waiter.done():
                self._add(entry)
                waiter.set_result(None)
                self.available()


def nothing() -> None:
    """Nobody listens yet."""

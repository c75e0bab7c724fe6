"""From queue entries to requests: merging what may travel together, splitting what is too big (components.md 3.3).

Payloads are joined as whole resource trees, in order. One partition collects for one set of rules and one combination
of metadata values; it sends when it is big enough or its time is up.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from itertools import islice

from collector.component import Settings
from collector.delivery.queue import Entry
from collector.delivery.rules import BatchRules, Sizer
from collector.pdata import Payload

__all__ = ["Batch", "Batcher", "Share"]

most_partitions = 10_000
idle_timeouts = 10
one_item = {"traces": "span", "metrics": "data point", "logs": "log record"}

Share = tuple[Entry, int]
"""An entry and how many of its items a request carries."""


class Batch:
    """One request: what is sent, the entries that it is made of, in order, and the payloads that were merged for it."""

    __slots__ = ("payload", "pieces", "shares")

    def __init__(self, payload: Payload, shares: list[Share], pieces: list[Payload]) -> None:
        self.payload = payload
        self.shares = shares
        self.pieces = pieces


class Partition:
    """What has been collected under one key and not sent yet."""

    __slots__ = ("pieces", "shares", "size", "timer", "used")

    def __init__(self) -> None:
        self.pieces: list[Payload] = []
        self.shares: list[Share] = []
        self.size = 0
        self.timer: asyncio.Task[None] | None = None
        self.used = 0.0


Values = tuple[tuple[str, tuple[str, ...]], ...]
Key = tuple[BatchRules, Values]


class Batcher:
    """Takes entries and hands finished requests to `ready`.

    `rules` are the queue's own; where it has none, an entry's hint rules, and an entry without a hint goes out alone.
    `joined(entry)` hears of entries that became part of a request begun by another one's hint; `lost(entry, items)` of
    items that are too big for any request.
    """

    def __init__(
        self,
        rules: BatchRules | None,
        settings: Settings,
        ready: Callable[[Batch], None],
        joined: Callable[[Entry], None],
        lost: Callable[[Entry, int], None],
    ) -> None:
        self._rules = rules
        self._settings = settings
        self._ready = ready
        self._joined = joined
        self._lost = lost
        self._partitions: OrderedDict[Key, Partition] = OrderedDict()
        self._closed = False

    def add(self, entry: Entry) -> None:
        """Take an entry from the queue."""
        rules = self._rules or entry.hint
        if rules is None:
            self._ready(Batch(entry.payload, [(entry, entry.payload.item_count)], [entry.payload]))
            return
        key = (rules, values_of(entry.payload.context.metadata, rules.metadata_keys))
        partition = self._partition(key)
        if partition.pieces and self._rules is None:
            self._joined(entry)
        partition.pieces.append(entry.payload)
        partition.shares.append((entry, entry.payload.item_count))
        partition.size += rules.sizer.measure(entry.payload)
        if self._closed or partition.size >= rules.min_size or 0 < rules.max_size < partition.size:
            self._send(key, partition, everything=self._closed)
        elif partition.timer is None:
            partition.timer = self._settings.spawn(self._send_later(key, partition))

    def close(self) -> None:
        """Send everything now, and whatever still comes at once."""
        self._closed = True
        for key, partition in list(self._partitions.items()):
            if partition.pieces:
                self._send(key, partition, everything=True)

    def _partition(self, key: Key) -> Partition:
        partition = self._partitions.get(key)
        if partition is None:
            partition = self._partitions[key] = Partition()
            self._evict(key)
        self._partitions.move_to_end(key)
        partition.used = self._settings.clock.monotonic()
        return partition

    def _evict(self, newest: Key) -> None:
        """Let go of the partitions used longest ago: idle ones, and those over the bound; two at most each time."""
        now = self._settings.clock.monotonic()
        for key, partition in list(islice(self._partitions.items(), 2)):
            idle = not partition.pieces and now - partition.used >= idle_timeouts * key[0].flush_timeout
            if key is newest or not (idle or len(self._partitions) > most_partitions):
                return
            if partition.pieces:
                self._send(key, partition, everything=True)
            del self._partitions[key]

    async def _send_later(self, key: Key, partition: Partition) -> None:
        await self._settings.clock.sleep(key[0].flush_timeout)
        partition.timer = None
        if partition.pieces:
            self._send(key, partition, everything=True)

    def _send(self, key: Key, partition: Partition, *, everything: bool) -> None:
        rules = key[0]
        pieces, shares = partition.pieces, partition.shares
        partition.pieces, partition.shares, partition.size = [], [], 0
        if partition.timer is not None:
            partition.timer.cancel()
            partition.timer = None
        payload = joined_payload(pieces, rules)
        if not rules.max_size or rules.sizer.measure(payload) <= rules.max_size:
            self._ready(Batch(payload, shares, pieces))
            return
        batches = self._split(payload, shares, rules)
        if batches and not everything and rules.sizer.measure(batches[-1].payload) < rules.min_size:
            rest = batches.pop()
            partition.pieces, partition.shares = rest.pieces, rest.shares
            partition.size = rules.sizer.measure(rest.payload)
            partition.timer = self._settings.spawn(self._send_later(key, partition))
        for batch in batches:
            self._ready(batch)

    def _split(self, payload: Payload, shares: list[Share], rules: BatchRules) -> list[Batch]:
        by_items = rules.sizer is Sizer.ITEMS
        parts = payload.split(max_items=rules.max_size) if by_items else payload.split(max_bytes=rules.max_size)
        batches = []
        for part, share in zip(parts, shared([part.item_count for part in parts], shares), strict=True):
            if not by_items and part.byte_size > rules.max_size:
                self._drop_too_big(part, share)
            else:
                batches.append(Batch(part, share, [part]))
        return batches

    def _drop_too_big(self, piece: Payload, shares: list[Share]) -> None:
        word = one_item[piece.signal]
        text = f"one {word} size is greater than max size, dropping items: {piece.item_count}"
        self._settings.logger.error(text, dropped_items=piece.item_count)
        for entry, items in shares:
            self._lost(entry, items)


def values_of(metadata: Mapping[str, tuple[str, ...]], keys: tuple[str, ...]) -> Values:
    return tuple((key, metadata[key]) for key in keys if key in metadata)


def joined_payload(pieces: list[Payload], rules: BatchRules) -> Payload:
    """All pieces as one payload, with nothing but the rules' metadata in its context."""
    payload = pieces[0].fork() if len(pieces) == 1 else type(pieces[0]).merge(pieces)
    payload.context = pieces[0].context.only(rules.metadata_keys)
    return payload


def shared(sizes: list[int], shares: list[Share]) -> list[list[Share]]:
    """Which entries have how many items in each of the parts that a request was split into.

    Counts the parts in the entries' `pending`; before, each counted the request as one.
    """
    out: list[list[Share]] = []
    waiting = iter(shares)
    entry, left = next(waiting)
    for size in sizes:
        part: list[Share] = []
        room = size
        while room:
            if not left:
                entry, left = next(waiting)
            taken = min(left, room)
            part.append((entry, taken))
            left -= taken
            room -= taken
            if left:
                entry.pending += 1
        out.append(part)
    return out

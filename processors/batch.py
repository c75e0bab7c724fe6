"""`batch`: join payloads into bigger ones, by size and time.

Joining is concatenation of bytes. The caller has its answer as soon as the payload is in a batch; a batch that can't be
handed on is lost, logged and counted. While batches are being handed on, callers wait once two more have filled up.
(components.md 4.1)
"""

import asyncio
from typing import Any, Self

from pydantic import field_validator, model_validator

from collector.component import (
    DeliveryError,
    Instrument,
    Permanent,
    ProcessorFactory,
    Settings,
    ShuttingDown,
    Stability,
)
from collector.config import ComponentConfig, Duration, MetadataKeys, UInt32
from collector.delivery.rules import BatchRules
from collector.net.budget import budget
from collector.pdata import EMPTY_CONTEXT, Context, Logs, Metrics, Traces

size_bounds: tuple[float, ...] = (
    *(10, 25, 50, 75, 100, 250, 500, 750),
    *range(1000, 10001, 1000),
    *(20000, 30000, 50000, 100000),
)
byte_bounds: tuple[float, ...] = (
    *size_bounds,
    *(200_000, 300_000, 400_000, 500_000, 600_000, 700_000, 800_000, 900_000),
    *(1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000, 6_000_000, 7_000_000, 8_000_000, 9_000_000),
)


class BatchConfig(ComponentConfig):
    timeout: Duration = 0.2
    """Send a batch this long after the one before, however small it is; 0 sends at once: then only splitting acts."""

    send_batch_size: UInt32 = 8192
    """Spans, data points or log records at which a batch is sent; 0 sends at once."""

    send_batch_max_size: UInt32 = 0
    """Split batches so that none has more items; 0 never splits."""

    metadata_keys: MetadataKeys = []
    """Client metadata: one batch for each combination of their values, and only these keys go on with it."""

    metadata_cardinality_limit: UInt32 = 1000
    """Combinations of metadata values at most; payloads with further ones are refused; 0 is no limit."""

    @field_validator("timeout")
    @classmethod
    def _not_negative(cls, timeout: float) -> float:
        if timeout < 0:
            raise ValueError("timeout must be greater or equal to 0")
        return timeout

    @model_validator(mode="after")
    def _sizes_fit(self) -> Self:
        if 0 < self.send_batch_max_size < self.send_batch_size:
            raise ValueError("send_batch_max_size must be greater or equal to send_batch_size")
        return self


class Shard:
    """The batch of one combination of metadata values; `context` goes on with what it sends.

    `pending` payloads have `count` items and `held` bytes; `trigger` items send them. `sending` items are being handed
    on. The timer runs only while something is pending, in step with the last send.
    """

    __slots__ = ("_batch", "_context", "_last", "_room", "_sender", "_timer", "count", "held", "pending", "sending")

    def __init__(self, batch: "Batch", context: Context) -> None:
        self._batch = batch
        self._context = context
        self._last = batch.clock.monotonic()
        self._room: list[asyncio.Future[None]] = []
        self._sender: asyncio.Task[None] | None = None
        self._timer: asyncio.Task[None] | None = None
        self.pending: list[Any] = []
        self.count = 0
        self.held = 0
        self.sending = 0

    @property
    def full(self) -> bool:
        return self._sender is not None and self.count >= self._batch.capacity

    @property
    def due(self) -> bool:
        """Big enough to be sent, or holding so much that receivers would soon run out of their byte budget."""
        return self.count >= self._batch.trigger or self.held >= budget.limit // 4

    async def room(self) -> None:
        """Return when the shard is not full."""
        while self.full:
            room = asyncio.get_running_loop().create_future()
            self._room.append(room)
            await room

    def add(self, payload: Any) -> None:
        self._hold(payload)
        if self.due:
            if self._sender is None:
                self._sender = self._batch.spawn(self._send())
        elif self._timer is None:
            self._timer = self._batch.spawn(self._tick())

    async def flush(self) -> None:
        """Send everything; returns when it has been handed on."""
        if self._sender is None and self.pending:
            self._sender = self._batch.spawn(self._send(everything=True))
        if self._sender is not None:
            await asyncio.wait((self._sender,))
        if self._timer is not None:
            self._timer.cancel()

    async def _tick(self) -> None:
        timeout, clock = self._batch.timeout, self._batch.clock
        while self.pending:
            last = self._last
            await clock.sleep(timeout - (clock.monotonic() - last) % timeout)
            if self._last == last and self.pending and self._sender is None:
                self._sender = self._batch.spawn(self._send(everything=True))
                await asyncio.wait((self._sender,))
        self._timer = None

    async def _send(self, *, everything: bool = False) -> None:
        batch = self._batch
        try:
            while self.pending and (everything or self.due or batch.stopping):
                reason = batch.by_timeout if everything else batch.by_size
                await self._hand_on(self._take(everything=everything or batch.stopping), reason)
                self._last = batch.clock.monotonic()
                everything = False
        finally:
            self._sender = None
            self._make_room()

    async def _hand_on(self, pieces: list[Any], reason: Instrument) -> None:
        """Hand payloads on. What takes them accounts for them before they are released here.

        Were it the other way round, receivers would see room for so much for a moment and let it in.
        """
        held = sum(payload.byte_size for payload in pieces)
        try:
            for payload in pieces:
                size, items = payload.byte_size, payload.item_count
                reason.add()
                await self._batch.hand_on(payload)
                self.sending -= items
                budget.release(size)
                held -= size
        finally:
            budget.release(held)

    def _take(self, *, everything: bool) -> list[Any]:
        """The payloads to be sent now, accounted for; the end of a split batch stays pending, unless all shall go."""
        pending, held = self.pending, self.held
        self.sending += self.count
        self.pending, self.count, self.held = [], 0, 0
        self._make_room()
        pieces = self._batch.joined(pending, self._context)
        rest = pieces[-1]
        if len(pieces) > 1 and rest.item_count < self._batch.trigger and not everything:
            pieces.pop()
            self._hold(rest)
            self.sending -= rest.item_count
            if self._timer is None:
                self._timer = self._batch.spawn(self._tick())
        budget.account(sum(payload.byte_size for payload in pieces))
        budget.release(held)
        return pieces

    def _hold(self, payload: Any) -> None:
        size = payload.byte_size
        budget.account(size)
        self.held += size
        self.pending.append(payload)
        self.count += payload.item_count

    def _make_room(self) -> None:
        waiting, self._room = self._room, []
        for room in waiting:
            if not room.done():
                room.set_result(None)


class Batch:
    """`hint` says the same to an exporter's queue that can do the joining itself (architecture: fusion)."""

    mutates_data = False

    def __init__(self, config: BatchConfig, settings: Settings) -> None:
        self.timeout = config.timeout
        timed = config.timeout > 0 and config.send_batch_size > 0
        self.trigger = config.send_batch_size if timed else 1
        self.capacity = 2 * (config.send_batch_size or 8192)
        self.clock = settings.clock
        self.spawn = settings.spawn
        self.stopping = False
        self._most = config.send_batch_max_size
        self._limit = config.metadata_cardinality_limit
        self._keys = tuple(map(str.lower, config.metadata_keys))
        self._emit = settings.emit
        self._drop = settings.drop
        self._logger = settings.logger
        self._shards: dict[tuple[tuple[str, ...], ...], Shard] = {}
        self._only = None if self._keys else Shard(self, EMPTY_CONTEXT)
        self.hint = BatchRules(
            flush_timeout=config.timeout,
            min_size=config.send_batch_size if timed else 0,
            max_size=config.send_batch_max_size,
            metadata_keys=self._keys,
        )
        metrics = settings.metrics
        name = "otelcol_processor_batch"
        self.by_size = metrics.counter(f"{name}_batch_size_trigger_send", "Batches sent for their size.")
        self.by_timeout = metrics.counter(f"{name}_timeout_trigger_send", "Batches sent for their age.")
        self._cardinality = metrics.up_down_counter(
            f"{name}_metadata_cardinality", "Combinations of metadata values in use."
        )
        self._size = metrics.histogram(f"{name}_batch_send_size", "Items in a batch.", size_bounds, "{item}")
        self._detailed = settings.metrics_level == "detailed"
        self._bytes = metrics.histogram(
            f"{name}_batch_send_size_bytes", "Bytes in a batch.", byte_bounds, "By", detailed=True
        )

    async def consume_traces(self, payload: Traces | Metrics | Logs) -> None:
        shard = self._only or self._shard(payload.context)
        if shard.full:
            await shard.room()
        if self.stopping:
            raise ShuttingDown("the batch processor is stopping")
        shard.add(payload)

    consume_metrics = consume_logs = consume_traces

    @property
    def held(self) -> int:
        """Items in batches, until they have been handed on."""
        return sum(shard.count + shard.sending for shard in self._all())

    async def shutdown(self) -> None:
        """Send all batches as they are. If cancelled, what is left is dropped."""
        self.stopping = True
        try:
            for shard in self._all():
                await shard.flush()
        except asyncio.CancelledError:
            self._drop(self.held, reason="not sent before the deadline of shutdown")
            raise

    def joined(self, payloads: list[Any], context: Context) -> list[Any]:
        """One payload for all, or several where that would be too big."""
        merged = type(payloads[0]).merge(payloads, context)
        pieces: list[Any] = merged.split(max_items=self._most) if self._most else [merged]
        return pieces

    async def hand_on(self, payload: Any) -> None:
        """Give a batch to the next component; it is lost if that refuses it."""
        self._size.record(payload.item_count)
        if self._detailed:
            self._bytes.record(payload.byte_size)
        try:
            await self._emit(payload)
        except DeliveryError as error:
            self._logger.warning("Sender failed", error=str(error), dropped_items=payload.item_count)
            self._drop(payload.item_count, reason="refused by the next component")

    def _all(self) -> list[Shard]:
        return [self._only] if self._only else list(self._shards.values())

    def _shard(self, context: Context) -> Shard:
        metadata = context.metadata
        key = tuple([metadata.get(name, ()) for name in self._keys])
        shard = self._shards.get(key)
        if shard is None:
            if self._limit and len(self._shards) >= self._limit:
                raise Permanent("too many batcher metadata-value combinations")
            shard = self._shards[key] = Shard(self, context.only(self._keys))
            self._cardinality.add(1)
        return shard


factory = ProcessorFactory("batch", BatchConfig, Batch, Stability.BETA)

"""A queue with its batcher and the tasks that send: at most `num_consumers`, alive only while there is work."""

import asyncio
from collections import deque
from typing import cast

from collector.component import DeliveryError, Permanent, Settings, ShuttingDown
from collector.delivery.batcher import Batch, Batcher, Share
from collector.delivery.metrics import SendMetrics, observe_queue, queue_histograms
from collector.delivery.queue import Entry, MemoryQueue, Queue
from collector.delivery.rules import BatchRules
from collector.delivery.sender import Outcome, Sender
from collector.delivery.settings import QueueSettings
from collector.pdata import Payload

__all__ = ["Queued"]

rejecting = "Exporting failed. Rejecting data."
dropping = "Exporting failed. Dropping data."
without_retry = " Try enabling retry_on_failure config option to retry on retryable errors."


class Queued:
    """Takes payloads into a queue and sends them through `sender`.

    `answers`: callers wait for the outcome. `items`: how many are in the queue and in flight.
    """

    def __init__(self, queue: QueueSettings, sender: Sender, metrics: SendMetrics, settings: Settings) -> None:
        self._settings = settings
        self._sender = sender
        self._metrics = metrics
        self._limit = queue.num_consumers
        self._queue: Queue = MemoryQueue(queue.queue_size, queue.sizer, block=queue.block_on_overflow)
        self._queue.available = self._pump
        self._batcher = Batcher(queue.batch_rules, settings, self._enqueue, self._queue.joined, self._lose)
        self._ready: deque[Batch] = deque()
        self._workers: set[asyncio.Task[None]] = set()
        self._dropping = dropping if sender.retry is not None else dropping + without_retry
        self._record_put = queue_histograms(settings, "otelcol_exporter_enqueue", "added to the sending queue")
        self._record_send = queue_histograms(settings, "otelcol_exporter_queue_batch_send", "in a request")
        self.answers = queue.wait_for_result
        self.items = 0
        observe_queue(settings, lambda: self._queue.size, queue.queue_size)

    async def consume(self, payload: Payload, hint: BatchRules | None) -> None:
        """Put a payload into the queue.

        Raises:
            DeliveryError: the queue refused it, or, where callers wait for the outcome, it was not delivered.
        """
        items = payload.item_count
        waiter = asyncio.get_running_loop().create_future() if self.answers else None
        entry = Entry(payload, hint, waiter)
        self.items += items
        try:
            await self._queue.put(entry)
        except BaseException as error:
            self.items -= items
            if isinstance(error, DeliveryError):
                self._metrics.enqueue_failed.add(items)
                self._settings.logger.error(rejecting, error=str(error), rejected_items=items)  # noqa: TRY400
            raise
        if self._record_put is not None:
            self._record_put(payload)
        if waiter is not None:
            await waiter

    async def shutdown(self) -> None:
        """Send everything that is left, once each. If cancelled, drop what is left by then."""
        self._queue.close()
        self._batcher.close()
        try:
            while self._workers:
                await asyncio.wait(self._workers)
        except asyncio.CancelledError:
            await self._abandon()
            raise

    def _pump(self) -> None:
        while (entry := self._queue.take()) is not None:
            self._batcher.add(entry)

    def _enqueue(self, batch: Batch) -> None:
        self._ready.append(batch)
        if len(self._workers) < self._limit:
            self._workers.add(self._settings.spawn(self._work()))

    async def _work(self) -> None:
        try:
            while self._ready:
                await self._deliver(self._ready.popleft())
        finally:
            # At once: a batch that comes before the task's own end is noticed must find a free place.
            self._workers.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    async def _deliver(self, batch: Batch) -> None:
        if self._record_send is not None:
            self._record_send(batch.payload)
        try:
            outcomes = await self._sender.send(batch.payload)
        except asyncio.CancelledError:
            self._settle(batch, [(batch.payload.item_count, ShuttingDown("stopped before it was sent"))])
            raise
        self._settle(batch, outcomes)

    async def _abandon(self) -> None:
        workers = list(self._workers)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        self._workers.clear()
        while self._ready:
            batch = self._ready.popleft()
            error = ShuttingDown("stopped before it was sent")
            self._metrics.count_failed(batch.payload.item_count, error)
            self._settle(batch, [(batch.payload.item_count, error)])

    def _settle(self, batch: Batch, outcomes: list[Outcome]) -> None:
        """Give each entry what became of its share."""
        if len(outcomes) == 1:
            items, error = outcomes[0]
            if error is not None:
                self._log_dropped(batch.shares, error, items)
            for entry, share in batch.shares:
                self._finish(entry, share, share if error is not None else 0, error)
            return
        waiting = iter(outcomes)
        left, error = 0, None
        for entry, share in batch.shares:
            lost, first = 0, None
            rest = share
            while rest:
                if not left:
                    left, error = next(waiting)
                    if error is not None:
                        self._log_dropped([(entry, share)], error, left)
                taken = min(left, rest)
                rest -= taken
                left -= taken
                if error is not None:
                    lost, first = lost + taken, first or error
            self._finish(entry, share, lost, first)

    def _log_dropped(self, shares: list[Share], error: DeliveryError, items: int) -> None:
        if shares[0][0].waiter is None:
            self._settings.logger.error(self._dropping, error=str(error), dropped_items=items)
        else:
            self._settings.logger.error(rejecting, error=str(error), rejected_items=items)

    def _lose(self, entry: Entry, items: int) -> None:
        self._metrics.count_failed(items, error := Permanent("one item is greater than max size"))
        self._finish(entry, items, items, error, reason="too large for a request")

    def _finish(self, entry: Entry, items: int, lost: int, error: DeliveryError | None, reason: str = "") -> None:
        self.items -= items
        if error is not None:
            entry.error = entry.error or error
            if entry.waiter is None:
                self._settings.drop(lost, reason=reason or drop_reason(error))
        entry.pending -= 1
        if entry.pending:
            return
        self._queue.done(entry)
        waiter = entry.waiter
        if waiter is not None and not waiter.done():
            if entry.error is None:
                waiter.set_result(None)
            else:
                waiter.set_exception(entry.error)


def drop_reason(error: DeliveryError) -> str:
    """The ledger's word for a final failure."""
    if isinstance(error, ShuttingDown):
        return "shutdown"
    return "refused by the destination" if isinstance(error, Permanent) else "not delivered in time"

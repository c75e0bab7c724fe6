"""What stands between a pipeline and an exporter: the parts that the exporter names, put together.

Order: queue, batcher, counting, retry, timeout, send (components.md 3.1). Requests run in tasks that live only while
there is something to send, at most `num_consumers` of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collector.component import Settings
from collector.delivery.metrics import SendMetrics
from collector.delivery.queued import Queued
from collector.delivery.rules import BatchRules
from collector.delivery.sender import Sender
from collector.delivery.settings import QueueSettings, RetrySettings
from collector.pdata import Payload

__all__ = ["Delivery", "Parts"]

without_queue = "Exporting failed. Rejecting data. Try enabling sending_queue to survive temporary failures."


@dataclass(frozen=True, slots=True)
class Parts:
    """What an exporter asks to be wrapped in; the result of `ExporterFactory.delivery(config)`.

    `timeout` in seconds for each attempt, 0 none. Disabled settings count as absent. `largest` bytes of a payload are
    exported at once, the rest after them; 0 is no limit.
    """

    timeout: float = 0
    retry: RetrySettings | None = None
    queue: QueueSettings | None = None
    largest: int = 0


class Delivery:
    """The consumer at the end of a pipeline. Start it after the exporter, shut it down before.

    An exporter's attribute `metric_attributes` is added to its sent and failed counts. Its method `interrupt`, where it
    has one, is called when shutdown begins: its own waits for retries end then.
    """

    def __init__(self, parts: Parts | None, exporter: Any, settings: Settings) -> None:
        parts = parts or Parts()
        attributes: Mapping[str, str] = getattr(exporter, "metric_attributes", {})
        self._settings = settings
        self._interrupt = getattr(exporter, "interrupt", None)
        self.metrics = SendMetrics(settings, attributes)
        export = getattr(exporter, f"export_{settings.signal}")
        self._sender = Sender(export, settings, self.metrics, parts.timeout, parts.retry, parts.largest)
        self._queued: Queued | None = None
        if parts.queue is not None and parts.queue.enabled:
            self._queued = Queued(parts.queue, self._sender, self.metrics, settings)

    @property
    def durable(self) -> bool:
        """Whether an acknowledged payload survives a crash."""
        return False

    @property
    def answers(self) -> bool:
        """Whether `consume` returns only with the outcome, or once the payload is stored."""
        return self._queued is None or self._queued.answers

    @property
    def held(self) -> int:
        """Items in the queue and in flight."""
        return 0 if self._queued is None else self._queued.items

    async def consume(self, payload: Payload, hint: BatchRules | None = None) -> None:
        """Take a payload. `hint`: the queue may join it with others of equal rules; its own `batch` wins.

        Raises:
            DeliveryError: it was not taken; the caller decides what becomes of it.
        """
        if not payload.item_count and next(payload.records(), None) is None:  # a metric may be without points
            return
        if self._queued is not None:
            await self._queued.consume(payload, hint)
            return
        outcomes = await self._sender.send(payload, payload.context.deadline)
        failures = [(items, error) for items, error in outcomes if error is not None]
        if failures:
            rejected, error = sum(items for items, _ in failures), failures[0][1]
            self._settings.logger.error(without_queue, error=str(error), rejected_items=rejected)
            raise error

    async def shutdown(self) -> None:
        """Send what is left, once each; waits for retries end now. If cancelled, what is left is dropped."""
        self._sender.stop()
        if self._interrupt is not None:
            self._interrupt()
        if self._queued is not None:
            await self._queued.shutdown()

"""The metrics that every exporter has (components.md 3, "Exporter metrics")."""

from collections.abc import Callable, Mapping

from collector.component import DeliveryError, Instrument, Permanent, Settings, ShuttingDown
from collector.delivery.errors import HTTPFailure
from collector.pdata import Payload

__all__ = ["SendMetrics", "observe_queue", "queue_histograms"]

item_names = {"traces": "spans", "metrics": "metric_points", "logs": "log_records"}
item_bounds: tuple[float, ...] = (
    *(10, 25, 50, 75, 100, 250, 500, 750),
    *range(1000, 10001, 1000),
    *(20000, 30000, 50000, 100000),
)
byte_bounds: tuple[float, ...] = tuple(128 << power for power in range(18))
code_names = (
    *("OK", "Canceled", "Unknown", "InvalidArgument", "Deadline_Exceeded", "NotFound", "AlreadyExists"),
    *("PermissionDenied", "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented"),
    *("Internal", "Unavailable", "DataLoss", "Unauthenticated"),
)


class SendMetrics:
    """Counts what was sent, what failed for good, what the queue refused, and what is in flight.

    `sent` and `failed` are the same sums as plain numbers, for the books that are closed at stop.
    """

    def __init__(self, settings: Settings, attributes: Mapping[str, str]) -> None:
        items = item_names[str(settings.signal)]
        meter = settings.metrics
        counter = meter.counter(
            f"otelcol_exporter_sent_{items}", "Items successfully sent to the destination.", "{item}"
        )
        failed = meter.counter(
            f"otelcol_exporter_send_failed_{items}", "Items in failed attempts to send to the destination.", "{item}"
        )
        refused = meter.counter(
            f"otelcol_exporter_enqueue_failed_{items}", "Items that could not be added to the sending queue.", "{item}"
        )
        in_flight = meter.up_down_counter(
            "otelcol_exporter_in_flight_requests", "Requests being sent, waits between retries included.", "{request}"
        )
        self._sent = counter.bind(**attributes)
        self._failed = failed.bind(**attributes)
        self._detailed = settings.metrics_level == "detailed"
        self._by_error: dict[tuple[str, bool], Instrument] = {}
        self.enqueue_failed = refused
        self.in_flight = in_flight.bind(data_type=str(settings.signal))
        self.sent = 0
        self.failed = 0

    def count_sent(self, items: int) -> None:
        self.sent += items
        self._sent.add(items)

    def count_failed(self, items: int, error: BaseException) -> None:
        self.failed += items
        if not self._detailed:
            self._failed.add(items)
            return
        key = (error_type(error), isinstance(error, Permanent))
        counter = self._by_error.get(key)
        if counter is None:
            attributes = {"error.type": key[0], "error.permanent": "true" if key[1] else "false"}
            counter = self._by_error[key] = self._failed.bind(**attributes)
        counter.add(items)


def error_type(error: BaseException) -> str:
    """The value of `error.type`: what ended the request."""
    if isinstance(error, ShuttingDown):
        return "Shutdown"
    cause = error.__cause__
    while isinstance(cause, DeliveryError):
        cause = cause.__cause__
    if isinstance(cause, HTTPFailure):
        return str(cause.status)
    if isinstance(error, DeliveryError) and error.code is not None and 0 < error.code < len(code_names):
        return code_names[error.code]
    return "_OTHER"


def observe_queue(settings: Settings, size: Callable[[], int], capacity: int) -> None:
    """Show a queue's size and capacity, in units of its sizer."""
    meter, signal = settings.metrics, str(settings.signal)
    meter.observe(
        "otelcol_exporter_queue_size", "Current size of the sending queue.", size, "{batch}", data_type=signal
    )
    meter.observe(
        "otelcol_exporter_queue_capacity",
        "Fixed capacity of the sending queue.",
        lambda: capacity,
        "{batch}",
        data_type=signal,
    )


def queue_histograms(settings: Settings, name: str, what: str) -> Callable[[Payload], None] | None:
    """Records items and bytes of payloads at the metrics level `detailed`; None at others."""
    if settings.metrics_level != "detailed":
        return None
    meter = settings.metrics
    items = meter.histogram(f"{name}_size", f"Items {what}.", item_bounds, "{unit}", detailed=True)
    size = meter.histogram(f"{name}_size_bytes", f"Bytes {what}.", byte_bounds, "By", detailed=True)

    def record(payload: Payload) -> None:
        items.record(payload.item_count)
        size.record(payload.byte_size)

    return record

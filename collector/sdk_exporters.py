"""Exporters for the OpenTelemetry SDK that hand telemetry to an embedded collector as OTLP bytes, without a port."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult
from opentelemetry.sdk.metrics.export import MetricExporter, MetricExportResult, MetricsData
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from collector.component import DeliveryError, TelepipeError
from collector.pdata import Logs, Metrics, Traces

if TYPE_CHECKING:
    from collector.embed import Collector
    from collector.pdata import Payload

__all__ = ["InProcessLogExporter", "InProcessMetricExporter", "InProcessSpanExporter"]

sdk_timeout = 10.0


class InProcess:
    """What the exporters share: handing over, from a thread of the SDK or from the collector's own event loop."""

    def __init__(self, collector: "Collector", receiver: str) -> None:
        self._collector = collector
        self._receiver = receiver
        self._pending: set[asyncio.Task[None]] = set()

    def taken(self, payload: "Payload") -> bool:
        """Whether the pipelines took the payload. In the event loop itself nobody can wait: it is tried later."""
        if self._collector.runs_here():
            task = asyncio.get_running_loop().create_task(self._later(payload))
            self._pending.add(task)
            task.add_done_callback(self._pending.discard)
            return True
        try:
            self._collector.send(payload, self._receiver, wait=sdk_timeout)
        except (TelepipeError, TimeoutError):
            return False
        return True

    async def _later(self, payload: "Payload") -> None:
        try:
            await self._collector.consume(payload, self._receiver)
        except DeliveryError as error:
            self._collector.ledger.drop("sdk", payload.item_count, f"refused: {type(error).__name__}")


class InProcessSpanExporter(SpanExporter):
    def __init__(self, collector: "Collector", receiver: str = "") -> None:
        self._way = InProcess(collector, receiver)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        payload = Traces.from_bytes(encode_spans(spans).SerializeToString())
        return SpanExportResult.SUCCESS if self._way.taken(payload) else SpanExportResult.FAILURE

    def force_flush(self, timeout_millis: int = 30_000) -> bool:  # noqa: ARG002 - nothing is held here
        return True

    def shutdown(self) -> None: ...


class InProcessMetricExporter(MetricExporter):
    def __init__(self, collector: "Collector", receiver: str = "") -> None:
        super().__init__()
        self._way = InProcess(collector, receiver)

    def export(
        self,
        metrics_data: MetricsData,
        timeout_millis: float = 10_000,  # noqa: ARG002 - the SDK's signature
        **_more: Any,
    ) -> MetricExportResult:
        payload = Metrics.from_bytes(encode_metrics(metrics_data).SerializeToString())
        return MetricExportResult.SUCCESS if self._way.taken(payload) else MetricExportResult.FAILURE

    def force_flush(self, timeout_millis: float = 10_000) -> bool:  # noqa: ARG002 - nothing is held here
        return True

    def shutdown(self, timeout_millis: float = 30_000, **_more: Any) -> None: ...


class InProcessLogExporter(LogRecordExporter):
    def __init__(self, collector: "Collector", receiver: str = "") -> None:
        self._way = InProcess(collector, receiver)

    def export(self, batch: Sequence[Any]) -> LogRecordExportResult:
        payload = Logs.from_bytes(encode_logs(batch).SerializeToString())
        return LogRecordExportResult.SUCCESS if self._way.taken(payload) else LogRecordExportResult.FAILURE

    def force_flush(self, timeout_millis: int = 30_000) -> bool:  # noqa: ARG002 - nothing is held here
        return True

    def shutdown(self) -> None: ...

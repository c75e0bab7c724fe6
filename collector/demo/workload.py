"""A small shop that is instrumented with the OpenTelemetry SDK: spans by gRPC, metrics and log records by HTTP.

    python -m collector.demo.workload GRPC_PORT HTTP_PORT

Runs until SIGTERM, then sends what is left.
"""

import random
import signal
import sys
import threading
import time

from opentelemetry._logs import SeverityNumber
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode

ROUTES = ("/", "/cart", "/cart/{id}", "/checkout", "/healthz")
PAUSE = 0.02  # seconds between two requests


class Shop:
    """Serves invented requests, and tells about them."""

    def __init__(self, grpc_port: int, http_port: int) -> None:
        resource = Resource.create({"service.name": "shop", "service.version": "1.4.2"})
        http = f"http://127.0.0.1:{http_port}/v1/"
        spans = OTLPSpanExporter(endpoint=f"http://127.0.0.1:{grpc_port}", insecure=True)
        self._traces = TracerProvider(resource=resource)
        self._traces.add_span_processor(BatchSpanProcessor(spans, schedule_delay_millis=250))
        reader = PeriodicExportingMetricReader(OTLPMetricExporter(endpoint=http + "metrics"), 1000)
        self._metrics = MeterProvider(resource=resource, metric_readers=[reader])
        self._logs = LoggerProvider(resource=resource)
        records = OTLPLogExporter(endpoint=http + "logs")
        self._logs.add_log_record_processor(BatchLogRecordProcessor(records, schedule_delay_millis=250))
        self._tracer = self._traces.get_tracer("shop")
        self._logger = self._logs.get_logger("shop")
        meter = self._metrics.get_meter("shop")
        self._requests = meter.create_counter("http.server.requests", "{request}", "Requests served.")
        self._durations = meter.create_histogram("http.server.request.duration", "s", "How long requests took.")
        self._random = random.Random(7)  # noqa: S311 -- not a secret

    def serve(self) -> None:
        """One request: a span with a child, a measurement or two, a line in the log."""
        route = self._random.choice(ROUTES)
        failed = route == "/checkout" and self._random.random() < 0.2
        labels = {"http.route": route, "http.response.status_code": 500 if failed else 200}
        user = f"user-{self._random.randrange(20)}"
        begin = time.perf_counter()
        with self._tracer.start_as_current_span(f"GET {route}", kind=SpanKind.SERVER, attributes=labels) as span:
            if route != "/healthz":
                span.set_attribute("enduser.id", user)
                with self._tracer.start_as_current_span("SELECT carts", kind=SpanKind.CLIENT):
                    time.sleep(self._random.expovariate(500))
                text = "payment declined" if failed else f"served {route}"
                severity = SeverityNumber.ERROR if failed else SeverityNumber.INFO
                self._logger.emit(
                    timestamp=time.time_ns(),
                    severity_number=severity,
                    severity_text=severity.name,
                    body=text,
                    attributes={"http.route": route, "enduser.id": user},
                )
            if failed:
                span.set_status(Status(StatusCode.ERROR, "payment declined"))
        self._requests.add(1, labels)
        self._durations.record(time.perf_counter() - begin, labels)

    def close(self) -> None:
        for provider in (self._traces, self._metrics, self._logs):
            provider.shutdown()


def main() -> None:
    grpc_port, http_port = map(int, sys.argv[1:])
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    shop = Shop(grpc_port, http_port)
    while not stop.wait(PAUSE):
        shop.serve()
    shop.close()


if __name__ == "__main__":
    main()

"""The OpenTelemetry Python SDK: every signal, by gRPC and by HTTP, with and without compression."""

import asyncio

import grpc
import pytest
from opentelemetry._logs import SeverityNumber
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter as GRPCLogs
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter as GRPCMetrics
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GRPCSpans
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter as HTTPLogs
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter as HTTPMetrics
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HTTPSpans
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, SpanContext, SpanKind, TraceFlags

from collector.pdata import Logs, Metrics, Traces

RESOURCE = Resource({"service.name": "shop", "shards": [1, 2]})


def exporters(running, how):
    """Exporters of spans, metrics and log records."""
    protocol, _, compression = how.partition(" ")
    if protocol == "grpc":
        chosen = grpc.Compression.Gzip if compression else grpc.Compression.NoCompression
        options = {"endpoint": f"http://127.0.0.1:{running.grpc}", "insecure": True, "compression": chosen}
        return GRPCSpans(**options), GRPCMetrics(**options), GRPCLogs(**options)
    chosen = Compression.Gzip if compression else Compression.NoCompression
    base = f"http://127.0.0.1:{running.http}/v1/"
    return (
        HTTPSpans(base + "traces", compression=chosen),
        HTTPMetrics(base + "metrics", compression=chosen),
        HTTPLogs(base + "logs", compression=chosen),
    )


def send(running, how):
    spans, metrics, logs = exporters(running, how)
    traces = TracerProvider(resource=RESOURCE)
    traces.add_span_processor(BatchSpanProcessor(spans))
    tracer = traces.get_tracer("peers", "1.0")
    linked = Link(SpanContext(5, 6, is_remote=True, trace_flags=TraceFlags(1)), {"why": "test"})
    with tracer.start_as_current_span("parent", kind=SpanKind.SERVER, links=[linked], attributes={"n": 1}):
        with tracer.start_as_current_span("child") as child:
            child.add_event("happened", {"detail": 2.5})
        records = LoggerProvider(resource=RESOURCE)
        records.add_log_record_processor(BatchLogRecordProcessor(logs))
        records.get_logger("peers").emit(
            body={"text": "hello", "numbers": [1, 2.5]},
            severity_number=SeverityNumber.WARN,
            attributes={"k": "v"},
            event_name="greeting",
        )
    traces.shutdown()
    records.shutdown()
    meters = MeterProvider(resource=RESOURCE, metric_readers=[PeriodicExportingMetricReader(metrics, 3_600_000)])
    meter = meters.get_meter("peers")
    meter.create_counter("requests", "1").add(5, {"route": "/"})
    meter.create_histogram("took", "s", explicit_bucket_boundaries_advisory=[1, 10]).record(2.5)
    meter.create_gauge("level").set(-3)
    meters.shutdown()


@pytest.mark.parametrize("how", ["grpc", "grpc gzip", "http", "http gzip"])
async def test_every_signal_of_the_python_sdk_arrives_whole(how, sink):
    async with sink() as running:
        await asyncio.to_thread(send, running, how)
        traces = await running.arrived(Traces, 2)
        metrics = await running.arrived(Metrics, 3)
        logs = await running.arrived(Logs, 1)
    spans = {span.name: span for span in traces.spans()}
    parent, child = spans["parent"], spans["child"]
    assert (parent.kind, parent.attributes.to_dict()) == (2, {"n": 1})
    assert child.parent_span_id == parent.span_id
    assert [(event.name, event.attributes.to_dict()) for event in child.events] == [("happened", {"detail": 2.5})]
    assert [(link.span_id, link.attributes.to_dict()) for link in parent.links] == [(bytes(7) + b"\6", {"why": "test"})]
    assert parent.resource.attributes.to_dict() == {"service.name": "shop", "shards": [1, 2]}

    (record,) = logs.records()
    assert record.body.to_dict() == {"text": "hello", "numbers": [1, 2.5]}
    assert (record.severity_number, record.event_name, record.attributes.to_dict()) == (13, "greeting", {"k": "v"})
    assert (record.trace_id, record.span_id) == (parent.trace_id, parent.span_id)

    found = {metric.name: metric for metric in metrics.metrics()}
    (point,) = found["requests"].data_points
    assert (found["requests"].type, found["requests"].is_monotonic, point.value) == ("sum", True, 5)
    assert point.attributes.to_dict() == {"route": "/"}
    (point,) = found["took"].data_points
    assert (list(point.bucket_counts), list(point.explicit_bounds), point.sum) == ([0, 1, 0], [1.0, 10.0], 2.5)
    (point,) = found["level"].data_points
    assert point.value == -3

"""OTLP export requests to measure with: different for each seed, the same for the same seed."""

import random

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

START = 1_760_000_000_000_000_000
SERVICES = ("checkout", "cart", "payment", "search")


def put(attributes, **values):
    for key, value in values.items():
        pair = attributes.add(key=key.replace("__", "."))
        setattr(pair.value, "int_value" if isinstance(value, int) else "string_value", value)


def resource(attributes, seed):
    service = SERVICES[seed % 4]
    put(
        attributes,
        service__name=service,
        service__version="1.2.3",
        service__instance__id=f"{service}-{seed % 8}",
        host__name=f"ip-10-0-0-{seed % 8}",
        k8s__pod__name=f"{service}-5d8f7c9b6-{seed % 8:05d}",
        k8s__namespace__name="prod",
        cloud__region="us-east-1",
        telemetry__sdk__language="python",
        process__pid=4242,
    )


def traces(count, seed):
    """A request of so many spans with ten attributes each, eight to a trace, every tenth with an exception."""
    r = random.Random(seed)
    request = ExportTraceServiceRequest()
    group = request.resource_spans.add()
    resource(group.resource.attributes, seed)
    scope = group.scope_spans.add()
    scope.scope.name, scope.scope.version = "opentelemetry.instrumentation.fastapi", "0.55b1"
    trace, parent = b"", b""
    for i in range(count):
        if i % 8 == 0:
            trace, parent = r.randbytes(16), b""
        span = scope.spans.add(trace_id=trace, span_id=r.randbytes(8), parent_span_id=parent, kind=r.randint(1, 5))
        parent = span.span_id
        span.name = r.choice(["GET /api/cart", "POST /api/checkout", "SELECT orders", "redis.GET"])
        span.start_time_unix_nano = START + i * 1000
        span.end_time_unix_nano = span.start_time_unix_nano + r.randint(1000, 10**9)
        put(
            span.attributes,
            http__request__method=r.choice(["GET", "POST"]),
            http__route="/api/cart/{id}",
            http__response__status_code=r.choice([200, 200, 200, 404, 500]),
            url__path=f"/api/cart/{r.randint(1, 10**6)}",
            server__address="shop.example.com",
            server__port=8080,
            client__address=f"10.1.{r.randint(0, 255)}.{r.randint(0, 255)}",
            user_agent__original="Mozilla/5.0 (X11; Linux x86_64)",
            network__protocol__version="1.1",
            enduser__id=f"user-{r.randint(1, 10000)}",
        )
        if r.random() < 0.1:
            event = span.events.add(name="exception", time_unix_nano=span.end_time_unix_nano)
            put(event.attributes, exception__type="ValueError", exception__message="bad value")
            span.status.code, span.status.message = 2, "boom"
    return request.SerializeToString()


def logs(count, seed):
    """A request of so many log records with five attributes each."""
    r = random.Random(seed)
    request = ExportLogsServiceRequest()
    group = request.resource_logs.add()
    resource(group.resource.attributes, seed)
    scope = group.scope_logs.add()
    scope.scope.name = "app.logger"
    for i in range(count):
        record = scope.log_records.add(trace_id=r.randbytes(16), span_id=r.randbytes(8))
        record.time_unix_nano = record.observed_time_unix_nano = START + i * 1000
        record.severity_number, record.severity_text = r.choice(
            [(5, "DEBUG"), (9, "INFO"), (13, "WARN"), (17, "ERROR")]
        )
        record.body.string_value = f"request {r.randint(1, 10**9)} handled by worker {r.randint(0, 63)}"
        put(
            record.attributes,
            http__route="/api/cart/{id}",
            http__response__status_code=r.choice([200, 404, 500]),
            thread__name=f"worker-{r.randint(0, 63)}",
            code__function="handle",
            enduser__id=f"user-{r.randint(1, 10000)}",
        )
    return request.SerializeToString()


def metrics(count, seed, tick=0):
    """A request of so many data points: the same series for the same seed, ten seconds later for the next tick."""
    r = random.Random(seed)
    request = ExportMetricsServiceRequest()
    group = request.resource_metrics.add()
    resource(group.resource.attributes, seed)
    scope = group.scope_metrics.add()
    scope.scope.name = "app.meter"
    made = number = 0
    while made < count:
        kind = ("requests", "queue.size", "latency", "bytes")[number % 4]
        metric = scope.metrics.add(name=f"app.{kind}.{number}", description="a metric", unit="1")
        for j in range(min(20, count - made)):
            if kind == "latency":
                metric.histogram.aggregation_temporality = 2
                point = metric.histogram.data_points.add(explicit_bounds=[5, 10, 25, 50, 100, 250, 500, 1000])
                point.bucket_counts.extend(r.randint(0, 50) + tick for _ in range(9))
                point.count, point.sum = sum(point.bucket_counts), 123.4 * (tick + 1)
            elif kind == "queue.size":
                point = metric.gauge.data_points.add(as_double=r.random() * 100)
            else:
                metric.sum.is_monotonic, metric.sum.aggregation_temporality = True, 2
                point = metric.sum.data_points.add(as_int=1000 * tick + j)
            point.start_time_unix_nano, point.time_unix_nano = START, START + tick * 10_000_000_000
            put(
                point.attributes,
                http__route=f"/api/r{j}",
                http__request__method="GET",
                http__response__status_code=200,
                server__address="shop.example.com",
            )
            made += 1
        number += 1
    return request.SerializeToString()

"""A back end that counts: OTLP over gRPC and Prometheus remote write on one port each. `python sink.py GRPC HTTP`."""

import asyncio
import json
import sys

import cramjam
import grpc
from aiohttp import web
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

KINDS = ("gauge", "sum", "histogram", "exponential_histogram", "summary")
SERVICES = {"trace.v1.TraceService": "traces", "logs.v1.LogsService": "logs", "metrics.v1.MetricsService": "metrics"}
seen = {"requests": 0, "items": 0}


def items(signal, body):
    """Spans, log records or data points in a request."""
    if signal == "traces":
        groups = ExportTraceServiceRequest.FromString(body).resource_spans
        return sum(len(scope.spans) for group in groups for scope in group.scope_spans)
    if signal == "logs":
        groups = ExportLogsServiceRequest.FromString(body).resource_logs
        return sum(len(scope.log_records) for group in groups for scope in group.scope_logs)
    groups = ExportMetricsServiceRequest.FromString(body).resource_metrics
    metrics = (metric for group in groups for scope in group.scope_metrics for metric in scope.metrics)
    return sum(len(getattr(m, kind).data_points) for m in metrics for kind in KINDS if m.HasField(kind))


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def samples(body):
    """Samples and histograms of a remote-write 1.0 request: fields 2 and 4 of its series (field 1)."""
    count = at = 0
    while at < len(body):
        tag, at = varint(body, at)
        size, at = varint(body, at)
        end = at + size
        inner = at
        while tag == 10 and inner < end:
            field, inner = varint(body, inner)
            length, inner = varint(body, inner)
            count += field in (18, 34)
            inner += length
        at = end
    return count


def count(number):
    seen["requests"] += 1
    seen["items"] += number


def exporting(signal):
    async def export(body, _context):
        count(items(signal, body))
        return b""

    return grpc.unary_unary_rpc_method_handler(export)


async def write(request):
    count(samples(bytes(cramjam.snappy.decompress_raw(await request.read()))))
    return web.Response()


async def stats(_request):
    return web.Response(text=json.dumps(seen))


async def main(grpc_port, http_port):
    server = grpc.aio.server(options=[("grpc.max_receive_message_length", -1), ("grpc.so_reuseport", 0)])
    for service, signal in SERVICES.items():
        name = f"opentelemetry.proto.collector.{service}"
        handler = grpc.method_handlers_generic_handler(name, {"Export": exporting(signal)})
        server.add_generic_rpc_handlers((handler,))
    server.add_insecure_port(f"127.0.0.1:{grpc_port}")
    await server.start()
    app = web.Application(client_max_size=1 << 28)
    app.router.add_post("/api/v1/write", write)
    app.router.add_get("/stats", stats)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", http_port).start()
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))

"""rotel between two collectors: it takes what our exporters send, and our receiver takes what it sends."""

import argparse

import pytest

from collector.cli import send
from collector.pdata import Logs, Metrics, Traces


def commands(port):
    parser = argparse.ArgumentParser()
    send.configure(parser)
    signals = ["traces", "metrics", "logs"]
    return parser.parse_args([*signals, "--count", "60", "--batch", "20", "--endpoint", f"127.0.0.1:{port}"])


@pytest.mark.parametrize("protocol", ["grpc", "http"])
async def test_telemetry_passes_through_rotel_and_comes_back_the_same(
    protocol, rotel, sink, forwarder, running_program, port
):
    path, environment = rotel
    grpc, http = port(), port()
    exporters = {
        "grpc": {"otlp_grpc": {"endpoint": f"127.0.0.1:{grpc}", "tls": {"insecure": True}}},
        "http": {"otlp_http": {"endpoint": f"http://127.0.0.1:{http}"}},
    }
    async with sink() as last:
        command = [
            *(path, "start", "--otlp-grpc-endpoint", f"127.0.0.1:{grpc}", "--otlp-http-endpoint", f"127.0.0.1:{http}"),
            *("--exporter", "otlp", "--otlp-exporter-protocol", protocol, "--batch-timeout", "100ms"),
            *("--otlp-exporter-endpoint", f"http://127.0.0.1:{last.grpc if protocol == 'grpc' else last.http}"),
        ]
        async with running_program(*command, ready=grpc, env=environment), forwarder(exporters[protocol]) as first:
            assert await send.send(commands(first.grpc)) == 0
            traces = await last.arrived(Traces, 60)
            metrics = await last.arrived(Metrics, 60)
            logs = await last.arrived(Logs, 60)
    assert {span.attributes["server.address"] for span in traces.spans()} == {"shop.example.com"}
    assert {metric.name for metric in metrics.metrics()} == {
        "process.cpu.utilization",
        "http.server.requests",
        "http.server.request.duration",
    }
    assert all(record.body.startswith("order ") for record in logs.records())

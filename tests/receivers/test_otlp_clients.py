"""Clients that we did not write: the Python SDK, curl, h2load, h2spec."""

import asyncio

import pytest
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GRPCSpanExporter
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HTTPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from collector.testing import traces

path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"


async def run(*command):
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await asyncio.wait_for(process.communicate(), 100)
    return output.decode()


@pytest.mark.parametrize("kind", ["grpc", "http", "http gzip"])
async def test_the_python_sdk_sends_spans(otlp, kind):
    async with otlp(grpc={}, http={}) as receiver:

        def send():
            if kind == "grpc":
                exporter = GRPCSpanExporter(f"http://{receiver.grpc}", insecure=True)
            else:
                compression = Compression.Gzip if "gzip" in kind else Compression.NoCompression
                exporter = HTTPSpanExporter(f"http://{receiver.http}/v1/traces", compression=compression)
            provider = TracerProvider()
            provider.add_span_processor(SimpleSpanProcessor(exporter))
            for name in ("a", "b", "c"):
                provider.get_tracer("t").start_span(name, attributes={"n": name}).end()
            provider.shutdown()

        await asyncio.to_thread(send)
        assert [span.name for payload in receiver.emitted for span in payload.spans()] == ["a", "b", "c"]


async def test_the_python_sdk_sends_metrics(otlp):
    async with otlp(http={}) as receiver:

        def send():
            reader = PeriodicExportingMetricReader(OTLPMetricExporter(f"http://{receiver.http}/v1/metrics"))
            provider = MeterProvider([reader])
            provider.get_meter("m").create_counter("requests").add(3)
            provider.shutdown()

        await asyncio.to_thread(send)
        (metric,) = (m for payload in receiver.emitted for m in payload.metrics())
        assert (metric.name, metric.data_points[0].value) == ("requests", 3)


@pytest.mark.parametrize("version", ["--http1.1", "--http2-prior-knowledge"])
async def test_curl_sends_over_both_versions_of_http(otlp, program, tmp_path, version):
    curl = program("curl", "the Debian package curl")
    (tmp_path / "body").write_bytes(traces(*["name" * 100] * 5_000).seal())
    async with otlp(http={}) as receiver:
        headers = ["-H", "Content-Type: application/x-protobuf"]
        url = f"http://{receiver.http}/v1/traces"
        for _ in range(2):
            said = await run(
                curl, "-s", "-w", "%{http_code}", version, *headers, "--data-binary", f"@{tmp_path}/body", url
            )
            assert said == "200"
        assert receiver.sink.item_count == 10_000


async def test_h2load_is_served_over_many_streams(otlp, program, tmp_path):
    h2load = program("h2load", "the Debian package nghttp2-client")
    body = traces("a").seal()
    (tmp_path / "body").write_bytes(b"\0" + len(body).to_bytes(4, "big") + body)
    async with otlp(grpc={}) as receiver:
        headers = ["-H", "te: trailers", "-H", "content-type: application/grpc"]
        command = [h2load, "-n", "500", "-c", "4", "-m", "16", "-d", f"{tmp_path}/body", *headers]
        said = await run(*command, f"http://{receiver.grpc}{path}")
        assert "500 succeeded, 0 failed" in said
        assert receiver.sink.item_count == 500


@pytest.mark.parametrize("protocol", ["grpc", "http"])
async def test_h2spec_passes(otlp, program, protocol):
    h2spec = program("h2spec", "the Go module github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible")
    async with otlp(**{protocol: {}}) as receiver:
        host, _, port = getattr(receiver, protocol).rpartition(":")
        said = await run(h2spec, "-h", host, "-p", port, "-o", "2")
        assert "145 tests, 145 passed, 0 skipped, 0 failed" in said, said

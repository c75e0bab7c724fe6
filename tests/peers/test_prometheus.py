"""A real Prometheus with its remote-write receiver: the real SDK, through the configuration that users have.

Prometheus keeps no metadata that it gets by remote write 1.0 (2.42 has no feature flag for it either, and
`/api/v1/metadata` knows scraped targets alone), so types can't come back from its API: they are read from what it was
sent and took.
"""

import asyncio
import fcntl
import json
import re
import tempfile
import time
from functools import partial
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
import snappy
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter as GRPCMetrics
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter as HTTPMetrics
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource

from collector.embed import Collector

CONFIG = Path(__file__).parents[2] / "configs" / "prometheus-remote-write.yaml"
IDENTITY = {"job": "shop", "instance": "shop-1"}


class Prometheus:
    """The query API."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"

    async def get(self, path, **parameters):
        def fetch():
            with urlopen(f"{self.url}/api/v1/{path}?{urlencode(parameters)}", timeout=10) as answer:
                return json.load(answer)["data"]

        return await asyncio.to_thread(fetch)

    async def values(self, query):
        """Labels without the name, and value, of each series."""
        found = (await self.get("query", query=query))["result"]
        return [
            ({name: value for name, value in one["metric"].items() if name != "__name__"}, float(one["value"][1]))
            for one in found
        ]

    async def eventually(self, query):
        deadline = time.monotonic() + 30
        while True:
            try:
                if found := await self.values(query):
                    return found
            except HTTPError as error:  # it listens before it is ready
                assert error.code == 503
            assert time.monotonic() < deadline, f"no {query}"
            await asyncio.sleep(0.1)


@pytest.fixture
async def prometheus(program, running_program, port, tmp_path):
    command = program("prometheus", "the Debian package prometheus")
    (tmp_path / "prometheus.yml").write_text("global: {scrape_interval: 1h}\n")
    at = port()
    arguments = [
        f"--config.file={tmp_path / 'prometheus.yml'}",
        f"--storage.tsdb.path={tmp_path / 'data'}",
        f"--web.listen-address=127.0.0.1:{at}",
        "--web.enable-remote-write-receiver",
        "--enable-feature=exemplar-storage,native-histograms",
    ]
    async with running_program(command, *arguments, ready=at):
        server = Prometheus(at)
        await server.eventually("vector(1)")
        yield server


class Recorder:
    """Hands requests on to a server and keeps them, with the status of its answers."""

    def __init__(self, upstream):
        self.upstream = int(upstream.rpartition(":")[2])
        self.requests = []

    async def serve(self, reader, writer):
        try:
            while True:
                head, body = await read_message(reader)
                above, to_above = await asyncio.open_connection("127.0.0.1", self.upstream)
                to_above.write(head + body)
                answer, content = await read_message(above)
                self.requests.append((body, int(answer.split()[1])))
                writer.write(answer + content)
                to_above.close()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    @property
    def types(self):
        """Names of metric families and the types that remote write 1.0 gives them, from MetricMetadata messages."""
        found = {}
        for body, _ in self.requests:
            for number, message in fields(snappy.uncompress(body)):
                if number == 3:
                    metadata = dict(fields(message))
                    found[metadata[2].decode()] = metadata.get(1, 0)
        return found


async def read_message(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return head, await reader.readexactly(int(length[1])) if length else b""


def fields(data):
    """Number and value of each field of a protobuf message without fixed-size fields."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        tag = varint()
        value = varint()
        if tag & 7 == 2:
            value, at = data[at : at + value], at + value
        yield tag >> 3, value


@pytest.fixture
async def recorder(prometheus):
    recorder = Recorder(prometheus.url)
    server = await asyncio.start_server(recorder.serve, "127.0.0.1", 0)
    recorder.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield recorder
    server.close()


def send(exporter):
    resource = Resource({"service.name": "shop", "service.instance.id": "shop-1", "cloud.region": "eu-1"})
    provider = MeterProvider(resource=resource, metric_readers=[PeriodicExportingMetricReader(exporter, 3_600_000)])
    meter = provider.get_meter("shop", "1.0")
    requests = meter.create_counter("shop.requests", "{request}")
    requests.add(3, {"http.route": "/cart", "code": 200})
    requests.add(2, {"http.route": "/", "code": 200})
    meter.create_up_down_counter("shop.carts").add(-4)
    meter.create_gauge("memory.used", "By").set(1024.5)
    durations = meter.create_histogram("request.duration", "s", explicit_bucket_boundaries_advisory=[0.1, 1])
    for value in (0.05, 0.5, 0.7, 3):
        durations.record(value)
    provider.shutdown()


@pytest.fixture
def default_ports():
    """OTLP's own ports, for one test at a time."""
    with Path(tempfile.gettempdir(), "telepipe-tests-default-ports").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.mark.parametrize("exporter", [partial(GRPCMetrics, insecure=True), HTTPMetrics], ids=["grpc", "http"])
async def test_values_and_labels_come_back_from_the_query_api(exporter, prometheus, default_ports, tmp_path):
    path = tmp_path / "collector.yaml"
    path.write_text(CONFIG.read_text().replace("https://prometheus.example.com", prometheus.url))
    async with Collector.from_file(path):
        exporter = exporter()
        await asyncio.to_thread(send, exporter)

    found = {
        labels["http_route"]: (labels, value) for labels, value in await prometheus.eventually("shop_requests_total")
    }
    assert {route: value for route, (_, value) in found.items()} == {"/cart": 3.0, "/": 2.0}
    assert {**IDENTITY, "code": "200"}.items() <= found["/"][0].items()
    ((labels, value),) = await prometheus.values("shop_carts")
    assert value == -4
    assert IDENTITY.items() <= labels.items()
    assert [value for _, value in await prometheus.values("memory_used_bytes")] == [1024.5]
    buckets = {labels["le"]: value for labels, value in await prometheus.values("request_duration_seconds_bucket")}
    assert {float(bound): count for bound, count in buckets.items()} == {0.1: 1, 1: 3, float("inf"): 4}
    assert [value for _, value in await prometheus.values("request_duration_seconds_count")] == [4]
    assert [value for _, value in await prometheus.values("request_duration_seconds_sum")] == [4.25]
    ((labels, value),) = await prometheus.values("target_info")
    assert value == 1
    assert labels == {**IDENTITY, "cloud_region": "eu-1"}


async def test_prometheus_takes_the_types_that_it_is_sent(prometheus, recorder, default_ports, tmp_path):
    """With `send_metadata: true`; what Prometheus makes of them can't be asked of it (see above)."""
    path = tmp_path / "collector.yaml"
    path.write_text(CONFIG.read_text().replace("https://prometheus.example.com", recorder.url))
    async with Collector.from_file(path, set=["exporters.prometheusremotewrite.send_metadata=true"]):
        await asyncio.to_thread(send, GRPCMetrics(insecure=True))

    await prometheus.eventually("shop_requests_total")
    counter, gauge, histogram = 1, 2, 3
    assert recorder.types == {
        "shop_requests_total": counter,
        "shop_carts": gauge,
        "memory_used_bytes": gauge,
        "request_duration_seconds": histogram,
    }
    assert {status for _, status in recorder.requests} == {204}
    assert await prometheus.get("metadata") == {}

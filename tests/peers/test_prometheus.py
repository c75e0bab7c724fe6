"""A real Prometheus with its remote-write receiver: the real SDK, through the configuration that users have."""

import asyncio
import fcntl
import json
import tempfile
import time
from functools import partial
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
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

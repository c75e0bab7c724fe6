"""A real Prometheus takes what the exporter sends: values, labels, native histograms, exemplars, staleness."""

import asyncio
import json
import socket
import time
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from collector.delivery import Delivery
from collector.pdata import Metrics
from collector.testing import bench


class Server:
    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"

    async def get(self, path, **parameters):
        def fetch():
            with urlopen(f"{self.url}/api/v1/{path}?{urlencode(parameters)}", timeout=10) as answer:
                return json.load(answer)["data"]

        return await asyncio.to_thread(fetch)

    async def values(self, query):
        """Labels and value of each series."""
        found = (await self.get("query", query=query))["result"]
        return {tuple(sorted(one["metric"].items())): float(one["value"][1]) for one in found}


@pytest.fixture
async def prometheus(program, tmp_path):
    command = program("prometheus", "the Debian package prometheus")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "prometheus.yml").write_text("global: {scrape_interval: 1h}\n")
    process = await asyncio.create_subprocess_exec(
        command,
        f"--config.file={tmp_path / 'prometheus.yml'}",
        f"--storage.tsdb.path={tmp_path / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--web.enable-remote-write-receiver",
        "--enable-feature=exemplar-storage,native-histograms",
        stderr=asyncio.subprocess.DEVNULL,
    )
    server = Server(port)
    deadline = time.monotonic() + 30
    while True:
        try:
            await server.values("vector(1)")
            break
        except OSError:
            assert time.monotonic() < deadline, "Prometheus does not answer"
            await asyncio.sleep(0.1)
    yield server
    process.terminate()
    await process.wait()


@pytest.fixture
async def export(prometheus):
    async with bench("prometheus_remote_write", config_of(prometheus), signal="metrics") as one:
        yield one.export


def config_of(prometheus):
    return {"endpoint": f"{prometheus.url}/api/v1/write", "disable_scope_info": True, "timeout": "20s"}


async def test_what_is_sent_comes_back(prometheus, export, metrics, make):
    now = str(time.time_ns())
    resource = {"service.name": "shop", "service.instance.id": "shop-1", "region": "eu"}

    def point(labels=None, **fields):
        return make.point(labels, **fields) | {"timeUnixNano": now}

    exemplar = {"asDouble": 0.3, "timeUnixNano": now, "traceId": "aabbccddeeff00112233445566778899"}
    await export(
        metrics(
            make.gauge("memory.used", point({"a.b": "ü", "A": "1"}, asDouble=-1.5), unit="By"),
            make.sum("requests", point(asInt="7", exemplars=[exemplar])),
            make.histogram("lat", point(count="3", sum=4.5, explicitBounds=[0.5, 1], bucketCounts=["1", "1", "1"])),
            make.summary("rpc", point(count="2", sum=3.0, quantileValues=[{"quantile": 0.99, "value": 2.0}])),
            make.exponential(
                "size",
                point(count="6", sum=9.0, scale=1, zeroCount="1", positive={"offset": 2, "bucketCounts": ["2", "3"]}),
            ),
            resource=resource,
        )
    )
    own = (("instance", "shop-1"), ("job", "shop"))
    assert await prometheus.values("memory_used_bytes") == {
        (("A", "1"), ("__name__", "memory_used_bytes"), ("a_b", "ü"), *own): -1.5
    }
    assert await prometheus.values("requests_total") == {(("__name__", "requests_total"), *own): 7.0}
    assert {dict(labels)["le"]: value for labels, value in (await prometheus.values("lat_bucket")).items()} == {
        "0.5": 1.0, "1": 2.0, "+Inf": 3.0,
    }  # fmt: skip
    assert list((await prometheus.values("rpc")).values()) == [2.0]
    assert list((await prometheus.values("target_info")).values()) == [1.0]
    assert list((await prometheus.values("histogram_count(size)")).values()) == [6.0]
    assert list((await prometheus.values("histogram_sum(size)")).values()) == [9.0]
    ((_, upper),) = (await prometheus.values("histogram_quantile(1, size)")).items()
    assert upper == 4.0
    (found,) = await prometheus.get(
        "query_exemplars", query="requests_total", start=time.time() - 60, end=time.time() + 60
    )
    assert [each["labels"] for each in found["exemplars"]] == [{"trace_id": exemplar["traceId"]}]


async def test_a_stale_series_is_gone(prometheus, export, metrics, make):
    start = time.time_ns()
    for second, fields in enumerate(({"asInt": "1"}, {"flags": 1})):
        point = make.point(**fields) | {"timeUnixNano": str(start + second * 1_000_000)}
        await export(metrics(make.gauge("g", point)))
        at = (start + second * 1_000_000) / 1e9
        found = await prometheus.get("query", query="g", time=f"{at:.3f}")
        assert len(found["result"]) == 1 - second


async def test_a_sample_that_is_refused_takes_no_neighbour_with_it(prometheus, metrics, make):
    """Prometheus refuses a request as a whole, with 400, for one sample that is out of order."""
    now = time.time_ns()

    def payload(name, seconds, value):
        point = make.point(asDouble=value) | {"timeUnixNano": str(now + seconds * 1_000_000_000)}
        return metrics(make.gauge(name, point))

    async with bench("prometheus_remote_write", config_of(prometheus), signal="metrics") as one:
        await one.export(payload("late", 0, 1.0))
        delivery = Delivery(one.factory.delivery(one.config), one.component, one._settings())
        await delivery.consume(
            Metrics.merge([payload("before", 0, 2.0), payload("late", -9, 3.0), payload("after", 0, 4.0)])
        )
        await delivery.shutdown()

    assert (delivery.metrics.sent, delivery.metrics.failed) == (2, 1)
    assert one.dropped == {("refused by the destination", ""): 1}
    found = await prometheus.values('{__name__=~"before|late|after"}')
    assert sorted(found.values()) == [1.0, 2.0, 4.0]

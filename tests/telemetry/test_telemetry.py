import http.client
import socket

import pytest

from collector.component import ConfigError
from collector.config.telemetry import TelemetryConfig
from collector.telemetry.telemetry import Telemetry
from collector.testing import settle


def telemetry(settings, **options):
    return Telemetry(TelemetryConfig.model_validate({"logs": {"level": "fatal"}, **settings}), **options)


def reader(port, **options):
    return {"readers": [{"pull": {"exporter": {"prometheus": {"host": "127.0.0.1", "port": port, **options}}}}]}


async def fetch(address, path="/metrics"):
    import asyncio

    def get():
        connection = http.client.HTTPConnection(*address, timeout=5)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    return await asyncio.to_thread(get)


@pytest.fixture
async def started():
    running = []

    async def start(settings, **options):
        one = telemetry(settings, **options)
        running.append(one)
        await one.start()
        return one

    yield start
    for one in running:
        await one.stop()


async def test_a_pull_reader_serves_metrics_of_the_process(started):
    own = await started({"metrics": reader(0)})
    status, text = await fetch(own.pages[0].address)

    assert status == 200
    for name in ("process_uptime", "process_cpu_seconds", "process_memory_rss", "process_runtime_heap_alloc_bytes"):
        assert f"otelcol_{name} " in text
    assert 'service_name="telepipe"' in text


async def test_other_paths_are_not_found(started):
    own = await started({"metrics": reader(0)})

    assert (await fetch(own.pages[0].address, "/"))[0] == 404


async def test_resource_attributes_become_labels_where_chosen(started):
    settings = reader(0, with_resource_constant_labels={"included": ["service.*"], "excluded": ["service.inst*"]})
    own = await started({"metrics": settings, "resource": {"service.name": "mine", "service.version": None}})

    _, text = await fetch(own.pages[0].address)

    assert 'otelcol_process_uptime{service_name="mine"}' in text


async def test_an_embedded_collector_opens_no_port_of_its_own(started):
    own = await started({}, embedded=True)

    assert own.pages == []


async def test_level_none_opens_nothing_and_counts_nothing(started):
    own = await started({"metrics": {"level": "none"}})

    assert own.pages == []
    assert own.registry.collect() == []


async def test_a_busy_port_is_an_error_that_names_the_remedy(started):
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"127.0.0.1:{port}.*another port in `readers`, or `level: none`"):
            await started({"metrics": reader(port)})


async def test_stopping_twice_is_harmless(started):
    own = await started({"metrics": reader(0)})

    await own.stop()
    await own.stop()
    await settle()

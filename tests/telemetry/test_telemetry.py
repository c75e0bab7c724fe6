import asyncio
import http.client
import http.server
import socket
import threading

import pytest

from collector.component import ConfigError
from collector.config.telemetry import TelemetryConfig
from collector.pdata import Logs, Metrics
from collector.telemetry.telemetry import Telemetry
from collector.testing.clock import settle


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
def backend():
    """An HTTP server that keeps the paths and bodies that it gets."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            requests.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_arguments): ...

    requests = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    server.requests = requests
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


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


async def test_periodic_readers_send_by_otlp(started, backend):
    exporter = {"otlp": {"protocol": "http/protobuf", "endpoint": f"http://127.0.0.1:{backend.server_port}"}}
    reader = {"periodic": {"interval": 60_000, "exporter": exporter}}
    own = await started({"metrics": {"readers": [reader]}})
    own.registry.meter(exporter="e").counter("otelcol_exporter_sent_spans", "Sent.").add(5)
    own.registry.meter().histogram("h", "H.", (1, 10)).record(3)
    await own.stop()

    path, body = backend.requests[0]
    metrics = {metric.name: metric for metric in Metrics.from_bytes(body).metrics()}
    (sent,) = metrics["otelcol_exporter_sent_spans"].data_points
    assert path == "/v1/metrics"
    assert (sent.value, sent.attributes.to_dict()) == (5, {"exporter": "e"})
    assert metrics["otelcol_exporter_sent_spans"].is_monotonic
    assert list(metrics["h"].data_points[0].bucket_counts) == [0, 1, 0]
    assert metrics["otelcol_process_memory_rss"].type == "gauge"


async def test_periodic_readers_send_differences_where_asked(started, backend):
    exporter = {
        "otlp": {
            "protocol": "http/protobuf",
            "endpoint": f"http://127.0.0.1:{backend.server_port}/own/path",
            "temporality_preference": "delta",
        }
    }
    own = await started({"metrics": {"readers": [{"periodic": {"interval": 60_000, "exporter": exporter}}]}})
    counter = own.registry.meter().counter("c", "C.")
    histogram = own.registry.meter().histogram("h", "H.", (1,))
    for _ in range(2):
        counter.add(5)
        histogram.record(3)
        await own.readers[0]._export()
    await own.stop()

    for path, body in backend.requests[:2]:
        metrics = {metric.name: metric for metric in Metrics.from_bytes(body).metrics()}
        assert path == "/own/path"
        assert metrics["c"].data_points[0].value == 5
        assert metrics["h"].data_points[0].count == 1


async def test_a_back_end_that_is_away_does_not_stop_the_service(started):
    exporter = {"otlp": {"protocol": "http/protobuf", "endpoint": "http://127.0.0.1:9", "timeout": 100}}
    own = await started({"metrics": {"readers": [{"periodic": {"exporter": exporter, "timeout": 100}}]}})

    await own.stop()


async def test_the_console_reader_prints_json(started, capsys):
    own = await started({"metrics": {"readers": [{"periodic": {"exporter": {"console": {}}}}]}})
    await own.stop()

    assert '"otelcol_process_uptime"' in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["batch", "simple"])
async def test_own_logs_are_sent_by_otlp(started, backend, kind):
    exporter = {"otlp": {"protocol": "http/protobuf", "endpoint": f"http://127.0.0.1:{backend.server_port}"}}
    logs = {"level": "info", "output_paths": [], "processors": [{kind: {"exporter": exporter}}]}
    own = await started({"metrics": {"level": "none"}, "logs": logs, "resource": {"service.name": "mine"}})
    own.logger.warning("Odd.", items=3, error=ValueError("x"))
    await asyncio.to_thread(own.close)

    ((path, body),) = backend.requests
    (record,) = Logs.from_bytes(body).records()
    assert path == "/v1/logs"
    assert (record.body, record.severity_number) == ("Odd.", 13)
    assert record.attributes.to_dict() == {"items": 3, "error": "x"}
    assert record.resource.attributes["service.name"] == "mine"


async def test_stopping_twice_is_harmless(started):
    own = await started({"metrics": reader(0)})

    await own.stop()
    await own.stop()
    await settle()


def has_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="needs IPv6 on the loopback")
async def test_a_page_may_be_on_ipv6(started):
    own = await started({"metrics": {"readers": [{"pull": {"exporter": {"prometheus": {"host": "::1", "port": 0}}}}]}})

    assert (await fetch(own.pages[0].address))[0] == 200

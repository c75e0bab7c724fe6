import asyncio
import http.server
import os
import socket
import threading
import urllib.request
from pathlib import Path

import pytest
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

import collector
from collector import Collector
from collector.component import ConfigError, Retryable
from collector.embed import NotRunning
from collector.testing import logs, traces

forking = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
"""Newer interpreters warn of forks beside threads."""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


@pytest.fixture
def config(tmp_path):
    """A document that writes each signal to a file."""
    path = tmp_path / "out.jsonl"
    pipeline = {"receivers": ["otlp"], "processors": ["batch"], "exporters": ["file"]}

    def make(port=0, **sections):
        return {
            "receivers": {"otlp": {"protocols": {"http": {"endpoint": f"127.0.0.1:{port}"}}}},
            "processors": {"batch": None},
            "exporters": {"file": {"path": str(path), "append": True}},
            "service": {
                "telemetry": {"logs": {"level": "error"}},
                "pipelines": dict.fromkeys(("traces", "metrics", "logs"), pipeline),
            },
            **sections,
        }

    make.written = lambda: path.read_text() if path.exists() else ""
    return make


async def test_it_runs_in_the_event_loop_of_the_program(config):
    async with Collector.from_mapping(config(), listen=False) as running:
        await running.consume(logs("hello"))
        assert running.metric("otelcol_processor_incoming_items") == 1

    assert "hello" in config.written()


async def test_it_is_read_from_a_file(config, tmp_path):
    import json

    path = tmp_path / "collector.yaml"
    path.write_text(json.dumps(config()))

    async with Collector.from_file(path, set=["processors.batch.timeout=1s"], listen=False) as running:
        await running.consume(logs("hello"))

    assert "hello" in config.written()


def test_a_synchronous_program_runs_it_in_a_thread(config):
    with Collector.from_mapping(config(), listen=False) as running:
        running.send(logs("hello"))

    assert "hello" in config.written()


def test_ports_are_served_unless_it_does_not_listen(config):
    port = free_port()
    with Collector.from_mapping(config(port)):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/v1/logs", logs("x").seal(), {"content-type": "application/x-protobuf"}
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            assert answer.status == 200

    with Collector.from_mapping(config(port), listen=False), pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port))


def test_spans_of_the_sdk_need_no_port(config):
    with Collector.from_mapping(config(), listen=False) as running:
        provider = TracerProvider()
        provider.add_span_processor(BatchSpanProcessor(running.span_exporter()))
        with provider.get_tracer("t").start_as_current_span("my span"):
            pass
        provider.shutdown()

    assert "my span" in config.written()


def test_metrics_of_the_sdk_need_no_port(config):
    with Collector.from_mapping(config(), listen=False) as running:
        provider = MeterProvider([PeriodicExportingMetricReader(running.metric_exporter(), 60_000)])
        provider.get_meter("t").create_counter("my.counter").add(3)
        provider.shutdown()

    assert "my.counter" in config.written()


def test_log_records_of_the_sdk_need_no_port(config):
    from opentelemetry._logs import LogRecord

    with Collector.from_mapping(config(), listen=False) as running:
        provider = LoggerProvider()
        provider.add_log_record_processor(BatchLogRecordProcessor(running.log_exporter()))
        provider.get_logger("t").emit(LogRecord(body="my record"))
        provider.shutdown()

    assert "my record" in config.written()


async def test_exporters_of_the_sdk_do_not_block_the_collectors_own_loop(config):
    async with Collector.from_mapping(config(), listen=False) as running:
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(running.span_exporter()))
        with provider.get_tracer("t").start_as_current_span("my span"):
            pass
        await asyncio.sleep(0)
        provider.shutdown()

    assert "my span" in config.written()


def test_a_refusal_reaches_the_program(config):
    limited = config()
    limited["processors"] = {"batch": None, "memory_limiter": {"check_interval": "1ms", "limit_mib": 1}}
    for pipeline in limited["service"]["pipelines"].values():
        pipeline["processors"] = ["memory_limiter", "batch"]
    refused = pytest.raises(Retryable, match="data refused due to high memory usage")
    with Collector.from_mapping(limited, listen=False) as running, refused:
        for _ in range(1000):
            running.send(logs("x"))


@pytest.fixture
def backend():
    """An OTLP/HTTP server that keeps the bodies it gets."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_arguments): ...

    bodies = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    server.bodies = bodies
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@forking
def test_it_starts_again_in_the_child_of_a_fork(config, backend):
    port = free_port()
    document = config(port)
    endpoint = f"http://127.0.0.1:{backend.server_port}"
    document["exporters"] = {"otlp_http": {"endpoint": endpoint, "compression": "none"}}
    for pipeline in document["service"]["pipelines"].values():
        pipeline["exporters"] = ["otlp_http"]
    with Collector.from_mapping(document) as running:
        running.send(logs("from the parent"))
        child = os.fork()
        if child == 0:
            code = 1
            try:
                running.send(logs("from the child"))
                running.__exit__(None, None, None)
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        running.send(logs("still there"))
        socket.create_connection(("127.0.0.1", port)).close()

    for text in (b"from the parent", b"from the child", b"still there"):
        assert sum(text in body for body in backend.bodies) == 1


@forking
def test_parent_and_child_of_a_fork_may_write_the_same_file(config):
    document = config()
    document["exporters"]["file"]["append"] = False
    with Collector.from_mapping(document, listen=False) as running:
        running.send(logs("from the parent"))
        child = os.fork()
        if child == 0:
            code = 1
            try:
                running.send(logs("from the child"))
                running.__exit__(None, None, None)
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        running.send(logs("still there"))

    for text in ("from the parent", "from the child", "still there"):
        assert config.written().count(text) == 1


def listens_on(port):
    """Whether this process has a listening socket on the port."""
    for path in Path("/proc/self/fd").iterdir():
        if path.is_socket():
            with socket.socket(fileno=os.dup(int(path.name))) as sock:
                listens = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
                if listens and sock.getsockname()[1] == port:
                    return True
    return False


@forking
def test_the_child_of_a_fork_does_not_keep_the_port(config):
    port = free_port()
    with Collector.from_mapping(config(port)):
        assert listens_on(port)
        child = os.fork()
        if child == 0:
            os._exit(listens_on(port))
        _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0


async def test_it_can_be_mounted_in_an_asgi_service(config):
    import httpx

    collected = Collector.from_mapping(config(), listen=False)
    application = collected.asgi()
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        headers = {"content-type": "application/x-protobuf"}
        assert (await client.post("/v1/logs", content=logs("early").seal(), headers=headers)).status_code == 503
        async with collected:
            answer = await client.post("/v1/logs", content=logs("mounted").seal(), headers=headers)
            assert answer.status_code == 200
        assert (await client.post("/v1/logs", content=logs("late").seal(), headers=headers)).status_code == 503

    assert "mounted" in config.written()


async def test_a_receiver_is_named_where_several_make_a_signal(config):
    document = config()
    document["receivers"]["otlp/2"] = {"protocols": {"http": {"endpoint": "127.0.0.1:0"}}}
    document["service"]["pipelines"]["logs/2"] = {"receivers": ["otlp/2"], "exporters": ["file"]}
    async with Collector.from_mapping(document, listen=False) as running:
        with pytest.raises(LookupError, match="more than one receiver makes logs here"):
            await running.consume(logs("a"))
        await running.consume(logs("b"), receiver="otlp/2")


async def test_a_signal_without_a_pipeline_has_no_receiver(config):
    document = config()
    del document["service"]["pipelines"]["traces"]
    async with Collector.from_mapping(document, listen=False) as running:
        with pytest.raises(LookupError, match="no receiver makes traces here; name one as `receiver`: 'otlp'"):
            await running.consume(traces("a"))


async def test_sending_in_the_collectors_own_loop_is_refused(config):
    async with Collector.from_mapping(config(), listen=False) as running:
        with pytest.raises(RuntimeError, match=r"use `await consume"):
            running.send(logs("a"))


async def test_what_is_not_running_says_so(config):
    stopped = Collector.from_mapping(config(), listen=False)

    with pytest.raises(NotRunning, match="not running"):
        await stopped.consume(logs("a"))
    with pytest.raises(NotRunning):
        stopped.send(logs("a"))


def test_a_failing_start_raises_in_the_thread_of_the_caller(config):
    with socket.create_server(("127.0.0.1", 0)) as busy:
        broken = Collector.from_mapping(config(busy.getsockname()[1]))
        with pytest.raises(Exception, match="address already in use"):
            broken.__enter__()


def test_a_wrong_configuration_is_refused_at_once():
    with pytest.raises(ConfigError):
        Collector.from_mapping({"receivers": {}})


def test_the_package_offers_what_it_says():
    assert all(hasattr(collector, name) for name in collector.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        collector.nothing  # noqa: B018

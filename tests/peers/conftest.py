"""Programs that we did not write, and collectors to try them with."""

import asyncio
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sysconfig
import time
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from collector.embed import Collector
from collector.pdata import Logs, Metrics, Traces

PAYLOADS = {"resourceSpans": Traces, "resourceMetrics": Metrics, "resourceLogs": Logs}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def node_modules(absent):
    """The folder with the JavaScript SDK."""
    folder = Path(os.environ.get("TELEPIPE_JS_PEERS", "")) / "node_modules"
    if not (os.environ.get("TELEPIPE_JS_PEERS") and (folder / "@opentelemetry").is_dir()):
        absent(
            "the OpenTelemetry JavaScript SDK",
            "npm install @opentelemetry/sdk-trace-base @opentelemetry/resources and "
            "@opentelemetry/exporter-trace-otlp-{http,proto,grpc} somewhere and name it in TELEPIPE_JS_PEERS",
        )
    return folder


@pytest.fixture(scope="session")
def rotel(absent):
    """The command, and the environment that it needs."""
    path = os.environ.get("TELEPIPE_ROTEL") or shutil.which("rotel-agent")
    if path is None and (spec := importlib.util.find_spec("rotel")) is not None:
        path = Path(spec.origin).with_name("rotel-agent")
    if path is None or not Path(path).exists():
        absent("rotel", "pip install rotel, or name rotel-agent in TELEPIPE_ROTEL")
    environment = {"LD_LIBRARY_PATH": sysconfig.get_config_var("LIBDIR") or ""}
    tried = subprocess.run(
        [path, "--version"], env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if tried.returncode:
        absent("a rotel that starts", f"it needs libpython3.11: {tried.stderr.strip()}")
    return path, environment


class Running:
    """A collector that writes what it gets to a file."""

    def __init__(self, grpc, http, output):
        self.grpc, self.http, self.output = grpc, http, output

    def payloads(self, kind):
        """What was written of one signal."""
        lines = self.output.read_text().splitlines() if self.output.exists() else []
        found = [line for line in lines if line.endswith("}") and kind.__name__.lower() in signal_of(line)]
        return kind.merge([kind.from_json(line) for line in found]) if found else kind()

    async def arrived(self, kind, items):
        """Wait until so many items were written."""
        deadline = time.monotonic() + 20
        while (found := self.payloads(kind)).item_count < items:
            assert time.monotonic() < deadline, f"{found.item_count} of {items} items arrived"
            await asyncio.sleep(0.05)
        assert found.item_count == items
        return found


def signal_of(line):
    first = next(iter(json.loads(line)), "")
    return PAYLOADS[first].signal if first else ""


@pytest.fixture
def sink(tmp_path):
    """`async with sink() as running`: a collector that receives OTLP by gRPC and HTTP."""
    count = iter(range(10))

    @asynccontextmanager
    async def start():
        running = Running(free_port(), free_port(), tmp_path / f"sink{next(count)}.jsonl")
        async with Collector.from_mapping(pipelines(running, {"file": {"path": str(running.output)}})):
            yield running

    return start


def pipelines(running, exporters):
    return {
        "receivers": {
            "otlp": {
                "protocols": {
                    "grpc": {"endpoint": f"127.0.0.1:{running.grpc}"},
                    "http": {"endpoint": f"127.0.0.1:{running.http}"},
                }
            }
        },
        "exporters": exporters,
        "service": {
            "telemetry": {"logs": {"level": "error"}},
            "pipelines": {
                signal: {"receivers": ["otlp"], "exporters": list(exporters)}
                for signal in ("traces", "metrics", "logs")
            },
        },
    }


@pytest.fixture
def forwarder():
    """`async with forwarder({"otlp_grpc": {...}}) as running`: a collector that sends everything on."""

    @asynccontextmanager
    async def start(exporters):
        running = Running(free_port(), free_port(), Path())
        async with Collector.from_mapping(pipelines(running, exporters)):
            yield running

    return start


@pytest.fixture
def running_program():
    """`async with running_program(*command, ready=port)`: a program that listens on a port, stopped in the end."""

    @asynccontextmanager
    async def start(*command, ready, env=None):
        process = await asyncio.create_subprocess_exec(
            *map(str, command),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=os.environ | (env or {}),
        )
        try:
            await listening(ready, process)
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()

    return start


async def listening(port, process):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.returncode is None, f"the program ended with {process.returncode}"
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise TimeoutError(f"nothing listens on port {port}")


@pytest.fixture
def port():
    """`port()`: a free one."""
    return free_port

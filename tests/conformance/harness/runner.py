"""Runs one case: configuration file, service in this process, payloads by OTLP/HTTP, stop, what came out."""

import asyncio
import json
import os
import random
import socket
from contextlib import asynccontextmanager
from importlib.metadata import entry_points

import normal_form
import remote_write
import yaml
from aiohttp import web

from collector.component import ConfigError
from collector.config.document import load
from collector.pipeline.service import Service, check

DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
GROUPS = {"processors": "telepipe.processors", "connectors": "telepipe.connectors", "exporter": "telepipe.exporters"}


def missing_components(case):
    """Types that the case names and nothing provides."""
    found = []
    for section, group in GROUPS.items():
        known = {entry.name for entry in entry_points(group=group)}
        found += [name for name in case.get(section) or {} if name.partition("/")[0] not in known]
    return found


def free_port():
    """A port outside the range that the system hands out; each test process has a part of it for itself."""
    worker = int("".join(filter(str.isdigit, os.environ.get("PYTEST_XDIST_WORKER", ""))) or 0)
    first = 12000 + 1000 * (worker % 16)
    while True:
        port = random.randrange(first, first + 1000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


def configuration(case, receiver_port, endpoint_port, output):
    (exporter, given), *_ = (case.get("exporter") or {"file": {}}).items()
    settings = dict(given or {})
    if exporter == "file":
        settings |= {"path": str(output), "flush_interval": "100ms"}
    elif exporter == "prometheusremotewrite":
        settings |= {"endpoint": f"http://127.0.0.1:{endpoint_port}/api/v1/write"}
    processors, connectors = case.get("processors") or {}, case.get("connectors") or {}
    signal = case["signal"]
    pipelines = {
        signal: {
            "receivers": ["otlp"],
            "processors": list(processors),
            "exporters": list(connectors) or [exporter],
        }
    }
    if connectors:
        pipelines[f"{case.get('out', signal)}/out"] = {"receivers": list(connectors), "exporters": [exporter]}
    return {
        "receivers": {"otlp": {"protocols": {"http": {"endpoint": f"127.0.0.1:{receiver_port}"}}}},
        "processors": processors,
        "exporters": {exporter: settings},
        **({"connectors": connectors} if connectors else {}),
        "service": {
            "telemetry": {"metrics": {"level": "none"}, "logs": {"level": "error"}},
            "pipelines": pipelines,
        },
    }


class Endpoint:
    """A remote-write endpoint that keeps what it accepts."""

    def __init__(self, answers):
        self.answers = list(answers)
        self.attempts = 0
        self.accepted = []

    async def handle(self, request):
        body = await request.read()
        self.attempts += 1
        status = self.answers.pop(0) if self.answers else 200
        if status < 300:
            self.accepted.append(({name.lower(): value for name, value in request.headers.items()}, body))
        return web.Response(status=status)

    @asynccontextmanager
    async def listening(self):
        """Serve; gives the port."""
        handler = web.Server(self.handle)
        server = await asyncio.get_running_loop().create_server(handler, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            await handler.shutdown(0)


async def post(port, signal, payload):
    """Send a payload as OTLP/JSON; give the status of the answer."""
    body = (payload if isinstance(payload, str) else json.dumps(payload)).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(
            f"POST /v1/{signal} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode()
        )
        writer.write(body)
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()


def write_configuration(case, directory, receiver_port=4318, endpoint_port=9090):
    output = directory / "out.jsonl"
    path = directory / "config.yaml"
    text = yaml.dump(
        configuration(case, receiver_port, endpoint_port, output), Dumper=DUMPER, sort_keys=False, allow_unicode=True
    )
    path.write_text(text)
    return path, output


def is_refused(case, directory):
    """Whether the configuration is refused, and with what words."""
    path, _ = write_configuration(case, directory)
    try:
        check(load([str(path)]))
    except ConfigError as error:
        return True, str(error)
    return False, ""


async def outcome(case, fixtures, directory):
    """What came out, in the form of `expect`."""
    endpoint = Endpoint(case.get("answers", ()))
    async with endpoint.listening() as endpoint_port:
        port = free_port()
        path, output = write_configuration(case, directory, port, endpoint_port)
        statuses = await run(Service(load([str(path)]), embedded=True), case, fixtures, port)
    compare = case.get("compare") or {}
    got = {"statuses": statuses} if any(status != 200 for status in statuses) else {}
    if next(iter(case.get("exporter") or {"file": {}})) == "file":
        lines = output.read_text().splitlines() if output.exists() else []
        payloads = [json.loads(line) for line in lines if line.strip()]
        got["items"] = normal_form.items(payloads, case.get("out", case["signal"]), compare)
    else:
        got["write"] = remote_write.written(endpoint.accepted, compare, normal_form.scrub)
        if "answers" in case:
            got["attempts"] = endpoint.attempts
    return got


async def run(service, case, fixtures, port):
    """Take the service through the steps of a case; give the statuses of the answers."""
    statuses = []
    await service.start()
    try:
        for step in case["send"]:
            if isinstance(step, dict) and set(step) == {"wait"}:
                await asyncio.sleep(step["wait"])
            else:
                payload = fixtures.get(step, step) if isinstance(step, str) else step
                statuses.append(await post(port, case["signal"], payload))
        await asyncio.sleep(case.get("settle", 0))
    finally:
        await service.stop()
    return statuses

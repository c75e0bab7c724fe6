import json
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from collector.cli import demo
from collector.config.document import load
from collector.demo.tail import Tail
from collector.demo.view import View, books
from collector.pdata import Traces
from collector.pipeline.service import Service
from collector.testing import traces

COMMAND = [sys.executable, "-m", "collector.cli", "demo"]


def run(*words, **options):
    return subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def test_the_demo_ends_by_itself_and_its_books_balance(tmp_path):
    with run("--duration", "2s", cwd=tmp_path) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    told = dict(line.split(": ", 1) for line in out.splitlines() if ": " in line)
    assert told["configuration"] == str(demo.CONFIG)
    assert told["own metrics"].endswith("/metrics")
    came, left = (int(part.split()[0]) for part in told["log records"].split(", "))
    assert came == left > 0
    came, left = (int(part.split()[0]) for part in told["spans"].split(", "))
    assert came > left > 0
    assert "processor:filter: " in out
    lines = [json.loads(line) for line in Path(told["writes to"]).read_text().splitlines()]
    assert {next(iter(line)) for line in lines} == {"resourceSpans", "resourceMetrics", "resourceLogs"}
    spans = [span for line in lines if "resourceSpans" in line for span in Traces.from_json(json.dumps(line)).spans()]
    assert len(spans) == left
    assert "/healthz" not in {span.attributes.get("http.route") for span in spans}
    assert all(len(span.attributes.get("enduser.id", "x" * 64)) == 64 for span in spans)


def test_control_c_ends_the_demo_with_its_books():
    with run() as process:
        told = dict(process.stdout.readline().strip().split(": ", 1) for _ in range(4))
        written, end = Path(told["writes to"]), time.monotonic() + 60
        while not (written.exists() and written.stat().st_size):
            assert time.monotonic() < end, "nothing is written"
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "ledger: in = out + dropped + held" in out


@pytest.fixture
def document(tmp_path, monkeypatch):
    for name, port in demo.free_ports().items():
        monkeypatch.setenv(name, port)
    monkeypatch.setenv("TELEPIPE_DEMO_OUTPUT", str(tmp_path / "out.jsonl"))
    return load([str(demo.CONFIG)])


async def test_the_view_shows_what_came_and_what_left(document, tmp_path):
    service = Service(document)
    await service.start()
    payload = traces("GET /cart", "GET /healthz", attributes={"enduser.id": "ann"})
    list(payload.spans())[1].attributes["http.route"] = "/healthz"
    (receiver,) = service.graph.inlets.values()
    await receiver["traces"](payload)
    view = View(service, Tail(tmp_path / "out.jsonl"), {"configuration": "here.yaml"})
    await service.stop()

    console = Console(width=120, file=StringIO(), record=True)
    console.print(view.render())
    console.print(books(service))
    shown = console.export_text()

    assert "here.yaml" in shown
    assert "GET /cart  5.0 ms  enduser.id=" in shown
    assert "ann" not in shown
    assert "1 dropped by the rules of the configuration" in shown
    assert view.lines()[0] == "spans: 0 in, 1 out"


def test_the_tail_begins_near_the_end_of_a_long_file(tmp_path):
    path = tmp_path / "out"
    record = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "x" * 500}}]}]}]}
    last = {
        "resourceLogs": [{"scopeLogs": [{"logRecords": [{"severityText": "WARN", "body": {"stringValue": "end"}}]}]}]
    }
    path.write_text((json.dumps(record) + "\n") * 4000 + json.dumps(last) + "\n" + '{"half')
    tail = Tail(path)
    tail.look()
    assert tail.recent["logs"][-1].split() == ["WARN", "end"]
    with path.open("a") as file:
        file.write('": 1}\n')
    tail.look()
    assert tail.recent["logs"][-1].split() == ["WARN", "end"]

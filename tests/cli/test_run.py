import json
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import closing, contextmanager

import pytest

CONFIG = """
receivers: {otlp: {protocols: {http: {endpoint: "127.0.0.1:@PORT@"}}}}
exporters: {nop: }
service:
  telemetry: {logs: {encoding: json}, metrics: {level: none}}
  pipelines: {traces: {receivers: [otlp], exporters: [nop]}}
"""


def free_port():
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text(CONFIG.replace("@PORT@", str(free_port())))
    return path


@contextmanager
def running(*words):
    process = subprocess.Popen(
        [sys.executable, "-m", "collector.cli", *map(str, words)], stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def until(process, message):
    """Log records up to and with the one that has this message."""
    records = []
    for line in process.stderr:
        records.append(json.loads(line))
        if records[-1]["msg"].startswith(message):
            return records
    raise AssertionError(f"no {message!r} in {records}")


def url_of(config):
    return f"http://127.0.0.1:{config.read_text().partition('127.0.0.1:')[2].partition(chr(34))[0]}/v1/traces"


def answers(config):
    request = urllib.request.Request(url_of(config), b"{}", {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.status == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_until_a_signal_and_stops_in_order(config, number):
    with running("--config", config) as process:
        started = until(process, "Everything is ready.")
        assert [record["msg"] for record in started][:2] == ["Kernel loaded.", "Starting telepipe..."]
        assert answers(config)
        process.send_signal(number)
        assert until(process, "Shutdown complete.")[0]["msg"] == "Starting shutdown..."
        assert process.wait(10) == 0


def test_a_reload_takes_the_new_configuration(config):
    with running("run", "--config", config) as process:
        until(process, "Everything is ready.")
        config.write_text(config.read_text().replace(url_of(config).split(":")[2].partition("/")[0], str(free_port())))
        process.send_signal(signal.SIGHUP)
        assert until(process, "Config updated, restart service")[-1]["level"] == "warn"
        until(process, "Everything is ready.")
        assert answers(config)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("exporters: {nop: }", "exporters: {nop: {a: 1}}", "c.yaml:3:19: exporters::nop: '' has invalid keys: a"),
        ("exporters: {nop: }", "exporters: {nop: ", "not valid YAML"),
        (
            "[nop]}}",
            "[forward]}}\nconnectors: {forward: }",
            'connector "forward" used as exporter in [traces] pipeline but not used in any supported receiver pipeline',
        ),
    ],
)
def test_a_reload_of_a_bad_configuration_is_refused_and_nothing_stops(config, old, new, problem):
    with running("run", "--config", config) as process:
        until(process, "Everything is ready.")
        config.write_text(config.read_text().replace(old, new))
        process.send_signal(signal.SIGHUP)
        refused = until(process, "Config update refused")[-1]
        assert refused["level"] == "error"
        assert problem in "\n".join(refused["problems"])
        assert answers(config)


def test_a_bad_configuration_ends_with_1(config):
    done = subprocess.run(  # noqa: PLW1510 - the exit code is what is tested
        [sys.executable, "-m", "collector.cli", "--config", str(config), "--set", "exporters.nop.a=1"],
        capture_output=True, text=True, timeout=20,
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr == "--set exporters.nop.a: exporters::nop: '' has invalid keys: a\n"


def test_a_port_in_use_ends_with_1_and_is_named(config):
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", int(url_of(config).split(":")[2].partition("/")[0])))
        listener.listen()
        done = subprocess.run(  # noqa: PLW1510 - the exit code is what is tested
            [sys.executable, "-m", "collector.cli", "--config", str(config)], capture_output=True, text=True, timeout=20
        )

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith('cannot start pipelines: failed to start "otlp" receiver: ')


def test_a_reload_that_can_not_start_ends_the_process_and_says_so(config):
    with running("run", "--config", config) as process, closing(socket.socket()) as listener:
        until(process, "Everything is ready.")
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config.write_text(CONFIG.replace("@PORT@", str(listener.getsockname()[1])))
        process.send_signal(signal.SIGHUP)
        until(process, "Config updated, restart service")
        last = process.stderr.read().splitlines()[-1]
        assert process.wait(10) == 1

    assert last.startswith("failed to setup configuration components: cannot start pipelines: failed to start")


PLUG_IN = """
from collector.component import ExporterFactory, Stability, Status
from collector.config import ComponentConfig

class Config(ComponentConfig):
    fatal: bool = False

class Broken:
    mutates_data = False
    def __init__(self, config, settings):
        self.config, self.settings = config, settings
    async def start(self, host):
        if self.config.fatal:
            self.settings.spawn(self.fail())
    async def fail(self):
        await self.settings.clock.sleep(0.2)
        self.settings.report(Status.FATAL_ERROR, OSError("the disk is gone"))
    async def shutdown(self):
        if not self.config.fatal:
            raise OSError("can not let go")
    async def export_traces(self, traces): ...

factory = ExporterFactory("broken", Config, Broken, Stability.ALPHA)
"""


@pytest.fixture
def plug_in(tmp_path, monkeypatch):
    info = tmp_path / "plug-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plug\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[telepipe.exporters]\nbroken = plug_broken:factory\n")
    (tmp_path / "plug_broken.py").write_text(PLUG_IN)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


def test_a_component_that_can_not_go_on_ends_the_process_with_1(config, plug_in):
    config.write_text(config.read_text().replace("{nop: }", "{broken: {fatal: true}}").replace("[nop]", "[broken]"))
    with running("--config", config) as process:
        failed = until(process, "Asynchronous error received, terminating process")[-1]
        assert failed["error"] == "the disk is gone"
        until(process, "Shutdown complete.")
        assert process.wait(10) == 1


def test_a_component_that_fails_to_stop_ends_the_process_with_1(config, plug_in):
    config.write_text(config.read_text().replace("{nop: }", "{broken: }").replace("[nop]", "[broken]"))
    with running("--config", config) as process:
        until(process, "Everything is ready.")
        process.send_signal(signal.SIGTERM)
        until(process, "Shutdown complete.")
        assert "can not let go" in process.stderr.read()
        assert process.wait(10) == 1


def test_warnings_about_the_configuration_are_logged(config):
    config.write_text(config.read_text().replace("{nop: }", "{nop: , nop/${X}: , nop/y: }").replace("/${X}", "/x"))
    with running("--config", config, "--feature-gates", "some.gate") as process:
        warnings = [record for record in until(process, "Starting") if record["level"] == "warn"]

    assert [(record["msg"], record.get("id")) for record in warnings] == [
        ("Feature gate is not known here and has no effect.", None),
        ("Component is configured but not used.", "nop/x"),
        ("Component is configured but not used.", "nop/y"),
    ]

import os
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import httpx
import pytest

from collector.pdata import Traces
from collector.testing import traces

EXAMPLES = Path(__file__).parents[2] / "examples"


def spans(path):
    for line in path.read_text().splitlines():
        yield from Traces.from_json(line).spans()


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_script(tmp_path):
    run(sys.executable, EXAMPLES / "script.py", tmp_path / "spans.jsonl", cwd=tmp_path)
    found = list(spans(tmp_path / "spans.jsonl"))
    assert sorted(span.name for span in found) == ["mail", "mail", "mail", "report"]
    assert all(len(span.attributes.get("user", "x" * 64)) == 64 for span in found)


async def test_fastapi_service(tmp_path, monkeypatch):
    monkeypatch.setenv("OUTPUT", str(tmp_path / "orders.jsonl"))
    spec = spec_from_file_location("fastapi_service", EXAMPLES / "fastapi_service.py")
    service = module_from_spec(spec)
    spec.loader.exec_module(service)
    async with service.lifespan(service.app):
        transport = httpx.ASGITransport(service.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            assert (await client.get("/orders/7")).json() == {"order": 7, "state": "paid"}
            sent = await client.post(
                "/otlp/v1/traces",
                content=traces("from a browser").to_json(),
                headers={"content-type": "application/json"},
            )
            assert (sent.status_code, sent.json()) == (200, {"partialSuccess": {}})
            assert (await client.get("/accepted")).json() == {"spans": 1}
    assert sorted(span.name for span in spans(tmp_path / "orders.jsonl")) == ["GET /orders/{order}", "from a browser"]


@pytest.fixture(scope="session")
def with_plugin(tmp_path_factory):
    """An environment in which the plug-in is installed."""
    target = tmp_path_factory.mktemp("plugin")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--no-index", "--no-deps"]
    source = tmp_path_factory.mktemp("source")
    for path in (EXAMPLES / "plugin").glob("*.*"):
        (source / path.name).write_bytes(path.read_bytes())
    run(*pip, "--no-build-isolation", "--target", target, source)
    return os.environ | {"PYTHONPATH": str(target)}


def test_plugin_is_found_by_its_entry_point(with_plugin, tmp_path):
    telepipe = [sys.executable, "-m", "collector.cli"]
    assert "round_durations" in run(*telepipe, "components", env=with_plugin)
    run(*telepipe, "validate", "--config", EXAMPLES / "plugin" / "collector.yaml", env=with_plugin, cwd=tmp_path)


def test_plugin_passes_its_own_test(with_plugin, tmp_path):
    path = EXAMPLES / "plugin" / "test_round_durations.py"
    pytest_alone = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        tmp_path,
    ]
    assert "1 passed" in run(*pytest_alone, path, env=with_plugin, cwd=tmp_path)


def test_readme_names_every_example():
    text = (EXAMPLES / "README.md").read_text()
    for path in EXAMPLES.iterdir():
        if path.suffix not in {".yaml", ".md"} and not path.name.startswith((".", "__")):
            assert f"`{path.name}{'/' if path.is_dir() else ''}`" in text, path.name

"""Which build of the kernel is loaded, and what `collector.pdata` gives."""

import os
import re
import subprocess
import sys

import collector.pdata


def run(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_pure_build_can_be_asked_for():
    result = run("import collector.pdata as p; print(p.kernel_build(), p.Span.__module__)", TELEPIPE_KERNEL="pure")

    assert result.stdout.split() == ["pure", "collector.pdata._kernel.traces"]


def test_an_unknown_build_is_refused():
    result = run("import collector.pdata", TELEPIPE_KERNEL="fast")

    assert "TELEPIPE_KERNEL='fast': no such kernel; auto, compiled or pure" in result.stderr


def test_the_compiled_build_is_loaded_or_an_error_where_it_is_required():
    code = "import collector.pdata as p; print(p.kernel_build(), p.kernel.module('wire').__file__)"
    result = run(code, TELEPIPE_KERNEL="compiled")

    if result.returncode == 0:
        assert re.fullmatch(r"compiled .*\.(so|pyd)\n", result.stdout)
    else:
        assert "No module named 'collector.pdata._kernel_c" in result.stderr


def test_everything_public_is_named():
    names = {name for name in vars(collector.pdata) if not name.startswith("_")}
    modules = {"as_string", "context", "empty", "errors", "kernel", "otlp_json", "TYPE_CHECKING"}

    assert set(collector.pdata.__all__) <= names
    assert {name for name in names - set(collector.pdata.__all__) if not name.startswith("otlp_json")} <= modules

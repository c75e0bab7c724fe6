"""Both builds of the kernel, under test side by side."""

import importlib
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

KERNEL = Path(__file__).parents[2] / "collector/pdata/_kernel"
MODULES = [path.stem for path in sorted(KERNEL.glob("*.py")) if path.stem not in ("__init__", "native")]


class Build:
    """The names of one build, as `collector.pdata` gives those of the selected one."""


def load(package):
    build = Build()
    build.name = package
    for name in MODULES:
        module = importlib.import_module(f"collector.pdata.{package}" + (f".{name}" if package == "_kernel" else ""))
        vars(build).update({key: value for key, value in vars(module).items() if not key.startswith("__")})
    return build


def builds():
    found = [load("_kernel")]
    try:
        found.append(load("_kernel_c"))
    except ImportError:
        pass
    return found


BUILDS = builds()


@pytest.fixture(scope="session", params=BUILDS, ids=[build.name for build in BUILDS])
def pdata(request):
    return request.param

"""Components import the engine and never each other; the engine never imports components."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMPONENTS = ("processors", "exporters", "collector.receivers", "collector.connectors", "collector.extensions")
PROGRAM = ("collector.cli", "collector.embed", "collector.testing", "collector.pipeline")
"""What builds services: components are no users of it."""


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path):
    package = module_of(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            yield ".".join([*base, node.module] if node.module else base)


def inside(module, packages):
    return next((package for package in packages if module == package or module.startswith(f"{package}.")), None)


def component_of(module):
    """A component's own module or folder: `processors.batch`, `collector.receivers.otlp`."""
    package = inside(module, COMPONENTS)
    if package is None or module == package:
        return None
    return ".".join(module.split(".")[: package.count(".") + 2])


def sources():
    for folder in ("collector", "processors", "exporters"):
        yield from sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", list(sources()), ids=module_of)
def test_dependencies_have_one_direction(path):
    module = module_of(path)
    own = component_of(module)
    for imported in imports(path):
        other = component_of(imported)
        if inside(module, PROGRAM) == "collector.cli":
            continue
        if own is None:
            assert other is None, f"the engine's {module} imports the component {imported}"
        else:
            assert other in (None, own), f"the component {module} imports the component {imported}"
            assert inside(imported, PROGRAM) is None, f"the component {module} imports {imported}"


def test_importing_the_package_imports_no_component():
    import subprocess
    import sys

    code = "import collector, collector.component, sys; print(sorted(m for m in sys.modules if m.startswith(%r)))"
    packages = ("processors", "exporters", "collector.receivers", "collector.net", "aiohttp", "structlog", "pydantic")
    found = subprocess.run([sys.executable, "-c", code % (packages,)], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"

"""Builds the compiled modules. `TELEPIPE_BUILD` = `auto` (compiled where it can be), `pure` (never) or `required`.

The kernel is plain Python that also runs as it is: package `collector.pdata._kernel`. Its sources are joined
to one module, `_kernel_c`, which is what gets compiled, with the C types that the `.pxd` files beside them declare.
"""

import ast
import os
import re
import shutil
import sys
from pathlib import Path

from setuptools import Extension, setup

MODE = os.environ.get("TELEPIPE_BUILD", "auto")
BUILD = Path("build/cython")
KERNEL = Path("collector/pdata/_kernel")
KERNEL_MODULES = [
    "wire",
    "pattern",
    "slices",
    "check",
    "node",
    "message",
    "anyvalue",
    "pieces",
    "entries",
    "values",
    "attrs",
    "repeated",
    "fields",
    "tests",
    "actions",
    "common",
    "traces",
    "logs",
    "metrics",
    "split",
    "builder",
    "payload",
]
REMOTE_WRITE = Path("exporters/prometheus_remote_write")
REMOTE_WRITE_MODULES = ["series", "wire", "exemplars", "buckets", "walk", "requests"]
DIRECTIVES = {
    "language_level": 3,
    "annotation_typing": False,  # the annotations are Python's; the C types are in the .pxd files
    "boundscheck": False,
    "wraparound": False,
    "nonecheck": True,
    "cdivision": True,
    "embedsignature": True,
}


def join_kernel() -> list[tuple[str, str]]:
    """Join the kernel's modules under its second name, so that C sees all of it at once.

    Gives what is to be compiled, as (module, source).
    """
    target = BUILD / "source" / KERNEL.parent
    shutil.rmtree(BUILD / "source", ignore_errors=True)
    target.mkdir(parents=True)
    for package in (target, *target.parents):
        if package == BUILD / "source":
            break
        (package / "__init__.py").touch()
    source = target / f"{KERNEL.name}_c.py"
    source.write_text("".join(compiled_source(KERNEL / f"{name}.py") for name in KERNEL_MODULES))
    types = [(KERNEL / f"{name}.pxd").read_text() for name in ("native", *KERNEL_MODULES) if declared(name)]
    source.with_suffix(".pxd").write_text("\n".join(types))
    return [(f"{'.'.join(KERNEL.parts)}_c", str(source))]


def declared(name: str) -> bool:
    return (KERNEL / f"{name}.pxd").exists()


def copy_remote_write() -> list[tuple[str, str]]:
    """Copy the walk of the remote-write exporter: its modules are compiled under second names in the same package."""
    target = BUILD / "source" / REMOTE_WRITE
    target.mkdir(parents=True)
    for package in (target, target.parent):
        (package / "__init__.py").touch()
    for path in sorted(REMOTE_WRITE.glob("*.pxd")):
        shutil.copy(path, target)
    modules = []
    for name in REMOTE_WRITE_MODULES:
        source = target / f"_{name}_c.py"
        shutil.copy(REMOTE_WRITE / f"_{name}.py", source)
        modules.append((f"{'.'.join(REMOTE_WRITE.parts)}._{name}_c", str(source)))
    return modules


def compiled_source(path: Path) -> str:
    """Give a module's source as it is compiled.

    What it imports from its neighbours is left out. `@cython.no_gc` and `@cython.freelist`, written in the .pxd, are
    moved to the class, where alone Cython obeys them.
    """
    source = path.read_text()
    types = path.with_suffix(".pxd")
    classes = re.findall(
        r"^((?:@cython\.(?:no_gc|freelist\(\d+\))\n)+)cdef class (\w+)",
        types.read_text() if types.exists() else "",
        re.MULTILINE,
    )
    decorated = {name: decorators for decorators, name in classes}
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            for number in range(node.lineno - 1, node.end_lineno):
                lines[number] = ""
        elif isinstance(node, ast.ClassDef) and node.name in decorated:
            lines[node.lineno - 1] = f"import cython\n{decorated[node.name]}@cython.cclass\n{lines[node.lineno - 1]}"
    return "\n".join(lines) + "\n"


def extensions() -> list[Extension]:
    """Translate the compiled modules to C; none where that is impossible or not wanted."""
    if MODE == "pure":
        return []
    try:
        from Cython.Build import cythonize  # noqa: PLC0415 - a build without Cython is a pure one
    except ImportError:
        if MODE == "required":
            raise
        return []
    modules = join_kernel() + copy_remote_write()
    made = cythonize(
        [Extension(name, [source], extra_compile_args=["-O2", "-g0"]) for name, source in modules],
        build_dir=str(BUILD / "c"),
        compiler_directives=DIRECTIVES,
        include_path=[str(BUILD / "source")],
        quiet=True,
    )
    for extension in made:
        extension.optional = MODE != "required"  # cythonize forgets it
    return made


if __name__ == "__main__" or "setuptools" in sys.modules:
    setup(ext_modules=extensions(), options={"build_ext": {"parallel": os.cpu_count()}})

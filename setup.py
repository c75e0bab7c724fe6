"""Builds the compiled modules. `TELEPIPE_BUILD` = `auto` (compiled where it can be), `pure` (never) or `required`.

The kernel is plain Python that also runs as it is: package `collector.pdata._kernel`. Its sources are copied to a
second package, `_kernel_c`, which is what gets compiled, with the C types that the `.pxd` files beside them declare.
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
    "values",
    "actions",
    "repeated",
    "fields",
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


def copy_kernel() -> list[tuple[str, str]]:
    """Copy the kernel under its second name and list what is to be compiled, as (module, source)."""
    target = BUILD / "source" / f"{KERNEL}_c"
    shutil.rmtree(BUILD / "source", ignore_errors=True)
    target.mkdir(parents=True)
    for package in (target, *target.parents):
        if package == BUILD / "source":
            break
        (package / "__init__.py").touch()
    Path(f"{KERNEL}_c").mkdir(exist_ok=True)  # where a build in place puts the modules
    for path in sorted(KERNEL.glob("*.pxd")):
        shutil.copy(path, target)
    for name in KERNEL_MODULES:
        (target / f"{name}.py").write_text(compiled_source(KERNEL / f"{name}.py"))
    return [(f"collector.pdata._kernel_c.{name}", str(target / f"{name}.py")) for name in KERNEL_MODULES]


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

    The imports that its .pxd makes are left out, since C functions have no Python object to import. `@cython.no_gc`
    and `@cython.freelist`, written in the .pxd, are moved to the class, where alone Cython obeys them.
    """
    source = path.read_text()
    declared = path.with_suffix(".pxd")
    if not declared.exists():
        return source
    types = declared.read_text()
    typed = {
        (module, name.strip())
        for module, names in re.findall(r"^from \.(\w+) cimport (.+)$", types, re.MULTILINE)
        for name in names.split(",")
    }
    classes = re.findall(r"^((?:@cython\.(?:no_gc|freelist\(\d+\))\n)+)cdef class (\w+)", types, re.MULTILINE)
    decorated = {name: decorators for decorators, name in classes}
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            kept = [alias.name for alias in node.names if (node.module, alias.name) not in typed]
            for number in range(node.lineno - 1, node.end_lineno):
                lines[number] = ""
            if kept:
                lines[node.lineno - 1] = f"from .{node.module} import {', '.join(kept)}"
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
    modules = copy_kernel() + copy_remote_write()
    made = cythonize(
        [Extension(name, [source], extra_compile_args=["-O3", "-g0"]) for name, source in modules],
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

"""Which build of the kernel is used: `TELEPIPE_KERNEL` = `auto` (compiled if it is there), `compiled` or `pure`."""

import os
from importlib import import_module
from types import ModuleType


def _select(wanted: str) -> tuple[str, str]:
    if wanted not in ("auto", "compiled", "pure"):
        raise ImportError(f"TELEPIPE_KERNEL={wanted!r}: no such kernel; auto, compiled or pure")
    if wanted != "pure":
        try:
            import_module("collector.pdata._kernel_c")
        except ImportError:
            if wanted == "compiled":
                raise
        else:
            return "compiled", "collector.pdata._kernel_c"
    return "pure", "collector.pdata._kernel"


build, package = _select(os.environ.get("TELEPIPE_KERNEL", "auto"))


def module(name: str) -> ModuleType:
    """Give a module of the selected kernel; the compiled one is all in one."""
    return import_module(package if build == "compiled" else f"{package}.{name}")

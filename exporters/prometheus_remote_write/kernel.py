"""Which build of the compiled modules is used; as in `collector.pdata.kernel`, `TELEPIPE_KERNEL` chooses."""

import os
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from collector.pdata import kernel_build


def _suffix() -> str:
    if kernel_build() == "pure":
        return ""
    try:
        for name in ("series", "walk", "requests", "buckets"):
            import_module(f"{__package__}._{name}_c")
    except ImportError:
        if os.environ.get("TELEPIPE_KERNEL") == "compiled":
            raise
        return ""
    return "_c"


if TYPE_CHECKING:
    from . import _buckets as buckets
    from ._requests import Writer, varint
    from ._series import Family, Metadata, Samples, Series, Stream, Symbol
    from ._walk import Malformed, Resource, Scope, Walk
else:
    _chosen = _suffix()

    def _module(name: str) -> ModuleType:
        return import_module(f"{__package__}._{name}{_chosen}")

    buckets = _module("buckets")
    Writer, varint = _module("requests").Writer, _module("requests").varint
    Family, Metadata, Samples = _module("series").Family, _module("series").Metadata, _module("series").Samples
    Series, Stream, Symbol = _module("series").Series, _module("series").Stream, _module("series").Symbol
    Malformed, Resource = _module("walk").Malformed, _module("walk").Resource
    Scope, Walk = _module("walk").Scope, _module("walk").Walk

__all__ = [
    "Family",
    "Malformed",
    "Metadata",
    "Resource",
    "Samples",
    "Scope",
    "Series",
    "Stream",
    "Symbol",
    "Walk",
    "Writer",
    "buckets",
    "varint",
]

"""Which build of the compiled modules is used; as in `collector.pdata.kernel`, `TELEPIPE_KERNEL` chooses."""

import os
from importlib import import_module
from typing import TYPE_CHECKING

from collector.pdata import kernel_build

_NAMES = {
    "requests": "Writer varint",
    "series": "Family Metadata Samples Series Stream Symbol",
    "walk": "Malformed Resource Scope Walk",
}


def _suffix() -> str:
    if kernel_build() == "pure":
        return ""
    try:
        for name in (*_NAMES, "buckets"):
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
    buckets = import_module(f"{__package__}._buckets{_chosen}")
    for _module, _names in _NAMES.items():
        for _name in _names.split():
            globals()[_name] = getattr(import_module(f"{__package__}._{_module}{_chosen}"), _name)

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

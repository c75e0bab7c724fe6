"""Which build of the compiled modules is used; the choice is that of `collector.pdata.kernel` (`TELEPIPE_KERNEL`)."""

from typing import TYPE_CHECKING

from collector.pdata import kernel_build

if TYPE_CHECKING or kernel_build() == "pure":
    from . import _buckets as buckets
    from ._requests import Writer, varint
    from ._series import Family, Metadata, Samples, Series, Stream, Symbol
    from ._walk import Malformed, Resource, Scope, Walk
else:
    from . import _buckets_c as buckets
    from ._requests_c import Writer, varint
    from ._series_c import Family, Metadata, Samples, Series, Stream, Symbol
    from ._walk_c import Malformed, Resource, Scope, Walk

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

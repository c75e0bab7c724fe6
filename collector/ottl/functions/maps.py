"""Maps as values."""

from __future__ import annotations

from collector.ottl.signature import Map, function
from collector.ottl.values import Slice, entries


@function("Keys")
def keys(target: Map) -> Slice:
    return Slice(target)


@function("Values")
def values(target: Map) -> Slice:
    return Slice([value for _, value in entries(target)])

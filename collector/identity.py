"""Identity of attribute values: equal whatever the order of map keys, told apart by type.

Raw bytes are the first key: `AttributesIdentity` works the canonical form out only for bytes not seen before.
"""

import struct
from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any

from collector.pdata import Resource, ValueList

__all__ = ["attributes_identity", "canonical"]


def canonical(value: Any) -> Hashable:
    """Make a hashable form of an attribute value; equal for equal values of one type, maps in any order."""
    if isinstance(value, Mapping):
        return frozenset((key, canonical(each)) for key, each in value.items())
    if isinstance(value, list | tuple | ValueList):
        return ("list", tuple(canonical(each) for each in value))
    if isinstance(value, float):
        return ("double", struct.pack("<d", value))
    return (type(value).__name__, value)


@lru_cache(maxsize=16384)
def attributes_identity(raw: bytes) -> Hashable:
    """Identity of an attribute map, given as the encoded bytes of a Resource's attributes (field 1)."""
    return canonical(Resource.from_raw(raw).attributes)

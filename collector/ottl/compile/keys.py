"""Keys of paths that are known while compiling."""

from __future__ import annotations

from collector.ottl.check import bound


def first_key(node: bound.Bound) -> bytes | None:
    """Return the first key of a path as bytes, if it is a literal text."""
    if isinstance(node, bound.Read) and node.keys and isinstance(key := node.keys[0], bound.Const):
        return key.value.encode("utf-8", "replace") if type(key.value) is str else None
    return None

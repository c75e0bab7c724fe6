"""Which context a group of statements belongs to, judged by the paths, functions and enums it uses (section 13)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from collector.ottl.check.contexts import CONTEXTS, WORDS
from collector.ottl.errors import Refusal
from collector.ottl.parse import tree

Trees = Sequence[tree.Statement | tree.Condition | tree.Value]


class NoContext(Refusal):
    """No context fits; `index` tells in which of the trees the reason lies."""

    def __init__(self, reason: str, index: int, node: tree.Node | None = None) -> None:
        super().__init__(f"unable to infer a valid context{reason}", node.start if node else 0, node.end if node else 0)
        self.index = index


def infer(trees: Trees, offered: Iterable[str], has_function: Callable[[str, str], bool]) -> str:
    """Return the context in which all of the trees make sense.

    `has_function(context, name)` says where a function exists. Raises `NoContext`.
    """
    offered = tuple(offered)
    nodes = [(index, node) for index, root in enumerate(trees) for node in walk(root)]
    prefixes = {n.context or n.fields[0].name: (i, n) for i, n in nodes if isinstance(n, tree.Path)}
    if not prefixes:
        raise NoContext(": there is no path; name one with the key `context`", 0)
    best = min(prefixes, key=lambda p: WORDS.index(p) if p in WORDS else len(WORDS))
    if best not in offered:
        raise NoContext(f" from path {best!r}; paths begin with one of {', '.join(offered)}", *prefixes[best])
    needed = [(i, n) for i, n in nodes if isinstance(n, (tree.Call, tree.Enum, tree.FunctionName))]

    def missing(context: str) -> tuple[int, tree.Call | tree.Enum | tree.FunctionName] | None:
        for index, node in needed:
            if isinstance(node, tree.Enum):
                if node.name not in CONTEXTS[context].enums:
                    return index, node
            elif not has_function(context, node.name):
                return index, node
        return None

    absent = missing(best)
    if absent is None:
        return best
    for spec in CONTEXTS.values():
        if best in spec.parents and spec.name in offered and missing(spec.name) is None:
            return spec.name
    index, node = absent
    what = "enum symbol" if isinstance(node, tree.Enum) else "function"
    raise NoContext(f": inferred {best!r} does not support the {what} {node.name!r}", index, node)


def walk(node: Any) -> Iterator[tree.Node]:
    """Yield a node and everything below it."""
    if isinstance(node, tree.Node):
        yield node
        for item in dataclasses.fields(node):
            if item.name not in ("start", "end"):
                yield from walk(getattr(node, item.name))
    elif isinstance(node, tuple):
        for part in node:
            yield from walk(part)

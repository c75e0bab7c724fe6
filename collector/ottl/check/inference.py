"""Which context a group of statements belongs to, judged by the paths, functions and enums it uses (section 13)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from collector.ottl.check.contexts import CONTEXTS, WORDS
from collector.ottl.errors import Refusal
from collector.ottl.parse import tree

Trees = Sequence[tree.Statement | tree.Condition]


def infer(trees: Trees, offered: Iterable[str], has_function: Callable[[str, str], bool]) -> str:
    """Return the context in which all of the trees make sense.

    `has_function(context, name)` says where a function exists. Raises `Refusal` with a position in the first tree that
    has the reason, or in none if there is no path at all.
    """
    offered = tuple(offered)
    nodes = [n for t in trees for n in walk(t)]
    prefixes = {n.context: n for n in nodes if isinstance(n, tree.Path) and n.context}
    prefixes |= {n.fields[0].name: n for n in nodes if isinstance(n, tree.Path) and not n.context}
    if not prefixes:
        raise Refusal("unable to infer a valid context: there is no path; name one with the key `context`", 0, 0)
    best = min(prefixes, key=lambda p: WORDS.index(p) if p in WORDS else len(WORDS))
    if best not in offered:
        path = prefixes[best]
        known = f"paths begin with one of {', '.join(offered)}"
        raise Refusal(f"unable to infer a valid context from path {best!r}; {known}", path.start, path.end)
    needed = [n for n in nodes if isinstance(n, (tree.Call, tree.Enum, tree.FunctionName))]

    def missing(context: str) -> tree.Call | tree.Enum | tree.FunctionName | None:
        for node in needed:
            if isinstance(node, tree.Enum):
                if node.name not in CONTEXTS[context].enums:
                    return node
            elif not has_function(context, node.name):
                return node
        return None

    absent = missing(best)
    if absent is None:
        return best
    for spec in CONTEXTS.values():
        if best in spec.parents and spec.name in offered and missing(spec.name) is None:
            return spec.name
    what = "enum symbol" if isinstance(absent, tree.Enum) else "function"
    raise Refusal(
        f"unable to infer a valid context: inferred {best!r} does not support the {what} {absent.name!r}",
        absent.start,
        absent.end,
    )


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

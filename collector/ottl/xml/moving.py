"""Matches of an XPath one after another, as the Collector writes them: each moved out of its place."""

from __future__ import annotations

from collector.ottl.errors import EvaluationError
from collector.ottl.values import MAX_BYTES
from collector.ottl.xml.nodes import Node, escape, serialise

_VALUES = ("attribute", "cdata", "text")


def matches_text(nodes: list[Node]) -> str:
    """Return elements as XML and other values as text, in document order; comments and instructions are nothing.

    A match within another one is followed there by all later matches, not by its former siblings.
    Raises `EvaluationError` when that grows without measure.
    """
    chosen = [node for node in nodes if node.kind == "element" or node.kind in _VALUES]
    within = {id(node) for node in chosen if node.kind == "element"}
    if any(_is_within(node, within) for node in chosen):
        return _chained(chosen)
    return "".join(map(_shown, chosen))


def _shown(node: Node) -> str:
    return escape(node.value) if node.kind in _VALUES else serialise(node)


def _is_within(node: Node, elements: set[int]) -> bool:
    if node.kind == "attribute":
        return False
    parent = node.parent
    while parent is not None:
        if id(parent) in elements:
            return True
        parent = parent.parent
    return False


def _chained(chosen: list[Node]) -> str:
    moved = {id(node) for node in chosen}
    chain = ""
    written: dict[int, str] = {}
    first: dict[int, tuple[Node, str]] = {}
    """By parent: the first match among its children so far, and it and all later matches as text."""
    for node in reversed(_document_order(chosen[0])):
        if node.kind == "element":
            head, rest = first.pop(id(node), (None, ""))
            pieces = []
            for child in node.children:
                if child is head:
                    break
                pieces.append(written.pop(id(child)))
            written[id(node)] = "".join([node.opening(), *pieces, rest, f"</{node.name}>"])
        elif node.kind not in ("document", "attribute"):
            written[id(node)] = serialise(node)
        if id(node) in moved:
            chain = (escape(node.value) if node.kind in _VALUES else written.pop(id(node))) + chain
            if len(chain) > MAX_BYTES:
                raise EvaluationError(f"the matches would make more than {MAX_BYTES} bytes of XML")
            if node.parent is not None and node.kind in ("element", "text"):  # of others a copy is made
                first[id(node.parent)] = (node, chain)
    return chain


def _document_order(node: Node) -> list[Node]:
    while node.parent is not None:
        node = node.parent
    found: list[Node] = []
    stack = [node]
    while stack:
        current = stack.pop()
        found += [current, *current.attributes]
        stack.extend(reversed(current.children))
    return found

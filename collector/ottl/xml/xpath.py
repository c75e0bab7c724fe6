"""XPath 1.0, evaluated over our nodes. Names match with the prefixes that are written."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from collector.ottl.xml.functions import FUNCTIONS, boolean, number, string
from collector.ottl.xml.grammar import Expression, parse
from collector.ottl.xml.nodes import Node

MAX_NODES = 1_000_000
_REVERSE = frozenset({"ancestor", "ancestor-or-self", "preceding", "preceding-sibling"})


class XPath:
    """A compiled expression."""

    __slots__ = ("_expression",)

    def __init__(self, text: str) -> None:
        self._expression = parse(text)
        _check(self._expression)

    def select(self, root: Node) -> list[Node]:
        """Return the nodes that the expression selects; none if it gives no nodes.

        They are in document order, but for unions: there the nodes of the left side come first.
        """
        value = _Evaluation(root).value(self._expression, root, 1, 1)
        return value if isinstance(value, list) else []


def _check(expression: Any) -> None:
    """Raise `ValueError` for a call of an unknown function or with the wrong number of arguments."""
    if not isinstance(expression, tuple):
        return
    if expression[:1] == ("call",):
        known = FUNCTIONS.get(expression[1])
        if known is None and expression[1] not in ("position", "last"):
            raise ValueError(f"invalid XPath: unknown function {expression[1]}()")
        count = len(expression[2])
        if known is not None and not known.least <= count <= known.most:
            raise ValueError(f"invalid XPath: {expression[1]}() does not take {count} arguments")
    for part in expression:
        _check(part)


@lru_cache(maxsize=256)
def xpath(text: str) -> XPath:
    """Return a compiled expression. Raises `ValueError`."""
    return XPath(text)


class _Evaluation:
    def __init__(self, root: Node) -> None:
        self.root = root
        self.order: dict[int, int] | None = None

    def value(self, expression: Expression, node: Node, position: int, size: int) -> Any:
        match expression:
            case ("literal", literal):
                return literal
            case ("root",):
                return [self.root]
            case ("here",):
                return [node]
            case ("or", left, right):
                return self.test(left, node, position, size) or self.test(right, node, position, size)
            case ("and", left, right):
                return self.test(left, node, position, size) and self.test(right, node, position, size)
            case ("compare", operator, left, right):
                return _compare(
                    operator, self.value(left, node, position, size), self.value(right, node, position, size)
                )
            case ("maths", operator, left, right):
                a = number(self.value(left, node, position, size))
                return _maths(operator, a, number(self.value(right, node, position, size)))
            case ("negative", inner):
                return -number(self.value(inner, node, position, size))
            case ("union", left, right):
                a, b = self.value(left, node, position, size), self.value(right, node, position, size)
                both = [*(a if isinstance(a, list) else []), *(b if isinstance(b, list) else [])]
                return list({id(n): n for n in both}.values())
            case ("filter", inner, predicates):
                found = self.value(inner, node, position, size)
                return self.filtered(found, predicates) if isinstance(found, list) else found
            case ("path", start, steps):
                found = self.value(start, node, position, size)
                return self.walk(found if isinstance(found, list) else [], steps)
            case ("call", name, arguments):
                return self.call(name, arguments, node, position, size)
        raise AssertionError(expression)

    def test(self, expression: Expression, node: Node, position: int, size: int) -> bool:
        return boolean(self.value(expression, node, position, size))

    def call(self, name: str, arguments: tuple[Expression, ...], node: Node, position: int, size: int) -> Any:
        if name == "position":
            return float(position)
        if name == "last":
            return float(size)
        values = [self.value(a, node, position, size) for a in arguments]
        known = FUNCTIONS[name]
        if known.on_node and not values:
            values = [[node]]
        return known.call(*values)

    def walk(self, nodes: list[Node], steps: tuple[Expression, ...]) -> list[Node]:
        for axis, kind, name, predicates in steps:
            found: list[Node] = []
            for node in nodes:
                candidates = [n for n in _AXES[axis](node) if _fits(n, axis, kind, name)]
                found.extend(self.filtered(candidates, predicates))
                if len(found) > MAX_NODES:
                    raise ValueError("the XPath selects too many nodes")
            nodes = self.ordered(found) if len(nodes) > 1 or axis in _REVERSE else found
        return nodes

    def filtered(self, nodes: list[Node], predicates: tuple[Expression, ...]) -> list[Node]:
        for predicate in predicates:
            size = len(nodes)
            kept = []
            for position, node in enumerate(nodes, 1):
                value = self.value(predicate, node, position, size)
                if value == position if isinstance(value, float) else boolean(value):
                    kept.append(node)
            nodes = kept
        return nodes

    def ordered(self, nodes: list[Node]) -> list[Node]:
        """Return the nodes in document order, each once."""
        if self.order is None:
            self.order = {}
            for place, node in enumerate(_with_attributes(self.root)):
                self.order[id(node)] = place
        unique = {id(n): n for n in nodes}
        order = self.order
        return sorted(unique.values(), key=lambda n: order.get(id(n), 0))


def _fits(node: Node, axis: str, kind: str, name: str) -> bool:
    if kind == "name":
        if not (node.kind == "attribute" if axis == "attribute" else node.is_element()):
            return False
        if name in ("*", node.name):
            return True
        return name.endswith(":*") and node.name.startswith(name[:-1])
    if kind == "node":
        return True
    if kind == "text":
        return node.is_text()
    if kind == "comment":
        return node.kind == "comment"
    return node.is_element() and name in ("", node.name)


# ---- axes


def _descendants(node: Node) -> Iterator[Node]:
    stack = list(reversed(node.seen_children()))
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(current.seen_children()))


def _with_attributes(root: Node) -> Iterator[Node]:
    for node in (root, *_descendants(root)):
        yield node
        yield from node.attributes


def _ancestors(node: Node) -> Iterator[Node]:
    current = node.parent
    while current is not None:
        yield current
        current = current.parent


def _siblings(node: Node, *, after: bool) -> list[Node]:
    if node.parent is None or node.kind == "attribute":
        return []
    siblings = node.parent.children
    place = next(i for i, s in enumerate(siblings) if s is node)
    found = siblings[place + 1 :] if after else siblings[:place][::-1]
    return [sibling for sibling in found if not sibling.is_blank()]


def _following(node: Node) -> Iterator[Node]:
    for current in (node, *_ancestors(node)):
        for sibling in _siblings(current, after=True):
            yield sibling
            yield from _descendants(sibling)


def _preceding(node: Node) -> Iterator[Node]:
    for current in (node, *_ancestors(node)):
        for sibling in _siblings(current, after=False):
            yield from reversed([sibling, *_descendants(sibling)])


_AXES: dict[str, Callable[[Node], Any]] = {
    "ancestor": _ancestors,
    "ancestor-or-self": lambda n: (n, *_ancestors(n)),
    "attribute": lambda n: n.attributes,
    "child": lambda n: n.seen_children(),
    "descendant": _descendants,
    "descendant-or-self": lambda n: (n, *_descendants(n)),
    "following": _following,
    "following-sibling": lambda n: _siblings(n, after=True),
    "parent": lambda n: () if n.parent is None else (n.parent,),
    "preceding": _preceding,
    "preceding-sibling": lambda n: _siblings(n, after=False),
    "self": lambda n: (n,),
}


# ---- operators


def _compare(operator: str, left: Any, right: Any) -> bool:
    if isinstance(left, list) and isinstance(right, list):
        return any(_relate(operator, a.text(), b.text()) for a in left for b in right)
    if isinstance(left, list):
        if isinstance(right, bool):
            return _relate(operator, boolean(left), right)
        return any(_relate(operator, a.text(), right) for a in left)
    if isinstance(right, list):
        if isinstance(left, bool):
            return _relate(operator, left, boolean(right))
        return any(_relate(operator, left, b.text()) for b in right)
    return _relate(operator, left, right)


def _relate(operator: str, left: Any, right: Any) -> bool:
    if operator in ("=", "!="):
        if isinstance(left, bool) or isinstance(right, bool):
            same = boolean(left) == boolean(right)
        elif isinstance(left, float) or isinstance(right, float):
            same = number(left) == number(right)
        else:
            same = string(left) == string(right)
        return same == (operator == "=")
    a, b = number(left), number(right)
    return {"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[operator]


def _maths(operator: str, left: float, right: float) -> float:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    if right == 0:
        if operator == "mod" or left == 0 or math.isnan(left):
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1, right)
    return left / right if operator == "div" else math.fmod(left, right)

"""Comparisons as source, specialised where one side is constant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collector.ottl import compare
from collector.ottl.check import bound
from collector.ottl.compile.code import Code
from collector.ottl.compile.keys import first_key
from collector.pdata import encode_value

if TYPE_CHECKING:
    from collector.ottl.compile.emitter import Emitter

_EXACT_INT = 1 << 53
EMPTY_BYTES = encode_value(b"")
"""An attribute that is there and yet equal to nil."""
_NAMES = {
    "==": "equal", "!=": "not_equal", "<": "less", "<=": "at_most", ">": "greater", ">=": "at_least",
}  # fmt: skip
COMPARISONS = {f"is_{_NAMES[operator]}": call for operator, call in compare.OPERATIONS.items()}
"""What the source of comparisons refers to."""


def comparison(emitter: Emitter, operator: str, left: bound.Bound, right: bound.Bound) -> Code:
    """Return a comparison, specialised where one side is constant."""
    if isinstance(left, bound.Const) and isinstance(right, bound.Const):
        return Code(repr(compare.OPERATIONS[operator](left.value, right.value)), bool)
    if isinstance(left, bound.Const):
        left, right = right, left
        operator = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(operator, operator)
    if isinstance(right, bound.Const) and operator in ("==", "!="):
        code = _equals_constant(emitter, left, right.value)
        if code is not None:
            return code if operator == "==" else Code(f"(not {code.source})", bool, code.levels + 1)
    a, b = emitter.value(left), emitter.value(right)
    levels = max(a.levels, b.levels) + 1
    if a.type is b.type and a.type in (int, str) and (a.type is not None):
        return Code(f"({a.source} {operator} {b.source})", bool, levels)
    return Code(f"is_{_NAMES[operator]}({a.source}, {b.source})", bool, levels)


def _equals_constant(emitter: Emitter, node: bound.Bound, value: Any) -> Code | None:
    key = first_key(node) if isinstance(node, bound.Read) and len(node.keys) == 1 else None
    single = key is not None and isinstance(node, bound.Read) and node.spec.kind == "attributes"
    if single and key is not None and isinstance(node, bound.Read):
        owner = emitter.owner(node)
        if value is None:
            t = emitter.fresh("t")
            emitter.raws[owner, key] = t
            return Code(f"(not ({t} := attr_raw({owner}, {key!r})) or {t} == {EMPTY_BYTES!r})", bool, 2)
        if type(value) is str:
            return Code(f"attr_equals({owner}, {key!r}, {emitter.literal(encode_value(value))})", bool, 2)
    kind = type(value)
    if value is None:
        code = emitter.value(node)
        test = f"is_equal({code.source}, None)" if code.type in (None, bytes) else f"({code.source} is None)"
        return Code(test, bool, code.levels + 1)
    if kind is bool:
        code = emitter.value(node)
        return Code(f"({code.source} is {value})", bool, code.levels + 1)
    source = f"attr_get({emitter.owner(node)}, {key!r})" if single and isinstance(node, bound.Read) else ""
    if kind is str:
        code = emitter.value(node)
        return Code(f"({code.source} == {emitter.literal(value)})", bool, code.levels + 1)
    if kind is int and abs(value) < _EXACT_INT:
        code = Code(source) if source else emitter.value(node)
        if code.type is int:
            return Code(f"({code.source} == {emitter.literal(value)})", bool, code.levels + 1)
        if value in (0, 1):
            t = emitter.fresh("t")
            test = f"(({t} := {code.source}) == {value} and type({t}) is not bool)"
            return Code(test, bool, code.levels + 1)
        return Code(f"({code.source} == {emitter.literal(value)})", bool, code.levels + 1)
    return None

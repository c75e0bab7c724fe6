"""Comparison of values of any type. It never fails: values that do not compare are simply unequal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from collector.ottl.values import (
    COMPARABLE_LISTS,
    IDS,
    MAPS,
    TELEMETRY_LISTS,
    TELEMETRY_MAPS,
    Duration,
    Time,
    element,
)

_ORDERED = frozenset({bool, str, bytes})


def equal(left: Any, right: Any) -> bool:
    """Tell whether `left == right`."""
    a, b = type(left), type(right)
    if a is b:
        if a in COMPARABLE_LISTS:
            return _same_list(left, right)
        if a in MAPS:
            return _same_map(left, right)
        if a in _ORDERED or a is int or a is float or a is Time or a is Duration or a in IDS or left is None:
            return bool(left == right)
        return False
    if a is int and b is float:
        return float(left) == right  # type: ignore[no-any-return]
    if a is float and b is int:
        return left == float(right)  # type: ignore[no-any-return]
    if a in MAPS and b in MAPS:
        return _same_map(left, right)
    if a in COMPARABLE_LISTS and b in COMPARABLE_LISTS:
        return _same_list(left, right)
    return _nil(left) and _nil(right)


def _same_map(left: Any, right: Any) -> bool:
    if len(left) != len(right):
        return False
    for key, value in left.items():
        if key not in right or not _same(element(value), element(right[key]), literal=(False, False)):
            return False
    return True


def _same_list(left: Any, right: Any) -> bool:
    literal = (type(left) is list, type(right) is list)
    return len(left) == len(right) and all(
        _same(a if literal[0] else element(a), b if literal[1] else element(b), literal)
        for a, b in zip(left, right, strict=True)
    )


def _same(left: Any, right: Any, literal: tuple[bool, bool]) -> bool:
    """Compare what two containers hold, strictly by type; list literals show maps otherwise than telemetry does."""
    a, b = type(left), type(right)
    if a in MAPS and b in MAPS:
        return (literal[0] and a in TELEMETRY_MAPS) == (literal[1] and b in TELEMETRY_MAPS) and _same_map(left, right)
    if a in COMPARABLE_LISTS and b in COMPARABLE_LISTS:
        if (literal[0] and a in TELEMETRY_LISTS) != (literal[1] and b in TELEMETRY_LISTS):
            return False
        return _same_list(left, right)
    return a is b and equal(left, right)


def not_equal(left: Any, right: Any) -> bool:
    """Tell whether `left != right`."""
    return not equal(left, right)


def _ordered(left: Any, right: Any) -> tuple[Any, Any] | None:
    a, b = type(left), type(right)
    if a is b:
        if a is bytes and not (left and right):
            return None
        if a in _ORDERED or a is int or a is float:
            return left, right
        if a is Time or a is Duration:
            return left.ns, right.ns
        return None
    if (a is int and b is float) or (a is float and b is int):
        return float(left), float(right)
    return None


def _nil(value: Any) -> bool:
    """Tell whether a value compares as nil; bytes of length zero do."""
    return value is None or (type(value) is bytes and not value)


def less(left: Any, right: Any) -> bool:
    """Tell whether `left < right`."""
    pair = _ordered(left, right)
    return pair is not None and pair[0] < pair[1]


def at_most(left: Any, right: Any) -> bool:
    """Tell whether `left <= right`."""
    pair = _ordered(left, right)
    return pair[0] <= pair[1] if pair is not None else _nil(left) and _nil(right)


def greater(left: Any, right: Any) -> bool:
    """Tell whether `left > right`."""
    return less(right, left)


def at_least(left: Any, right: Any) -> bool:
    """Tell whether `left >= right`."""
    return at_most(right, left)


OPERATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": equal, "!=": not_equal, "<": less, "<=": at_most, ">": greater, ">=": at_least,
}  # fmt: skip

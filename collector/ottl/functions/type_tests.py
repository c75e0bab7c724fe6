"""Tests for the type and the emptiness of a value."""

from __future__ import annotations

from typing import Annotated, Any

from collector.ottl import coerce
from collector.ottl.signature import Evaluated, function
from collector.ottl.values import IDS, MAPS, STORABLE_LISTS, TELEMETRY_LISTS, Duration, MachineInt, TypedList
from collector.pdata import Repeated


def _test(constant: Any) -> Evaluated:
    """Return a parameter that takes any value, but a constant only of its type."""
    return Evaluated("a typed value", coerce.anything, constant=constant)


@function("IsBool")
def is_bool(target: Annotated[Any, _test(coerce.boolean)]) -> bool:
    return type(target) is bool


@function("IsDouble")
def is_double(target: Annotated[Any, _test(coerce.floating)]) -> bool:
    return type(target) is float


@function("IsInt")
def is_int(target: Annotated[Any, _test(coerce.integer)]) -> bool:
    return type(target) is int


@function("IsString")
def is_string(target: Annotated[Any, _test(coerce.string)]) -> bool:
    return type(target) is str


@function("IsMap")
def is_map(target: Annotated[Any, _test(coerce.mapping)]) -> bool:
    return type(target) in MAPS


@function("IsList")
def is_list(target: Any) -> bool:
    kind = type(target)
    return kind in TELEMETRY_LISTS or kind is list or kind in STORABLE_LISTS or isinstance(target, Repeated)


@function("IsEmpty")
def is_empty(target: Any) -> bool:
    kind = type(target)
    if target is None:
        return True
    if kind is Duration:
        return bool(target.ns == 0)
    if kind in IDS:
        return not any(target)
    if kind in (str, bytes, int, float, bool, MachineInt):
        return not target
    if kind in MAPS or kind in TELEMETRY_LISTS or isinstance(target, (list, TypedList)):
        return len(target) == 0
    return False

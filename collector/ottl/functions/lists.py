"""Lists."""

from __future__ import annotations

import math
from typing import Annotated, Any

from collector.ottl import compare
from collector.ottl.errors import EvaluationError
from collector.ottl.signature import LazyValues, List, ListTarget, Literal, LitStrs, Target, function
from collector.ottl.text import as_string
from collector.ottl.values import (
    COMPARABLE_LISTS,
    MAPS,
    BoolList,
    FloatList,
    IntList,
    Slice,
    StringList,
    UnsignedList,
    elements,
    entries,
    mismatch,
    raw_value,
    type_name,
)

_ABSENT: Any = object()


def _need_value(constants: Any) -> None:
    if constants.get("Value") is _ABSENT and constants.get("Values", ()) is None:
        raise ValueError("at least one of the optional arguments ('Value' or 'Values') must be provided")


@function("append", check=_need_value)
def append(target: Target, value: Any = _ABSENT, values: list[Any] | None = None) -> None:
    old = target.get()
    kind = type(old)
    if old is None:
        items: list[Any] = []
    elif kind in COMPARABLE_LISTS or kind in (StringList, IntList, BoolList, FloatList):
        items = elements(old)
    elif kind in (str, int, float, bool, bytes):
        items = [old]
    else:
        raise EvaluationError(f"unsupported type of target field: {type_name(old)}")
    added = [] if value is _ABSENT else [value]
    added += values or []
    target.set(Slice(items + [raw_value(v) for v in added]))


@function("delete_index")
def delete_index(target: ListTarget, start_index: int, end_index: int | None = None) -> None:
    length, end = len(target), start_index + 1 if end_index is None else end_index
    if start_index == 0 and end == length:
        target.clear()
        return
    if not 0 <= start_index < length:
        raise EvaluationError(f"startIndex {start_index} out of bounds for slice of length {length}")
    if end < start_index or end > length:
        raise EvaluationError(f"endIndex {end} out of bounds for slice of length {length}")
    if end > start_index:
        del target[start_index:end]


@function("ContainsValue")
def contains_value(target: List, item: Any) -> bool:
    return any(compare.equal(value, item) for value in elements(target))


def _some(constants: Any) -> None:
    if constants.get("Values") == []:
        raise ValueError("Coalesce needs at least one value")


@function("Coalesce", check=_some)
def coalesce(values: LazyValues) -> Any:
    for value in values:
        found = value()
        if found is not None:
            return found
    return None


@function("SliceToMap")
def slice_to_map(target: List, key_path: LitStrs | None = None, value_path: LitStrs | None = None) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for place, item in enumerate(elements(target)):
        if (key_path is not None or value_path is not None) and type(item) not in MAPS:
            raise EvaluationError(f"slice elements must be maps, not {type_name(item)}")
        key: Any = str(place)
        if key_path is not None:
            key = _follow(item, key_path)
            if type(key) is not str:
                raise EvaluationError(f"the key must be a string, not {type_name(key)}")
        result[key] = item if value_path is None else _follow(item, value_path)
    return result


def _follow(item: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if type(item) not in MAPS:
            raise EvaluationError(f"{key!r} leads into a value that is no map")
        found = dict(entries(item))
        if key not in found:
            raise EvaluationError(f"key {key!r} not found in map")
        item = found[key]
    return item


def _order(text: str) -> bool:
    if text not in ("asc", "desc"):
        raise ValueError(f"invalid arguments: {text}. Order should be either 'asc' or 'desc'")
    return text == "desc"


@function("Sort")
def sort(target: Any, order: Annotated[bool, Literal("a string", str, convert=_order)] = "asc") -> Any:  # type: ignore[assignment]
    kind = type(target)
    if kind in (StringList, IntList, FloatList):
        return kind(sorted(target, key=_number_key if kind is FloatList else None, reverse=order))
    if kind is BoolList:
        return kind(sorted(target, reverse=order))
    if kind is UnsignedList or kind not in COMPARABLE_LISTS:
        raise mismatch("a list", target)
    items = [raw_value(v) for v in target] if kind is list else elements(target)
    kinds = {type(v) for v in items}
    if kinds - {int, float, str, bool, type(None)}:
        return target
    if not items:
        return target
    if kinds <= {int}:
        ordered = sorted(items, reverse=order)
    elif kinds <= {int, float}:
        ordered = sorted(items, key=lambda v: _number_key(float(v)), reverse=order)
    else:
        ordered = sorted(items, key=as_string, reverse=order)
    return list(ordered)


def _number_key(number: float) -> tuple[bool, float]:
    """Return a key that puts NaN first."""
    return (False, 0.0) if math.isnan(number) else (True, number)

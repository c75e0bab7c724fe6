"""Editors of maps, and `set`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from collector.ottl.flatten import flattened
from collector.ottl.functions.expressions import Pattern
from collector.ottl.signature import (
    LitBool,
    Literal,
    LitInt,
    LitStr,
    LitStrs,
    Map,
    MapTarget,
    Target,
    function,
)
from collector.ottl.text import as_string
from collector.ottl.values import SCALARS, bounded, entries, scratch, text_of, utf8

FEW = 32
"""Up to how many entries are changed one by one, which costs a search each."""


def replace_contents(target: Any, contents: Mapping[str, Any]) -> None:
    """Give a map other contents, in place."""
    if type(target) is dict:
        contents = scratch(contents)
        target.clear()
        target.update(contents)
    else:
        target.assign(bounded(contents))


def update(target: Any, changed: Mapping[str, Any]) -> None:
    """Set many keys of a map."""
    if type(target) is dict:
        target.update(scratch(changed))
    elif len(changed) > FEW:
        replace_contents(target, {**dict(target.items()), **changed})
    else:
        for key, value in list(changed.items()):
            target[key] = value if type(value) in SCALARS else bounded(value)


def remove(target: Any, names: list[str]) -> None:
    """Take keys out of a map."""
    if type(target) is not dict and len(names) > FEW:
        gone = set(names)
        target.remove_if(lambda key, _: key in gone)
    else:
        for name in names:
            del target[name]


@function("set")
def set_value(target: Target, value: Any) -> None:
    target.set(value)


@function("delete_key")
def delete_key(target: MapTarget, key: str) -> None:
    if key in target:
        del target[key]


@function("delete_matching_keys")
def delete_matching_keys(target: MapTarget, pattern: Pattern) -> None:
    remove(target, [key for key in target if pattern.test(key)])


@function("keep_matching_keys")
def keep_matching_keys(target: MapTarget, pattern: Pattern) -> None:
    remove(target, [key for key in target if not pattern.test(key)])


@function("keep_keys")
def keep_keys(target: MapTarget, keys: list[str]) -> None:
    kept = set(keys)
    remove(target, [key for key in target if key not in kept])


def _check_limit(constants: Mapping[str, Any]) -> None:
    if constants["Limit"] < len(constants["PriorityKeys"]):
        raise ValueError(f"invalid limit: {constants['Limit']}, it is below the number of priority keys")


@function("limit", check=_check_limit)
def limit(target: MapTarget, limit: LitInt, priority_keys: LitStrs) -> None:
    names = list(target)
    if len(names) <= limit:
        return
    kept = {key for key in priority_keys if key in target}
    for name in names:
        if len(kept) >= limit:
            break
        kept.add(name)
    remove(target, [name for name in names if name not in kept])


def _strategy(name: str) -> str:
    if name not in ("insert", "update", "upsert"):
        raise ValueError(f"invalid value for strategy, {name}, must be 'insert', 'update' or 'upsert'")
    return name


@function("merge_maps")
def merge_maps(
    target: MapTarget, source: Map, strategy: Annotated[str, Literal("a string", str, convert=_strategy)]
) -> None:
    if strategy == "upsert":
        update(target, source)
        return
    known = set(target)
    update(target, {k: v for k, v in source.items() if (k in known) == (strategy == "update")})


@function("stringify_all")
def stringify_all(target: MapTarget) -> None:
    changed = {key: as_string(value) for key, value in entries(target) if type(value) is not str}
    update(target, changed)


def _check_truncate(constants: Mapping[str, Any]) -> None:
    if len(utf8(constants["TruncationMarker"])) > constants["Limit"]:
        raise ValueError("the truncation marker is longer than the limit")


@function("truncate_all", check=_check_truncate)
def truncate_all(target: MapTarget, limit: LitInt, utf8_safe: LitBool = True, truncation_marker: LitStr = "") -> None:
    changed = {}
    for key, value in target.items():
        if type(value) is str and len(value) * 4 > limit and len(data := utf8(value)) > limit:
            changed[key] = truncated(data, limit, truncation_marker, safe=utf8_safe)
    update(target, changed)


def truncated(data: bytes, limit: int, marker: str, *, safe: bool) -> str:
    """Return a text cut to a length in bytes, the marker included."""
    end = limit - len(utf8(marker))
    while safe and end > 0 and end < len(data) and data[end] & 0xC0 == 0x80:
        end -= 1
    return text_of(data[:end]) + marker


def _depth(number: int) -> int:
    if number < 1:
        raise ValueError(f"invalid depth for flatten function, {number} is not greater than 0")
    return number


@function("flatten")
def flatten(
    target: MapTarget,
    prefix: LitStr = "",
    depth: Annotated[int, Literal("an int", int, convert=_depth)] | None = None,
    resolve_conflicts: LitBool = False,
) -> None:
    replace_contents(target, flattened(target, prefix, depth, resolve_conflicts=resolve_conflicts))

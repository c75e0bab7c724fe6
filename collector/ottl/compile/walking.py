"""Keys behind a path or a converter's result: reading, and writing with what is missing made on the way (section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from collector.ottl.errors import EvaluationError
from collector.ottl.values import (
    MAPS,
    TELEMETRY_LISTS,
    BoolList,
    FloatList,
    IntList,
    Slice,
    StringList,
    bounded,
    element,
    scratch,
    storable,
    type_name,
)
from collector.pdata import EMPTY, Attributes, ValueList

_INDEXABLE = TELEMETRY_LISTS | {list, StringList, BoolList, FloatList, IntList}
MAX_LIST = 10_000
"""How long a list may become because an index behind its end is set."""


def read_keys(value: Any, keys: Sequence[Any]) -> Any:
    """Return what keys lead to, from a map or list of telemetry on; nil where a key is missing.

    A key that is a function is called when it is reached. Raises `EvaluationError` where a key does not fit.
    """
    for given in keys:
        key = given() if callable(given) else given
        kind = type(value)
        if kind in MAPS:
            if type(key) is not str:
                raise EvaluationError(f"map must be indexed by a string, not by {type_name(key)}")
            if key not in value:
                return None
            value = value[key]
        elif kind in TELEMETRY_LISTS or kind is list:
            value = value[_position(value, key)]
        else:
            raise EvaluationError(f"type {type_name(element(value))} does not support indexing")
    return element(value)


def read_body(value: Any, keys: Sequence[Any]) -> Any:
    """Return what keys lead to in a log's body, which must be a map or list."""
    if type(value) in MAPS or type(value) in TELEMETRY_LISTS:
        return read_keys(value, keys)
    raise EvaluationError(f"log bodies of type {type_name(element(value))} cannot be indexed")


def index_result(value: Any, keys: Sequence[Any]) -> Any:
    """Return what keys lead to in the result of a converter; a missing key is an error here."""
    for given in keys:
        key = given() if callable(given) else given
        kind = type(value)
        if kind in MAPS and type(key) is str:
            if key not in value:
                raise EvaluationError(f"key {key!r} not found in map")
            value = element(value[key]) if kind is not dict or type(value[key]) is list else value[key]
        elif (kind in _INDEXABLE or kind is bytes) and type(key) is int:
            value = value[_position(value, key)]
            value = element(value) if kind in TELEMETRY_LISTS else value
        else:
            raise EvaluationError(f"type {type_name(value)} cannot be indexed by {type_name(key)}")
    return value


def _position(items: Any, key: Any) -> int:
    if type(key) is not int:
        raise EvaluationError(f"list must be indexed by an int, not by {type_name(key)}")
    if not 0 <= key < len(items):
        raise EvaluationError(f"index {key} out of bounds for a list of {len(items)}")
    return key


def write_keys(container: Any, keys: Sequence[Any], value: Any) -> None:
    """Set what keys lead to. Missing parts are made first, and stay when the value cannot be stored."""
    if value is None:
        return
    for place, given in enumerate(keys):
        key = given() if callable(given) else given
        kind = type(container)
        last = place == len(keys) - 1
        if kind in MAPS:
            if type(key) is not str:
                raise EvaluationError(f"map must be indexed by a string, not by {type_name(key)}")
            if key not in container:
                container[key] = None
        elif kind in TELEMETRY_LISTS:
            _position(container, key)
        else:
            raise EvaluationError(f"type {type_name(element(container))} does not support indexing")
        if last:
            _assign(container, key, value)
        else:
            container = _descend(container, key, keys[place + 1])


def _descend(container: Any, key: Any, following: Any) -> Any:
    found = container[key]
    if found is not None and found is not EMPTY:
        return found
    after = following() if callable(following) else following
    if type(after) is int:
        if after < 0:
            raise EvaluationError(f"index {after} out of bounds")
        if after >= MAX_LIST:
            raise EvaluationError(f"index {after} would make a list of more than {MAX_LIST} elements")
        container[key] = Slice([None] * (after + 1))
    elif type(after) is str:
        container[key] = {}
    else:
        raise EvaluationError(f"a value cannot be indexed by {type_name(after)}")
    return container[key]


def _assign(container: Any, key: Any, value: Any) -> None:
    if type(value) is Attributes:
        container[key] = {}  # the map may be one that the place is in: it is copied with the new, empty entry
    stored, error = storable(value)
    if error is None or stored is not None:
        live = isinstance(container, (Attributes, ValueList))
        container[key] = bounded(stored) if live else scratch(stored)
    if error is not None:
        raise error


def replace_map(container: dict[str, Any], value: Any) -> None:
    """Give a cache other contents."""
    if value is None:
        return
    if type(value) not in MAPS:
        raise EvaluationError(f"the cache takes a map, not {type_name(value)}")
    contents = scratch(value)
    container.clear()
    container.update(contents)

"""Functions that act on the attributes of a view: one for every action, made for its settings."""

from collections.abc import Callable
from typing import Any, Final

from collector.attribute_actions.action import Action
from collector.attribute_actions.values import CONVERSIONS, Memo, hashed
from collector.pdata import (
    attr_delete,
    attr_get,
    attr_has,
    attr_map,
    attr_raw,
    attr_set_raw,
    decode_value,
    encode_value,
)
from collector.regex import compile_pattern

__all__ = ["Step", "static_step", "value_step"]

Step = Callable[[Any], None]
"""Works on the attributes of a view: a span, log record, data point or resource."""


def matching_keys(view: Any, pattern: Any) -> list[bytes]:
    return [key for key, _ in view.attributes.raw_items() if pattern.search(key) is not None]


def delete_step(a: Action) -> Step:
    key = a.key.encode()
    if not a.pattern:

        def delete(view: Any) -> None:
            attr_delete(view, key)

        return delete
    pattern = compile_pattern(a.pattern)

    def delete_matching(view: Any) -> None:
        if key:
            attr_delete(view, key)
        for found in matching_keys(view, pattern):
            attr_delete(view, found)

    return delete_matching


hashes: Final = Memo(hashed)


def hash_step(a: Action) -> Step:
    key = a.key.encode()

    def hash_one(view: Any, key: bytes = key) -> None:
        attr_map(view, key, hashes)

    if not a.pattern:
        return hash_one
    pattern = compile_pattern(a.pattern)

    def hash_matching(view: Any) -> None:
        if key:
            hash_one(view)
        for found in matching_keys(view, pattern):
            hash_one(view, found)

    return hash_matching


def extract_step(a: Action) -> Step:
    key = a.key.encode()
    pattern = compile_pattern(a.pattern)
    groups = sorted(
        (group, name.encode() if isinstance(name, str) else name) for name, group in pattern.groupindex.items()
    )

    def extract(view: Any) -> None:
        value = attr_get(view, key)
        if isinstance(value, str):
            found = pattern.search(value.encode())
            if found is not None:
                for group, name in groups:
                    attr_set_raw(view, name, encode_value((found.group(group) or b"").decode(errors="replace")))

    return extract


def convert_step(a: Action) -> Step:
    key = a.key.encode()
    convert = CONVERSIONS[a.converted_type]

    def converted(raw: bytes) -> bytes | None:
        value = convert(decode_value(raw))
        return None if value is None else encode_value(value)

    memo = Memo(converted)

    def convert_value(view: Any) -> None:
        attr_map(view, key, memo)

    return convert_value


def value_step(a: Action, value: bytes) -> Step:
    """Set a value known beforehand; an attribute that has it already is left alone."""
    key = a.key.encode()
    if a.action == "insert":

        def insert(view: Any) -> None:
            if not attr_has(view, key):
                attr_set_raw(view, key, value)

        return insert
    if a.action == "update":

        def update(view: Any) -> None:
            if attr_has(view, key):
                attr_set_raw(view, key, value)

        return update

    def upsert(view: Any) -> None:
        attr_set_raw(view, key, value)

    return upsert


def copy_step(a: Action, default: bytes | None) -> Step:
    """Set the value of another attribute."""
    key = a.key.encode()
    source = a.from_attribute.encode()
    wanted = {"insert": False, "update": True}.get(a.action)

    def copy(view: Any) -> None:
        if wanted is not None and attr_has(view, key) is not wanted:
            return
        value = attr_raw(view, source)
        if value is None:
            value = default
        if value is not None:
            attr_set_raw(view, key, value)

    return copy


def static_step(a: Action) -> Step:
    """Make the step of an action that does not depend on the context."""
    match a.action:
        case "delete":
            return delete_step(a)
        case "hash":
            return hash_step(a)
        case "extract":
            return extract_step(a)
        case "convert":
            return convert_step(a)
    default = None if a.default_value is None else encode_value(a.default_value)
    if a.from_attribute:
        return copy_step(a, default)
    return value_step(a, encode_value(a.default_value if a.value is None else a.value))

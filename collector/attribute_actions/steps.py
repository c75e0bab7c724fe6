"""What acts on the attributes of a view: one step for every action, made for its settings."""

from typing import Any, Final

from collector import pdata
from collector.attribute_actions.action import Action
from collector.attribute_actions.values import CONVERSIONS, Memo, hashed
from collector.pdata import (
    Call,
    DeleteAttribute,
    MapAttribute,
    SetAttribute,
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

Step = pdata.Action
"""Works on the attributes of a view: a span, log record, data point or resource."""


def matching_keys(view: Any, pattern: Any) -> list[bytes]:
    return [key for key, _ in view.attributes.raw_items() if pattern.search(key) is not None]


def delete_step(a: Action) -> Step:
    key = a.key.encode()
    if not a.pattern:
        return DeleteAttribute(key)
    pattern = compile_pattern(a.pattern)

    def delete_matching(view: Any) -> None:
        if key:
            attr_delete(view, key)
        for found in matching_keys(view, pattern):
            attr_delete(view, found)

    return Call(delete_matching)


hashes: Final = Memo(hashed)


def hash_step(a: Action) -> Step:
    key = a.key.encode()

    if not a.pattern:
        return MapAttribute(key, hashes)
    pattern = compile_pattern(a.pattern)

    def hash_matching(view: Any) -> None:
        if key:
            attr_map(view, key, hashes)
        for found in matching_keys(view, pattern):
            attr_map(view, found, hashes)

    return Call(hash_matching)


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

    return Call(extract)


def convert_step(a: Action) -> Step:
    key = a.key.encode()
    convert = CONVERSIONS[a.converted_type]

    def converted(raw: bytes) -> bytes | None:
        value = convert(decode_value(raw))
        return None if value is None else encode_value(value)

    return MapAttribute(key, Memo(converted))


def value_step(a: Action, value: bytes) -> Step:
    """Set a value known beforehand; an attribute that has it already is left alone."""
    return SetAttribute(a.key.encode(), value, {"insert": 0, "update": 1}.get(a.action, -1))


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

    return Call(copy)


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

"""Actions on attributes, as the processors `attributes` and `resource` offer them (components.md 4.4).

Actions are compiled once: every one becomes a function of a view with attributes. What depends on the request's context
is worked out once a payload.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256
from struct import Struct
from typing import Any, Final

from pydantic import field_validator

from collector.config import ComponentConfig
from collector.numbers import parse_float, parse_int
from collector.pdata import (
    Context,
    attr_delete,
    attr_equals,
    attr_get,
    attr_has,
    attr_raw,
    attr_set_raw,
    attribute_value_as_string,
    decode_value,
    encode_value,
)
from collector.regex import PatternError, compile_pattern

__all__ = ["Action", "AttributeActions", "check_actions"]

Step = Callable[[Any], None]
"""Works on the attributes of a view: a span, log record, data point or resource."""

Source = Callable[[Any], bytes | None]
"""The encoded value that a view's attribute is to be set to; None for no value."""

MEMO: Final = 8192
MEMO_SIZE: Final = 256  # bytes of a value; longer ones seldom recur
NOT_A_NUMBER_AS_INT: Final = -(1 << 63)  # what a conversion gives for NaN and for what does not fit


class Action(ComponentConfig):
    """One action on attributes."""

    key: str = ""
    """The attribute that is acted on."""

    action: str = ""
    """`insert`, `update`, `upsert`, `delete`, `hash`, `extract` or `convert`, in any case."""

    value: Any = None
    """The value to set."""

    from_attribute: str = ""
    """The attribute whose value is set."""

    from_context: str = ""
    """What of the request is set: `metadata.KEY` or just `KEY`, `auth.ATTRIBUTE`, or `client.address`."""

    default_value: Any = None
    """The value to set where the source named above has none."""

    pattern: str = ""
    """Regular expression: for `delete` and `hash` of keys, for `extract` of the value, with named groups."""

    converted_type: str = ""
    """For `convert`: `int`, `double` or `string`."""

    @field_validator("action")
    @classmethod
    def _any_case(cls, action: str) -> str:
        return action.lower()


def check_actions(actions: Sequence[Action]) -> None:
    """Refuse actions that make no sense.

    Raises:
        ValueError: with the index of the action and what is wrong with it.
    """
    for index, action in enumerate(actions):
        check_action(action, index)


def check_action(a: Action, index: int) -> None:
    name = a.action
    sources = (a.value is not None) + bool(a.from_attribute) + bool(a.from_context)

    def refuse(condition: object, text: str) -> None:
        if condition:
            raise ValueError(f"error creating AttrProc{text}")

    unused = f'. Action "{name}" does not use the "%s" field. This must not be specified for {index}-th action'
    if name not in {"delete", "hash"}:
        refuse(not a.key, f' due to missing required field "key" at the {index}-th action')
    match name:
        case "insert" | "update" | "upsert":
            refuse(
                not sources and a.default_value is None,
                '. Either field "value", "from_attribute", "from_context", or "default_value" must be specified for '
                f"{index}-th action",
            )
            refuse(sources > 1, f" due to multiple value sources being set at the {index}-th action")
            refuse(a.pattern, unused % "pattern")
            refuse(a.converted_type, unused % "converted_type")
        case "delete" | "hash":
            refuse(
                not a.key and not a.pattern,
                ' due to missing required field (at least one of "key" and "pattern" have to be used) at the '
                f"{index}-th action",
            )
            refuse(
                sources,
                f'. Action "{name}" does not use "value", "from_attribute" or "from_context" field. '
                f"These must not be specified for {index}-th action",
            )
            refuse(a.converted_type, unused % "converted_type")
        case "extract":
            refuse(
                sources,
                f'. Action "{name}" does not use a value source field. '
                f"These must not be specified for {index}-th action",
            )
            missing = f' due to missing required field "pattern" for action "{name}" at the {index}-th action'
            refuse(not a.pattern, missing)
            refuse(a.converted_type, unused % "converted_type")
        case "convert":
            refuse(
                sources or a.pattern,
                f'. Action "{name}" does not use value sources or "pattern" field. '
                f"These must not be specified for {index}-th action",
            )
            where = f'for action "{name}" at the {index}-th action'
            refuse(not a.converted_type, f' due to missing required field "converted_type" {where}')
            refuse(
                a.converted_type not in CONVERSIONS,
                f' due to invalid value "{a.converted_type}" in field "converted_type" {where}',
            )
        case _:
            refuse(True, f' due to unsupported action "{name}" at the {index}-th action')
    if a.pattern:
        check_pattern(a, index)
    for value in (a.value, a.default_value):
        try:
            encode_value(value)
        except TypeError as error:
            raise ValueError(f"error creating AttrProc at the {index}-th action: {error}") from error


def check_pattern(a: Action, index: int) -> None:
    try:
        pattern = compile_pattern(a.pattern)
    except PatternError as error:
        raise ValueError(
            f'error creating AttrProc. Field "pattern" has invalid pattern: "{a.pattern}" to be set at the '
            f"{index}-th action: {error}"
        ) from error
    if a.action == "extract":
        if not pattern.groups:
            reason = "no named matcher groups"
        elif len(pattern.groupindex) < pattern.groups:
            reason = "at least one unnamed matcher group"
        else:
            return
        raise ValueError(f'error creating AttrProc. Field "pattern" contains {reason} at the {index}-th action')


# ---- from the context ----------------------------------------------------------------------------------------------


def context_value(context: Context, name: str) -> str | None:
    """Value of `from_context`: several values are joined by `;`, None where there is none."""
    if name == "client.address":
        return context.client_address
    if name.startswith("auth."):
        found = context.auth.get(name.removeprefix("auth."))
        if isinstance(found, (list, tuple)):
            return ";".join(map(str, found)) if found else None
        return found if isinstance(found, str) else None
    values = context.metadata.get(name.removeprefix("metadata.").lower())
    return ";".join(values) if values else None


# ---- hashing and converting encoded values -------------------------------------------------------------------------

INT64: Final = Struct("<q").pack
DOUBLE: Final = Struct("<d").pack


def hashed(raw: bytes) -> bytes:
    """SHA-256 of an encoded value, as the encoded text of its hexadecimal digits; empty for lists, maps, bytes."""
    value = decode_value(raw)
    match value:
        case str():
            data = value.encode()
        case bool():
            data = bytes([value])
        case int():
            data = INT64(value)
        case float():
            data = DOUBLE(value)
        case _:
            return encode_value("")
    return encode_value(sha256(data).hexdigest())


def to_int(value: Any) -> Any:
    match value:
        case bool():
            return int(value)
        case float():
            return int(value) if abs(value) < 1 << 63 else NOT_A_NUMBER_AS_INT
        case str():
            return parse_int(value)
        case _:
            return None


def to_double(value: Any) -> Any:
    match value:
        case bool() | int():
            return float(value)
        case str():
            return parse_float(value)
        case _:
            return None


def to_string(value: Any) -> Any:
    return None if isinstance(value, str) else attribute_value_as_string(value)


CONVERSIONS: Final = {"int": to_int, "double": to_double, "string": to_string}


def remembered(convert: Callable[[bytes], bytes | None]) -> Callable[[bytes], bytes | None]:
    """Remember results for short values, which recur."""
    recent = lru_cache(MEMO)(convert)
    return lambda raw: recent(raw) if len(raw) <= MEMO_SIZE else convert(raw)


HASHED: Final = remembered(hashed)


# ---- steps ---------------------------------------------------------------------------------------------------------


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


def hash_step(a: Action) -> Step:
    key = a.key.encode()

    def hash_one(view: Any, key: bytes = key) -> None:
        raw = attr_raw(view, key)
        if raw is not None:
            attr_set_raw(view, key, HASHED(raw))

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

    recent = remembered(converted)

    def convert_value(view: Any) -> None:
        raw = attr_raw(view, key)
        if raw is not None:
            value = recent(raw)
            if value is not None:
                attr_set_raw(view, key, value)

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
            if attr_has(view, key) and not attr_equals(view, key, value):
                attr_set_raw(view, key, value)

        return update

    def upsert(view: Any) -> None:
        if not attr_equals(view, key, value):
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
        if value is not None and attr_raw(view, key) != value:
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


class AttributeActions:
    """A list of actions, ready to be applied to views, in order."""

    def __init__(self, actions: Sequence[Action]) -> None:
        self._actions = [(action, None if action.from_context else static_step(action)) for action in actions]
        self._static = [step for _, step in self._actions if step is not None]

    def steps(self, context: Context) -> list[Step]:
        """The steps for payloads of this context."""
        if len(self._static) == len(self._actions):
            return self._static
        steps = []
        for action, step in self._actions:
            if step is not None:
                steps.append(step)
                continue
            value: Any = context_value(context, action.from_context)
            if value is None:
                value = action.default_value
            if value is not None:
                steps.append(value_step(action, encode_value(value)))
        return steps

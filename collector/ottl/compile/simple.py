"""Statements and conditions so simple that the kernel carries them out without Python: as its actions and tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from collector.ottl.check import bound
from collector.ottl.compile.special import attribute_key, plain_replacement, text_field
from collector.ottl.functions import builtin_functions
from collector.ottl.values import storable
from collector.pdata import (
    Action,
    AttributeEquals,
    AttributeMatches,
    CopyAttribute,
    DeleteAttribute,
    Joined,
    Opposite,
    ReplaceInAttribute,
    ReplaceInText,
    SetAttribute,
    Test,
    TextEquals,
    TextFromAttribute,
    TextMatches,
    When,
    encode_value,
)
from collector.simple_regex import plain_pattern

if TYPE_CHECKING:
    from collector.ottl.compile.emitter import Emitter

Otherwise = Callable[[Any], Any]


def test_of(node: bound.Bound, context: str) -> Test | None:
    """Return a condition on items of a context as a test of the kernel; None where it is not that simple."""
    match node:
        case bound.Truth(bound.Invoke(function, (bound.Coerced(_, bound.Read() as read), bound.Const(pattern)), ())):
            if function is not builtin_functions().get("IsMatch") or read.owner != context:
                return None
            return _matches(read, plain_pattern(pattern.pattern))
        case bound.Opposite(term):
            inner = test_of(term, context)
            return None if inner is None else Opposite(inner)
        case bound.All(terms) | bound.Some(terms):
            tests = [test for test in (test_of(term, context) for term in terms) if test is not None]
            return Joined(tests, every=isinstance(node, bound.All)) if len(tests) == len(terms) else None
        case bound.Compare("==" | "!=" as operator, bound.Read() as read, bound.Const(value)):
            equals = _equals(read, value) if read.owner == context else None
            return Opposite(equals) if equals is not None and operator == "!=" else equals
        case _:
            return None


def _matches(read: bound.Read, pattern: Any) -> Test | None:
    field, key = text_field(read), attribute_key(read)
    if pattern is None:
        return None
    if field is not None:
        return TextMatches(field, pattern)
    return None if key is None else AttributeMatches(key, pattern)


def _equals(read: bound.Read, value: Any) -> Test | None:
    field, key = text_field(read), attribute_key(read)
    if key is not None and type(value) in (str, bool, int):
        return AttributeEquals(key, value) if type(value) is not int or -(1 << 63) <= value < 1 << 63 else None
    if field is None or type(value) is not str or not value:
        return None
    return TextEquals(field, value.encode("utf-8", "replace"))


def action_of(
    emitter: Emitter, statement: bound.BoundStatement, otherwise: Otherwise, *, guarded: bool
) -> Action | str | None:
    """Return a statement on items as an action of the kernel, or as source that makes one for all items of a scope.

    `otherwise` carries out the whole statement. None where it is not that simple.
    """
    context = emitter.context
    test = None if guarded or statement.where == bound.TRUE else test_of(statement.where, context)
    if test is None and not guarded and statement.where != bound.TRUE:
        return None
    action = _unconditional(emitter, statement.call, context, otherwise)
    if test is None or action is None:
        return action
    if isinstance(action, str):
        return None
    return When(test, action, otherwise)


def _unconditional(emitter: Emitter, call: bound.Invoke, context: str, otherwise: Otherwise) -> Action | str | None:
    name = call.function.name
    place = call.arguments[0] if call.arguments else None
    if (
        call.function is not builtin_functions().get(name)
        or not isinstance(place, bound.Place)
        or place.path.owner != context
    ):
        return None
    path, rest = place.path, call.arguments[1:]
    match name, rest:
        case "delete_key", (bound.Const(key),) if path.spec.kind == "attributes" and not path.keys:
            return DeleteAttribute(key.encode("utf-8", "replace"))
        case "replace_pattern", _:
            return _replacement(path, rest, otherwise)
        case "set", (value,):
            return _setting(emitter, path, value, otherwise)
        case _:
            return None


def _replacement(path: bound.Read, rest: tuple[bound.Bound, ...], otherwise: Otherwise) -> Action | None:
    plain = plain_replacement([a.value for a in rest if isinstance(a, bound.Const)]) if _constant(rest) else None
    if plain is None:
        return None
    key, field = attribute_key(path), text_field(path)
    if key is not None:
        return ReplaceInAttribute(key, *plain, otherwise)
    return None if field is None else ReplaceInText(field, *plain, otherwise)


def _constant(nodes: tuple[bound.Bound, ...]) -> bool:
    return all(isinstance(node, bound.Const) for node in nodes)


def _setting(emitter: Emitter, path: bound.Read, value: bound.Bound, otherwise: Otherwise) -> Action | str | None:
    key, field = attribute_key(path), text_field(path)
    source = attribute_key(value) if isinstance(value, bound.Read) else None
    if key is not None and isinstance(value, bound.Const) and value.value is not None:
        stored, error = storable(value.value)
        return SetAttribute(key, encode_value(stored)) if error is None else None
    if source is None or not isinstance(value, bound.Read):
        return None
    if key is not None and value.owner in emitter.stable:
        return f"SetAttribute({key!r}, {emitter.raw(value, source)} or None)"
    if key is not None and value.owner == path.owner:
        return CopyAttribute(key, source)
    if field is not None and value.owner == path.owner:
        return TextFromAttribute(field, source, otherwise)
    return None

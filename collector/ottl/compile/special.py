"""Editors that are worth source of their own, because they can leave values encoded or know what they will do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from collector.ottl.check import bound
from collector.ottl.compile.code import Code
from collector.ottl.compile.comparisons import EMPTY_BYTES
from collector.ottl.compile.keys import first_key
from collector.ottl.compile.memory import MEMO_TEXT, memoised
from collector.ottl.functions import builtin_functions
from collector.ottl.functions.calling import function_argument
from collector.ottl.functions.replacing import replaced_or_nil
from collector.ottl.signature import Function
from collector.ottl.values import SCALARS, storable, utf8
from collector.pdata import InstrumentationScope, LogRecord, Metric, Pattern, Span, SpanEvent, encode_value
from collector.simple_regex import plain_pattern

if TYPE_CHECKING:
    from collector.ottl.compile.emitter import Emitter

_VIEWS = {"span": Span, "spanevent": SpanEvent, "log": LogRecord, "metric": Metric, "scope": InstrumentationScope}
_SHORT = 1000
"""Longest replacement, in characters, that cannot make a text of a plain pattern grow without measure."""


def _set(emitter: Emitter, node: bound.Invoke) -> str | None:
    """Set attributes without decoding what is only moved."""
    place, value = node.arguments
    assert isinstance(place, bound.Place)
    path, key = place.path, attribute_key(place.path)
    if isinstance(value, bound.Const) and value.value is None:
        return "None"
    if key is not None:
        owner = emitter.owner(path)
        if isinstance(value, bound.Const):
            stored, error = storable(value.value)
            if error is None:
                return f"attr_set_raw({owner}, {key!r}, {emitter.literal(encode_value(stored))})"
        raw = _raw_source(emitter, value)
        if raw is not None:
            t = emitter.fresh("t")
            return f"({t} := {raw}) and attr_set_raw({owner}, {key!r}, {t})"
        code = emitter.value(value)
        if code.type in SCALARS:
            return f"attr_set({owner}, {key!r}, {code.source})"
        return f"store({owner}, {key!r}, {code.source})"
    code = emitter.value(value)
    if path.spec.kind == "str" and not path.keys:
        if code.type is str:
            return f"setattr({emitter.owner(path)}, {path.spec.field!r}, {code.source})"
        t = emitter.fresh("t")
        fast = f"setattr({emitter.owner(path)}, {path.spec.field!r}, {t})"
        slow = f"({fast} if type({t} := {code.source}) is str else {emitter.write(path, t)})"
        raw, field = _raw_source(emitter, value), _text_field(emitter, path)
        if raw is None or field is None:
            return slow
        assert isinstance(value, bound.Read)
        if emitter.guarded:
            slow = f"({raw} != {EMPTY_BYTES!r} and {slow})"
        if value.owner == path.owner:
            return f"{field}.put_attribute({emitter.owner(path)}, {first_key(value)!r}) or {slow}"
        return f"{field}.put_value({emitter.owner(path)}, {raw}) or {slow}"
    return emitter.write(path, code.source)


def guarded_text(emitter: Emitter, statement: bound.BoundStatement) -> bool:
    """Tell whether a statement is `set(text, attributes[key]) where attributes[key] != nil`."""
    match statement:
        case bound.BoundStatement(
            call=bound.Invoke(function, (bound.Place(path), bound.Read() as value)),
            where=bound.Compare("!=", bound.Read() as read, bound.Const(None)),
        ):
            plain = read == value and value.owner == path.owner and _raw_source(emitter, value) is not None
            return plain and function is builtin_functions().get("set") and _text_field(emitter, path) is not None
        case _:
            return False


def _raw_source(emitter: Emitter, value: bound.Bound) -> str | None:
    """Return an expression for an attribute that is only moved, encoded; nil and empty values are false in it."""
    key = attribute_key(value) if isinstance(value, bound.Read) else None
    return emitter.raw(value, key) if key and isinstance(value, bound.Read) else None


def text_field(path: bound.Read) -> Any:
    """Return the field that a path to a text stands for, None where it is something else."""
    field = getattr(_VIEWS.get(path.owner), path.spec.field or "", None)
    return field if path.spec.kind == "str" and not path.keys and hasattr(field, "put_value") else None


def attribute_key(path: bound.Read) -> bytes | None:
    """Return the key of the one attribute that a path stands for, None where it is something else."""
    return first_key(path) if path.spec.kind == "attributes" and len(path.keys) == 1 else None


def _text_field(emitter: Emitter, path: bound.Read) -> str | None:
    """Return a name for the field that a path to a text stands for."""
    field = text_field(path)
    return None if field is None else emitter.name(field, "field")


def _is_match(emitter: Emitter, node: bound.Invoke, slow: Code) -> Code:
    """Match a plain pattern where the text lies."""
    target, pattern = node.arguments
    plain = plain_pattern(pattern.value.pattern) if isinstance(pattern, bound.Const) else None
    path = target.value if isinstance(target, bound.Coerced) else None
    if plain is None or not isinstance(path, bound.Read):
        return slow
    field, key = _text_field(emitter, path), attribute_key(path)
    if field is not None:
        call = f"{field}.matches({emitter.owner(path)}, {emitter.name(plain, 'pattern')})"
    elif key is not None:
        call = f"attr_matches({emitter.owner(path)}, {key!r}, {emitter.name(plain, 'pattern')})"
    else:
        return slow
    t = emitter.fresh("t")
    return Code(f"({t} == 1 if ({t} := {call}) >= 0 else {slow.source})", bool, slow.levels + 1)


def _delete_key(emitter: Emitter, node: bound.Invoke) -> str | None:
    """Delete an attribute without looking at the others."""
    place, key = node.arguments
    assert isinstance(place, bound.Place)
    if place.path.spec.kind == "attributes" and not place.path.keys and isinstance(key, bound.Const):
        return f"attr_delete({emitter.owner(place.path)}, {key.value.encode('utf-8', 'replace')!r})"
    return None


def _replace_pattern(emitter: Emitter, node: bound.Invoke) -> str | None:
    """Replace in recurring texts by memory."""
    place, *rest = node.arguments
    if not all(isinstance(a, bound.Const) for a in rest):
        return None
    assert isinstance(place, bound.Place)
    values = [a.value for a in rest if isinstance(a, bound.Const)]
    values = [function_argument(v) if isinstance(v, Function) else v for v in values]
    call, cached = memoised(replaced_or_nil, values)
    direct, memo, t, u = (
        emitter.name(call, "call"),
        emitter.name(cached, "memo"),
        emitter.fresh("t"),
        emitter.fresh("t"),
    )
    read = emitter.settle(emitter.read(place.path))
    key = attribute_key(place.path)
    write = emitter.write(place.path, u) if key is None else f"attr_set({emitter.owner(place.path)}, {key!r}, {u})"
    slow = (
        f"type({t} := {read.source}) is str"
        f" and ({u} := {memo}({t}) if len({t}) <= {MEMO_TEXT} else {direct}({t})) is not None"
        f" and {write}"
    )
    plain = plain_replacement(values)
    if plain is None:
        return slow
    simple = f"{emitter.name(plain[0], 'pattern')}, {emitter.literal(plain[1])}"
    if key is not None:
        return f"attr_replace({emitter.owner(place.path)}, {key!r}, {simple}) or ({slow})"
    field = _text_field(emitter, place.path)
    return slow if field is None else f"{field}.replace({emitter.owner(place.path)}, {simple}) or ({slow})"


def plain_replacement(values: list[Any]) -> tuple[Pattern, bytes] | None:
    """Return a plain pattern and what is put in the place of its matches, if both are as simple as that."""
    pattern, replacement, *more = values
    plain = plain_pattern(pattern.pattern)
    if plain is None or any(v is not None for v in more) or "$" in replacement or len(replacement) > _SHORT:
        return None
    return plain, utf8(replacement)


SPECIAL_VALUES: dict[str, Callable[[Emitter, bound.Invoke, Code], Code]] = {"IsMatch": _is_match}
SPECIAL: dict[str, Callable[[Emitter, bound.Invoke], str | None]] = {
    "set": _set, "delete_key": _delete_key, "replace_pattern": _replace_pattern,
}  # fmt: skip

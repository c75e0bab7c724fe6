"""Editors that are worth source of their own, because they can leave values encoded or know what they will do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from collector.ottl.check import bound
from collector.ottl.compile.keys import first_key
from collector.ottl.compile.memory import MEMO_TEXT, memoised
from collector.ottl.functions.calling import function_argument
from collector.ottl.functions.replacing import replaced_or_nil
from collector.ottl.signature import Function
from collector.ottl.values import SCALARS, storable
from collector.pdata import encode_value

if TYPE_CHECKING:
    from collector.ottl.compile.emitter import Emitter


def _set(emitter: Emitter, node: bound.Invoke) -> str | None:
    """Set attributes without decoding what is only moved."""
    place, value = node.arguments
    assert isinstance(place, bound.Place)
    path, key = place.path, first_key(place.path)
    if isinstance(value, bound.Const) and value.value is None:
        return "None"
    if path.spec.kind == "attributes" and key is not None and len(path.keys) == 1:
        owner = emitter.owner(path)
        if isinstance(value, bound.Const):
            stored, error = storable(value.value)
            if error is None:
                return f"attr_set_raw({owner}, {key!r}, {emitter.literal(encode_value(stored))})"
        source = first_key(value)
        if isinstance(value, bound.Read) and value.spec.kind == "attributes" and source and len(value.keys) == 1:
            t, other = emitter.fresh("t"), emitter.owner(value)
            return f"({t} := attr_raw({other}, {source!r})) and attr_set_raw({owner}, {key!r}, {t})"
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
        return f"({fast} if type({t} := {code.source}) is str else {emitter.write(path, t)})"
    return emitter.write(path, code.source)


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
    plain, cached = memoised(replaced_or_nil, values)
    direct, memo, t, u = (
        emitter.name(plain, "call"),
        emitter.name(cached, "memo"),
        emitter.fresh("t"),
        emitter.fresh("t"),
    )
    read = emitter.settle(emitter.read(place.path))
    key = first_key(place.path)
    if place.path.spec.kind == "attributes" and key is not None and len(place.path.keys) == 1:
        write = f"attr_set({emitter.owner(place.path)}, {key!r}, {u})"
    else:
        write = emitter.write(place.path, u)
    return (
        f"type({t} := {read.source}) is str"
        f" and ({u} := {memo}({t}) if len({t}) <= {MEMO_TEXT} else {direct}({t})) is not None"
        f" and {write}"
    )


SPECIAL: dict[str, Callable[[Emitter, bound.Invoke], str | None]] = {
    "set": _set, "delete_key": _delete_key, "replace_pattern": _replace_pattern,
}  # fmt: skip

"""One value under one verb of Go's `fmt.Sprintf` (appendix B)."""

from __future__ import annotations

from typing import Any

from collector.ottl.gotime import format_layout
from collector.ottl.printf_scalars import Spec, duration_text, floating, integer, quote, string
from collector.ottl.rfc3339 import NANOS
from collector.ottl.values import (
    IDS,
    MAPS,
    Duration,
    MachineInt,
    Time,
    TypedList,
    UnsignedList,
    elements,
    entries,
    type_name,
)
from collector.ottl.zones import LOCAL

_TYPES = {
    "[]any": "[]interface {}",
    "map[string]any": "map[string]interface {}",
    "[]byte": "[]uint8",
}
_STRINGER_VERBS = "vsxXq"
_YEAR_ONE = 62_135_596_800
"""Seconds from the start of year 1 to the epoch."""


def go_type(value: Any) -> str:
    """Return what `%T` prints."""
    name = type_name(value)
    return _TYPES.get(name, "<nil>" if value is None else name)


def show(verb: str, spec: Spec, value: Any, *, plain: bool = False) -> str:
    """Return one value under one verb.

    `plain` is how Go shows a value that a verb does not suit: without the text that the value has of its own.
    """
    kind = type(value)
    if verb == "T":
        return spec.pad(go_type(value))
    if value is None:
        return spec.pad("<nil>") if verb == "v" else f"%!{verb}(<nil>)"
    text: str | None
    if kind is bool:
        text = spec.pad("true" if value else "false") if verb in "tv" else None
    elif kind is int or kind is MachineInt:
        text = integer(verb, spec, int(value))
    elif kind is float:
        text = floating(verb, spec, value)
    elif kind is str:
        text = string(verb, spec, value)
    elif kind is bytes:
        return _bytes(verb, spec, value, "[]byte")
    else:
        text = _composite(verb, spec, value, plain=plain)
    return _bad(verb, spec, value) if text is None else text


def _bad(verb: str, spec: Spec, value: Any) -> str:
    return f"%!{verb}({go_type(value)}={show('v', spec, value, plain=True)})"


def _composite(verb: str, spec: Spec, value: Any, *, plain: bool) -> str | None:
    kind = type(value)
    if verb == "w":
        return None
    if kind in (Time, Duration) or kind in IDS:
        if verb in _STRINGER_VERBS and not plain:
            if not spec.syntax:
                return string(verb, spec, _text(value))
            if kind is Time:
                return string("s", spec, _go_time(value))
        if kind is Duration:
            return integer(verb, spec, value.ns)
        if verb == "p":
            return None
        return _time_fields(verb, spec, value) if kind is Time else _bytes(verb, spec, value, go_type(value))
    if kind in MAPS:
        pairs = [f"{show(verb, spec, k)}:{_element(verb, spec, v, plain=plain)}" for k, v in sorted(entries(value))]
        return f"{go_type(value)}{{{', '.join(pairs)}}}" if spec.syntax else f"map[{' '.join(pairs)}]"
    if isinstance(value, (list, TypedList)) or hasattr(value, "to_list"):
        if kind is UnsignedList:
            items = [_unsigned(verb, spec, v, "uint64") for v in value]
        else:
            items = [_element(verb, spec, v, plain=plain) for v in elements(value)]
        return _listed(spec, items, go_type(value))
    return spec.pad("{}") if verb == "v" else None


def _element(verb: str, spec: Spec, value: Any, *, plain: bool) -> str:
    if value is None:
        return "interface {}(nil)" if spec.syntax else "<nil>"
    if type(value) is bytes:
        return _bytes(verb, spec, value, "[]uint8")
    return show(verb, spec, value, plain=plain)


def _bytes(verb: str, spec: Spec, value: bytes, name: str) -> str:
    if verb in "sqxX":
        return string(verb, spec, value.decode("utf-8", "surrogateescape")) or ""
    return _listed(spec, [_unsigned(verb, spec, b, "uint8") for b in value], name)


def _unsigned(verb: str, spec: Spec, number: int, name: str) -> str:
    text = integer(verb, spec, number, unsigned=True)
    return f"%!{verb}({name}={integer('v', spec, number)})" if text is None else text


def _listed(spec: Spec, items: list[str], name: str) -> str:
    return f"{name}{{{', '.join(items)}}}" if spec.syntax else f"[{' '.join(items)}]"


def _text(value: Any) -> str:
    """Return the text of a value that knows its own."""
    if type(value) is Duration:
        return duration_text(value.ns)
    if type(value) is Time:
        return format_layout(value, "2006-01-02 15:04:05.999999999 -0700 MST")
    return bytes(value).hex() if any(value) else ""


def _go_time(value: Time) -> str:
    """Return the Go expression that makes a time."""
    parts = format_layout(value, "2006, time.January, 2, 15, 4, 5").split(", ")
    numbers = ", ".join([*parts[:3], *(str(int(p)) for p in parts[3:]), str(value.ns % NANOS)])
    place = value.zone
    where = {"UTC": "time.UTC"}.get(place.name, f"time.Location({quote(place.name)})")
    return f"time.Date({numbers}, {'time.Local' if place is LOCAL else where})"


def _time_fields(verb: str, spec: Spec, value: Time) -> str:
    """Return a time as what Go keeps of it: nanoseconds, seconds since year 1, and where (nothing in UTC)."""
    seconds, nanos = divmod(value.ns, NANOS)
    elapsed = seconds + _YEAR_ONE
    counted = integer(verb, spec, elapsed)
    if counted is None:
        counted = _bad(verb, spec, elapsed)
    if verb == "v":
        where = spec.pad("<nil>")
    elif verb in "bodxX":
        where = integer(verb, spec, 0) or ""
    else:
        where = f"%!{verb}(*time.Location={spec.pad('<nil>')})"
    return f"{{{_unsigned(verb, spec, nanos, 'uint64')} {counted} {where}}}"

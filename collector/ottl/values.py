"""The values of OTTL in Python.

| OTTL | Python |
| --- | --- |
| nil, bool, int, float, string, bytes | None, bool, int, float, str, bytes (exactly these types) |
| time, duration | `Time`, `Duration` |
| trace id, span id, profile id | `TraceID`, `SpanID`, `ProfileID` |
| telemetry map | `dict`, `Attributes`, `ValueMap`: what it holds is telemetry too |
| telemetry list | `Slice`, `ValueList`: what it holds is telemetry too |
| plain map (`map[string]any`) | `PlainMap` |
| list literal (`[]any`) | `list`: its elements are whatever they were evaluated to |
| `[]string`, `[]float64`, `[]uint64`, `[]int64`, `[]bool` | `TypedList` and its subclasses |
| Go's machine int | `MachineInt` |

Anything else is opaque: a list of events, a status. Text that is no valid UTF-8 carries its odd bytes as lone
surrogates (`surrogateescape`). Functions never change a value that was given to them, so values can be shared
and remembered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from collector.ottl.errors import EvaluationError
from collector.ottl.zones import UTC, Zone
from collector.pdata import EMPTY, Attributes, ValueList, ValueMap, encode_value

MAX_BYTES = 16 * 1024 * 1024
"""How large the text or the container may become that a statement makes."""
MAX_ELEMENTS = 200_000
INT64_MIN, INT64_MAX = -(1 << 63), (1 << 63) - 1


class Time:
    """An instant in nanoseconds since 1970 UTC, and the zone in which it is to be shown."""

    __slots__ = ("ns", "zone")

    def __init__(self, ns: int, zone: Zone = UTC) -> None:
        self.ns, self.zone = ns, zone

    def __eq__(self, other: object) -> bool:
        return type(other) is Time and other.ns == self.ns

    def __hash__(self) -> int:
        return hash((Time, self.ns))

    def __repr__(self) -> str:
        return f"Time({self.ns}, {self.zone.name!r})"


class Duration:
    """A span of time in nanoseconds, within 64 bits."""

    __slots__ = ("ns",)

    def __init__(self, ns: int) -> None:
        self.ns = ns

    def __eq__(self, other: object) -> bool:
        return type(other) is Duration and other.ns == self.ns

    def __hash__(self) -> int:
        return hash((Duration, self.ns))

    def __repr__(self) -> str:
        return f"Duration({self.ns})"


class TraceID(bytes):
    """16 bytes."""


class SpanID(bytes):
    """8 bytes."""


class ProfileID(bytes):
    """16 bytes."""


class Slice(list[Any]):
    """A telemetry list that a function made."""


class PlainMap(dict[str, Any]):
    """Go's `map[string]any`."""


class TypedList(list[Any]):
    """A Go slice of one element type, which is not comparable."""


class StringList(TypedList):
    """`[]string`."""


class FloatList(TypedList):
    """`[]float64`."""


class IntList(TypedList):
    """`[]int64`."""


class BoolList(TypedList):
    """`[]bool`."""


class UnsignedList(TypedList):
    """`[]uint64`: bucket counts."""


class MachineInt(int):
    """Go's `int`, which is no OTTL int."""


IDS = frozenset({TraceID, SpanID, ProfileID})
TELEMETRY_MAPS = frozenset({dict, Attributes, ValueMap})
MAPS = TELEMETRY_MAPS | {PlainMap}
TELEMETRY_LISTS = frozenset({Slice, ValueList})
COMPARABLE_LISTS = TELEMETRY_LISTS | {list}
STORABLE_LISTS = frozenset({StringList, FloatList, IntList, BoolList})
SCALARS = frozenset({str, bool, int, float, bytes})

_NAMES = {
    type(None): "nil", str: "string", bool: "bool", int: "int64", float: "float64", bytes: "[]byte", Time: "time.Time",
    Duration: "time.Duration", TraceID: "pcommon.TraceID", SpanID: "pcommon.SpanID", ProfileID: "ProfileID",
    dict: "pcommon.Map", Attributes: "pcommon.Map", ValueMap: "pcommon.Map", Slice: "pcommon.Slice",
    ValueList: "pcommon.Slice", PlainMap: "map[string]any", list: "[]any", StringList: "[]string",
    FloatList: "[]float64", IntList: "[]int64", BoolList: "[]bool", UnsignedList: "[]uint64", MachineInt: "int",
}  # fmt: skip


def type_name(value: Any) -> str:
    """Return the name that OTTL's users know a value's type by."""
    return _NAMES.get(type(value), type(value).__name__)


def wrap64(number: int) -> int:
    """Return a number modulo 2**64, as a signed one."""
    return number if INT64_MIN <= number <= INT64_MAX else ((number - INT64_MIN) & (1 << 64) - 1) + INT64_MIN


def plain(value: Any) -> Any:
    """Return a copy of a telemetry value in `dict`, `list` and scalars; empty values become None."""
    if value is EMPTY:
        return None
    kind = type(value)
    if kind in MAPS:
        return {k: plain(v) for k, v in entries(value)}
    if kind in TELEMETRY_LISTS or kind is list or isinstance(value, TypedList):
        return [plain(v) for v in value]
    return value


def entries(mapping: Any) -> list[tuple[str, Any]]:
    """Return the entries of a map; empty values are None, lists are telemetry lists."""
    return [(k, element(v)) for k, v in mapping.items()]


def element(value: Any) -> Any:
    """Return a value as read out of a telemetry container."""
    if value is EMPTY:
        return None
    return Slice(value) if type(value) is list else value


def elements(items: Any) -> list[Any]:
    """Return the elements of any list as OTTL values."""
    if type(items) in TELEMETRY_LISTS:
        return [element(v) for v in items]
    return list(items)


def raw_value(value: Any) -> Any:
    """Return what a telemetry list or map stores for a raw value.

    Raises `EvaluationError` for anything that is not made of scalars, plain maps and list literals alone.
    """
    kind = type(value)
    if kind in SCALARS or value is None:
        return value
    if kind is PlainMap:
        return {k: raw_value(v) for k, v in value.items()}
    if kind is MachineInt:
        return int(value)
    if kind is list:
        return Slice([raw_value(v) for v in value])
    raise EvaluationError(f"<Invalid value type {type_name(value)}>")


def map_entry(value: Any) -> Any:
    """Return what a map literal stores for a value."""
    kind = type(value)
    if kind in TELEMETRY_MAPS:
        return plain(value)
    if kind is list:
        return Slice([plain(v) if type(v) in TELEMETRY_MAPS else raw_value(v) for v in value])
    return raw_value(value)


def storable(value: Any) -> tuple[Any, EvaluationError | None]:
    """Return what `set` stores, and the error it reports; of a list only its last element's error counts."""
    kind = type(value)
    if kind in SCALARS or kind in MAPS:
        return (raw_value(value) if kind is PlainMap else value), None
    if kind in TELEMETRY_LISTS or kind in STORABLE_LISTS:
        return value, None
    if kind is list:
        error, stored = None, []
        for item in value:
            kept, error = (None, None) if item is None else storable(item)
            stored.append(kept)
        return stored, error
    return None, EvaluationError(f"unsupported value type: {type_name(value)}")


def scratch(value: Any) -> Any:
    """Return a copy of a value to be kept in a cache: maps as `dict`, lists as `Slice`.

    Raises `EvaluationError` for values that have grown too large.
    """
    count = 0

    def copy(item: Any) -> Any:
        nonlocal count
        count += 1
        if count > MAX_ELEMENTS:
            raise EvaluationError(f"the value has grown to more than {MAX_ELEMENTS} elements")
        if isinstance(item, dict):
            return {k: copy(v) for k, v in item.items()}
        return Slice([copy(v) for v in item]) if isinstance(item, list) else item

    return copy(plain(value))


def bounded(value: Any) -> Any:
    """Return a value that is about to be stored. Raises `EvaluationError` if it has grown too large."""
    kind = type(value)
    if kind is str or kind is bytes:
        if len(value) > MAX_BYTES:
            raise EvaluationError(f"the value has grown to more than {MAX_BYTES} bytes")
    elif kind not in SCALARS and len(encode_value(value)) > MAX_BYTES:
        raise EvaluationError(f"the value has grown to more than {MAX_BYTES} bytes")
    return value


def telemetry_list(value: Any) -> Slice:
    """Return a list of any flavour as a telemetry list.

    Raises `EvaluationError` for other values and for list literals with elements that are no raw values.
    """
    kind = type(value)
    if kind is Slice:
        return value  # type: ignore[no-any-return]
    if kind is ValueList:
        return Slice(elements(value))
    if kind is list:
        return Slice([raw_value(v) for v in value])
    if isinstance(value, TypedList):
        return Slice(value)
    raise mismatch("pcommon.Slice", value)


def mismatch(expected: str, value: Any) -> EvaluationError:
    """Return the type error of a strict argument."""
    return EvaluationError(f"expected {expected} but got {type_name(value)}")


def utf8(text: str) -> bytes:
    """Return a text as bytes, odd bytes included."""
    return text.encode("utf-8", "surrogateescape")


def text_of(data: bytes) -> str:
    """Return bytes as a text that keeps odd bytes."""
    return data.decode("utf-8", "surrogateescape")


Getter = Callable[[Any], Any]

"""How each kind of path is read and written on the views of a payload (section 12).

A reader is a template of Python source, with `{o}` for the item and `{f}` for its field; a writer is a function of item,
field and value that does nothing for nil.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from collector.ottl import tracestate
from collector.ottl.errors import EvaluationError
from collector.ottl.text import as_string
from collector.ottl.values import (
    COMPARABLE_LISTS,
    INT64_MAX,
    MAPS,
    FloatList,
    IntList,
    PlainMap,
    SpanID,
    StringList,
    Time,
    TraceID,
    UnsignedList,
    elements,
    mismatch,
    raw_value,
    storable,
    type_name,
)
from collector.pdata import (
    EMPTY,
    Exemplar,
    ExponentialHistogramDataPoint,
    HistogramDataPoint,
    Message,
    NumberDataPoint,
    Repeated,
    SummaryDataPoint,
    attr_set,
)

KINDS = ("Unspecified", "Internal", "Server", "Client", "Producer", "Consumer")
TYPES = {None: 0, "gauge": 1, "sum": 2, "histogram": 3, "exponential_histogram": 4, "summary": 5}


def signed(number: int) -> int:
    """Return an unsigned 64-bit number as Go's int64 shows it."""
    return number if number <= INT64_MAX else number - (1 << 64)


def nil_empty(value: Any) -> Any:
    """Return nil for a value without a kind."""
    return None if value is EMPTY else value


def kind_text(number: int) -> str:
    """Return the name of a span kind."""
    return KINDS[number] if 0 <= number < 6 else ""


def kind_old_text(number: int) -> str:
    """Return the symbol of a span kind."""
    return f"SPAN_KIND_{KINDS[number].upper()}" if 0 <= number < 6 else ""


def data_points(metric: Any) -> Any:
    """Return a metric's points, nil where there can be none."""
    return None if metric.type is None else metric.data_points


def number_as(item: Any, kind: type) -> Any:
    """Return an item's number if it is of this type, else zero; nil for items without a number."""
    if not isinstance(item, (NumberDataPoint, Exemplar)):
        return None
    value = item.value
    return value if type(value) is kind else kind()


def point_field(point: Any, field: str) -> Any:
    """Return a field of a point, nil where this kind of point does not have it."""
    return getattr(point, field, None)


def unsigned_field(point: Any, field: str) -> Any:
    """Return a 64-bit field of a point as a signed int, nil where there is none."""
    value = getattr(point, field, None)
    return None if value is None else signed(value)


def point_sum(point: Any, field: str) -> Any:
    """Return a point's sum, 0.0 where it is not set, nil for number points."""
    return None if isinstance(point, NumberDataPoint) else getattr(point, field) or 0.0


def counts(owner: Any, field: str) -> Any:
    """Return bucket counts of a histogram point."""
    return UnsignedList(getattr(owner, field)) if isinstance(owner, HistogramDataPoint) else None


def bounds(owner: Any, field: str) -> Any:
    """Return the bounds of a histogram point."""
    return FloatList(getattr(owner, field)) if isinstance(owner, HistogramDataPoint) else None


def buckets(point: Any, side: str, field: str) -> Any:
    """Return the offset or the counts of one side of an exponential histogram point."""
    if not isinstance(point, ExponentialHistogramDataPoint):
        return None
    value = getattr(getattr(point, side), field)
    return UnsignedList(value) if field == "bucket_counts" else value


def client_metadata(request: Any, keys: tuple[Any, ...]) -> Any:
    """Return the request's metadata, or one entry of it."""
    if not keys:
        return {k: StringList(v) for k, v in request.metadata.items()}
    if type(keys[0]) is not str:
        raise EvaluationError("request metadata is indexed by a string")
    found = request.metadata.get(keys[0].lower())
    if found is None or len(keys) == 1:
        return None if found is None else StringList(found)
    if type(keys[1]) is not int or not 0 <= keys[1] < len(found):
        raise EvaluationError(f"index {keys[1]!r} out of bounds for {len(found)} values")
    return found[keys[1]]


def client_auth(request: Any, keys: tuple[Any, ...]) -> Any:
    """Return the attributes of the request's authenticator, or one of them."""
    return dict(request.auth) if not keys else request.auth.get(keys[0])


def computed_member(*_: Any) -> Any:
    raise EvaluationError("trace_state must be indexed by a string literal")


def no_event_index() -> Any:
    raise EvaluationError("event_index is not available here")


# ---- writers


def _exact(kind: type, name: str) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if type(value) is kind:
            return value
        raise mismatch(name, value)

    return check


_string, _int, _float, _bool = (_exact(k, n) for k, n in ((str, "string"), (int, "int64"), (float, "float64"), (bool, "bool")))


def _plain_field(convert: Callable[[Any], Any]) -> Callable[[Any, str, Any], None]:
    def write(item: Any, field: str, value: Any) -> None:
        if value is not None:
            setattr(item, field, convert(value))

    return write


def _signed32(value: Any) -> int:
    return ((_int(value) + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)  # type: ignore[no-any-return]


def _checked32(value: Any) -> int:
    if not 0 <= _int(value) <= 0xFFFFFFFF:
        raise EvaluationError(f"flags must be between 0 and 4294967295, not {value}")
    return value  # type: ignore[no-any-return]


def _time(value: Any) -> int:
    if type(value) is not Time:
        raise mismatch("time.Time", value)
    return value.ns & ((1 << 64) - 1)


def _identifier(kind: type) -> Callable[[Any], bytes]:
    def convert(value: Any) -> bytes:
        if type(value) is not kind:
            raise mismatch(kind.__name__, value)
        return bytes(value) if any(value) else b""

    return convert


def _identifier_text(size: int) -> Callable[[Any], bytes]:
    def convert(value: Any) -> bytes:
        text = _string(value)
        try:
            data = bytes.fromhex(text) if len(text) == 2 * size and text.isalnum() else b""
        except ValueError:
            data = b""
        if not data:
            raise EvaluationError(f"an id of {size} bytes is written as {2 * size} hex digits, not as {text!r}")
        return data if any(data) else b""

    return convert


def _kind_of(texts: list[str]) -> Callable[[Any], int]:
    def convert(value: Any) -> int:
        text = _string(value)
        if text not in texts:
            raise EvaluationError(f"unknown span kind, {text!r}; known: {', '.join(texts)}")
        return texts.index(text)

    return convert


def write_attributes(item: Any, field: str, value: Any) -> None:
    """Replace a whole map."""
    if value is None:
        return
    if type(value) not in MAPS:
        raise mismatch("pcommon.Map", value)
    setattr(item, field, raw_value(value) if type(value) is PlainMap else value)


def store(item: Any, key: bytes, value: Any) -> None:
    """Set an attribute of the item to any storable value."""
    if value is None:
        return
    stored, error = storable(value)
    if error is None or stored is not None:
        attr_set(item, key, stored)
    elif key not in item.attributes:
        attr_set(item, key, EMPTY)
    if error is not None:
        raise error


def write_body(item: Any, field: str, value: Any) -> None:
    """Set a body to any storable value."""
    if value is None:
        return
    stored, error = storable(value)
    if error is None or stored is not None:
        setattr(item, field, stored)
    if error is not None:
        raise error


def _messages(item: Any, field: str, value: Any) -> None:
    current = getattr(item, field, None)
    if value is None:
        return
    if not isinstance(value, Repeated) or not isinstance(current, Repeated) or type(value.model) is not type(current.model):
        raise EvaluationError(f"{field} cannot be set to {type_name(value)}")
    setattr(item, field, list(value))


def _message(item: Any, field: str, value: Any) -> None:
    if value is None:
        return
    current = getattr(item, field, None)
    if not isinstance(value, Message) or type(value) is not type(current):
        raise EvaluationError(f"{field} cannot be set to {type_name(value)}")
    raw = value.raw
    current.copy_from(raw)


def _status(field: str, convert: Callable[[Any], Any]) -> Callable[[Any, str, Any], None]:
    def write(item: Any, _: str, value: Any) -> None:
        if value is not None:
            setattr(item.status, field, convert(value))

    return write


def _nothing(item: Any, field: str, value: Any) -> None:
    del item, field, value


def _temporality(item: Any, field: str, value: Any) -> None:
    if value is not None:
        number = _signed32(value)
        if getattr(item, field) is not None:
            setattr(item, field, number)


def _monotonic(item: Any, field: str, value: Any) -> None:
    if value is not None:
        flag = _bool(value)
        if getattr(item, field) is not None:
            setattr(item, field, flag)


def _points(item: Any, field: str, value: Any) -> None:
    if value is None:
        return
    if item.type is None or not isinstance(value, Repeated) or type(value.model) is not type(item.data_points.model):
        raise EvaluationError(f"data points of a metric of type {item.type} cannot be set to {type_name(value)}")
    setattr(item, field, list(value))


def _number(convert: Callable[[Any], Any]) -> Callable[[Any, str, Any], None]:
    def write(item: Any, field: str, value: Any) -> None:
        if value is None:
            return
        number = convert(value)
        if not isinstance(item, (NumberDataPoint, Exemplar)):
            raise EvaluationError(f"{type(item).__name__} has no such value")
        setattr(item, field, number)

    return write


def _point_field(convert: Callable[[Any], Any], *kinds: type) -> Callable[[Any, str, Any], None]:
    def write(item: Any, field: str, value: Any) -> None:
        if value is None:
            return
        converted = convert(value)
        if not isinstance(item, kinds):
            raise EvaluationError(f"{type(item).__name__} has no {field}")
        setattr(item, field, converted)

    return write


def _bucket(field: str, convert: Callable[[Any], Any]) -> Callable[[Any, str, Any], None]:
    def write(item: Any, side: str, value: Any) -> None:
        if value is None:
            return
        converted = convert(value)
        if not isinstance(item, ExponentialHistogramDataPoint):
            raise EvaluationError(f"{type(item).__name__} has no buckets")
        setattr(getattr(item, side), field, converted)

    return write


def _count_list(value: Any) -> list[int]:
    if type(value) not in COMPARABLE_LISTS and type(value) not in (UnsignedList, IntList):
        raise mismatch("list of int", value)
    return [_int(v) & ((1 << 64) - 1) for v in elements(value)]


def _bound_list(value: Any) -> list[float]:
    if type(value) not in COMPARABLE_LISTS and type(value) is not FloatList:
        raise mismatch("list of float", value)
    return [_float(v) for v in elements(value)]


def write_trace_state(item: Any, keys: tuple[Any, ...], value: Any) -> None:
    """Set one member of a trace state."""
    if value is None:
        return
    if type(keys[0]) is not str:
        raise EvaluationError("trace_state must be indexed by a string")
    item.trace_state = tracestate.insert(item.trace_state, keys[0], _string(value))


def read_trace_state(text: str, keys: tuple[Any, ...]) -> Any:
    """Return one member of a trace state."""
    if type(keys[0]) is not str:
        raise EvaluationError("trace_state must be indexed by a string")
    return tracestate.get(text, keys[0])


def read_only(item: Any, field: str, value: Any) -> None:
    """Refuse to be written."""
    del item, field, value
    raise EvaluationError("this path is read-only")


@dataclass(frozen=True, slots=True)
class Access:
    """The reader's template and the writer of one kind of path."""

    read: str
    write: Callable[[Any, str, Any], None] = read_only


_U32 = _plain_field(lambda v: _int(v) & 0xFFFFFFFF)
_U64 = lambda v: _int(v) & ((1 << 64) - 1)  # noqa: E731
_WITH_BUCKETS = (HistogramDataPoint, ExponentialHistogramDataPoint)
_WITH_COUNT = (*_WITH_BUCKETS, SummaryDataPoint)
_POINT_WRITERS: dict[str, Callable[[Any, str, Any], None]] = {
    "count": _point_field(_U64, *_WITH_COUNT),
    "zero_count": _point_field(_U64, ExponentialHistogramDataPoint),
}


def _write_point_u64(item: Any, field: str, value: Any) -> None:
    _POINT_WRITERS[field](item, field, value)


ACCESS: dict[str, Access] = {
    "str": Access("{o}.{f}", _plain_field(_string)),
    "schema_url": Access("{f}.schema_url", lambda item, _, value: _plain_field(_string)(item, "schema_url", value)),
    "u32": Access("{o}.{f}", _U32),
    "i32": Access("{o}.{f}", _plain_field(_signed32)),
    "checked_u32": Access("{o}.{f}", _plain_field(_checked32)),
    "u64": Access("signed({o}.{f})", _plain_field(_U64)),
    "time": Access("Time(signed({o}.{f}))", _plain_field(_time)),
    "trace_id": Access("TraceID({o}.{f} or ZERO16)", _plain_field(_identifier(TraceID))),
    "span_id": Access("SpanID({o}.{f} or ZERO8)", _plain_field(_identifier(SpanID))),
    "trace_id_text": Access("({o}.{f} or ZERO16).hex()", _plain_field(_identifier_text(16))),
    "span_id_text": Access("({o}.{f} or ZERO8).hex()", _plain_field(_identifier_text(8))),
    "attributes": Access("{o}.{f}", write_attributes),
    "map": Access("{o}.{f}", write_attributes),
    "body": Access("nil_empty({o}.{f})", write_body),
    "body_text": Access("as_string({o}.{f})", _plain_field(_string)),
    "trace_state": Access("{o}.{f}", _plain_field(_string)),
    "kind_text": Access("kind_text({o}.{f})", _plain_field(_kind_of(list(KINDS)))),
    "kind_old_text": Access(
        "kind_old_text({o}.{f})", _plain_field(_kind_of([f"SPAN_KIND_{k.upper()}" for k in KINDS]))
    ),
    "messages": Access("{o}.{f}", _messages),
    "message": Access("{o}.{f}", _message),
    "status_code": Access("{o}.status.code", _status("code", _signed32)),
    "status_message": Access("{o}.status.message", _status("message", _string)),
    "event_index": Access("no_event_index()"),
    "metric_type": Access("TYPES[{o}.type]", _nothing),
    "temporality": Access("{o}.{f}", _temporality),
    "monotonic": Access("{o}.{f}", _monotonic),
    "data_points": Access("data_points({o})", _points),
    "value_double": Access("number_as({o}, float)", _number(_float)),
    "value_int": Access("number_as({o}, int)", _number(_int)),
    "point_messages": Access("point_field({o}, {f!r})", _messages),
    "point_message": Access("point_field({o}, {f!r})", _message),
    "point_u64": Access("unsigned_field({o}, {f!r})", _write_point_u64),
    "point_double": Access("point_sum({o}, {f!r})", _point_field(_float, *_WITH_COUNT)),
    "point_counts": Access("counts({o}, {f!r})", _point_field(_count_list, HistogramDataPoint)),
    "point_bounds": Access("bounds({o}, {f!r})", _point_field(_bound_list, HistogramDataPoint)),
    "point_i32": Access("point_field({o}, {f!r})", _point_field(_signed32, ExponentialHistogramDataPoint)),
    "bucket_offset": Access("buckets({o}, {f!r}, 'offset')", _bucket("offset", _signed32)),
    "bucket_counts": Access("buckets({o}, {f!r}, 'bucket_counts')", _bucket("bucket_counts", _count_list)),
    "client_address": Access("(request.client_address or None)"),
}

NAMES: dict[str, Any] = {
    "EMPTY": EMPTY, "ZERO8": bytes(8), "ZERO16": bytes(16), "Time": Time, "TraceID": TraceID, "SpanID": SpanID,
    "TYPES": TYPES, "as_string": as_string, "signed": signed, "nil_empty": nil_empty, "kind_text": kind_text,
    "kind_old_text": kind_old_text, "data_points": data_points, "number_as": number_as, "point_field": point_field,
    "unsigned_field": unsigned_field, "point_sum": point_sum, "counts": counts, "bounds": bounds, "buckets": buckets,
    "client_metadata": client_metadata, "client_auth": client_auth, "no_event_index": no_event_index, "computed_member": computed_member,
}  # fmt: skip
"""What the readers' templates refer to."""

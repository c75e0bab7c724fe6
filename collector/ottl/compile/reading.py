"""How paths are read from the views of a payload: what the source of readers refers to."""

from __future__ import annotations

from typing import Any

from collector.ottl import tracestate
from collector.ottl.errors import EvaluationError
from collector.ottl.text import as_string
from collector.ottl.values import (
    INT64_MAX,
    FloatList,
    SpanID,
    StringList,
    Time,
    TraceID,
    UnsignedList,
)
from collector.pdata import (
    EMPTY,
    Exemplar,
    ExponentialHistogramDataPoint,
    HistogramDataPoint,
    NumberDataPoint,
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


def read_trace_state(text: str, keys: tuple[Any, ...]) -> Any:
    """Return one member of a trace state."""
    if type(keys[0]) is not str:
        raise EvaluationError("trace_state must be indexed by a string")
    return tracestate.get(text, keys[0])


NAMES: dict[str, Any] = {
    "EMPTY": EMPTY, "ZERO8": bytes(8), "ZERO16": bytes(16), "Time": Time, "TraceID": TraceID, "SpanID": SpanID,
    "TYPES": TYPES, "as_string": as_string, "signed": signed, "nil_empty": nil_empty, "kind_text": kind_text,
    "kind_old_text": kind_old_text, "data_points": data_points, "number_as": number_as, "point_field": point_field,
    "unsigned_field": unsigned_field, "point_sum": point_sum, "counts": counts, "bounds": bounds, "buckets": buckets,
    "client_metadata": client_metadata, "client_auth": client_auth, "no_event_index": no_event_index,
    "computed_member": computed_member,
}  # fmt: skip
"""What the readers' templates refer to."""

READERS: dict[str, str] = {
    "str": "{o}.{f}",
    "schema_url": "{f}.schema_url",
    "u32": "{o}.{f}",
    "i32": "{o}.{f}",
    "checked_u32": "{o}.{f}",
    "u64": "signed({o}.{f})",
    "time": "Time(signed({o}.{f}))",
    "trace_id": "TraceID({o}.{f} or ZERO16)",
    "span_id": "SpanID({o}.{f} or ZERO8)",
    "trace_id_text": "({o}.{f} or ZERO16).hex()",
    "span_id_text": "({o}.{f} or ZERO8).hex()",
    "attributes": "{o}.{f}",
    "map": "{o}.{f}",
    "body": "nil_empty({o}.{f})",
    "body_text": "as_string({o}.{f})",
    "trace_state": "{o}.{f}",
    "kind_text": "kind_text({o}.{f})",
    "kind_old_text": "kind_old_text({o}.{f})",
    "messages": "{o}.{f}",
    "message": "{o}.{f}",
    "status_code": "{o}.status.code",
    "status_message": "{o}.status.message",
    "event_index": "no_event_index()",
    "metric_type": "TYPES[{o}.type]",
    "temporality": "{o}.{f}",
    "monotonic": "{o}.{f}",
    "data_points": "data_points({o})",
    "value_double": "number_as({o}, float)",
    "value_int": "number_as({o}, int)",
    "point_messages": "point_field({o}, {f!r})",
    "point_message": "point_field({o}, {f!r})",
    "point_u64": "unsigned_field({o}, {f!r})",
    "point_double": "point_sum({o}, {f!r})",
    "point_counts": "counts({o}, {f!r})",
    "point_bounds": "bounds({o}, {f!r})",
    "point_i32": "point_field({o}, {f!r})",
    "bucket_offset": "buckets({o}, {f!r}, 'offset')",
    "bucket_counts": "buckets({o}, {f!r}, 'bucket_counts')",
    "client_address": "(request.client_address or None)",
}
"""Templates of Python source: `{o}` is the item, `{f}` its field."""

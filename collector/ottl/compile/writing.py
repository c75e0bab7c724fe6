"""How paths are set on the views of a payload: functions of item, field and value that do nothing for nil."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from collector.ottl import tracestate
from collector.ottl.compile.reading import KINDS
from collector.ottl.errors import EvaluationError
from collector.ottl.values import (
    COMPARABLE_LISTS,
    MAPS,
    FloatList,
    IntList,
    PlainMap,
    SpanID,
    Time,
    TraceID,
    UnsignedList,
    bounded,
    elements,
    mismatch,
    raw_value,
    storable,
    type_name,
)
from collector.pdata import (
    EMPTY,
    Attributes,
    Exemplar,
    ExponentialHistogramDataPoint,
    HistogramDataPoint,
    Message,
    NumberDataPoint,
    Repeated,
    SummaryDataPoint,
    attr_set,
)


def _exact(kind: type, name: str) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if type(value) is kind:
            return value
        raise mismatch(name, value)

    return check


_string, _int, _float, _bool = (
    _exact(k, n) for k, n in ((str, "string"), (int, "int64"), (float, "float64"), (bool, "bool"))
)


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


def _identifier(kind: type[bytes]) -> Callable[[Any], bytes]:
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
    if type(value) is Attributes:
        attr_set(item, key, {})  # the map may be the one that the key is in: it is copied with the new, empty entry
    stored, error = storable(value)
    if error is None or stored is not None:
        attr_set(item, key, bounded(stored))
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
        setattr(item, field, bounded(stored))
    if error is not None:
        raise error


def _messages(item: Any, field: str, value: Any) -> None:
    current = getattr(item, field, None)
    if value is None:
        return
    if (
        not isinstance(value, Repeated)
        or not isinstance(current, Repeated)
        or type(value.model) is not type(current.model)
    ):
        raise EvaluationError(f"{field} cannot be set to {type_name(value)}")
    setattr(item, field, list(value))


def _message(item: Any, field: str, value: Any) -> None:
    if value is None:
        return
    current: Any = getattr(item, field, None)
    if not isinstance(value, Message) or type(value) is not type(current):
        raise EvaluationError(f"{field} cannot be set to {type_name(value)}")
    current.copy_from(value.raw)


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


def read_only(item: Any, field: str, value: Any) -> None:
    """Refuse to be written."""
    del item, field, value
    raise EvaluationError("this path is read-only")


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


WRITERS: dict[str, Callable[[Any, str, Any], None]] = {
    "str": _plain_field(_string),
    "schema_url": lambda item, _, value: _plain_field(_string)(item, "schema_url", value),
    "u32": _U32,
    "i32": _plain_field(_signed32),
    "checked_u32": _plain_field(_checked32),
    "u64": _plain_field(_U64),
    "time": _plain_field(_time),
    "trace_id": _plain_field(_identifier(TraceID)),
    "span_id": _plain_field(_identifier(SpanID)),
    "trace_id_text": _plain_field(_identifier_text(16)),
    "span_id_text": _plain_field(_identifier_text(8)),
    "attributes": write_attributes,
    "map": write_attributes,
    "body": write_body,
    "body_text": _plain_field(_string),
    "trace_state": _plain_field(_string),
    "kind_text": _plain_field(_kind_of(list(KINDS))),
    "kind_old_text": _plain_field(_kind_of([f"SPAN_KIND_{k.upper()}" for k in KINDS])),
    "messages": _messages,
    "message": _message,
    "status_code": _status("code", _signed32),
    "status_message": _status("message", _string),
    "metric_type": _nothing,
    "temporality": _temporality,
    "monotonic": _monotonic,
    "data_points": _points,
    "value_double": _number(_float),
    "value_int": _number(_int),
    "point_messages": _messages,
    "point_message": _message,
    "point_u64": _write_point_u64,
    "point_double": _point_field(_float, *_WITH_COUNT),
    "point_counts": _point_field(_count_list, HistogramDataPoint),
    "point_bounds": _point_field(_bound_list, HistogramDataPoint),
    "point_i32": _point_field(_signed32, ExponentialHistogramDataPoint),
    "bucket_offset": _bucket("offset", _signed32),
    "bucket_counts": _bucket("bucket_counts", _count_list),
}
"""Functions of item, field and value; paths of other kinds cannot be set."""

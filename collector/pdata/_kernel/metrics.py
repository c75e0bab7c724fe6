"""Views of metrics and their data points."""

from typing import Any

from .common import Record, ResourceGroup, ScopeGroup, nested, repeated, text, uint32
from .entries import contiguous_fields
from .fields import (
    AttributesField,
    BoolField,
    DoubleField,
    EnumField,
    OptionalDoubleField,
    PackedDoubleField,
    PackedFixed64Field,
    PackedVarintField,
    ZigZagField,
    put_field,
)
from .message import Message, view_at, view_of
from .native import load_double, load_i64
from .repeated import Repeated, make_repeated
from .traces import fixed64, identity
from .wire import count_fields, encode_block, encode_double, next_field

_TYPES = {5: "gauge", 7: "sum", 9: "histogram", 10: "exponential_histogram", 11: "summary"}
_NUMBERS = {name: number for number, name in _TYPES.items()}


def optional_double(number: int) -> Any:
    return OptionalDoubleField(number)


def double(number: int) -> Any:
    return DoubleField(number)


class NumberField:
    """The oneof of as_double and as_int: a float, an int, or None.

    Setting an int makes it as_int, a float as_double; None removes it.
    """

    __slots__ = ("as_double", "as_int")

    as_double: int
    as_int: int

    def __init__(self, as_double: int, as_int: int) -> None:
        self.as_double = as_double
        self.as_int = as_int

    def __get__(self, view: Any, owner: Any) -> Any:
        return self if view is None else self.read(view)

    def __set__(self, view: Any, value: Any) -> None:
        number = self.as_double
        other = self.as_int
        data = b""
        if isinstance(value, int):
            if not -0x8000_0000_0000_0000 <= value <= 0x7FFF_FFFF_FFFF_FFFF:
                raise ValueError(f"integer {value} is outside 64 bits")
            number, other = other, number
            data = bytes((number << 3 | 1,)) + int(value).to_bytes(8, "little", signed=True)
        elif value is not None:
            data = bytes((number << 3 | 1,)) + encode_double(value)
        put_field(view, other, b"")
        put_field(view, number, data)

    def read(self, message: Message) -> Any:
        node = message.live()
        if node is None:
            pos = message.start
            while pos < message.end:
                number, _wire, start, stop = next_field(message.buf, pos, message.end)
                if number == self.as_double:
                    return load_double(message.buf, start, stop)
                if number == self.as_int:
                    return load_i64(message.buf, start, stop)
                if number == 0:
                    break
                pos = stop
            return None
        piece = node.find(self.as_double)
        if piece is not None:
            return load_double(piece.buf, piece.start, piece.stop)
        piece = node.find(self.as_int)
        return None if piece is None else load_i64(piece.buf, piece.start, piece.stop)


class Exemplar(Message):
    """A sample measurement behind a data point."""

    __slots__ = ()

    filtered_attributes = AttributesField(7)
    time_unix_nano: int = fixed64(2)
    value = NumberField(3, 6)
    span_id: bytes = identity(4, 8)
    trace_id: bytes = identity(5, 16)

    def blank(self) -> Message:
        return Exemplar.__new__(Exemplar)

    def attributes_number(self) -> int:
        return 7


class DataPoint(Message):
    """What all data points share."""

    __slots__ = ()

    start_time_unix_nano: int = fixed64(2)
    time_unix_nano: int = fixed64(3)

    def is_item(self) -> bool:
        return True

    @property
    def metric(self) -> Any:
        """The metric that this point belongs to; None for a free-standing point."""
        return None if self.parent is None else self.parent.parent

    @property
    def scope(self) -> Any:
        return self.metric.scope

    @property
    def resource(self) -> Any:
        return self.metric.resource


class NumberDataPoint(DataPoint):
    """A point of a gauge or a sum."""

    __slots__ = ()

    attributes = AttributesField(7)
    value = NumberField(4, 6)
    exemplars: Repeated = repeated(5, Exemplar)
    flags: int = uint32(8)

    def blank(self) -> Message:
        return NumberDataPoint.__new__(NumberDataPoint)

    def attributes_number(self) -> int:
        return 7

    @property
    def value_type(self) -> str | None:
        """Which member of the oneof is set: "int", "double" or None."""
        value = self.value
        if value is None:
            return None
        return "double" if isinstance(value, float) else "int"


class HistogramDataPoint(DataPoint):
    """A point of a histogram; sum, min and max are None when absent."""

    __slots__ = ()

    attributes = AttributesField(9)
    count: int = fixed64(4)
    sum: float | None = optional_double(5)
    bucket_counts = PackedFixed64Field(6)
    explicit_bounds = PackedDoubleField(7)
    exemplars: Repeated = repeated(8, Exemplar)
    flags: int = uint32(10)
    min: float | None = optional_double(11)
    max: float | None = optional_double(12)

    def blank(self) -> Message:
        return HistogramDataPoint.__new__(HistogramDataPoint)

    def attributes_number(self) -> int:
        return 9


class Buckets(Message):
    """One side of an exponential histogram."""

    __slots__ = ()

    offset = ZigZagField(1)
    bucket_counts = PackedVarintField(2)

    def blank(self) -> Message:
        return Buckets.__new__(Buckets)


class ExponentialHistogramDataPoint(DataPoint):
    """A point of an exponential histogram; sum, min and max are None when absent."""

    __slots__ = ()

    attributes = AttributesField(1)
    count: int = fixed64(4)
    sum: float | None = optional_double(5)
    scale = ZigZagField(6)
    zero_count: int = fixed64(7)
    positive: Buckets = nested(8, Buckets)
    negative: Buckets = nested(9, Buckets)
    flags: int = uint32(10)
    exemplars: Repeated = repeated(11, Exemplar)
    min: float | None = optional_double(12)
    max: float | None = optional_double(13)
    zero_threshold: float = double(14)

    def blank(self) -> Message:
        return ExponentialHistogramDataPoint.__new__(ExponentialHistogramDataPoint)

    def attributes_number(self) -> int:
        return 1


class ValueAtQuantile(Message):
    """One quantile of a summary."""

    __slots__ = ()

    quantile: float = double(1)
    value: float = double(2)

    def blank(self) -> Message:
        return ValueAtQuantile.__new__(ValueAtQuantile)


class SummaryDataPoint(DataPoint):
    """A point of a summary."""

    __slots__ = ()

    attributes = AttributesField(7)
    count: int = fixed64(4)
    sum: float = double(5)
    quantile_values: Repeated = repeated(6, ValueAtQuantile)
    flags: int = uint32(8)

    def blank(self) -> Message:
        return SummaryDataPoint.__new__(SummaryDataPoint)

    def attributes_number(self) -> int:
        return 7


_NUMBER_POINT = NumberDataPoint()
_HISTOGRAM_POINT = HistogramDataPoint()
_EXPONENTIAL_POINT = ExponentialHistogramDataPoint()
_SUMMARY_POINT = SummaryDataPoint()


class MetricData(Message):
    """The oneof member of a metric: Gauge, Sum, Histogram, ExponentialHistogram or Summary."""

    __slots__ = ()

    aggregation_temporality = EnumField(2)
    is_monotonic = BoolField(3)

    def blank(self) -> Message:
        return MetricData.__new__(MetricData)


_DATA = MetricData()


def point_model(number: int) -> Message:
    """Give the model of the points under this member of a metric's oneof."""
    if number in (5, 7):
        return _NUMBER_POINT
    if number == 9:
        return _HISTOGRAM_POINT
    if number == 10:
        return _EXPONENTIAL_POINT
    return _SUMMARY_POINT


class Metric(Record):
    """A metric: a name and the data points of one type."""

    __slots__ = ()

    name: str = text(1)
    description: str = text(2)
    unit: str = text(3)
    metadata = AttributesField(12)

    def blank(self) -> Message:
        return Metric.__new__(Metric)

    def attributes_number(self) -> int:
        return 12

    def weight(self) -> int:
        data = metric_data(self)
        if data is None:
            return 0
        if data.live() is None:
            return count_fields(data.buf, data.start, data.end, 1)
        return len(make_repeated(data, 1, _NUMBER_POINT))

    @property
    def type(self) -> str | None:
        """Which kind of data it has: "gauge", "sum", "histogram", "exponential_histogram", "summary" or None."""
        data = metric_data(self)
        return None if data is None else _TYPES[data.number]

    @type.setter
    def type(self, value: str) -> None:
        self.convert(value)

    @property
    def data_points(self) -> Any:
        """The points, live; an empty tuple when the metric has no data. `convert` gives it a type."""
        data = metric_data(self)
        return () if data is None else make_repeated(data, 1, point_model(data.number))

    @data_points.setter
    def data_points(self, value: Any) -> None:
        data = metric_data(self)
        if data is None:
            raise ValueError("the metric has no type to hold points; convert it to one first")
        items = make_repeated(data, 1, point_model(data.number))
        raws = [point.raw if isinstance(point, Message) else bytes(point) for point in value]
        items.clear()
        items.extend(raws)

    @property
    def aggregation_temporality(self) -> int | None:
        """1 delta, 2 cumulative, 0 unspecified; None for gauges and summaries."""
        data = metric_data(self)
        if data is None or data.number not in (7, 9, 10):
            return None
        value: int = data.aggregation_temporality
        return value

    @aggregation_temporality.setter
    def aggregation_temporality(self, value: int) -> None:
        data = metric_data(self)
        if data is None or data.number not in (7, 9, 10):
            raise ValueError(f"a metric of type {self.type} has no aggregation temporality")
        data.aggregation_temporality = value

    @property
    def is_monotonic(self) -> bool | None:
        """Whether a sum only grows; None for other types."""
        data = metric_data(self)
        if data is None or data.number != 7:
            return None
        value: bool = data.is_monotonic
        return value

    @is_monotonic.setter
    def is_monotonic(self, value: bool) -> None:
        data = metric_data(self)
        if data is None or data.number != 7:
            raise ValueError(f"a metric of type {self.type} is not monotonic or otherwise")
        data.is_monotonic = value

    def convert(self, type: str, *, aggregation_temporality: int = 0, is_monotonic: bool = False) -> None:
        """Give the metric another type and keep the bytes of its points, which the caller knows to fit."""
        number = _NUMBERS[type]
        data = metric_data(self)
        points = b""
        node = self.edit()
        if data is not None:
            raw = data.raw
            points = contiguous_fields(raw, 0, len(raw), 1)
            node.put(data.number, b"")
        node.put(number, encode_block(number, points))
        fresh = metric_data(self)
        if fresh is not None and number in (7, 9, 10):
            fresh.aggregation_temporality = aggregation_temporality
            if number == 7:
                fresh.is_monotonic = is_monotonic


def metric_data(metric: Message) -> Any:
    """View the metric's oneof member; its `number` tells which; None when there is none."""
    node = metric.live()
    if node is None:
        pos = metric.start
        while pos < metric.end:
            number, _wire, start, stop = next_field(metric.buf, pos, metric.end)
            if number in (5, 7, 9, 10, 11):
                return view_at(_DATA, metric, number, pos, start, stop)
            if number == 0:
                break
            pos = stop
        return None
    for number in (5, 7, 9, 10, 11):
        piece = node.find(number)
        if piece is not None:
            return view_of(_DATA, metric, piece)
    return None


_METRIC = Metric()


class ScopeMetrics(ScopeGroup):
    """Metrics of one scope."""

    __slots__ = ()

    def blank(self) -> Message:
        return ScopeMetrics.__new__(ScopeMetrics)

    def record_model(self) -> Message:
        return _METRIC


_SCOPE_METRICS = ScopeMetrics()


class ResourceMetrics(ResourceGroup):
    """Scopes of one resource."""

    __slots__ = ()

    def blank(self) -> Message:
        return ResourceMetrics.__new__(ResourceMetrics)

    def scope_model(self) -> Message:
        return _SCOPE_METRICS

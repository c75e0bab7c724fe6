"""Kinds of metrics: what OTLP calls them, and what Prometheus does (prometheus.md 8.1, 8.11)."""

from enum import IntEnum

from .names import MetricKind

CUMULATIVE = 2


class DataKind(IntEnum):
    """Field numbers of the data of an OTLP Metric; NONE for a metric without data."""

    NONE = 0
    GAUGE = 5
    SUM = 7
    HISTOGRAM = 9
    EXPONENTIAL_HISTOGRAM = 10
    SUMMARY = 11

    @property
    def must_be_cumulative(self) -> bool:
        """Whether points of any other temporality are refused."""
        return self in {DataKind.SUM, DataKind.HISTOGRAM, DataKind.EXPONENTIAL_HISTOGRAM}


class MetricType(IntEnum):
    """Types of metadata, the same numbers in both messages."""

    UNKNOWN = 0
    COUNTER = 1
    GAUGE = 2
    HISTOGRAM = 3
    SUMMARY = 5
    INFO = 6
    STATESET = 7


_GAUGE_MARKS = {"unknown": MetricType.UNKNOWN}
_SUM_MARKS = {"info": MetricType.INFO, "stateset": MetricType.STATESET}


def metric_kind(kind: DataKind, *, monotonic: bool) -> MetricKind:
    """The kind that a metric's name depends on."""
    if kind is DataKind.SUM:
        return MetricKind.COUNTER if monotonic else MetricKind.OTHER_SUM
    if kind is DataKind.GAUGE:
        return MetricKind.GAUGE
    return MetricKind.SUMMARY if kind is DataKind.SUMMARY else MetricKind.HISTOGRAM


def metric_type(kind: DataKind, mark: object, *, monotonic: bool) -> MetricType:
    """The type in metadata; `mark` is the metric's own metadata `prometheus.type`."""
    if kind is DataKind.SUM:
        return MetricType.COUNTER if monotonic else _SUM_MARKS.get(str(mark), MetricType.GAUGE)
    if kind is DataKind.GAUGE:
        return _GAUGE_MARKS.get(str(mark), MetricType.GAUGE)
    return MetricType.SUMMARY if kind is DataKind.SUMMARY else MetricType.HISTOGRAM

"""Metrics and data points of verbosity `detailed`."""

from collections.abc import Callable, Iterator
from math import ldexp, log
from typing import Any

from exporters.debug.normal import power
from exporters.debug.text import attribute_block, decimal, timestamp

__all__ = ["metric"]

temporalities = ("Unspecified", "Delta", "Cumulative")


def metric(record: Any) -> Iterator[str]:
    """A metric's descriptor and its data points."""
    kind, word, shown = kinds.get(record.type, ("Empty", "", nothing))
    yield "Descriptor:"
    yield f"     -> Name: {record.name}"
    yield f"     -> Description: {record.description}"
    yield f"     -> Unit: {record.unit}"
    yield f"     -> DataType: {kind}"
    yield from attribute_block("     -> Metadata", record.metadata, "          ")
    if record.is_monotonic is not None:
        yield f"     -> IsMonotonic: {'true' if record.is_monotonic else 'false'}"
    temporality = record.aggregation_temporality
    if temporality is not None:
        name = temporalities[temporality] if 0 <= temporality < len(temporalities) else ""
        yield f"     -> AggregationTemporality: {name}"
    if not word:
        return
    for number, point in enumerate(record.data_points):
        yield f"{word} #{number}"
        yield from attribute_block("Data point attributes", point.attributes)
        yield f"StartTimestamp: {timestamp(point.start_time_unix_nano)}"
        yield f"Timestamp: {timestamp(point.time_unix_nano)}"
        yield from shown(point)


def nothing(_point: Any) -> Iterator[str]:
    return iter(())


def number_point(point: Any) -> Iterator[str]:
    value = point.value
    if value is not None:
        yield f"Value: {plain(value)}"
    yield from exemplars(point)


def plain(value: float) -> str:
    return decimal(value) if isinstance(value, float) else str(value)


def statistics(point: Any) -> Iterator[str]:
    yield f"Count: {point.count}"
    for word, value in (("Sum", point.sum), ("Min", point.min), ("Max", point.max)):
        if value is not None:
            yield f"{word}: {decimal(value)}"


def histogram_point(point: Any) -> Iterator[str]:
    yield from statistics(point)
    for number, bound in enumerate(point.explicit_bounds):
        yield f"ExplicitBounds #{number}: {decimal(bound)}"
    for number, count in enumerate(point.bucket_counts):
        yield f"Buckets #{number}, Count: {count}"
    yield from exemplars(point)


def exponential_histogram_point(point: Any) -> Iterator[str]:
    yield from statistics(point)
    factor = ldexp(log(2), -point.scale)

    def bound(index: int) -> float:
        return power(index, factor)

    offset, counts = point.negative.offset, list(point.negative.bucket_counts)
    for at in reversed(range(len(counts))):
        lower, upper = decimal(-bound(offset + at + 1)), decimal(-bound(offset + at))
        yield f"Bucket [{lower}, {upper}), Count: {counts[at]}"
    if point.zero_count:
        yield f"Bucket [0, 0], Count: {point.zero_count}"
    offset = point.positive.offset
    for at, count in enumerate(point.positive.bucket_counts):
        yield f"Bucket ({decimal(bound(offset + at))}, {decimal(bound(offset + at + 1))}], Count: {count}"
    yield from exemplars(point)


def summary_point(point: Any) -> Iterator[str]:
    yield f"Count: {point.count}"
    yield f"Sum: {decimal(point.sum)}"
    for number, each in enumerate(point.quantile_values):
        yield f"QuantileValue #{number}: Quantile {decimal(each.quantile)}, Value {decimal(each.value)}"


def exemplars(point: Any) -> Iterator[str]:
    if point.exemplars:
        yield "Exemplars:"
    for number, exemplar in enumerate(point.exemplars):
        yield f"Exemplar #{number}"
        yield f"     -> Trace ID: {exemplar.trace_id.hex()}"
        yield f"     -> Span ID: {exemplar.span_id.hex()}"
        yield f"     -> Timestamp: {timestamp(exemplar.time_unix_nano)}"
        if exemplar.value is not None:
            yield f"     -> Value: {plain(exemplar.value)}"
        yield from attribute_block("     -> FilteredAttributes", exemplar.filtered_attributes, "          ")


Shown = Callable[[Any], Iterator[str]]
kinds: dict[str | None, tuple[str, str, Shown]] = {
    "gauge": ("Gauge", "NumberDataPoints", number_point),
    "sum": ("Sum", "NumberDataPoints", number_point),
    "histogram": ("Histogram", "HistogramDataPoints", histogram_point),
    "exponential_histogram": ("ExponentialHistogram", "ExponentialHistogramDataPoints", exponential_histogram_point),
    "summary": ("Summary", "SummaryDataPoints", summary_point),
}

"""`aggregate_on_attributes` and `aggregate_on_attribute_value`: points of equal identity become one (section 14.6)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Any

from collector.ottl.coerce import int_like
from collector.ottl.errors import EvaluationError
from collector.ottl.functions.metric_editors import METRIC
from collector.ottl.maths import div
from collector.ottl.signature import Literal, LitStr, LitStrs, MetricItem, function
from collector.ottl.values import wrap64

_FUNCTIONS = ("sum", "max", "min", "mean", "median", "count")


def _known(name: str) -> str:
    if name not in _FUNCTIONS:
        raise ValueError(f"invalid aggregation function: {name!r}, available options: {', '.join(_FUNCTIONS)}")
    return name


AggregationFunction = Annotated[str, Literal("a string", str, convert=_known)]


@function("aggregate_on_attributes", contexts=METRIC)
def aggregate_on_attributes(
    metric: MetricItem, aggregation_function: AggregationFunction, attributes: LitStrs | None = None
) -> None:
    if metric.type == "summary":
        raise EvaluationError("aggregate_on_attributes does not support summary metrics")
    if attributes is not None:
        kept = set(attributes)
        for point in metric.data_points:
            point.attributes.remove_if(lambda key, _: key not in kept)
    merge_points(metric, aggregation_function)


@function("aggregate_on_attribute_value", contexts=METRIC)
def aggregate_on_attribute_value(
    metric: MetricItem,
    aggregation_function: AggregationFunction,
    attribute: LitStr,
    values: LitStrs,
    new_value: LitStr,
) -> None:
    for point in metric.data_points:
        if point.attributes.get(attribute) in values:
            point.attributes[attribute] = new_value
    merge_points(metric, aggregation_function)


def merge_points(metric: Any, name: str) -> None:
    """Merge the points that have the same identity; the metric loses its metadata."""
    if metric.type is None:
        return
    groups: dict[Any, list[Any]] = {}
    delta = metric.aggregation_temporality == 1
    for point in metric.data_points:
        groups.setdefault(_identity(metric.type, point, delta=delta), []).append(point)
    merge: Callable[[list[Any]], None]
    if metric.type in ("gauge", "sum"):

        def merge(points: list[Any]) -> None:
            _merge_numbers(points, name)

    elif metric.type == "histogram":
        merge = _merge_histograms
    elif metric.type == "exponential_histogram":
        merge = _merge_exponential
    else:
        return
    for points in groups.values():
        start = min(p.start_time_unix_nano for p in points)
        merge(points)
        if points[0].start_time_unix_nano != start:
            points[0].start_time_unix_nano = start
    metric.data_points = [points[0] for points in groups.values()]
    if metric.metadata:
        metric.metadata.clear()


def _identity(kind: str, point: Any, *, delta: bool) -> tuple[Any, ...]:
    key: tuple[Any, ...] = (tuple(sorted(point.attributes.raw_items())), point.time_unix_nano)
    if delta:
        key += (point.start_time_unix_nano,)
    if kind in ("histogram", "exponential_histogram"):
        key += (point.min is not None, point.max is not None, point.flags)
    if kind == "histogram":
        key += (tuple(point.explicit_bounds),)
    elif kind == "exponential_histogram":
        key += (point.scale, point.positive.offset, point.negative.offset)
    return key


def _merge_numbers(points: list[Any], name: str) -> None:
    first = points[0].value
    if first is None or len(points) == 1:
        return
    points[0].value = _floats(points, name) if type(first) is float else _ints(points, name)


def _floats(points: list[Any], name: str) -> float:
    values = [float(p.value or 0) for p in points]
    if name == "count":
        return float(len(values))
    if name in ("sum", "mean"):
        total = values[0]
        for value in values[1:]:
            total += value
        return total if name == "sum" else total / len(values)
    if name in ("max", "min"):
        if any(math.isnan(v) for v in values):
            return math.nan
        return max(values) if name == "max" else min(values)
    values.sort()
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def _ints(points: list[Any], name: str) -> int:
    if name == "count":
        return len(points)
    if name in ("sum", "mean"):
        total = wrap64(sum(p.value for p in points if type(p.value) is int))
        return total if name == "sum" else int(div(total, len(points)))
    values = sorted(int_like(p.value or 0) or 0 for p in points)
    if name in ("max", "min"):
        return values[-1] if name == "max" else values[0]
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else int(div(wrap64(values[middle - 1] + values[middle]), 2))


def _merge_common(first: Any, other: Any) -> None:
    first.count = (first.count + other.count) & ((1 << 64) - 1)
    first.sum = (first.sum or 0.0) + (other.sum or 0.0)
    if first.min is not None and other.min is not None and other.min < first.min:
        first.min = other.min
    if first.max is not None and other.max is not None and other.max > first.max:
        first.max = other.max
    for exemplar in other.exemplars:
        first.exemplars.append(exemplar)


def _added(left: list[int], right: list[int]) -> list[int]:
    size = max(len(left), len(right))
    return [
        (a + b) & ((1 << 64) - 1)
        for a, b in zip(left + [0] * (size - len(left)), right + [0] * (size - len(right)), strict=True)
    ]


def _merge_histograms(points: list[Any]) -> None:
    first = points[0]
    for other in points[1:]:
        if other.count:
            counts = _added(first.bucket_counts, other.bucket_counts)
            _merge_common(first, other)
            first.bucket_counts = counts


def _merge_exponential(points: list[Any]) -> None:
    first = points[0]
    for other in points[1:]:
        if other.count:
            _merge_common(first, other)
            first.zero_count += other.zero_count
            for side in ("positive", "negative"):
                mine, theirs = getattr(first, side), getattr(other, side)
                if theirs.bucket_counts:
                    mine.bucket_counts = _added(mine.bucket_counts, theirs.bucket_counts)

"""Editors that look into the buckets of histograms: percentiles, conversion, merging."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any

from collector.ottl.errors import EvaluationError
from collector.ottl.functions.metric_editors import METRIC, POINT, append_metric
from collector.ottl.signature import FloatLike, Literal, LitFloats, LitStr, MetricItem, PointItem, function
from collector.ottl.text import float_text
from collector.pdata import HistogramDataPoint


def _percentile(number: float) -> float:
    if not 0 < number < 100:
        raise ValueError(f"percentile must be greater than 0 and less than 100, got {number}")
    return number


@function("extract_percentile_metric", contexts=METRIC, appends=True)
def extract_percentile_metric(
    metric: MetricItem,
    percentile: Annotated[float, Literal("a float", float, convert=_percentile)],
    suffix: LitStr | None = None,
) -> None:
    if metric.type not in ("histogram", "exponential_histogram"):
        return
    of = histogram_percentile if metric.type == "histogram" else exponential_percentile
    points = [(p, value) for p in metric.data_points if (value := of(p, percentile)) is not None]
    if points:
        name = f"p{float_text(percentile)}"
        description = f"{metric.description} ({name})" if metric.description else name
        append_metric(metric, "gauge", points, suffix=f"_{name}" if suffix is None else suffix, description=description)


def histogram_percentile(point: Any, percentile: float) -> float | None:
    """Return the value below which so many percent of the point's measurements lie; None if that cannot be told."""
    counts, bounds = point.bucket_counts, point.explicit_bounds
    if point.count == 0 or not counts:
        return None
    if not bounds:
        if point.min is None or point.max is None:
            return None
        return float(point.min + (point.max - point.min) * percentile / 100)
    target, seen = math.ceil(point.count * percentile / 100), 0
    for place, count in enumerate(counts):
        if count and seen + count >= target:
            fraction = (target - seen) / count
            if place == 0:
                upper = bounds[0]
                if point.min is not None and point.min < upper:
                    lower = point.min
                elif upper < 0:
                    return float(upper)
                else:
                    lower = 0.0
            else:
                lower = bounds[place - 1]
                if place < len(bounds):
                    upper = bounds[place]
                elif point.max is not None and point.max > lower:
                    upper = point.max
                else:
                    return float(lower)
            return float(lower + (upper - lower) * fraction)
        seen += count
    return float(bounds[-1])


def exponential_percentile(point: Any, percentile: float) -> float | None:
    """Return the same for a point of an exponential histogram."""
    if point.count == 0:
        return None
    target, seen = math.ceil(point.count * percentile / 100), 0
    factor = math.log(2) * math.ldexp(1.0, -point.scale)
    negative, positive = point.negative, point.positive
    counts = negative.bucket_counts
    for place in range(len(counts) - 1, -1, -1):
        count = counts[place]
        if count and seen + count >= target:
            fraction = (target - seen) / count
            low, high = _exponential(factor, negative.offset + place), _exponential(factor, negative.offset + place + 1)
            return -float(high * (low / high) ** fraction)
        seen += count
    if point.zero_count and seen + point.zero_count >= target:
        width = point.zero_threshold
        low = 0.0 if positive.bucket_counts and not counts else -width
        high = 0.0 if counts and not positive.bucket_counts else width
        return float(low + (high - low) * (target - seen) / point.zero_count)
    seen += point.zero_count
    for place, count in enumerate(positive.bucket_counts):
        if count and seen + count >= target:
            fraction = (target - seen) / count
            low, high = _exponential(factor, positive.offset + place), _exponential(factor, positive.offset + place + 1)
            return float(low * (high / low) ** fraction)
        seen += count
    return None


def _exponential(factor: float, exponent: int) -> float:
    try:
        return math.exp(factor * exponent)
    except OverflowError:
        return math.inf


# ---- exponential to explicit bounds

Spread = Callable[[int, float, float, Sequence[float], list[int]], None]


def _first(bounds: Sequence[float], limit: float) -> int:
    """Return the first bound that is not below a limit; their number if there is none."""
    return next((i for i, bound in enumerate(bounds) if bound >= limit), len(bounds))


def _upper(count: int, lower: float, upper: float, bounds: Sequence[float], counts: list[int]) -> None:
    del lower
    counts[min(_first(bounds, upper), len(bounds) - 1)] += count


def _midpoint(count: int, lower: float, upper: float, bounds: Sequence[float], counts: list[int]) -> None:
    place = _first(bounds, (lower + upper) / 2)
    counts[len(bounds) - 1 if place == len(bounds) else max(place - 1, 0)] += count


def _span(lower: float, upper: float, bounds: Sequence[float]) -> tuple[int, int]:
    last = len(bounds) - 1
    return min(_first(bounds, lower), last), min(_first(bounds, upper), last)


def _uniform(count: int, lower: float, upper: float, bounds: Sequence[float], counts: list[int]) -> None:
    start, end = _span(lower, upper, bounds)
    if end <= start:
        counts[start] += count
        return
    share, rest = divmod(count, end - start + 1)
    for place in range(start, end + 1):
        counts[place] += share + (place - start < rest)


def _random(count: int, lower: float, upper: float, bounds: Sequence[float], counts: list[int]) -> None:
    start, end = _span(lower, upper, bounds)
    left = count
    for place in range(start, end):
        width = (bounds[place] - lower) / (upper - lower) if upper > lower else 1.0
        taken = min(left, int(left * min(max(width * random.random() * 2, 0.0), 1.0)))  # noqa: S311 - no secret
        counts[place] += taken
        left -= taken
    counts[end] += left


_SPREADS: dict[str, Spread] = {"upper": _upper, "midpoint": _midpoint, "uniform": _uniform, "random": _random}


def _spread(name: str) -> Spread:
    if name not in _SPREADS:
        raise ValueError(f"invalid distribution algorithm: {name}, must be one of {', '.join(_SPREADS)}")
    return _SPREADS[name]


def _check_bounds(constants: Mapping[str, Any]) -> None:
    if not constants["ExplicitBounds"]:
        raise ValueError("explicit bounds cannot be empty")


@function("convert_exponential_histogram_to_histogram", contexts=METRIC, check=_check_bounds)
def convert_exponential_histogram(
    metric: MetricItem,
    distribution_fn: Annotated[Spread, Literal("a string", str, convert=_spread)],
    explicit_bounds: LitFloats,
) -> None:
    if metric.type != "exponential_histogram":
        return
    made = []
    for point in metric.data_points:
        new: Any = HistogramDataPoint.new(
            start_time_unix_nano=point.start_time_unix_nano,
            time_unix_nano=point.time_unix_nano,
            count=point.count,
            sum=point.sum or 0.0,
            min=point.min or 0.0,
            max=point.max or 0.0,
            explicit_bounds=list(explicit_bounds),
            bucket_counts=_spread_counts(point, distribution_fn, explicit_bounds),
        )
        new.attributes = point.attributes
        new.exemplars = list(point.exemplars)
        made.append(new)
    metric.convert("histogram", aggregation_temporality=metric.aggregation_temporality)
    metric.data_points = made
    if metric.metadata:
        metric.metadata.clear()


def _spread_counts(point: Any, spread: Spread, bounds: Sequence[float]) -> list[int]:
    counts = [0] * len(bounds)
    if bounds[0] == 0:
        counts[0] = point.zero_count
    factor = math.log(2) * math.ldexp(1.0, -point.scale)
    for place, count in enumerate(point.positive.bucket_counts):
        if not count:
            continue
        exponent = point.positive.offset + place
        lower, upper = _exponential(factor, exponent), _exponential(factor, exponent + 1)
        if lower > bounds[-1]:
            counts[-1] += count
            continue
        inside = next((b for b in range(1, len(bounds)) if lower > bounds[b - 1] and upper <= bounds[b]), None)
        if inside is not None:
            counts[inside - 1] += count
        else:
            spread(count, lower, upper, bounds, counts)
    return counts


# ---- merging buckets


def _check_merge(constants: Mapping[str, Any]) -> None:
    method = constants["Method"]
    if method not in ("remove_explicit_bound", "limit_buckets"):
        raise ValueError(f"unknown method {method!r}; known: remove_explicit_bound, limit_buckets")
    if "TargetValue" in constants:
        if constants["TargetValue"] is None:
            raise ValueError("the target value must be a number")
        if method == "limit_buckets":
            _limit(constants["TargetValue"])


def _limit(target: float) -> int:
    if not math.isfinite(target) or target != int(target) or target < 1:
        raise EvaluationError(f"the limit of buckets must be a whole number of at least 1, got {float_text(target)}")
    return int(target)


@function("merge_histogram_buckets", contexts=POINT, check=_check_merge)
def merge_histogram_buckets(
    point: PointItem, target_value: FloatLike, method: LitStr = "remove_explicit_bound"
) -> None:
    if target_value is None:
        raise EvaluationError("the target value must be a number")
    limit = _limit(target_value) if method == "limit_buckets" else 0
    if not isinstance(point, HistogramDataPoint):
        return
    bounds, counts = point.explicit_bounds, point.bucket_counts
    if len(counts) != len(bounds) + 1:
        return
    if method == "limit_buckets":
        _merge_to(point, bounds, counts, limit)
        return
    for place, bound in enumerate(bounds):
        if abs(bound - target_value) < 1e-12:
            merged = counts.pop(place)
            counts[place] += merged
            bounds.pop(place)
            point.explicit_bounds, point.bucket_counts = bounds, counts
            return


def _merge_to(point: Any, bounds: list[float], counts: list[int], limit: int) -> None:
    if len(counts) <= limit:
        return
    if any(a >= b for a, b in pairwise(bounds)):
        raise EvaluationError("explicit bounds must be strictly increasing")
    width = math.ceil(len(counts) / limit)
    merged = [sum(counts[i : i + width]) for i in range(0, len(counts), width)]
    point.explicit_bounds = [bounds[i + width - 1] for i in range(0, len(counts), width) if i + width - 1 < len(bounds)]
    point.bucket_counts = merged

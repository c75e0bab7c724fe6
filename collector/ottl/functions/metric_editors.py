"""Editors of metrics: their type, copies of them, and metrics made out of their points."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from collector.ottl.coerce import int_like
from collector.ottl.errors import EvaluationError
from collector.ottl.signature import LazyString, LitBool, Literal, LitFloat, LitStr, MetricItem, function
from collector.pdata import Metric

METRIC, POINT = ["metric"], ["datapoint"]
_TEMPORALITIES = {"delta": 1, "cumulative": 2}


def _temporality(name: str) -> int:
    if name not in _TEMPORALITIES:
        raise ValueError(f"unknown aggregation temporality: {name}; known: delta, cumulative")
    return _TEMPORALITIES[name]


Temporality = Annotated[int, Literal("a string", str, convert=_temporality)]


def append_metric(
    source: Metric,
    kind: str,
    points: Iterable[tuple[Any, int | float]],
    *,
    suffix: str,
    unit: str | None = None,
    description: str | None = None,
    temporality: int = 0,
    monotonic: bool = False,
) -> Any:
    """Append a metric to the scope of another one, with a point for each (point to take identity from, value)."""
    made = source.scope_group.records().add(
        name=source.name + suffix,
        description=source.description if description is None else description,
        unit=source.unit if unit is None else unit,
    )
    made.convert(kind, aggregation_temporality=temporality, is_monotonic=monotonic)
    for origin, value in points:
        point = made.data_points.add(
            start_time_unix_nano=origin.start_time_unix_nano, time_unix_nano=origin.time_unix_nano, value=value
        )
        point.attributes = origin.attributes
    return made


@function("convert_sum_to_gauge", contexts=METRIC)
def convert_sum_to_gauge(metric: MetricItem) -> None:
    if metric.type == "sum":
        metric.convert("gauge")


@function("convert_gauge_to_sum", contexts=METRIC)
def convert_gauge_to_sum(metric: MetricItem, string_agg_temp: Temporality, monotonic: LitBool) -> None:
    if metric.type == "gauge":
        metric.convert("sum", aggregation_temporality=string_agg_temp, is_monotonic=monotonic)


def _source_temporality(metric: Any, function_name: str) -> int:
    if metric.type == "summary":
        return 2
    if metric.type not in ("histogram", "exponential_histogram"):
        raise EvaluationError(
            f"{function_name} requires a histogram, an exponential histogram or a summary, got {metric.type}"
        )
    temporality: int = metric.aggregation_temporality
    if temporality == 0:
        raise EvaluationError("metric has no aggregation temporality")
    return temporality


@function("extract_sum_metric", contexts=METRIC, appends=True)
def extract_sum_metric(metric: MetricItem, monotonic: LitBool, suffix: LitStr = "_sum") -> None:
    temporality = _source_temporality(metric, "extract_sum_metric")
    points = [(p, p.sum) for p in metric.data_points if p.sum is not None]
    if points:
        append_metric(metric, "sum", points, suffix=suffix, temporality=temporality, monotonic=monotonic)


@function("extract_count_metric", contexts=METRIC, appends=True)
def extract_count_metric(metric: MetricItem, monotonic: LitBool, suffix: LitStr = "_count") -> None:
    temporality = _source_temporality(metric, "extract_count_metric")
    points = [(p, p.count) for p in metric.data_points]
    if points:
        append_metric(metric, "sum", points, suffix=suffix, unit="1", temporality=temporality, monotonic=monotonic)


@function("convert_summary_count_val_to_sum", contexts=POINT, appends=True)
def convert_summary_count_val_to_sum(
    metric: MetricItem, string_agg_temp: Temporality, monotonic: LitBool, suffix: LitStr = "_count"
) -> None:
    if metric.type == "summary":
        points = [(p, p.count) for p in metric.data_points]
        append_metric(metric, "sum", points, suffix=suffix, temporality=string_agg_temp, monotonic=monotonic)


@function("convert_summary_sum_val_to_sum", contexts=POINT, appends=True)
def convert_summary_sum_val_to_sum(
    metric: MetricItem, string_agg_temp: Temporality, monotonic: LitBool, suffix: LitStr = "_sum"
) -> None:
    if metric.type == "summary":
        points = [(p, p.sum) for p in metric.data_points]
        append_metric(metric, "sum", points, suffix=suffix, temporality=string_agg_temp, monotonic=monotonic)


@function("convert_summary_quantile_val_to_gauge", contexts=METRIC, appends=True)
def convert_summary_quantile_val_to_gauge(
    metric: MetricItem, attribute_key: LitStr = "quantile", suffix: LitStr = ".quantiles"
) -> None:
    if metric.type != "summary":
        return
    values = [(p, q.quantile, q.value) for p in metric.data_points for q in p.quantile_values]
    made = append_metric(metric, "gauge", [(p, value) for p, _, value in values], suffix=suffix)
    for point, (_, quantile, _) in zip(made.data_points, values, strict=True):
        point.attributes[attribute_key] = quantile


@function("copy_metric", contexts=METRIC, appends=True)
def copy_metric(
    metric: MetricItem,
    name: LazyString | None = None,
    description: LazyString | None = None,
    unit: LazyString | None = None,
) -> None:
    copy = metric.scope_group.records().append(metric)
    for field, value in (("name", name), ("description", description), ("unit", unit)):
        if value is not None:
            setattr(copy, field, value())


@function("scale_metric", contexts=METRIC)
def scale_metric(metric: MetricItem, multiplier: LitFloat, unit: str | None = None) -> None:
    if metric.type in ("gauge", "sum"):
        for point in metric.data_points:
            value = point.value
            if value is not None:
                point.value = value * multiplier if type(value) is float else int_like(value * multiplier)
    elif metric.type == "histogram":
        for point in metric.data_points:
            _scale_histogram(point, multiplier)
    elif metric.type == "summary":
        for point in metric.data_points:
            point.sum *= multiplier
            for quantile in point.quantile_values:
                quantile.value *= multiplier
    else:
        raise EvaluationError(f"unsupported metric type for scaling: {metric.type}")
    if unit is not None:
        metric.unit = unit


def _scale_histogram(point: Any, multiplier: float) -> None:
    for field in ("sum", "min", "max"):
        value = getattr(point, field)
        if value is not None:
            setattr(point, field, value * multiplier)
    point.explicit_bounds = [bound * multiplier for bound in point.explicit_bounds]
    for exemplar in point.exemplars:
        value = exemplar.value
        if value is not None:
            exemplar.value = value * multiplier if type(value) is float else int_like(value * multiplier)


@function("HasAttrKeyOnDatapoint", contexts=METRIC, conditions_only=True)
def has_key_on_point(metric: MetricItem, key: LitStr) -> bool:
    if metric.type is None:
        raise EvaluationError("unknown metric type")
    return any(key in point.attributes for point in metric.data_points)


@function("HasAttrOnDatapoint", contexts=METRIC, conditions_only=True)
def has_attribute_on_point(metric: MetricItem, key: LitStr, expected_val: LitStr) -> bool:
    if metric.type is None:
        raise EvaluationError("unknown metric type")
    for point in metric.data_points:
        value = point.attributes.get(key)
        if value is not None:
            return (value if type(value) is str else "") == expected_val
    return False

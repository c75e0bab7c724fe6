import pytest

from collector import ottl
from collector.ottl import ConfigError, EvaluationError
from collector.pdata import Metrics


def metrics(**fields):
    builder = Metrics.builder()
    metric = builder.resource({}).scope({"name": "s"}).add(name="m", unit="ms", description="d")
    kind = fields.pop("type")
    points = fields.pop("points")
    metric.convert(kind, **fields)
    for point in points:
        metric.data_points.add(**point)
    return builder.build()


def apply(payload, *statements, context="metric"):
    ottl.compile_statements(statements, context=context, error_mode="propagate").apply(payload)
    return list(payload.metrics())


def test_types_are_converted_with_the_points_kept():
    (metric,) = apply(metrics(type="sum", points=[{"value": 1}], is_monotonic=True), "convert_sum_to_gauge()")
    assert (metric.type, [p.value for p in metric.data_points]) == ("gauge", [1])
    (metric,) = apply(metrics(type="gauge", points=[{"value": 1.5}]), 'convert_gauge_to_sum("delta", true)')
    assert (metric.type, metric.aggregation_temporality, metric.is_monotonic) == ("sum", 1, True)


HISTOGRAM = {
    "type": "histogram",
    "aggregation_temporality": 2,
    "points": [
        {"count": 10, "sum": 50.0, "bucket_counts": [2, 4, 3, 1], "explicit_bounds": [1.0, 5.0, 10.0],
         "min": 0.5, "max": 20.0, "attributes": {"k": "v"}, "time_unix_nano": 5},
        {"count": 0, "bucket_counts": [0, 0, 0, 0], "explicit_bounds": [1.0, 5.0, 10.0]},
    ],
}  # fmt: skip


def histogram():
    return metrics(**{**HISTOGRAM, "points": [dict(p) for p in HISTOGRAM["points"]]})


def test_sums_and_counts_are_extracted_into_metrics_of_their_own():
    got = apply(
        histogram(), 'extract_sum_metric(true) where name == "m"', 'extract_count_metric(false, ".n") where name == "m"'
    )
    assert [(m.name, m.unit, m.type, m.is_monotonic, m.aggregation_temporality) for m in got[1:]] == [
        ("m_sum", "ms", "sum", True, 2),
        ("m.n", "1", "sum", False, 2),
    ]
    assert [(p.value, p.time_unix_nano, p.attributes.to_dict()) for p in got[1].data_points] == [(50.0, 5, {"k": "v"})]
    assert [p.value for p in got[2].data_points] == [10, 0]


@pytest.mark.parametrize(("percentile", "expected"), [("50.0", 4.0), ("10.0", 0.75), ("99.9", 20.0), ("90.0", 10.0)])
def test_percentiles_of_histograms_are_interpolated(percentile, expected):
    got = apply(histogram(), f'extract_percentile_metric({percentile}) where name == "m"')
    assert [p.value for p in got[1].data_points] == [expected]
    assert got[1].description.startswith("d (p")


def test_an_exponential_histogram_gets_explicit_bounds():
    payload = metrics(
        type="exponential_histogram",
        aggregation_temporality=1,
        points=[{"count": 7, "sum": 9.0, "scale": 0, "positive": {"offset": 0, "bucket_counts": [3, 4]}}],
    )
    (metric,) = apply(payload, 'convert_exponential_histogram_to_histogram("upper", [1.0, 2.0, 4.0, 8.0])')
    (point,) = metric.data_points
    assert (metric.type, metric.aggregation_temporality) == ("histogram", 1)
    assert (point.count, point.explicit_bounds, point.bucket_counts) == (7, [1.0, 2.0, 4.0, 8.0], [0, 3, 4, 0])


def test_buckets_are_merged():
    (metric,) = apply(histogram(), "merge_histogram_buckets(5.0)", context="datapoint")
    assert next((p.explicit_bounds, p.bucket_counts) for p in metric.data_points) == ([1.0, 10.0], [2, 7, 1])
    (metric,) = apply(histogram(), 'merge_histogram_buckets(2, "limit_buckets")', context="datapoint")
    assert next((p.explicit_bounds, p.bucket_counts) for p in metric.data_points) == ([5.0], [6, 4])


def test_summaries_become_sums_and_gauges():
    points = [{"count": 3, "sum": 6.0, "quantile_values": [{"quantile": 0.5, "value": 2.0}], "attributes": {"k": "v"}}]
    got = apply(metrics(type="summary", points=points), 'convert_summary_quantile_val_to_gauge("q") where type == 5')
    (point,) = got[1].data_points
    assert (got[1].name, point.value, point.attributes.to_dict()) == ("m.quantiles", 2.0, {"k": "v", "q": 0.5})
    got = apply(
        metrics(type="summary", points=points), 'convert_summary_count_val_to_sum("delta", true)', context="datapoint"
    )
    assert [(m.name, [p.value for p in m.data_points]) for m in got[1:]] == [("m_count", [3])]


def points(*values):
    return [{"value": v, "attributes": {"host": h, "zone": z}} for v, h, z in values]


@pytest.mark.parametrize(
    ("function", "expected"),
    [("sum", [7, 5]), ("max", [4, 5]), ("min", [1, 5]), ("mean", [2, 5]), ("median", [2, 5]), ("count", [3, 5])],
)
def test_points_are_aggregated_over_the_attributes_that_are_left(function, expected):
    payload = metrics(
        type="sum", aggregation_temporality=2,
        points=points((1, "a", "x"), (4, "b", "x"), (2, "c", "x"), (5, "a", "y")),
    )  # fmt: skip
    (metric,) = apply(payload, f'aggregate_on_attributes("{function}", ["zone"])')
    assert [p.value for p in metric.data_points] == expected
    assert payload.item_count == 2


def test_values_of_an_attribute_become_one():
    payload = metrics(type="gauge", points=points((1.0, "a", "x"), (4.5, "b", "x"), (2.0, "c", "x")))
    (metric,) = apply(payload, 'aggregate_on_attribute_value("sum", "host", ["a", "b"], "ab")')
    assert [(p.value, p.attributes["host"]) for p in metric.data_points] == [(5.5, "ab"), (2.0, "c")]


def test_histograms_of_one_identity_are_added():
    point = {"count": 3, "sum": 2.0, "bucket_counts": [1, 2], "explicit_bounds": [1.0], "min": 1.0}
    payload = metrics(
        type="histogram", aggregation_temporality=2, points=[{**point, "attributes": {"k": n}} for n in range(2)]
    )
    (metric,) = apply(payload, 'aggregate_on_attributes("max", [])')
    (point,) = metric.data_points
    assert (point.count, point.sum, point.bucket_counts, point.min) == (6, 4.0, [2, 4], 1.0)


def test_metrics_are_scaled():
    (metric,) = apply(metrics(type="gauge", points=[{"value": 3}, {"value": 1.5}]), 'scale_metric(0.5, "s")')
    assert ([p.value for p in metric.data_points], metric.unit) == ([1, 0.75], "s")
    (metric,) = apply(histogram(), "scale_metric(2.0)")
    assert metric.data_points[0].explicit_bounds == [2.0, 10.0, 20.0]


@pytest.mark.parametrize(
    ("statement", "payload"),
    [
        ("extract_sum_metric(true)", {"type": "gauge", "points": [{"value": 1}]}),
        ("extract_count_metric(true)", {**HISTOGRAM, "aggregation_temporality": 0}),
        ("scale_metric(2.0)", {"type": "exponential_histogram", "points": []}),
        ('aggregate_on_attributes("sum", [])', {"type": "summary", "points": []}),
    ],
)
def test_metrics_of_another_type_fail(statement, payload):
    with pytest.raises(EvaluationError):
        apply(metrics(**payload), statement)


@pytest.mark.parametrize(
    "statement",
    [
        'convert_gauge_to_sum("gauge", true)', "scale_metric(2)", 'aggregate_on_attributes("avg", [])',
        'convert_exponential_histogram_to_histogram("upper", [])', "extract_percentile_metric(100.0)",
        'set_semconv_span_name("1.37.0")', "merge_histogram_buckets(1.0)",
    ],
)  # fmt: skip
def test_metric_editors_that_cannot_work_are_refused_while_loading(statement):
    with pytest.raises(ConfigError):
        ottl.compile_statements([statement], context="metric")

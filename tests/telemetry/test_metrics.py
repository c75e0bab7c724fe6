import pytest

from collector.telemetry.metrics import Registry
from collector.telemetry.prometheus import TextOptions, render


def page(registry, **options):
    lines = render(registry, {"service.name": "t"}, TextOptions(**options)).splitlines()
    return [line for line in lines if not line.startswith("#") and not line.startswith("target_info")]


def test_counters_show_their_names_as_they_are():
    registry = Registry()
    registry.meter(receiver="otlp").counter("otelcol_receiver_accepted_spans", "Accepted.").add(3)

    assert page(registry) == ['otelcol_receiver_accepted_spans{receiver="otlp"} 3']


def test_type_and_unit_suffixes_can_be_asked_for():
    registry = Registry()
    registry.meter().counter("otelcol_process_cpu", "CPU.", "s").add(1.5)

    assert page(registry, without_type_suffix=False, without_units=False) == ["otelcol_process_cpu_seconds_total 1.5"]


def test_constant_labels_are_on_every_series():
    registry = Registry()
    registry.meter(a="1").gauge("g", "G.").set(2)

    assert page(registry, constant_labels={"service.name": "t"}) == ['g{a="1",service_name="t"} 2']


def test_a_histogram_shows_cumulative_buckets_sum_and_count():
    registry = Registry()
    histogram = registry.meter().histogram("h", "H.", (1, 10))
    for value in (0.5, 1, 5, 50):
        histogram.record(value)

    assert page(registry) == [
        'h_bucket{le="1"} 2',
        'h_bucket{le="10"} 3',
        'h_bucket{le="+Inf"} 4',
        "h_sum 56.5",
        "h_count 4",
    ]


def test_bound_attributes_make_series_of_their_own_and_hide_the_unused_one():
    registry = Registry()
    counter = registry.meter(exporter="e").counter("sent", "Sent.")
    counter.bind(code="1").add()
    counter.bind(code="2").add(2)

    assert page(registry) == ['sent{code="1",exporter="e"} 1', 'sent{code="2",exporter="e"} 2']


def test_observed_gauges_are_read_when_collected():
    registry = Registry()
    size = [1]
    registry.meter(exporter="e").observe("queue_size", "Size.", lambda: size[0], data_type="logs")
    size[0] = 7

    assert page(registry) == ['queue_size{data_type="logs",exporter="e"} 7']


def test_label_values_and_descriptions_are_escaped():
    registry = Registry()
    registry.meter(a='x"\\\n').gauge("g", "two\nlines").set(1)

    text = render(registry, {}, TextOptions())
    assert 'g{a="x\\"\\\\\\n"} 1' in text
    assert "# HELP g two\\nlines" in text


def test_the_resource_is_target_info():
    text = render(Registry(), {"service.name": "telepipe"}, TextOptions())

    assert 'target_info{service_name="telepipe"} 1' in text


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        ("none", []),
        ("basic", ["otelcol_x"]),
        ("normal", ["otelcol_processor_batch_batch_size_trigger_send", "otelcol_x"]),
        (
            "detailed",
            [
                "otelcol_exporter_enqueue_size",
                "otelcol_processor_batch_batch_size_trigger_send",
                "otelcol_x",
            ],
        ),
    ],
)
def test_each_level_shows_its_metrics(level, shown):
    registry = Registry(level)
    for name in ("otelcol_x", "otelcol_processor_batch_batch_size_trigger_send", "otelcol_exporter_enqueue_size"):
        registry.meter().counter(name, "").add()

    assert [family.name for family in registry.collect()] == shown


def viewed(*views):
    from collector.config.exporting import View as ViewConfig
    from collector.telemetry.views import View

    models = [ViewConfig.model_validate(view) for view in views]
    return Registry("detailed", [View(model.selector, model.stream) for model in models])


def test_a_view_renames_and_describes():
    registry = viewed({"selector": {"instrument_name": "a*"}, "stream": {"name": "b", "description": "B."}})
    registry.meter().counter("abc", "A.").add()
    registry.meter().counter("xyz", "X.").add()

    assert page(registry) == ["b 1", "xyz 1"]


def test_a_view_keeps_some_attributes_and_sums_over_the_others():
    registry = viewed(
        {"selector": {"instrument_name": "sent"}, "stream": {"attribute_keys": {"included": ["exporter"]}}}
    )
    counter = registry.meter(exporter="e").counter("sent", "Sent.")
    counter.bind(code="1").add(1)
    counter.bind(code="2").add(2)

    assert page(registry) == ['sent{exporter="e"} 3']


def test_a_view_leaves_attributes_out():
    registry = viewed({"stream": {"attribute_keys": {"excluded": ["code"]}}})
    registry.meter(code="1", zone="a").gauge("g", "G.").set(1)

    assert page(registry) == ['g{zone="a"} 1']


def test_a_view_drops_a_metric():
    registry = viewed({"selector": {"instrument_type": "counter"}, "stream": {"aggregation": {"drop": {}}}})
    registry.meter().counter("c", "C.").add()
    registry.meter().gauge("g", "G.").set(1)

    assert page(registry) == ["g 1"]


def test_a_view_sets_the_bounds_of_a_histogram():
    buckets = {"explicit_bucket_histogram": {"boundaries": [5]}}
    registry = viewed({"selector": {"instrument_name": "h"}, "stream": {"aggregation": buckets}})
    registry.meter().histogram("h", "H.", (1, 2, 3)).record(4)

    assert page(registry) == ['h_bucket{le="5"} 1', 'h_bucket{le="+Inf"} 1', "h_sum 4", "h_count 1"]

"""The page of own metrics, read by the parser of prometheus_client."""

from prometheus_client.parser import text_string_to_metric_families

from collector.telemetry.metrics import Registry
from collector.telemetry.prometheus import TextOptions, render


def families(page):
    return {family.name: family for family in text_string_to_metric_families(page)}


def test_every_kind_of_instrument_is_read_back_under_its_own_name():
    registry = Registry("detailed")
    meter = registry.meter(processor="batch/a")
    meter.counter("otelcol_sent", "Items sent.").add(3)
    meter.up_down_counter("otelcol_open", "Open ones.").add(-1)
    meter.histogram("otelcol_size", "Sizes.", (10.0, 20.0)).record(15)
    meter.observe("otelcol_held", 'Held "now".\nBy all.', lambda: 2.5)

    read = families(render(registry, {"service.name": 'a"b\\c\nd'}, TextOptions()))

    assert {name: read[name].type for name in read} == {
        "target_info": "gauge",
        "otelcol_sent": "counter",
        "otelcol_open": "gauge",
        "otelcol_size": "histogram",
        "otelcol_held": "gauge",
    }
    assert read["target_info"].samples[0].labels == {"service_name": 'a"b\\c\nd'}
    assert [(s.labels, s.value) for s in read["otelcol_sent"].samples] == [({"processor": "batch/a"}, 3.0)]
    assert read["otelcol_held"].documentation == 'Held "now".\nBy all.'
    assert {(s.name, s.labels.get("le"), s.value) for s in read["otelcol_size"].samples} == {
        ("otelcol_size_bucket", "10", 0.0),
        ("otelcol_size_bucket", "20", 1.0),
        ("otelcol_size_bucket", "+Inf", 1.0),
        ("otelcol_size_count", None, 1.0),
        ("otelcol_size_sum", None, 15.0),
    }

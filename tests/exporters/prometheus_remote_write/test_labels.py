"""Label sets as they arrive, by section 7 of the reference."""

import pytest

from exporters.prometheus_remote_write.labels import bound_text, promotion

QUIET = {"target_info": {"enabled": False}, "disable_scope_info": True}


async def labels_of(exporter, endpoint, payload, config):
    one = await exporter(config)
    await one.export(payload)
    return [dict(labels) for labels in endpoint.first.samples]


async def test_values_that_meet_under_one_name_are_joined_in_order_of_keys(exporter, endpoint, metrics, make):
    payload = metrics(make.gauge("g", make.point({"a.b": "x", "a_b": "y", "a-b": "z"}, asInt="1")))
    assert await labels_of(exporter, endpoint, payload, QUIET) == [{"__name__": "g", "a_b": "z;x;y"}]


async def test_equal_values_that_meet_are_not_repeated(exporter, endpoint, metrics, make):
    payload = metrics(make.gauge("g", make.point({"a.b": "x", "a_b": "x"}, asInt="1")))
    assert await labels_of(exporter, endpoint, payload, QUIET) == [{"__name__": "g", "a_b": "x"}]


async def test_values_of_all_types_are_texts(exporter, endpoint, metrics, make):
    payload = metrics(make.gauge("g", make.point({"b": True, "d": 1.5e21, "i": 7, "s": "x", "e": ""}, asInt="1")))
    assert await labels_of(exporter, endpoint, payload, QUIET) == [
        {"__name__": "g", "b": "true", "d": "1.5e+21", "i": "7", "s": "x"}
    ]


async def test_job_and_instance_come_from_the_resource_and_win(exporter, endpoint, metrics, make):
    resource = {"service.name": "shop", "service.namespace": "eu", "service.instance.id": 7}
    payload = metrics(make.gauge("g", make.point({"job": "j", "k": "v"}, asInt="1")), resource=resource)
    assert await labels_of(exporter, endpoint, payload, QUIET) == [
        {"__name__": "g", "instance": "7", "job": "eu/shop", "k": "v"}
    ]


async def test_an_empty_namespace_adds_no_slash_and_without_a_name_there_is_no_job(exporter, endpoint, metrics, make):
    payload = metrics(make.gauge("g"), resource={"service.name": "shop", "service.namespace": ""})
    assert await labels_of(exporter, endpoint, payload, QUIET) == [{"__name__": "g", "job": "shop"}]
    endpoint.requests.clear()
    payload = metrics(make.gauge("g"), resource={"service.namespace": "eu"})
    assert await labels_of(exporter, endpoint, payload, QUIET) == [{"__name__": "g"}]


async def test_external_labels_fill_free_names_only(exporter, endpoint, metrics, make):
    config = QUIET | {"external_labels": {"k": "e", "le": "e", "region.x": "e"}}
    histogram = make.histogram("h", make.point({"k": "v"}, count="1", explicitBounds=[], bucketCounts=[]))
    assert await labels_of(exporter, endpoint, metrics(histogram), config) == [
        {"__name__": "h_count", "k": "v", "le": "e", "region_x": "e"},
        {"__name__": "h_bucket", "k": "v", "le": "+Inf", "region_x": "e"},
    ]


async def test_the_scope_gives_labels(exporter, endpoint, metrics, make):
    scope = {"name": "lib", "version": "2", "attributes": {"a.b": "1", "a_b": "2", "name": "no"}}
    payload = metrics(make.gauge("g"), scope=scope, schema_url="https://s/1")
    assert await labels_of(exporter, endpoint, payload, {"target_info": {"enabled": False}}) == [
        {
            "__name__": "g",
            "otel_scope_a_b": "1;2",
            "otel_scope_name": "lib",
            "otel_scope_schema_url": "https://s/1",
            "otel_scope_version": "2",
        }
    ]


async def test_scopes_of_different_schema_urls_are_told_apart(exporter, endpoint, metrics, make):
    one = await exporter({"target_info": {"enabled": False}})
    for url in ("a", "b", ""):
        await one.export(metrics(make.gauge("g"), scope={"name": "lib"}, schema_url=url))
    assert {dict(labels).get("otel_scope_schema_url") for labels in endpoint.first.samples} == {"a", "b", None}


async def test_a_key_that_is_no_label_drops_its_point_alone(exporter, endpoint, metrics, make):
    one = await exporter(QUIET)
    payload = metrics(
        make.gauge("g", make.point({"____": "v"}, asInt="1"), make.point({"k": "v"}, asInt="2")), make.gauge("ok")
    )
    for _ in range(2):
        await one.export(payload)
    assert endpoint.first.values == {"g": [2.0, 2.0], "ok": [1.0, 1.0]}
    assert one.metric("otelcol_exporter_prometheusremotewrite_failed_translations") == 2


async def test_target_info_has_the_other_attributes_of_the_resource(exporter, endpoint, metrics, make):
    one = await exporter({"namespace": "corp", "external_labels": {"zone": "z"}})
    resource = {"service.name": "shop", "cloud.region": "eu", "_x": "1"}
    await one.export(metrics(make.gauge("g"), resource=resource))
    assert endpoint.first.named("corp_target_info") == {
        (("_x", "1"), ("cloud_region", "eu"), ("job", "shop"), ("zone", "z")): [(1.0, make.millis)]
    }


@pytest.mark.parametrize("resource", [{"service.name": "shop"}, {"cloud.region": "eu"}, {}])
async def test_target_info_needs_an_identity_and_something_to_say(resource, exporter, endpoint, metrics, make):
    one = await exporter()
    await one.export(metrics(make.gauge("g"), resource=resource))
    assert set(endpoint.first.values) == {"g"}


async def test_target_info_is_as_late_as_the_latest_point_even_of_a_refused_metric(exporter, endpoint, metrics, make):
    one = await exporter()
    late = make.point(asInt="1") | {"timeUnixNano": str(make.nanos + 5_000_000_000)}
    payload = metrics(make.gauge("g"), make.sum("d", late, temporality=1), resource={"service.name": "shop", "k": "v"})
    await one.export(payload)
    assert list(endpoint.first.named("target_info").values()) == [[(1.0, make.millis + 5000)]]
    assert set(endpoint.first.values) == {"g", "target_info"}


async def test_target_info_that_can_not_be_named_is_left_out(exporter, endpoint, metrics, make):
    one = await exporter()
    await one.export(metrics(make.gauge("g"), resource={"service.name": "shop", "___": "v"}))
    assert set(endpoint.first.values) == {"g"}
    assert one.metric("otelcol_exporter_prometheusremotewrite_failed_translations") == 1


@pytest.mark.parametrize(
    ("config", "labels"),
    [
        ({"resource_to_telemetry_conversion": {"enabled": True}}, {"service_name", "job", "k", "zone"}),
        (
            {"resource_to_telemetry_conversion": {"enabled": True, "exclude_service_attributes": True}},
            {"job", "k", "zone"},
        ),
        ({"resource_constant_labels": {"included": ["z*"]}}, {"job", "k", "zone"}),
        ({"resource_constant_labels": {"excluded": ["*one"]}}, {"service_name", "job", "k"}),
        ({"resource_constant_labels": {}}, {"job", "k"}),
    ],
)
async def test_resource_attributes_can_be_labels(config, labels, exporter, endpoint, metrics, make):
    payload = metrics(
        make.gauge("g", make.point({"k": "v"}, asInt="1")), resource={"service.name": "shop", "zone": "z"}
    )
    (found,) = await labels_of(exporter, endpoint, payload, QUIET | config)
    assert found.keys() - {"__name__"} == labels


async def test_a_resource_attribute_replaces_the_points_of_the_same_key(exporter, endpoint, metrics, make):
    config = QUIET | {"resource_to_telemetry_conversion": {"enabled": True}}
    payload = metrics(make.gauge("g", make.point({"k": "point", "k.": "x"}, asInt="1")), resource={"k": "resource"})
    assert await labels_of(exporter, endpoint, payload, config) == [{"__name__": "g", "k": "resource", "k_": "x"}]


@pytest.mark.parametrize(
    ("pattern", "key", "matches"),
    [("a*", "abc", True), ("a?c", "abc", True), ("a?c", "ac", False), ("[a]", "a", False), ("[a]", "[a]", True),
     ("*", "x\ny", True), ("b", "abc", False)],
)  # fmt: skip
def test_patterns_know_two_wildcards(pattern, key, matches):
    assert promotion([pattern], [])(key) is matches
    assert promotion([], [pattern])(key) is not matches


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.005, "0.005"), (1.0, "1"), (2.5, "2.5"), (1e6, "1000000"), (1e-7, "0.0000001"), (-5.0, "-5"), (0.0, "0"),
        (-0.0, "-0"), (1e21, "1000000000000000000000"), (float("inf"), "+Inf"), (float("-inf"), "-Inf"),
        (float("nan"), "NaN"), (123456789.125, "123456789.125"),
    ],
)  # fmt: skip
def test_bounds_have_no_exponent(value, text):
    assert bound_text(value) == text

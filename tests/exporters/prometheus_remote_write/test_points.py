"""Points as they arrive, by section 8 of the reference."""

import struct

import pytest

QUIET = {"target_info": {"enabled": False}, "disable_scope_info": True}
SECOND = QUIET | {"protobuf_message": "io.prometheus.write.v2.Request"}
STALE = 0x7FF0000000000002
TRACE, SPAN = "aabbccddeeff00112233445566778899", "1122334455667788"


def bits(value):
    return struct.unpack("<Q", struct.pack("<d", value))[0]


@pytest.fixture
def sent(exporter, endpoint, metrics):
    """What arrives of some metrics: `await sent(metric, …, config={…})`."""

    async def send(*items, config=QUIET):
        one = await exporter(config)
        await one.export(metrics(*items))
        return endpoint.second if "protobuf_message" in config else endpoint.first

    return send


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({"asDouble": 1.5}, 1.5),
        ({"asInt": "-3"}, -3.0),
        ({"asInt": "9007199254740993"}, 9007199254740992.0),
        ({"asInt": "-9223372036854775808"}, -(2.0**63)),
        ({"asDouble": "Infinity"}, float("inf")),
        ({"asDouble": -0.0}, -0.0),
        ({}, 0.0),
    ],
)
async def test_values_are_doubles(fields, value, sent, make):
    decoded = await sent(make.gauge("g", make.point(**fields)))
    ((found, time),) = decoded.named("g")[()]
    assert bits(found) == bits(value)
    assert time == make.millis


@pytest.mark.parametrize("pattern", [STALE, 0x7FF8000000000001, 0xFFF8000000000099])
async def test_nans_keep_their_bits(pattern, exporter, endpoint, metrics, make):
    one = await exporter(QUIET)
    payload = metrics(make.gauge("g", make.point(asDouble=77.0)))
    raw = payload.seal().replace(struct.pack("<d", 77.0), struct.pack("<Q", pattern))
    await one.export(type(payload).from_bytes(raw))
    assert bits(endpoint.first.values["g"][0]) == pattern


async def test_an_unknown_flag_means_nothing_and_no_recorded_value_is_stale(sent, make):
    decoded = await sent(
        make.gauge("a", make.point(asInt="5", flags=6)), make.gauge("b", make.point(asInt="5", flags=1))
    )
    assert decoded.values["a"] == [5.0]
    assert bits(decoded.values["b"][0]) == STALE


async def test_samples_of_a_series_are_in_order_and_the_last_of_one_time_stays(sent, make):
    def at(seconds, value):
        return make.point(asInt=str(value)) | {"timeUnixNano": str(1_700_000_000_000_000_000 + seconds * 10**9)}

    values = [(5, 1), (1, 2), (9, 3), (1, 4), (0, 5), (9, 6), (3, 7), (5, 8)]
    decoded = await sent(make.gauge("g", *(at(*value) for value in values)))
    start = 1_700_000_000_000
    assert decoded.named("g")[()] == [
        (5.0, start), (4.0, start + 1000), (7.0, start + 3000), (8.0, start + 5000), (6.0, start + 9000)
    ]  # fmt: skip


async def test_one_label_set_of_two_metrics_is_one_series(sent, make):
    def at(seconds):
        return make.point(asInt=str(seconds)) | {"timeUnixNano": str(seconds * 10**9)}

    decoded = await sent(make.gauge("a.x", at(20)), make.gauge("a_x", at(10)))
    assert decoded.named("a_x")[()] == [(10.0, 10_000), (20.0, 20_000)]


@pytest.mark.parametrize("temporality", [0, 1])
async def test_what_is_not_cumulative_is_refused_and_the_rest_is_sent(temporality, exporter, endpoint, metrics, make):
    one = await exporter(QUIET)
    histogram = make.histogram("h", make.point(count="1"), temporality=temporality)
    await one.export(
        metrics(make.sum("s", make.point(asInt="1"), temporality=temporality), histogram, make.gauge("ok"))
    )
    assert endpoint.first.values == {"ok": [1.0]}
    assert one.metric("otelcol_exporter_prometheusremotewrite_failed_translations") == 1
    texts = [fields["error"] for level, _, fields in one.logged if level == "debug"]
    assert texts[0] == 'invalid temporality and type combination for metric "s"'
    assert [level for level, _, _ in one.logged].count("warning") == 1
    assert one.dropped == {("no Prometheus series", ""): 2}
    assert one.component.left_out == 2


async def test_metrics_without_points_or_data_are_nothing(sent, make):
    assert (await sent({"name": "c"}, make.sum("s"), make.gauge("ok"))).values == {"ok": [1.0]}


async def test_a_classic_histogram_has_sum_count_and_running_buckets(sent, make):
    point = make.point(
        count="10", sum=7.5, explicitBounds=[0.1, 1, 1e6], bucketCounts=["1", "2", "3", "0"], min=0, max=9
    )
    decoded = await sent(make.histogram("h", point, unit="s"))
    assert decoded.values["h_seconds_sum"] == [7.5]
    assert decoded.values["h_seconds_count"] == [10.0]
    assert {labels[0][1]: samples[0][0] for labels, samples in decoded.named("h_seconds_bucket").items()} == {
        "0.1": 1.0, "1": 3.0, "1000000": 6.0, "+Inf": 10.0,
    }  # fmt: skip


async def test_a_histogram_whose_bounds_change_gets_other_buckets(exporter, endpoint, metrics, make):
    one = await exporter(QUIET)
    for bounds in ([1.0], [1.0, 2.0], [1.0]):
        point = make.point(count="3", explicitBounds=bounds, bucketCounts=["1"] * (len(bounds) + 1))
        await one.export(metrics(make.histogram("h", point)))
    counts = {labels[0][1]: len(samples) for labels, samples in endpoint.first.named("h_bucket").items()}
    assert counts == {"1": 3, "2": 1, "+Inf": 3}


async def test_buckets_are_those_that_have_bound_and_count(sent, make):
    point = make.point(count="4", explicitBounds=[1, 2, 3], bucketCounts=["1", "1"])
    decoded = await sent(make.histogram("h", point))
    assert {labels[0][1] for labels in decoded.named("h_bucket")} == {"1", "2", "+Inf"}


async def test_a_stale_histogram_ends_every_series_of_its_bounds(sent, make):
    point = make.point(flags=1, count="0", explicitBounds=[1.0, 2.0])
    decoded = await sent(
        make.histogram("h", point), make.summary("s", make.point(flags=1, quantileValues=[{"quantile": 0.5}]))
    )
    assert {name: len(values) for name, values in decoded.values.items()} == {
        "h_count": 1, "h_bucket": 3, "s_sum": 1, "s_count": 1, "s": 1,
    }  # fmt: skip
    assert {bits(value) for values in decoded.values.values() for value in values} == {STALE}


async def test_our_own_labels_win_where_we_have_them(sent, make):
    labels = {"le": "x", "quantile": "y", "__name__": "z"}
    point = make.point(labels, count="1", explicitBounds=[1.0], bucketCounts=["1", "0"])
    quantile = make.point(labels, count="1", sum=1.0, quantileValues=[{"quantile": 0.5, "value": 3.0}])
    decoded = await sent(make.histogram("h", point), make.summary("s", quantile))
    assert decoded.named("h_count") == {(("le", "x"), ("quantile", "y")): [(1.0, make.millis)]}
    assert (("le", "+Inf"), ("quantile", "y")) in decoded.named("h_bucket")
    assert decoded.named("s") == {(("le", "x"), ("quantile", "0.5")): [(3.0, make.millis)]}


async def test_an_exponential_histogram_is_native(sent, make):
    point = make.point(
        count="9", sum=2.5, scale=0, zeroCount="1", zeroThreshold=0.5,
        positive={"offset": -2, "bucketCounts": ["3", "1", "0", "0", "0", "1"]},
        negative={"offset": 0, "bucketCounts": ["3"]},
    )  # fmt: skip
    decoded = await sent(make.exponential("e", point))
    ((histogram,),) = decoded.histograms.values()
    assert (histogram.count_int, histogram.sum, histogram.schema) == (9, 2.5, 0)
    assert (histogram.zero_count_int, histogram.zero_threshold, histogram.timestamp) == (1, 0.5, make.millis)
    assert [(span.offset, span.length) for span in histogram.positive_spans] == [(-1, 2), (3, 1)]
    assert list(histogram.positive_deltas) == [3, -2, 0]
    assert [(span.offset, span.length) for span in histogram.negative_spans] == [(1, 1)]
    assert list(histogram.negative_deltas) == [3]


async def test_a_scale_that_is_too_low_refuses_the_point_alone(exporter, endpoint, metrics, make):
    one = await exporter(QUIET)
    points = [make.point({"k": str(scale)}, count="1", scale=scale, exemplars=[exemplar()]) for scale in (-5, -4)]
    await one.export(metrics(make.exponential("e", *points)))
    assert [dict(labels)["k"] for labels in endpoint.first.histograms] == ["-4"]
    assert one.dropped == {("no Prometheus series", ""): 1}
    assert one.metric("otelcol_exporter_prometheusremotewrite_failed_translations") == 1


async def test_native_histograms_of_a_series_are_in_order_once_a_time(sent, make):
    def at(seconds, count):
        return make.point(count=count, scale=1) | {"timeUnixNano": str(seconds * 10**9)}

    decoded = await sent(make.exponential("e", at(5, "1"), at(2, "2"), at(5, "3")))
    ((*histograms,),) = decoded.histograms.values()
    assert [(each.timestamp, each.count_int) for each in histograms] == [(2000, 2), (5000, 3)]


async def test_histograms_can_have_custom_buckets(sent, make):
    point = make.point(
        count="37", sum=1.0, explicitBounds=[-2, -1, 0, 1, 2], bucketCounts=["10", "0", "0", "20", "5", "2"],
        exemplars=[exemplar()],
    )  # fmt: skip
    decoded = await sent(make.histogram("h", point), config=QUIET | {"convert_explicit_histograms_to_nhcb": True})
    ((histogram,),) = decoded.histograms.values()
    assert (histogram.schema, list(histogram.custom_values)) == (-53, [-2, -1, 0, 1, 2])
    assert [(span.offset, span.length) for span in histogram.positive_spans] == [(0, 6)]
    assert list(histogram.positive_deltas) == [10, -10, 0, 20, -15, -3]
    assert not decoded.samples
    assert list(decoded.exemplars.values()) == [[({"trace_id": TRACE}, 0.5, 1_700_000_000_000)]]


async def test_custom_and_classic_buckets_can_go_together_even_where_conversion_fails(
    exporter, endpoint, metrics, make
):
    one = await exporter(QUIET | {"convert_explicit_histograms_to_nhcb": True, "keep_classic_histograms": True})
    good = make.point({"k": "good"}, count="2", explicitBounds=[1], bucketCounts=["1", "1"])
    bad = make.point({"k": "bad"}, count="2", explicitBounds=[2, 1], bucketCounts=["1", "1", "0"])
    await one.export(metrics(make.histogram("h", good, bad)))
    assert not one.dropped
    assert [dict(labels)["k"] for labels in endpoint.first.histograms] == ["good"]
    assert len(endpoint.first.named("h_bucket")) == 5
    assert one.metric("otelcol_exporter_prometheusremotewrite_failed_translations") == 1


async def test_a_summary_has_sum_count_and_quantiles(sent, make):
    quantiles = [{"quantile": 0.5, "value": 1.5}, {"quantile": 1}]
    decoded = await sent(make.summary("s", make.point(count="3", sum=4.0, quantileValues=quantiles)))
    assert decoded.values["s_sum"] == [4.0]
    assert decoded.values["s_count"] == [3.0]
    assert decoded.named("s") == {
        (("quantile", "0.5"),): [(1.5, make.millis)],
        (("quantile", "1"),): [(0.0, make.millis)],
    }


def exemplar(**fields):
    return {"asDouble": 0.5, "timeUnixNano": "1700000000000000000", "traceId": TRACE, **fields}


@pytest.mark.parametrize("config", [QUIET, SECOND], ids=["1.0", "2.0"])
async def test_exemplars_go_to_their_bucket(config, sent, make):
    values = [0.5, 1.0, 1.5, 99.0]
    point = make.point(
        count="4", explicitBounds=[1, 2], bucketCounts=["2", "1", "1"], exemplars=[exemplar(asDouble=v) for v in values]
    )
    decoded = await sent(make.histogram("h", point), config=config)
    found = {dict(labels).get("le"): [value for _, value, _ in each] for labels, each in decoded.exemplars.items()}
    assert found == {"1": [0.5, 1.0], "2": [1.5], "+Inf": [99.0]}


@pytest.mark.parametrize("config", [QUIET, SECOND], ids=["1.0", "2.0"])
async def test_exemplars_of_a_counter_have_ids_and_attributes(config, sent, make):
    kept = exemplar(spanId=SPAN, filteredAttributes=make.attributes({"a.b": 7, "trace_id": "no"}))
    long = exemplar(asDouble=2.0, filteredAttributes=make.attributes({"path": "p" * 100}))
    timeless = {"asInt": "3"}
    decoded = await sent(make.sum("c", make.point(asInt="1", exemplars=[kept, kept, long, timeless])), config=config)
    ((*found,),) = decoded.exemplars.values()
    assert found == [
        ({"a.b": "7", "span_id": SPAN, "trace_id": TRACE}, 0.5, 1_700_000_000_000),
        ({"trace_id": TRACE}, 2.0, 1_700_000_000_000),
        ({}, 3.0, make.millis),
    ]


@pytest.mark.parametrize("config", [QUIET, SECOND], ids=["1.0", "2.0"])
async def test_empty_attributes_of_exemplars_are_the_empty_symbol(config, sent, make):
    empty = exemplar(filteredAttributes=make.attributes({"a": ""}))
    decoded = await sent(make.sum("c", make.point(asInt="1", exemplars=[empty])), config=config)
    assert list(decoded.exemplars.values()) == [[({"a": "", "trace_id": TRACE}, 0.5, 1_700_000_000_000)]]


@pytest.mark.parametrize("config", [QUIET, SECOND], ids=["1.0", "2.0"])
async def test_gauges_have_no_exemplars(config, sent, make):
    points = [make.point(asInt="1", exemplars=[exemplar()])]
    assert not (await sent(make.gauge("g", *points), make.sum("s", *points, monotonic=False), config=config)).exemplars


async def test_start_times_travel_with_2_0_where_they_mean_something(sent, make):
    start = {"startTimeUnixNano": str(make.nanos - 10**9)}
    late = {"startTimeUnixNano": str(make.nanos + 10**9)}
    decoded = await sent(
        make.sum("c", make.point({"k": "a"}, asInt="1", **start), make.point({"k": "b"}, asInt="1", **late)),
        make.gauge("g", make.point(asInt="1", **start)),
        make.histogram("h", make.point(count="1", **start)),
        make.exponential("e", make.point(count="1", scale=1, **start)),
        make.summary("s", make.point(count="1", sum=1.0, **start)),
        config=SECOND,
    )
    starts = {(dict(labels)["__name__"], dict(labels).get("k")): each for labels, each in decoded.starts.items()}
    assert starts[("c_total", "a")] == [make.millis - 1000]
    assert starts[("c_total", "b")] == [0]
    assert starts[("g", None)] == [0]
    assert starts[("h_bucket", None)] == starts[("s_sum", None)] == [make.millis - 1000]
    ((histogram,),) = decoded.histograms.values()
    assert histogram.start_timestamp == make.millis - 1000


async def test_start_times_can_be_series(sent, make):
    config = QUIET | {"export_created_metric": {"enabled": True}}
    start = {"startTimeUnixNano": "1600000000123456789"}
    decoded = await sent(
        make.sum("c", make.point({"k": "a"}, asInt="1", **start), make.point({"k": "b"}, asInt="1")),
        make.sum("d", make.point(asInt="1", **start), monotonic=False),
        make.histogram("h", make.point(count="1", **start)),
        make.summary("s", make.point(count="1", sum=1.0, **start)),
        config=config,
    )
    created = {name: values for name, values in decoded.values.items() if name.endswith("_created")}
    assert created == {name: [1_600_000_000_123.0] for name in ("c_total_created", "h_created", "s_created")}


async def test_metadata_is_on_every_series_of_2_0(sent, make):
    decoded = await sent(
        make.sum("c", make.point(asInt="1"), unit="By/s", description="Help"),
        make.histogram("h", make.point(count="1")),
        make.gauge("u", metadata=make.attributes({"prometheus.type": "unknown"})),
        config=SECOND,
    )
    metadata = {dict(labels)["__name__"]: each for labels, each in decoded.metadata.items()}
    assert metadata == {
        "c_bytes_per_second_total": (1, "Help", "bytes_per_second"),
        "h_count": (3, "", ""),
        "h_bucket": (3, "", ""),
        "u": (0, "", ""),
    }


async def test_metadata_of_1_0_follows_in_a_request_of_its_own(exporter, endpoint, metrics, make):
    one = await exporter(QUIET | {"send_metadata": True})
    await one.export(
        metrics(
            make.gauge("g", description="Help", unit="s"),
            make.gauge("g", description="Help", unit="s"),
            make.sum("d", make.point(asInt="1"), temporality=1),
            make.sum(
                "info", make.point(asInt="1"), monotonic=False, metadata=make.attributes({"prometheus.type": "info"})
            ),
        )
    )
    assert len(endpoint.requests) == 2
    assert endpoint.first.families == [(2, "g_seconds", "Help", "seconds"), (6, "info", "", "")]


async def test_attributes_need_not_lie_together(exporter, endpoint, metrics, make):
    first, second = (b"\x3a\x0a\x0a\x01" + key + b"\x12\x05\x0a\x03xyz" for key in (b"a", b"b"))
    point = b"\x19" + (10**18).to_bytes(8, "little") + b"\x31" + (5).to_bytes(8, "little")
    point = first + point + second
    data = b"\x0a" + bytes([len(point)]) + point
    gauge = b"\x0a\x01g\x2a" + bytes([len(data)]) + data
    scope = b"\x12" + bytes([len(gauge)]) + gauge
    group = b"\x12" + bytes([len(scope)]) + scope
    one = await exporter(QUIET)
    await one.export(type(metrics()).trusted(b"\x0a" + bytes([len(group)]) + group, 1))
    assert list(endpoint.first.samples) == [(("__name__", "g"), ("a", "xyz"), ("b", "xyz"))]

"""What views, attributes and values promise."""

import pytest

from collector.pdata import EMPTY


@pytest.fixture
def payload(pdata):
    builder = pdata.Traces.builder()
    scope = builder.resource({"service.name": "checkout"}, schema_url="https://r").scope(
        {"name": "lib"}, schema_url="https://s"
    )
    scope.add(
        name="GET /",
        trace_id=bytes(range(16)),
        span_id=b"12345678",
        kind=2,
        attributes={"http.route": "/", "tags": ["a", {"deep": 1}], "code": 200},
        events=[{"name": "start", "time_unix_nano": 5, "attributes": {"n": 1}}],
        status={"code": 2, "message": "broken"},
    )
    return builder.build()


@pytest.fixture
def span(payload):
    return next(payload.spans())


def test_fields_read_and_are_set_by_their_protocol_names(payload, span):
    assert (span.name, span.kind, span.trace_id, span.flags) == ("GET /", 2, bytes(range(16)), 0)
    assert (span.status.code, span.status.message) == (2, "broken")
    assert (span.resource_group.schema_url, span.scope_group.schema_url, span.scope.name) == (
        "https://r",
        "https://s",
        "lib",
    )

    span.set(kind=3, end_time_unix_nano=9, trace_state="a=b")

    message = payload.to_proto().resource_spans[0].scope_spans[0].spans[0]
    assert (message.kind, message.end_time_unix_nano, message.trace_state) == (3, 9, "a=b")


def test_a_field_set_to_its_default_leaves_the_wire(span):
    before = len(span.raw)
    span.kind = 0
    assert len(span.raw) == before - 2
    assert not span.has("kind")
    assert span.has("name")


def test_unknown_fields_of_a_view_are_an_error(span):
    with pytest.raises(AttributeError):
        span.set(colour="red")
    with pytest.raises(AttributeError):
        span.colour = "red"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("trace_id", b"short"),
        ("kind", 2**31),
        ("start_time_unix_nano", -1),
        ("flags", 2**32),
        ("dropped_links_count", -1),
    ],
)
def test_values_that_the_wire_cannot_hold_are_refused_and_change_nothing(span, name, value):
    before = span.raw
    with pytest.raises(ValueError, match=r"bytes|outside"):
        setattr(span, name, value)
    assert span.raw == before


def test_attributes_are_a_mutable_mapping(span):
    attributes = span.attributes

    assert (attributes["http.route"], attributes.get("code"), attributes.get("none")) == ("/", 200, None)
    assert list(attributes) == ["http.route", "tags", "code"]
    attributes["code"] = 404
    attributes["new"] = True
    assert list(attributes) == ["http.route", "tags", "code", "new"]
    assert attributes.pop("new") is True
    assert attributes.pop("new", "gone") == "gone"
    assert attributes.setdefault("code", 1) == 404
    del attributes["code"]
    assert "code" not in attributes
    with pytest.raises(KeyError):
        attributes["code"]
    with pytest.raises(KeyError):
        del attributes["code"]
    attributes.update({"a": 1}, b=2)
    assert attributes.remove_if(lambda key, value: key == "a" or value == 2) == 2
    assert attributes == {"http.route": "/", "tags": ["a", {"deep": 1}]}
    attributes.clear()
    assert not attributes
    assert len(attributes) == 0


def test_a_value_without_a_kind_differs_from_an_absent_one(span):
    span.attributes["empty"] = None

    assert span.attributes["empty"] is EMPTY
    assert "empty" in span.attributes
    assert not EMPTY


def test_of_duplicate_keys_the_first_is_read_and_set_and_all_are_deleted(pdata):
    kv = pdata.encode_entries(9, {"a": 1}, 6) + pdata.encode_entries(9, {"a": 2}, 6)
    span = pdata.Span.from_raw(kv)

    assert span.attributes["a"] == 1
    span.attributes["a"] = 3
    assert list(span.attributes.items()) == [("a", 3), ("a", 2)]
    del span.attributes["a"]
    assert span.raw == b""


def test_nested_values_are_live(payload, span):
    span.attributes["tags"].append("b")
    span.attributes["tags"][1]["deep"] = 2
    span.attributes["tags"][1]["list"] = [1]
    span.attributes["tags"][1]["list"].extend([2.5, None])

    expected = ["a", {"deep": 2, "list": [1, 2.5, EMPTY]}, "b"]
    assert span.attributes["tags"] == expected
    assert next(payload.spans()).attributes["tags"] == expected
    assert next(type(payload).from_bytes(payload.seal()).spans()).attributes["tags"] == expected


def test_lists_are_mutable_sequences(pdata):
    record = pdata.LogRecord.new(body=[1, 2, 3])
    body = record.body

    body.insert(1, "x")
    body[0] = 0
    del body[-1]
    assert body == [0, "x", 2]
    assert (body.index("x"), body.count(2), 2 in body, body.pop()) == (1, 1, True, 2)
    body += [5]
    body.reverse()
    assert list(reversed(body)) == [0, "x", 5]
    body[0:2] = []
    assert body.to_list() == [0]
    body.remove(0)
    assert len(body) == 0
    with pytest.raises(ValueError, match="not in the list"):
        body.remove(0)


def test_values_of_other_records_can_be_assigned(pdata, span):
    record = pdata.LogRecord.new(body=span.attributes, attributes=span.attributes)
    record.attributes["copy"] = span.attributes["tags"]
    record.attributes["tags"].clear()

    assert record.body == span.attributes
    assert record.attributes["copy"] == span.attributes["tags"]
    assert span.attributes["tags"] == ["a", {"deep": 1}]


def test_values_that_no_attribute_can_hold_are_refused(pdata):
    loop = []
    loop.append(loop)
    for value, error in ((2**63, ValueError), (object(), TypeError), (loop, ValueError), ({1: 2}, TypeError)):
        with pytest.raises(error):
            pdata.encode_value(value)


def test_lone_surrogates_are_replaced(pdata):
    span = pdata.Span.new(name="a\ud800b", attributes={"\udfff": "\ud83d"})

    assert span.name == "a\ufffdb"
    assert span.attributes == {"\ufffd": "\ufffd"}


def test_lists_of_messages_grow_shrink_and_sort(span):
    span.events.add(name="middle", time_unix_nano=3)
    span.events.append(span.events[0])
    span.events[2].name = "end"
    span.events.sort(key=lambda event: event.name)

    assert [event.name for event in span.events] == ["end", "middle", "start"]
    assert (len(span.events), bool(span.links), span.events[-1].attributes["n"]) == (3, False, 1)
    assert span.events.remove_if(lambda event: event.name == "end") == 1
    span.events = [{"name": "only"}]
    assert [event.name for event in span.events] == ["only"]
    span.events.clear()
    assert not span.events


def test_an_absent_message_comes_into_being_with_its_first_edit(pdata):
    span = pdata.Span()
    assert (span.status.code, span.has("status")) == (0, False)

    first, second = span.status, span.status
    first.code = 1
    second.message = "fine"

    assert (span.status.code, span.status.message) == (1, "fine")
    span.status = None
    assert not span.has("status")


def test_a_view_may_become_a_copy_of_another(pdata, span):
    other = pdata.Span.new(name="other")
    span.copy_from(other)
    other.name = "changed"

    assert span.raw == pdata.Span.new(name="other").raw


def test_metric_types_have_their_own_fields(pdata):
    metric = pdata.Metric.new(name="m")
    assert (metric.type, list(metric.data_points), metric.is_monotonic) == (None, [], None)
    with pytest.raises(ValueError, match="no aggregation temporality"):
        metric.aggregation_temporality = 1

    metric.convert("gauge")
    metric.data_points.add(value=1, exemplars=[{"value": 2.5, "filtered_attributes": {"k": "v"}}])
    point = metric.data_points[0]
    assert (point.value, point.value_type, point.metric.name) == (1, "int", "m")
    point.value = 1.0
    assert (point.value_type, point.exemplars[0].value, point.exemplars[0].filtered_attributes["k"]) == (
        "double",
        2.5,
        "v",
    )
    point.value = None
    assert point.value_type is None

    metric.convert("sum", aggregation_temporality=1, is_monotonic=True)
    assert (metric.type, metric.is_monotonic, len(metric.data_points)) == ("sum", True, 1)


def test_optional_numbers_are_none_when_absent_and_kept_when_zero(pdata):
    point = pdata.HistogramDataPoint.new(sum=0.0, bucket_counts=[1, 2], explicit_bounds=[0.5])

    assert (point.sum, point.min, point.max, point.count) == (0.0, None, None, 0)
    point.sum = None
    assert not point.has("sum")


def test_exponential_histograms_and_summaries(pdata):
    point = pdata.ExponentialHistogramDataPoint.new(scale=-3)
    point.positive.set(offset=-2, bucket_counts=[0, 300])
    summary = pdata.SummaryDataPoint.new(quantile_values=[{"quantile": 0.5, "value": 1.5}])

    assert (point.scale, point.positive.offset, point.positive.bucket_counts, point.negative.bucket_counts) == (
        -3,
        -2,
        [0, 300],
        [],
    )
    assert [(each.quantile, each.value) for each in summary.quantile_values] == [(0.5, 1.5)]


def test_raw_functions_for_compiled_expressions(pdata, span):
    route = pdata.encode_value("/")

    assert pdata.attr_raw(span, b"http.route") == route
    assert pdata.attr_equals(span, b"http.route", route)
    assert not pdata.attr_equals(span, b"code", route)
    assert (pdata.attr_get(span, b"code"), pdata.attr_has(span, b"x"), pdata.attr_raw(span, b"x")) == (200, False, None)
    pdata.attr_set_raw(span, b"x", route)
    pdata.attr_set(span, b"y", 1)
    assert pdata.attr_equals(span, b"x", route)
    assert pdata.attr_get(span, b"y") == 1
    assert pdata.attr_delete(span, b"x")
    assert not pdata.attr_delete(span, b"x")
    assert pdata.decode_value(pdata.encode_value({"a": [1, b"x"]})) == {"a": [1, b"x"]}


def test_attribute_identity_is_their_bytes(pdata, span):
    twin = pdata.Span.new(attributes=span.attributes)

    assert twin.attributes.raw == span.attributes.raw
    twin.attributes["code"] = 201
    assert twin.attributes.raw != span.attributes.raw


def test_editing_while_iterating_meets_every_record_once(payload, span):
    for index in range(3):
        span.scope_group.records().add(name=str(index))

    seen = []
    for each in payload.spans():
        seen.append(each.name)
        each.name = "renamed"
        each.scope_group.records().add(name="late")

    assert seen == ["GET /", "0", "1", "2"]
    assert payload.item_count == 8

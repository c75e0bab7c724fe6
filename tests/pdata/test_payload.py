"""What payloads promise: exact counts, seals, forks, merging, splitting, refusals."""

import tracemalloc

import pytest

from collector.pdata import EMPTY_CONTEXT, Context, InvalidPayload


def block(number, data):
    size, head = len(data), bytearray([number << 3 | 2])
    while size > 127:
        head.append(size & 127 | 128)
        size >>= 7
    return bytes(head) + bytes([size]) + data


def spans(*bodies):
    return block(1, block(2, b"".join(block(2, body) for body in bodies)))


def nested_value(levels):
    """An AnyValue with so many levels of messages below it."""
    data = b""
    for level in range(levels):
        data = block(1 if (levels - level) % 2 == 0 else 5, data)
    return data


def named(pdata, *names, service="checkout"):
    builder = pdata.Traces.builder()
    scope = builder.resource({"service.name": service}).scope({"name": "test"})
    for name in names:
        scope.add(name=name)
    return builder.build()


def test_input_that_protobuf_would_take_in_another_order_is_put_in_order_once(pdata):
    twice = block(5, b"first") + block(5, b"second")

    payload = pdata.Traces.from_bytes(spans(twice))

    assert [span.name for span in payload.spans()] == ["second"]
    assert payload.seal() == spans(block(5, b"second"))


def test_two_members_of_a_oneof_leave_the_last_one(pdata):
    value = block(1, b"text") + b"\x18\x07"

    payload = pdata.Logs.from_bytes(block(1, block(2, block(2, block(5, value)))))

    assert [record.body for record in payload.log_records()] == [7]


def test_numbers_that_should_be_packed_are_read_all_the_same(pdata):
    point = b"\x31" + (3).to_bytes(8, "little") + b"\x31" + (4).to_bytes(8, "little")
    metric = block(9, block(1, point))

    payload = pdata.Metrics.from_bytes(block(1, block(2, block(2, metric))))

    assert [point.bucket_counts for point in payload.points()] == [[3, 4]]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (block(5, b"\xff"), "invalid UTF-8 in a string field at byte 8"),
        (block(5, b"\xed\xa0\x80"), "invalid UTF-8"),
        (block(1, b"short"), "trace id of 5 bytes"),
        (block(2, bytes(16)), "span id of 16 bytes"),
        (b"\x28\x01", "wrong wire type"),
        (b"\x0b\x0c", "group or unknown wire type"),
        (b"\x00\x00", "field number 0"),
        (b"\x80\x80\x80\x80\x80\x00", "malformed tag"),
        (b"\x29\x00", "number past the end"),
        (b"\x2a\x09x", "length past the end"),
        (b"\x30" + b"\xff" * 11, "malformed number"),
        (block(9, block(2, nested_value(96))), "nested deeper than 100 levels"),
    ],
)
def test_bad_bytes_are_refused_with_a_reason_and_a_place(pdata, body, reason):
    with pytest.raises(InvalidPayload, match=reason):
        pdata.Traces.from_bytes(spans(body))


def test_a_hundred_levels_are_allowed(pdata):
    payload = pdata.Traces.from_bytes(spans(block(9, block(1, b"k") + block(2, nested_value(95)))))

    assert payload.item_count == 1
    assert payload.to_proto().ByteSize() == payload.byte_size


def test_unknown_fields_pass_untouched_even_where_neighbours_are_edited(pdata):
    unknown = block(15, b"\xff\x00") + b"\xf8\x7f\x01"
    payload = pdata.Traces.from_bytes(
        block(1, unknown + block(2, unknown + block(2, block(5, b"old") + b"\xa0\x3e\x05")))
    )

    next(payload.spans()).name = "new"

    assert payload.seal() == block(1, unknown + block(2, unknown + block(2, block(5, b"new") + b"\xa0\x3e\x05")))


def test_nothing_is_a_payload_without_items(pdata):
    payload = pdata.Logs.from_bytes(b"")

    assert (payload.item_count, payload.seal(), payload.chunks(), list(payload.records())) == (0, b"", [], [])


def test_millions_of_empty_spans_cost_their_bytes(pdata):
    count = 50_000
    data = block(1, block(2, b"\x12\x00" * count))
    tracemalloc.start()

    payload = pdata.Traces.from_bytes(data)

    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert payload.item_count == count
    assert peak < 20_000


def test_counts_follow_edits(pdata):
    payload = named(pdata, "a", "b", "c")
    scope = next(payload.resources()).scopes()[0]

    scope.records().add(name="d")
    assert len(payload) == 4
    scope.records().remove_if(lambda span: span.name < "c")
    assert payload.item_count == 2
    scope.records().clear()
    assert payload.item_count == 0


def test_views_of_a_sealed_payload_can_be_read_but_not_edited(pdata):
    payload = named(pdata, "a")
    span = next(payload.spans())
    span.name = "b"
    payload.seal()

    assert span.name == "b"
    with pytest.raises(RuntimeError, match="sealed"):
        span.name = "c"
    assert [span.name for span in payload.spans()] == ["b"]


def test_editing_a_removed_record_changes_nothing(pdata):
    payload = named(pdata, "a", "b", "c")
    first = list(payload.spans())
    payload.remove_if(lambda span: span.name != "c")

    first[1].name = "ghost"
    first[1].attributes["a"] = 1

    assert first[1].name == "ghost"
    assert [span.name for span in payload.spans()] == ["c"]
    assert payload.item_count == 1


def test_forks_do_not_see_each_others_edits(pdata):
    payload = named(pdata, "a")
    fork = payload.fork()
    next(payload.spans()).name = "b"
    other = payload.fork()
    next(other.spans()).name = "c"

    assert [next(each.spans()).name for each in (payload, fork, other)] == ["b", "a", "c"]


def test_merged_payloads_keep_the_first_context_and_share_their_bytes(pdata):
    context = Context(metadata={"tenant": ("one",)})
    first, second = named(pdata, "a"), named(pdata, "b", "c")
    first.context = context

    merged = pdata.Traces.merge([first, second])

    assert merged.context is context
    assert [left is right for left, right in zip(merged.chunks(), [first.seal(), second.seal()], strict=True)] == [
        True
    ] * 2
    next(merged.spans()).name = "edited"
    assert [span.name for span in merged.spans()] == ["edited", "b", "c"]
    assert [span.name for span in first.spans()] == ["a"]
    assert merged.item_count == 3
    assert pdata.Traces.merge([]).context is EMPTY_CONTEXT


def test_split_repeats_resource_and_scope(pdata):
    payload = named(pdata, *"abcde")

    parts = payload.split(max_items=2)

    assert [[span.name for span in part.spans()] for part in parts] == [["a", "b"], ["c", "d"], ["e"]]
    assert {span.resource.attributes["service.name"] for part in parts for span in part.spans()} == {"checkout"}
    assert payload.split(max_items=5) == [payload]


def test_split_cuts_a_metric_between_points_and_repeats_its_description(pdata):
    builder = pdata.Metrics.builder()
    metric = builder.resource().scope().add(name="requests", unit="1", metadata={"a": "b"})
    metric.convert("sum", aggregation_temporality=2, is_monotonic=True)
    for value in range(5):
        metric.data_points.add(value=value)

    parts = builder.build().split(max_items=2)

    assert [[point.value for point in part.points()] for part in parts] == [[0, 1], [2, 3], [4]]
    for part in parts:
        (metric,) = part.metrics()
        assert (metric.name, metric.unit, metric.metadata.to_dict()) == ("requests", "1", {"a": "b"})
        assert (metric.type, metric.aggregation_temporality, metric.is_monotonic) == ("sum", 2, True)


def test_a_record_larger_than_the_limit_travels_alone(pdata):
    payload = named(pdata, "a", "b" * 500, "c")

    parts = payload.split(max_bytes=100)

    assert [[span.name[0] for span in part.spans()] for part in parts] == [["a"], ["b"], ["c"]]


def test_removing_points_takes_emptied_metrics_and_groups_along(pdata):
    builder = pdata.Metrics.builder()
    scope = builder.resource({"service.name": "a"}).scope({"name": "s"})
    for name, values in (("keep", [1, 2]), ("lose", [3]), ("untyped", None)):
        metric = scope.add(name=name)
        if values:
            metric.convert("gauge")
            for value in values:
                metric.data_points.add(value=value)
    payload = builder.build()

    assert payload.remove_points_if(lambda point: point.value != 1) == 2
    assert [(metric.name, len(metric.data_points)) for metric in payload.metrics()] == [("keep", 1), ("untyped", 0)]


def test_resources_and_scopes_can_be_removed_whole(pdata):
    payload = pdata.Traces.merge([named(pdata, "a", service="one"), named(pdata, "b", "c", service="two")])

    assert payload.remove_resources_if(lambda group: group.resource.attributes["service.name"] == "two") == 2
    assert payload.remove_scopes_if(lambda group: group.scope.name == "test") == 1
    assert (payload.item_count, payload.seal()) == (0, b"")


def test_builders_group_what_has_equal_headers(pdata):
    source = pdata.Traces.merge(
        [named(pdata, "a", service="x"), named(pdata, "b", service="y"), named(pdata, "c", service="x")]
    )
    builder = pdata.Traces.builder()

    for span in source.spans():
        builder.group_like(span.scope_group).append(span)
    payload = builder.build()

    assert [
        (group.resource.attributes["service.name"], [span.name for span in group.scopes()[0].records()])
        for group in payload.resources()
    ] == [("x", ["a", "c"]), ("y", ["b"])]
    assert payload.item_count == 3


def test_records_are_detached_and_put_into_another_payload(pdata):
    record = pdata.Traces.detach(next(named(pdata, "a").spans()))
    builder = pdata.Traces.builder()

    builder.group({"service.name": "z"}, {"name": "s", "version": "1"}).append(record)

    (span,) = builder.build().spans()
    assert (span.name, span.scope.version, span.resource.attributes["service.name"]) == ("a", "1", "z")


def test_a_context_is_cut_down_to_named_metadata():
    context = Context(client_address="10.0.0.1", metadata={"tenant": ("a",), "other": ("b",)}, auth={"user": "x"})

    assert context.only(["tenant"]) == Context(metadata={"tenant": ("a",)})
    assert context.only(["missing"]) is EMPTY_CONTEXT


def large(pdata):
    builder = pdata.Traces.builder()
    for name in ("a", "b"):
        group = builder.resource({"service.name": name}).scope({"name": "s"})
        for number in range(2_000):
            group.add(name=f"{name} {number}", attributes={"text": "x" * 300})
    return pdata.Traces.trusted(builder.build().seal(), 4_000)


def test_a_large_payload_is_worked_on_in_portions_without_losing_its_order(pdata):
    traces, seen = large(pdata), []

    def work(portion):
        seen.append((len(portion), portion.byte_size))
        for span in portion.spans():
            span.name = span.name.upper()

    traces.work(work)

    assert len(seen) > 4
    assert sum(count for count, _ in seen) == len(traces) == 4_000
    assert max(size for _, size in seen) < 300_000
    assert [span.name for span in traces.spans()] == [f"{name} {n}" for name in "AB" for n in range(2_000)]


def test_a_large_payload_in_which_nothing_was_edited_stays_the_same_bytes(pdata):
    traces = large(pdata)
    before = traces.seal()

    traces.work(lambda portion: [span.name for span in portion.spans()])

    assert traces.seal() is before


def test_what_a_failing_portion_leaves_is_all_there(pdata):
    traces, calls = large(pdata), []

    def work(portion):
        calls.append(portion)
        next(portion.spans()).name = "edited"
        if len(calls) == 2:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        traces.work(work)

    names = [span.name for span in traces.spans()]
    assert len(names) == len(traces) == 4_000
    assert names.count("edited") == 2


def test_edits_of_a_large_payload_take_less_memory_than_three_times_its_bytes():
    from collector import ottl
    from collector.pdata import Traces

    builder = Traces.builder()
    group = builder.resource({}).scope({})
    for number in range(8_000):
        group.add(name=f"span {number}", attributes={"a": "x" * 200, "path": f"/a/{number}", "user": "u"})
    data = builder.build().seal()
    statements = ottl.compile_statements(
        [
            'set(attributes["new"], Concat([name, "x"], "-"))',
            'replace_pattern(attributes["path"], "[0-9]+", "{id}")',
            'delete_key(attributes, "user")',
        ],
        context="span",
    )
    tracemalloc.start()
    try:
        payload = Traces.from_bytes(bytes(bytearray(data)))
        statements.apply(payload)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 3 * len(data)
    assert next(payload.spans()).attributes["new"] == "span 0-x"

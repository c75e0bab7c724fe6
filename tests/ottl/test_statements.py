import doctest

import pytest

from collector import ottl
from collector.ottl import EvaluationError
from collector.pdata import Context, Logs, Metrics, Traces


def logs(*records, context=None):
    builder = Logs.builder()
    group = builder.resource({"service.name": "shop"}).scope({"name": "lib", "version": "1"})
    for record in records:
        group.add(**record)
    return builder.build() if context is None else builder.build(context)


def attributes_after(payload, *statements, context="log", **options):
    options.setdefault("error_mode", "propagate")
    ottl.compile_statements(statements, context=context, **options).apply(payload)
    return [record.attributes.to_dict() for record in payload.records()]


def test_the_examples_of_the_documentation_hold():
    flags = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    assert doctest.testmod(ottl, optionflags=flags) == doctest.TestResults(0, 13)


def test_a_statement_that_changes_nothing_leaves_the_same_bytes_object():
    data = logs({"body": "a", "attributes": {"k": "v"}}, {"body": "b"}).seal()
    payload = Logs.from_bytes(data)
    attributes_after(
        payload,
        'set(attributes["k"], "w") where body == "nothing"',
        'replace_pattern(attributes["k"], "x", "y")',
        'delete_key(attributes, "absent")',
        'keep_keys(attributes, ["k"])',
        "truncate_all(attributes, 100)",
        'set(attributes["z"], nil)',
        'set(attributes["z"], attributes["absent"])',
        'set(cache["c"], body)',
    )
    assert payload.seal() is data


def test_statements_run_in_order_for_each_item_and_see_each_others_changes():
    payload = logs({"attributes": {"n": 1}}, {"attributes": {"n": 2}})
    assert attributes_after(
        payload, 'set(attributes["n"], attributes["n"] + 1)', 'set(attributes["m"], attributes["n"] * 10)'
    ) == [{"n": 2, "m": 20}, {"n": 3, "m": 30}]


def test_the_cache_is_empty_for_every_item():
    payload = logs({"attributes": {"n": 1}}, {})
    assert attributes_after(payload, 'set(attributes["c"], cache["x"])', 'set(cache["x"], attributes["n"])') == [
        {"n": 1},
        {},
    ]


def test_cached_values_are_copies():
    record = {"body": '{"a": {"b": 1}}', "attributes": {"m": {"k": 1}}}
    (got,) = attributes_after(
        logs(record),
        'set(cache["p"], ParseJSON(body))',
        'set(cache["p"]["a"]["b"], "changed")',
        'merge_maps(cache, ParseJSON(body), "upsert")',
        'set(cache["a"]["b"], "changed")',
        'set(cache["m"], attributes["m"])',
        'set(cache["m"]["k"], 2)',
        'set(attributes["again"], ParseJSON(body))',
    )
    assert got == {"m": {"k": 1}, "again": {"a": {"b": 1.0}}}


def test_error_mode_ignore_reports_and_goes_on():
    failures = []
    payload = logs({"attributes": {"n": 0}})
    got = attributes_after(
        payload,
        'set(attributes["x"], 1 / attributes["n"])',
        'set(attributes["after"], true)',
        error_mode="ignore",
        on_error=lambda text, error: failures.append((text, str(error))),
    )
    assert got == [{"n": 0, "after": True}]
    assert failures == [('set(attributes["x"], 1 / attributes["n"])', "attempted to divide by 0")]


def test_error_mode_silent_reports_nothing():
    payload = logs({"attributes": {"n": 0}})
    statements = ottl.compile_statements(
        ['set(attributes["x"], 1 / attributes["n"])'], context="log", error_mode="Silent", on_error=pytest.fail
    )
    statements.apply(payload)


def test_error_mode_propagate_stops_with_the_statement_and_the_reason():
    payload = logs({"attributes": {"n": 0}}, {"attributes": {"n": 0}})
    with pytest.raises(EvaluationError, match=r"failed to evaluate statement .*attempted to divide by 0"):
        attributes_after(payload, 'set(attributes["seen"], 1)', 'set(attributes["x"], 1 / attributes["n"])')
    assert [r.attributes.to_dict() for r in payload.records()] == [{"n": 0, "seen": 1}, {"n": 0}]


def test_unknown_error_modes_are_refused():
    with pytest.raises(ValueError, match="unknown error mode 'stop'"):
        ottl.compile_statements(["set(body, 1)"], context="log", error_mode="stop")


def test_conditions_guard_the_statements_of_a_group():
    payload = logs({"severity_number": 9}, {"severity_number": 17}, {"body": {"a": "b"}})
    got = attributes_after(
        payload,
        'set(attributes["hit"], true)',
        conditions=["severity_number >= SEVERITY_NUMBER_ERROR", 'body["a"] == "b"'],
        error_mode="ignore",
    )
    assert got == [{}, {"hit": True}, {"hit": True}]


def test_which_tells_the_first_condition_that_is_true():
    conditions = ottl.compile_conditions(['body == "a"', "severity_number == 9", "true"], context="log")
    payload = logs({"body": "a"}, {"severity_number": 9}, {})
    assert [conditions.which(record) for record in payload.records()] == [0, 1, 2]
    assert ottl.compile_conditions(["false"], context="log").which(next(payload.records())) == -1


def test_no_condition_is_always_true():
    assert ottl.compile_conditions([], context="log").matches(next(logs({}).records()))


def test_a_failing_condition_counts_as_false_unless_it_is_propagated():
    record = next(logs({"body": "text"}).records())
    failing = ['body["a"] == 1', 'body == "text"']
    assert ottl.compile_conditions(failing, context="log").matches(record)
    with pytest.raises(EvaluationError, match="cannot be indexed"):
        ottl.compile_conditions(failing, context="log", error_mode="propagate").matches(record)


def test_the_sender_can_be_asked_for():
    context = Context(client_address="10.0.0.1:4711", metadata={"tenant": ("red", "blue")})
    payload = logs({}, context=context)
    assert attributes_after(
        payload,
        'set(attributes["a"], otelcol.client.addr)',
        'set(attributes["t"], otelcol.client.metadata["Tenant"])',
        'set(attributes["second"], otelcol.client.metadata["tenant"][1])',
    ) == [{"a": "10.0.0.1:4711", "t": ["red", "blue"], "second": "blue"}]
    conditions = ottl.compile_conditions(['otelcol.client.metadata["tenant"][0] == "red"'], context="log")
    assert payload.remove_if(conditions.predicate(payload)) == 1


def test_scope_and_resource_statements_run_once_a_group():
    payload = logs({}, {})
    ottl.compile_statements(
        ['set(resource.attributes["n"], 1) where resource.attributes["n"] == nil',
         'set(resource.attributes["twice"], true) where resource.attributes["n"] == 2',
         'set(resource.attributes["n"], resource.attributes["n"] + 1)'],
        signal="logs",
    ).apply(payload)  # fmt: skip
    group = next(payload.resources())
    assert group.resource.attributes.to_dict() == {"service.name": "shop", "n": 2}
    ottl.compile_statements(['set(schema_url, Concat([name, version], "/"))'], context="scope").apply(payload)
    assert next(iter(group.scopes())).schema_url == "lib/1"
    conditions = ottl.compile_conditions(['name == "lib"'], context="scope")
    assert payload.remove_scopes_if(conditions.matches) == 2


def test_events_see_their_span():
    builder = Traces.builder()
    span = builder.resource({}).scope({}).add(name="s", events=[{"name": "e1"}, {"name": "e2"}])
    payload = builder.build()
    del span
    ottl.compile_statements(
        ['set(attributes["p"], span.name)', 'set(span.attributes["last"], name)'], context="spanevent"
    ).apply(payload)
    (span,) = payload.spans()
    assert [event.attributes.to_dict() for event in span.events] == [{"p": "s"}, {"p": "s"}]
    assert span.attributes.to_dict() == {"last": "e2"}
    conditions = ottl.compile_conditions(['name == "e1" and span.name == "s"'], context="spanevent")
    assert span.events.remove_if(conditions.matches) == 1


def gauge(*values):
    builder = Metrics.builder()
    metric = builder.resource({}).scope({}).add(name="m")
    metric.convert("gauge")
    for value in values:
        metric.data_points.add(value=value)
    return builder.build()


def test_points_see_their_metric():
    payload = gauge(1, 2.5)
    ottl.compile_statements(
        ['set(attributes["m"], metric.name)', "set(value_double, value_double * 2.0) where value_int == 0"],
        context="datapoint",
    ).apply(payload)
    assert [(p.value, p.attributes.to_dict()) for p in payload.points()] == [(1, {"m": "m"}), (5.0, {"m": "m"})]
    conditions = ottl.compile_conditions(['metric.name == "m" and value_int == 1'], context="datapoint")
    assert payload.remove_points_if(conditions.matches) == 1


def test_metrics_that_a_statement_appends_are_met_by_it():
    payload = gauge(1)
    ottl.compile_statements(
        ['copy_metric(name="twin") where metric.name == "m"', 'set(unit, "K") where metric.name == "twin"'],
        context="metric",
    ).apply(payload)
    assert [(m.name, m.unit) for m in payload.metrics()] == [("m", ""), ("twin", "K")]


def test_metrics_without_end_are_refused():
    with pytest.raises(EvaluationError, match="without end"):
        ottl.compile_statements(["copy_metric()"], context="metric").apply(gauge(1))


def test_values_can_be_asked_for():
    record = next(logs({"attributes": {"n": 4}}).records())
    assert ottl.compile_value('attributes["n"] / 3 + 0.5', context="log").of(record) == 1.5
    with pytest.raises(EvaluationError):
        ottl.compile_value('attributes["n"] / 0', context="log").of(record)


def test_plain_dicts_that_are_no_record_are_refused():
    statements = ottl.compile_statements(['set(attributes["a"], 1)'], context="log")
    with pytest.raises(EvaluationError, match="no log"):
        statements.apply_to({"nope": 1})
    assert ottl.compile_conditions(['body == "a"'], context="log").match_dict({"body": "a"})

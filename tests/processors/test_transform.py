import pytest
from pydantic import ValidationError

from collector.component import Retryable
from collector.config import gates
from collector.testing import bench, gauge, logs, traces


@pytest.fixture
def flatten_gate():
    gates.apply(gates.parse(["transform.flatten.logs"]))
    yield
    gates.apply(gates.parse(["-transform.flatten.logs"]))


def test_statements_change_what_their_condition_is_true_for():
    statements = ['set(span.name, "x") where span.name == "a"', 'set(span.attributes["n"], resource.attributes["r"])']

    out = bench("transform", {"trace_statements": statements}).run(traces("a", "b", resource={"r": 7}))

    assert [(s.name, s.attributes.to_dict()) for s in out.spans()] == [("x", {"n": 7}), ("b", {"n": 7})]


def test_a_payload_that_no_statement_changes_leaves_as_the_same_bytes():
    payload = traces("a")
    before = payload.seal()

    out = bench("transform", {"trace_statements": ['set(span.name, "x") where span.name == "z"']}).run(payload)

    assert out.seal() is before


def test_a_group_runs_only_where_one_of_its_conditions_is_true():
    group = {"context": "log", "conditions": ['body == "a"', 'body == "b"'], "statements": ['set(severity_text, "S")']}

    out = bench("transform", {"log_statements": [group]}).run(logs("a", "b", "c"))

    assert [record.severity_text for record in out.records()] == ["S", "S", ""]


def test_points_are_changed():
    out = bench("transform", {"metric_statements": ["set(datapoint.value_double, 5.0)"]}).run(gauge("a", 1.0, 2.0))

    assert [point.value for point in out.points()] == [5.0, 5.0]


def test_under_propagate_a_failing_statement_refuses_the_payload():
    config = {"error_mode": "propagate", "log_statements": ['set(log.attributes["x"], ParseJSON(log.body))']}

    with pytest.raises(Retryable, match="failed to evaluate"):
        bench("transform", config).run(logs("no json"))


def test_under_ignore_a_failing_statement_is_logged_and_the_next_one_runs():
    statements = ['set(log.attributes["x"], ParseJSON(log.body))', 'set(log.severity_text, "S")']
    processor = bench("transform", {"log_statements": statements})

    assert [r.severity_text for r in processor.run(logs("no json")).records()] == ["S"]
    assert [line[0] for line in processor.logged] == ["warning"]


def test_flattened_records_change_their_own_resource_only(flatten_gate):
    statement = 'set(resource.attributes["b"], log.body)'
    config = {"flatten_data": True, "log_statements": [{"context": "log", "statements": [statement]}]}

    out = bench("transform", config).run(logs("a", "b", "a"))

    assert [
        (g.resource.attributes["b"], [r.body for s in g.scopes() for r in s.records()]) for g in out.resources()
    ] == [("a", ["a", "a"]), ("b", ["b"])]


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"log_statements": ["set(log.body, 1)", {"statements": ["set(log.body, 1)"]}]}, "can't follow a statement"),
        ({"log_statements": [None]}, "can't be null"),
        ({"log_statements": [{"conditions": ["true"]}]}, "statements must be given"),
        ({"trace_statements": [{"context": "span", "statements": ['set_semconv_span_name("1.37.0-rc1")']}]}, "semconv"),
        ({"log_statements": [{"context": "span", "statements": ["set(name, 1)"]}]}, "unknown context"),
        ({"log_statements": ["set(log.nope, 1)"]}, "nope"),
        ({"flatten_data": True}, "feature gate"),
    ],
)
def test_wrong_settings_are_refused(config, text):
    with pytest.raises(ValidationError, match=text):
        bench("transform", config)


def test_all_wrong_statements_are_named_at_once():
    config = {"log_statements": ["set(log.nope, 1)"], "trace_statements": ["set(span.none, 1)"]}

    with pytest.raises(ValidationError, match=r"(?s)none.*nope|nope.*none"):
        bench("transform", config)


def test_a_context_is_known_in_any_case_and_may_be_without_statements():
    groups = [{"context": "LOG", "statements": ['set(severity_text, "S")']}, {"context": "log"}]

    out = bench("transform", {"log_statements": groups}).run(logs("a"))

    assert [record.severity_text for record in out.records()] == ["S"]


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"log_statements": None}, "expected a list of statements, got null"),
        ({"trace_statements": None}, "expected a list of statements, got null"),
        ({"error_mode": None}, "expected ignore, silent or propagate, got null"),
        ({"log_statements": [{"error_mode": None, "statements": ["set(log.body, 1)"]}]}, "got null"),
        ({"log_statements": [{"context": None, "statements": ["set(log.body, 1)"]}]}, "context can't be empty"),
        ({"log_statements": [{"context": "", "statements": ["set(log.body, 1)"]}]}, "context can't be empty"),
    ],
)
def test_null_is_refused_for_statements_contexts_and_error_modes(config, text):
    with pytest.raises(ValidationError, match=text):
        bench("transform", config)


def test_null_conditions_are_none():
    group = {"context": "log", "conditions": None, "statements": ['set(severity_text, "S")']}

    assert [r.severity_text for r in bench("transform", {"log_statements": [group]}).run(logs("a")).records()] == ["S"]

import pytest
from pydantic import ValidationError

from collector.component import ConfigError, Retryable
from collector.pdata import Metrics
from collector.testing import bench, gauge, logs, traces


def names(payload):
    return [] if payload is None else [span.name for span in payload.spans()]


def test_spans_for_which_a_condition_is_true_are_dropped_and_counted_by_condition():
    processor = bench("filter", {"trace_conditions": ['span.name == "a"', 'IsMatch(span.name, "^r")']})

    out = processor.run(traces("a", "b", "redis", "rest"))

    assert names(out) == ["b"]
    assert processor.dropped == {("filtered", 'span.name == "a"'): 1, ("filtered", 'IsMatch(span.name, "^r")'): 2}
    assert processor.metric("otelcol_processor_filter_spans.filtered", filter="filter") == 3


def test_a_payload_of_which_nothing_is_dropped_leaves_as_the_same_bytes():
    payload = traces("a")
    before = payload.seal()

    assert bench("filter", {"trace_conditions": ['span.name == "b"']}).run(payload).seal() is before


def test_nothing_goes_on_when_everything_is_dropped():
    assert bench("filter", {"log_conditions": ["log.body != nil"]}).run(logs("a", "b")) is None


def test_a_dropped_resource_takes_all_its_records_along():
    processor = bench("filter", {"log_conditions": ['resource.attributes["env"] == "test"']})

    assert processor.run(logs("a", "b", resource={"env": "test"})) is None
    assert processor.dropped == {("filtered", 'resource.attributes["env"] == "test"'): 2}


def test_a_metric_without_points_goes():
    payload = Metrics.merge([gauge("a", 1.0, 2.0), gauge("b", 3.0)])

    out = bench("filter", {"metric_conditions": ["datapoint.value_double < 3.0"]}).run(payload)

    assert [metric.name for metric in out.metrics()] == ["b"]


def test_under_propagate_a_failing_condition_refuses_the_payload():
    config = {"error_mode": "propagate", "log_conditions": ['log.body["k"] == "v"']}

    with pytest.raises(Retryable, match="failed to evaluate"):
        bench("filter", config).run(logs("text"))


def test_under_ignore_a_failing_condition_is_false_and_logged():
    processor = bench("filter", {"log_conditions": ['log.body["k"] == "v"']})

    assert processor.run(logs("text")).item_count == 1
    assert [line[0] for line in processor.logged] == ["error"]


def test_groups_run_one_after_the_other_with_their_own_error_mode():
    config = {
        "error_mode": "propagate",
        "log_conditions": [
            {"error_mode": "ignore", "context": "log", "conditions": ['body["k"] == "v"']},
            {"conditions": ['log.body == "a"']},
        ],
    }

    assert [r.body for r in bench("filter", config).run(logs("a", "b")).records()] == ["b"]


@pytest.mark.parametrize(
    ("config", "left"),
    [
        ({"traces": {"span": ['name == "a"']}}, ["b"]),
        ({"spans": {"include": {"match_type": "strict", "span_names": ["a"]}}}, ["a"]),
        ({"spans": {"exclude": {"match_type": "regexp", "span_names": ["^a"]}}}, ["b"]),
    ],
)
def test_older_forms_for_spans(config, left):
    assert names(bench("filter", config).run(traces("a", "b"))) == left


@pytest.mark.parametrize(
    ("expression", "left"),
    [
        ('MetricName == "a" && HasLabel("x")', ["a", "b"]),
        ('MetricName in ["a", "c"]', ["b"]),
        ('not (MetricName matches "^a") and MetricType == "Gauge"', ["a"]),
        ('MetricName startsWith "b" || Label("x") == "1"', ["a"]),
        ('!(MetricName contains "a")', ["a"]),
    ],
)
def test_expressions_on_metrics(expression, left):
    payload = Metrics.merge([gauge("a", 1), gauge("b", 2)])
    config = {"metrics": {"exclude": {"match_type": "expr", "expressions": [expression]}}}

    assert [m.name for m in bench("filter", config).run(payload).metrics()] == left


@pytest.mark.parametrize("expression", ["MetricName ==", "(MetricName", "Nope == 1", 'MetricName == "', "(" * 100])
def test_a_wrong_expression_is_refused(expression):
    with pytest.raises(ValidationError, match="expression"):
        bench("filter", {"metrics": {"exclude": {"match_type": "expr", "expressions": [expression]}}})


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"log_conditions": ["log.body == nil", {"conditions": ["true"]}]}, "multiple configuration styles"),
        ({"log_conditions": [""]}, "condition cannot be empty"),
        ({"log_conditions": "log.body == nil"}, "must be an array"),
        ({"log_conditions": ["log.nope == 1"]}, "nope"),
        ({"log_conditions": ["log.body == nil"], "logs": {"log_record": ["true"]}}, "at the same time"),
        ({"logs": {"include": {"match_type": "strict", "severity_number": {"min": "LOUD"}}}}, "not a valid severity"),
        ({"metrics": {"include": {"match_type": "glob", "metric_names": ["a"]}}}, "unrecognized match_type"),
        ({"error_mode": "keep"}, "error_mode"),
    ],
)
def test_wrong_settings_are_refused(config, text):
    with pytest.raises(ValidationError, match=text):
        bench("filter", config)


def test_include_without_properties_is_refused():
    with pytest.raises(ConfigError, match="at least one of"):
        bench("filter", {"spans": {"include": {"match_type": "strict"}}}, signal="traces").component  # noqa: B018 - making it is the test


@pytest.mark.parametrize(
    "config",
    [
        {"log_conditions": None},
        {"error_mode": None},
        {"log_conditions": [{"error_mode": None, "conditions": ["log.body != nil"]}]},
        {"log_conditions": [{"context": None, "conditions": ["log.body != nil"]}]},
    ],
)
def test_null_is_refused_for_conditions_contexts_and_error_modes(config):
    with pytest.raises(ValidationError, match=r"got null|context can't be empty"):
        bench("filter", config)


@pytest.mark.parametrize("side", ["include", "exclude"])
@pytest.mark.parametrize("match_type", ["strict", "regexp"])
def test_a_match_on_nothing_leaves_all_log_records(side, match_type):
    config = {"logs": {side: {"match_type": match_type, "bodies": []}}}

    assert len(bench("filter", config).run(logs("a", "b"))) == 2


@pytest.mark.parametrize("side", ["include", "exclude"])
def test_no_expression_leaves_all_metrics(side):
    assert len(bench("filter", {"metrics": {side: {"match_type": "expr"}}}).run(gauge("m", 1))) == 1


def test_any_severity_is_at_least_an_empty_one():
    config = {"logs": {"exclude": {"match_type": "strict", "severity_number": {"match_undefined": True}}}}

    assert bench("filter", config).run(logs("a")) is None

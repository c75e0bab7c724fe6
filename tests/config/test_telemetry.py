import pytest
from pydantic import ValidationError

from collector.config.problems import problems_of
from collector.config.secret import Secret
from collector.config.telemetry import TelemetryConfig
from collector.config.values import Expanded


def read(data):
    return TelemetryConfig.model_validate(data)


def refusal(data):
    with pytest.raises(ValidationError) as caught:
        read(data)
    return "\n".join(str(problem) for problem in problems_of(caught.value, data, {}, ("service", "telemetry")))


def test_defaults_are_those_of_the_collector():
    telemetry = read(None)

    assert telemetry.logs.level == "info"
    assert (telemetry.logs.sampling.tick, telemetry.logs.sampling.initial, telemetry.logs.sampling.thereafter) == (
        10.0,
        10,
        100,
    )
    assert telemetry.metrics.readers is None
    assert telemetry.traces.propagators == ["tracecontext", "b3"]


def test_sampling_of_logs_can_be_off():
    assert read({"logs": {"sampling": {"enabled": False}}}).logs.sampling is None


def test_a_written_prometheus_reader_has_no_suffixes_unless_asked():
    reader = {"pull": {"exporter": {"prometheus": {"host": "127.0.0.1", "port": 9999, "without_units": False}}}}
    page = read({"metrics": {"readers": [reader]}}).metrics.readers[0].pull.exporter.prometheus

    assert (page.without_type_suffix, page.without_units, page.without_scope_info) == (True, False, True)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            {"metrics": {"views": [{"selector": {"instrument_name": "x"}}]}},
            (
                "service::telemetry::metrics: service::telemetry::metrics::views can only be set when "
                "service::telemetry::metrics::level is detailed"
            ),
        ),
        ({"metrics": {"readers": []}}, "collector telemetry metrics reader should exist when metric level is not none"),
        ({"metrics": {"readers": [{}]}}, "a reader is either 'pull' or 'periodic'"),
        ({"metrics": {"address": ":8888"}}, "'metrics' has invalid keys: address"),
        ({"metrics": {"level": "loud"}}, "service::telemetry::metrics::level: unsupported value 'loud'"),
        ({"traces": {"propagators": ["jaeger"]}}, "unsupported trace propagator"),
        ({"resource": {"k": 5}}, 'legacy resource attribute "k" must be string or null'),
        (
            {"resource": {"k": "v", "attributes": [{"name": "a", "value": "b"}]}},
            "resource::attributes cannot be used together with legacy inline resource attributes",
        ),
        ({"logs": {"level": "trace"}}, "service::telemetry::logs::level: unsupported value 'trace'"),
    ],
)
def test_contradictions_are_refused(data, message):
    assert message in refusal(data)


def test_level_none_needs_no_readers():
    assert read({"metrics": {"level": "NONE", "readers": []}}).metrics.readers == []


@pytest.mark.parametrize(
    ("resource", "attributes"),
    [
        ({"a": "1", "service.name": None}, {"a": "1", "service.name": None}),
        ({"attributes": [{"name": "a", "value": 5}], "schema_url": "u"}, {"a": 5}),
        ({"detection/development": {"detectors": [{"host": None}]}}, {}),
    ],
)
def test_the_resource_has_two_forms(resource, attributes):
    assert read({"resource": resource}).resource_attributes() == attributes


def test_readers_and_processors_are_read_like_everything_else():
    telemetry = read(
        {
            "logs": {
                "processors": [
                    {"batch": {"exporter": {"otlp": {"protocol": "grpc", "headers": {"a": Expanded(7, "007")}}}}}
                ]
            },
            "metrics": {"level": "detailed", "readers": [{"periodic": {"exporter": {"console": {}}}}], "views": [{}]},
        }
    )

    assert telemetry.logs.processors[0].batch.exporter.otlp.headers == {"a": Secret("007")}
    assert telemetry.metrics.readers[0].periodic.interval == 60_000


def test_problems_of_readers_have_their_path():
    data = {"metrics": {"readers": [{"pull": {"exporter": {"prometheus": {"port": "x", "hots": "y"}}}}]}}

    assert "service::telemetry::metrics::readers::0::pull::exporter::prometheus::port: " in refusal(data)
    assert "'metrics.readers[0].pull.exporter.prometheus' has invalid keys: hots; did you mean \"host\"?" in refusal(
        data
    )

import pytest
from pydantic import ValidationError

from collector.component import ConfigError
from collector.config import gates
from collector.testing import bench
from exporters.prometheus_remote_write import factory
from exporters.prometheus_remote_write.exporter import delivery, parallelism

WORKERS = "exporter.prometheusremotewritexporter.EnableMultipleWorkers"


def problems(config):
    with pytest.raises(ValidationError) as caught:
        factory.config.model_validate(config)
    return [(".".join(map(str, error["loc"])), error["msg"]) for error in caught.value.errors()]


@pytest.fixture
def gate():
    yield lambda name, *, on=True: gates.apply({name: on})
    gates.apply({})


@pytest.mark.parametrize(
    ("config", "path", "text"),
    [
        ({"max_batch_request_parallelism": 0}, "max_batch_request_parallelism", "can't be set to below 1"),
        ({"remote_write_queue": {"queue_size": -1}}, "remote_write_queue", "queue size can't be negative"),
        ({"remote_write_queue": {"queue_size": 0}}, "remote_write_queue", "a 0 size queue will drop all the data"),
        ({"remote_write_queue": {"num_consumers": -1}}, "remote_write_queue", "consumer number can't be negative"),
        ({"max_batch_size_bytes": -1}, "max_batch_size_bytes", "must be greater than 0"),
        ({"compression": "zstd"}, "", "compression type must be snappy"),
        ({"protobuf_message": "x"}, "protobuf_message", "unknown type for remote write protobuf message x"),
        ({"translation_strategy": "x"}, "translation_strategy", "invalid translation_strategy: x"),
        ({"translation_strategy": "NoTranslation"}, "", "NoTranslation requires Prometheus Remote Write 2.0"),
        ({"include_metadata_keys": ["User-agent"]}, "include_metadata_keys", '"User-agent" collides with a reserved'),
        (
            {"resource_constant_labels": {"enabled": True}},
            "resource_constant_labels.enabled",
            "use included and excluded",
        ),
        (
            {"resource_constant_labels": {"exclude_service_attributes": False}},
            "resource_constant_labels.exclude_service_attributes",
            "not supported under resource_constant_labels",
        ),
        (
            {"resource_constant_labels": {"included": ["a"]}, "resource_to_telemetry_conversion": {"enabled": True}},
            "",
            "cannot configure both resource_to_telemetry_conversion and resource_constant_labels",
        ),
        (
            {"retry_on_failure": {"max_elapsed_time": "1s"}},
            "retry_on_failure",
            "'max_elapsed_time' must not be less than",
        ),
        ({"timeout": "-1s"}, "timeout", "'timeout' must be non-negative"),
        ({"external_labels": {"region": ""}}, "external_labels", "contains an empty key or value"),
        ({"endpoint": "localhost:9090/write"}, "endpoint", "invalid endpoint"),
        ({"endpoint": "http://h:port/"}, "endpoint", "invalid endpoint"),
        ({"wal": {"directory": "w"}}, "wal.directory", "needs the durable queue, which this version does not have"),
        ({"tls": {"key_file": "k.pem"}}, "tls", "must include both certificate and key"),
        ({"http": {"compression": "gzip"}}, "", "compression type must be snappy"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_reason(config, path, text):
    ((where, message),) = problems(config)
    assert where == path
    assert text in message


def test_the_defaults_are_the_collectors():
    config = factory.config.model_validate({})
    assert config.url == "http://some.url:9411/api/prom/push"
    assert (config.timeout, config.retry_on_failure.initial_interval) == (5.0, 0.05)
    assert (config.max_batch_size_bytes, config.remote_write_queue.queue_size) == (3_000_000, 10_000)
    assert not config.second


def test_a_batch_size_of_0_is_the_default():
    assert factory.config.model_validate({"max_batch_size_bytes": 0}).max_batch_size_bytes == 3_000_000


def test_any_absolute_url_is_taken():
    assert factory.config.model_validate({"endpoint": "invalid://localhost:9999"}).url == "invalid://localhost:9999"


def test_a_wal_without_a_directory_is_off():
    assert factory.config.model_validate({"wal": {"buffer_size": 10}}).wal.directory == ""


def test_the_http_block_wins_over_the_keys_beside_it():
    config = factory.config.model_validate(
        {"headers": {"a": "1"}, "http": {"endpoint": "http://x/y", "headers": {"b": "2"}}}
    )
    assert config.url == "http://x/y"
    assert list(config.client.headers) == ["b"]


@pytest.mark.parametrize(
    ("config", "requests"),
    [({}, 5), ({"remote_write_queue": {"num_consumers": 0}}, 1), ({"max_batch_request_parallelism": 3}, 3)],
)
def test_consumers_are_requests_at_once_and_one_push_is_handled_at_a_time(config, requests):
    config = factory.config.model_validate(config)
    assert parallelism(config) == requests
    assert delivery(config).queue.num_consumers == 1


def test_with_the_gate_consumers_are_pushes_at_once(gate):
    gate(WORKERS)
    config = factory.config.model_validate({"remote_write_queue": {"num_consumers": 7}})
    assert delivery(config).queue.num_consumers == 7
    assert parallelism(config) == 5


def test_delivery_is_a_queue_alone():
    parts = delivery(factory.config.model_validate({"remote_write_queue": {"enabled": False}}))
    assert not parts.queue.enabled
    assert (parts.timeout, parts.retry) == (0, None)


def test_an_external_label_without_letters_is_refused():
    with pytest.raises(ConfigError, match="external_labels: normalization"):
        bench("prometheus_remote_write", {"external_labels": {"___x": "v", "____": "v"}}, signal="metrics").component  # noqa: B018


def test_without_its_gate_2_0_is_refused(gate):
    gate("exporter.prometheusremotewritexporter.enableSendingRW2", on=False)
    config = {"protobuf_message": "io.prometheus.write.v2.Request"}
    with pytest.raises(ConfigError, match="enableSendingRW2"):
        bench("prometheus_remote_write", config, signal="metrics").component  # noqa: B018


@pytest.mark.parametrize(
    ("config", "word"),
    [
        ({"remote_write_queue": {"num_consumers": 3}}, "max_batch_request_parallelism"),
        ({"add_metric_suffixes": False}, "UnderscoreEscapingWithoutSuffixes"),
        ({"export_created_metric": {"enabled": True}}, "export_created_metric"),
    ],
)
def test_an_old_key_is_warned_about(config, word):
    one = bench("prometheus_remote_write", config, signal="metrics")
    assert one.component
    ((level, text, _),) = one.logged
    assert level == "warning"
    assert word in text

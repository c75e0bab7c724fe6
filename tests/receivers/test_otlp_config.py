import pytest
from pydantic import ValidationError

from collector.receivers.otlp import factory

OTLP = factory.config


def test_a_protocol_is_on_when_its_key_is_there():
    config = OTLP.model_validate({"protocols": {"grpc": None}})

    assert config.protocols.http is None
    assert config.protocols.grpc.endpoint == "localhost:4317"
    assert config.protocols.grpc.read_buffer_size == 524_288
    assert config.protocols.grpc.keepalive is not None
    assert config.protocols.grpc.options().header_timeout == 5


def test_http_has_the_receivers_own_defaults():
    http = OTLP.model_validate({"protocols": {"http": {}}}).protocols.http
    options = http.options()

    assert http.endpoint == "localhost:4318"
    assert (options.header_timeout, options.body_timeout) == (5, 60)
    assert options.write_timeout is None
    assert (http.traces_url_path, http.metrics_url_path, http.logs_url_path) == (
        "/v1/traces",
        "/v1/metrics",
        "/v1/logs",
    )


@pytest.mark.parametrize("settings", [None, {}, {"protocols": None}, {"protocols": {}}])
def test_no_protocol_at_all_is_refused(settings):
    with pytest.raises(ValidationError, match="must specify at least one protocol when using the OTLP receiver"):
        OTLP.model_validate(settings)


def test_url_paths_get_their_slash():
    http = OTLP.model_validate({"protocols": {"http": {"traces_url_path": "a/b"}}}).protocols.http
    assert http.traces_url_path == "/a/b"

    with pytest.raises(ValidationError, match="invalid HTTP URL path set for signal"):
        OTLP.model_validate({"protocols": {"http": {"traces_url_path": ":invalid%zz"}}})


def test_unknown_keys_are_refused():
    with pytest.raises(ValidationError, match="unknown key"):
        OTLP.model_validate({"protocols": {"grpc": {"endpiont": "x"}}})

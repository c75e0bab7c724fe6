import pytest
from pydantic import ValidationError

from collector.net.server_settings import GRPCServerConfig, HTTPServerConfig


def test_http_defaults_are_those_of_the_specification():
    config = HTTPServerConfig.model_validate({})
    options = config.options()

    assert config.max_body == 20 << 20
    assert (options.header_timeout, options.body_timeout, options.write_timeout, options.idle_timeout) == (
        60,
        60,
        30,
        60,
    )
    assert options.keep_alives
    assert options.http1


def test_zero_timeouts_are_none_and_idleness_falls_back_to_the_read_timeout():
    zero = dict.fromkeys(("read_timeout", "read_header_timeout", "write_timeout", "idle_timeout"), "0s")
    options = HTTPServerConfig.model_validate(zero).options()
    assert (options.header_timeout, options.body_timeout, options.write_timeout, options.idle_timeout) == (None,) * 4

    assert HTTPServerConfig.model_validate({"read_timeout": "7s", "idle_timeout": "0s"}).options().idle_timeout == 7


def test_a_body_size_of_zero_or_less_is_the_default():
    assert HTTPServerConfig.model_validate({"max_request_body_size": -1}).max_body == 20 << 20
    assert HTTPServerConfig.model_validate({"max_request_body_size": 5}).max_body == 5


def test_grpc_keepalive_becomes_limits_of_connections():
    keepalive = {
        "server_parameters": {
            "max_connection_idle": "11s",
            "max_connection_age": "12s",
            "max_connection_age_grace": "13s",
            "time": "30s",
            "timeout": "5s",
        },
        "enforcement_policy": {"min_time": "10s", "permit_without_stream": True},
    }
    options = GRPCServerConfig.model_validate({"keepalive": keepalive, "max_concurrent_streams": 16}).options()

    assert (options.idle_timeout, options.max_age, options.max_age_grace) == (11, 12, 13)
    assert (options.ping_after, options.ping_timeout) == (30, 5)
    assert (options.min_ping_interval, options.pings_without_stream) == (10, True)
    assert options.max_streams == 16
    assert not options.http1


def test_grpc_defaults_are_those_of_the_library():
    config = GRPCServerConfig.model_validate({})
    options = config.options()

    assert config.max_message == 4 << 20
    assert (options.idle_timeout, options.max_age, options.max_age_grace, options.min_ping_interval) == (None,) * 4
    assert (options.ping_after, options.ping_timeout) == (7200, 20)


@pytest.mark.parametrize(
    ("model", "settings", "text"),
    [
        (GRPCServerConfig, {"max_recv_msg_size_mib": -1}, "invalid max_recv_msg_size_mib value, must be between 1 and"),
        (GRPCServerConfig, {"max_recv_msg_size_mib": 1 << 50}, "must be between 1 and 8796093022207"),
        (GRPCServerConfig, {"read_buffer_size": -1}, "invalid read_buffer_size value: -1"),
        (GRPCServerConfig, {"write_buffer_size": -1}, "invalid write_buffer_size value: -1"),
        (GRPCServerConfig, {"max_concurrent_streams": -1}, "overflows uint"),
        (GRPCServerConfig, {"transport": "udp9"}, 'unsupported transport type "udp9"'),
        (GRPCServerConfig, {"transport": "unix"}, "unix socket path cannot be empty"),
        (HTTPServerConfig, {"compression_algorithms": ["br"]}, 'unsupported compression algorithm "br"'),
        (HTTPServerConfig, {"tls": {}}, "TLS configuration must include both certificate and key for server"),
        (HTTPServerConfig, {"tls": {"cert_file": "c"}}, "must include both certificate and key"),
        (HTTPServerConfig, {"tls": {"cert_file": "c", "cert_pem": "c"}}, "provide either certificate file or PEM"),
        (HTTPServerConfig, {"tls": {"key_file": "c", "key_pem": "c"}}, "provide either key file or PEM"),
        (
            HTTPServerConfig,
            {"tls": {"ca_file": "c", "ca_pem": "c"}},
            "provide either a CA file or the PEM-encoded string",
        ),
        (HTTPServerConfig, {"tls": {"min_version": "2.0"}}, 'invalid TLS min_version: unsupported TLS version: "2.0"'),
        (HTTPServerConfig, {"tls": {"min_version": "1.3", "max_version": "1.2"}}, "min_version cannot be greater than"),
        (HTTPServerConfig, {"tls": {"cipher_suites": ["NOPE"]}}, 'invalid TLS cipher suite: "NOPE"'),
        (HTTPServerConfig, {"tls": {"tpm": {"enabled": True}}}, "hardware keys are not supported"),
    ],
)
def test_wrong_settings_are_refused_with_the_specifications_texts(model, settings, text):
    with pytest.raises(ValidationError, match=text):
        model.model_validate(settings)

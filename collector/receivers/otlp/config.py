"""Settings of the OTLP receiver (components.md 2.1)."""

from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from collector.config import ComponentConfig, DefaultSection, Duration, OptionalSection
from collector.net.server_settings import (
    GRPCServerConfig,
    HTTPServerConfig,
    KeepaliveConfig,
    KeepaliveParameters,
)

__all__ = ["OTLPReceiverConfig", "ProtocolsConfig"]


def url_path(path: str) -> str:
    """The path of a signal with its leading slash."""
    if any(character in path for character in "?#%") or not path.isprintable() or " " in path:
        raise ValueError("invalid HTTP URL path set for signal")
    return path if path.startswith("/") else f"/{path}"


URLPath = Annotated[str, AfterValidator(url_path)]


class GRPCConfig(GRPCServerConfig):
    """OTLP/gRPC."""

    endpoint: str = "localhost:4317"
    """Address to listen on."""
    read_buffer_size: int = 524_288
    """Accepted for compatibility; reads take what has arrived."""
    keepalive: OptionalSection[KeepaliveConfig] = KeepaliveConfig(server_parameters=KeepaliveParameters())
    """Age, idleness and pings of connections."""


class HTTPConfig(HTTPServerConfig):
    """OTLP/HTTP."""

    endpoint: str = "localhost:4318"
    """Address to listen on."""
    read_header_timeout: Duration = 5.0
    """From the first byte of a request to the end of its headers; 0: none."""
    write_timeout: Duration = 0.0
    """How long a client may leave an answer unread; 0: none."""
    idle_timeout: Duration = 0.0
    """How long a connection may stay open without a request; 0: as `read_timeout`."""
    traces_url_path: URLPath = "/v1/traces"
    """Where traces are taken."""
    metrics_url_path: URLPath = "/v1/metrics"
    """Where metrics are taken."""
    logs_url_path: URLPath = "/v1/logs"
    """Where logs are taken."""


class ProtocolsConfig(ComponentConfig):
    """The protocols spoken; each is off unless its key is there."""

    grpc: DefaultSection[GRPCConfig] = None
    """OTLP/gRPC."""
    http: DefaultSection[HTTPConfig] = None
    """OTLP/HTTP."""


class OTLPReceiverConfig(ComponentConfig):
    """The OTLP receiver."""

    protocols: ProtocolsConfig = ProtocolsConfig()
    """The protocols spoken."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.protocols.grpc is None and self.protocols.http is None:
            raise ValueError("must specify at least one protocol when using the OTLP receiver")
        return self

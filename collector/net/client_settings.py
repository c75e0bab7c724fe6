"""Settings of HTTP and gRPC clients (components.md 2.5).

    class XConfig(HTTPClientConfig):
        timeout: Duration = 30.0
        compression: str = "gzip"

Components take these fields by inheritance and give their own defaults.
"""

import platform
import sys
from collections.abc import Sequence
from typing import Self

from pydantic import Field, field_validator, model_validator

from collector.component import ConfigError, Host
from collector.config import ComponentConfig, ComponentRef, Duration, HeaderMap, OptionalSection
from collector.net.deflate import check_compression
from collector.net.tls_client import ClientTLSConfig

__all__ = [
    "ClientAuthConfig",
    "ClientMiddlewareConfig",
    "CompressionParams",
    "CookiesConfig",
    "GRPCClientConfig",
    "HTTPClientConfig",
    "KeepaliveClientConfig",
    "refuse_middlewares",
    "resolve_authenticator",
    "user_agent",
]

grpc_compressions = ("gzip", "snappy", "zstd", "none", "")


def user_agent(version: str) -> str:
    """`<Description>/<version> (<os>/<arch>)`."""
    return f"Telepipe/{version or 'dev'} ({sys.platform}/{platform.machine()})"


class ClientAuthConfig(ComponentConfig):
    """Who adds credentials to requests."""

    authenticator: ComponentRef
    """Id of a client authenticator extension."""


class ClientMiddlewareConfig(ComponentConfig):
    id: ComponentRef
    """Id of a client middleware extension."""


class CompressionParams(ComponentConfig):
    level: int = 0
    """Effort: gzip, zlib and deflate -2 to 9, zstd any; 0 is the default effort."""


class CookiesConfig(ComponentConfig):
    enabled: bool = False
    """Keep cookies between requests."""


class HTTPClientConfig(ComponentConfig):
    """An HTTP client."""

    endpoint: str = ""
    """URL of the server."""
    proxy_url: str = ""
    """URL of a proxy; default: `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` of the environment."""
    tls: ClientTLSConfig = ClientTLSConfig()
    """TLS of `https://` endpoints."""
    timeout: Duration = 0.0
    """Longest time for a whole request; 0 is no limit."""
    headers: HeaderMap = Field(default_factory=dict)
    """Headers of every request; `Host` replaces the host header."""
    auth: OptionalSection[ClientAuthConfig] = None
    """Authentication at the server."""
    compression: str = ""
    """`gzip`, `zstd`, `zlib`, `deflate`, `snappy`, `x-snappy-framed`, `lz4`, `none`, or empty for none."""
    compression_params: CompressionParams = CompressionParams()
    """Effort of the compression."""
    read_buffer_size: int = 0
    """Accepted for compatibility; reads take what has arrived."""
    write_buffer_size: int = 0
    """Accepted for compatibility; a body is handed over in one piece."""
    max_idle_conns: int = 100
    """Most connections kept open; 0 is no limit."""
    max_idle_conns_per_host: int = 0
    """Accepted for compatibility; an exporter has one host."""
    max_conns_per_host: int = 0
    """Most connections to a host; 0 is no limit."""
    idle_conn_timeout: Duration = 90.0
    """How long an unused connection stays open; 0 is for ever."""
    disable_keep_alives: bool = False
    """Use a new connection for every request."""
    http2_read_idle_timeout: Duration = 0.0
    """Accepted for compatibility; requests are HTTP/1.1."""
    http2_ping_timeout: Duration = 0.0
    """Accepted for compatibility; requests are HTTP/1.1."""
    force_attempt_http2: bool = True
    """Accepted for compatibility; requests are HTTP/1.1."""
    cookies: OptionalSection[CookiesConfig] = None
    """Cookie jar; off unless enabled."""
    middlewares: list[ClientMiddlewareConfig] = Field(default_factory=list)
    """Extensions that see every request, in order."""

    @field_validator("timeout")
    @classmethod
    def _timeout_not_negative(cls, value: float) -> float:
        if value < 0:
            raise ValueError("'timeout' must be non-negative")
        return value

    @model_validator(mode="after")
    def _compression_possible(self) -> Self:
        check_compression(self.compression, self.compression_params.level)
        return self


class KeepaliveClientConfig(ComponentConfig):
    """When a connection is asked for a sign of life."""

    time: Duration = 10.0
    """Ping a connection that was silent for so long."""
    timeout: Duration = 10.0
    """Close it when the ping is not answered in so long."""
    permit_without_stream: bool = False
    """Ping also while no request is under way."""


class GRPCClientConfig(ComponentConfig):
    """A gRPC client."""

    endpoint: str = ""
    """`host:port`, or with a resolver scheme: `dns:///host:port`, `passthrough:///host:port`, `unix:/path`. `https://`
    forces TLS; `http://` means plain text only together with `tls: {insecure: true}`."""
    compression: str = "gzip"
    """`gzip`, `snappy`, `zstd`, `none`, or empty for none."""
    tls: ClientTLSConfig = ClientTLSConfig()
    """TLS, with the system's trust roots by default; `insecure: true` for plain text."""
    keepalive: OptionalSection[KeepaliveClientConfig] = None
    """Pings; off unless given."""
    read_buffer_size: int = 0
    """Accepted for compatibility; reads take what has arrived."""
    write_buffer_size: int = 512 << 10
    """Accepted for compatibility; a message is handed over in pieces of the size the server allows."""
    wait_for_ready: bool = False
    """Let requests wait for a connection, up to their timeout, instead of failing when there is none."""
    headers: HeaderMap = Field(default_factory=dict)
    """Metadata of every request."""
    balancer_name: str = "round_robin"
    """`round_robin` over all addresses of the endpoint's name, or `pick_first`."""
    authority: str = ""
    """Replaces the `:authority` of requests."""
    user_agent: str = ""
    """Replaces the user agent."""
    auth: OptionalSection[ClientAuthConfig] = None
    """Authentication at the server."""
    middlewares: list[ClientMiddlewareConfig] = Field(default_factory=list)
    """Extensions that see every request, in order."""

    @field_validator("compression")
    @classmethod
    def _compression_known(cls, value: str) -> str:
        if value not in grpc_compressions:
            raise ValueError(f'unsupported compression type "{value}"')
        return value

    @field_validator("balancer_name")
    @classmethod
    def _balancer_known(cls, value: str) -> str:
        if value not in {"pick_first", "round_robin"}:
            raise ValueError(f"invalid balancer_name: {value}; choose pick_first or round_robin")
        return value


def resolve_authenticator(auth: ClientAuthConfig | None, host: Host, what: str) -> object | None:
    """The authenticator extension, which has `async client_headers() -> Mapping[str, str]`; `what` uses it.

    Raises:
        ConfigError: there is none of this id, or it is none for clients.
    """
    if auth is None:
        return None
    name = str(auth.authenticator)
    try:
        extension: object = host.extension(name)
    except KeyError:
        raise ConfigError(f'failed to resolve authenticator "{name}": authenticator not found') from None
    if not hasattr(extension, "client_headers"):
        raise ConfigError(f"requested authenticator is not {what} client authenticator")
    return extension


def refuse_middlewares(middlewares: Sequence[ClientMiddlewareConfig], host: Host, what: str) -> None:
    """Refuse extensions that are no middleware of clients; `what` would use them.

    Raises:
        ConfigError: naming the first.
    """
    for middleware in middlewares:
        name = str(middleware.id)
        try:
            host.extension(name)
        except KeyError:
            raise ConfigError(f'failed to resolve middleware "{name}": middleware not found') from None
        raise ConfigError(f'requested extension "{name}" is not {what} client middleware')

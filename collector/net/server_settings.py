"""Settings of HTTP and gRPC servers (components.md 2.2, 2.4)."""

from pathlib import PurePosixPath
from typing import Self

from pydantic import Field, model_validator

from collector.config import ComponentConfig, ComponentRef, Duration, HeaderMap, OptionalSection, StringList, UInt32
from collector.net.inflate import encodings
from collector.net.options import ServerOptions
from collector.net.tls_settings import ServerTLSConfig

__all__ = [
    "AuthConfig",
    "CORSConfig",
    "EnforcementPolicy",
    "GRPCServerConfig",
    "HTTPServerConfig",
    "KeepaliveConfig",
    "KeepaliveParameters",
    "MiddlewareConfig",
    "ServerConfig",
]

transports = {"tcp", "tcp4", "tcp6", "unix"}

largest_mib = (2**63 - 1) >> 20
default_body_size = 20 << 20
default_message_size = 4 << 20
default_streams = 1_024
default_encodings = ["", "gzip", "zstd", "zlib", "snappy", "deflate", "lz4", "x-snappy-framed"]


class DialerConfig(ComponentConfig):
    timeout: Duration = 0.0
    """Of no meaning to servers."""


class AuthConfig(ComponentConfig):
    """Who checks that a request may come in."""

    authenticator: ComponentRef
    """Id of a server authenticator extension."""
    request_params: StringList = Field(default_factory=list)
    """HTTP: query parameters that the authenticator gets besides the headers."""


class MiddlewareConfig(ComponentConfig):
    id: ComponentRef
    """Id of a server middleware extension."""


class CORSConfig(ComponentConfig):
    """Which pages of other origins may send."""

    allowed_origins: StringList = Field(default_factory=list)
    """Origins; `*` stands for any text. None: no CORS."""
    allowed_headers: StringList = Field(default_factory=list)
    """Request headers allowed besides the safelisted ones; `*` allows all."""
    exposed_headers: StringList = Field(default_factory=list)
    """Response headers that pages may read."""
    max_age: int = 0
    """Seconds for which browsers may keep a preflight's answer."""


class ServerConfig(ComponentConfig):
    """What all servers have."""

    endpoint: str = ""
    """Address to listen on: `host:port`, `:port`, or a path with `transport: unix`."""
    transport: str = "tcp"
    """`tcp`, `tcp4`, `tcp6` or `unix`."""
    dialer: DialerConfig = DialerConfig()
    """Of no meaning to servers."""
    tls: OptionalSection[ServerTLSConfig] = None
    """TLS; off when absent."""
    auth: OptionalSection[AuthConfig] = None
    """Authentication of requests."""
    include_metadata: bool = False
    """Whether headers go into the context of payloads."""
    middlewares: list[MiddlewareConfig] = Field(default_factory=list)
    """Extensions that see every request first, in order."""

    @model_validator(mode="after")
    def _check_address(self) -> Self:
        if self.transport not in transports:
            raise ValueError(f'unsupported transport type "{self.transport}"; expected tcp, tcp4, tcp6 or unix')
        if self.transport == "unix" and not PurePosixPath(self.endpoint).name:
            raise ValueError("unix socket path cannot be empty")
        return self


class HTTPServerConfig(ServerConfig):
    """An HTTP server."""

    cors: OptionalSection[CORSConfig] = None
    """Cross-origin requests; off when absent."""
    max_request_body_size: int = default_body_size
    """Bytes of the largest body, as sent and again when inflated; 0 or less: 20 MiB."""
    response_headers: HeaderMap = Field(default_factory=dict)
    """Headers added to every response."""
    compression_algorithms: StringList = Field(default_factory=lambda: list(default_encodings))
    """Accepted `Content-Encoding`s; the empty one is a body as it is."""
    read_timeout: Duration = 60.0
    """From a request's headers to the end of its body; 0: none."""
    read_header_timeout: Duration = 60.0
    """From the first byte of a request to the end of its headers; 0: none."""
    write_timeout: Duration = 30.0
    """How long a client may leave an answer unread; 0: none."""
    idle_timeout: Duration = 60.0
    """How long a connection may stay open without a request; 0: as `read_timeout`."""
    keep_alives_enabled: bool = True
    """Whether connections serve more than one request."""

    @model_validator(mode="after")
    def _check_encodings(self) -> Self:
        for name in self.compression_algorithms:
            if name not in encodings:
                raise ValueError(
                    f'unsupported compression algorithm "{name}"; expected of {", ".join(default_encodings[1:])}'
                )
        return self

    @property
    def max_body(self) -> int:
        """Bytes of the largest body."""
        return self.max_request_body_size if self.max_request_body_size > 0 else default_body_size

    def options(self) -> ServerOptions:
        return ServerOptions(
            header_timeout=self.read_header_timeout or None,
            body_timeout=self.read_timeout or None,
            write_timeout=self.write_timeout or None,
            idle_timeout=self.idle_timeout or self.read_timeout or None,
            keep_alives=self.keep_alives_enabled,
        )


class KeepaliveParameters(ComponentConfig):
    """When a gRPC server ends connections, and when it asks for a sign of life."""

    max_connection_idle: Duration = 0.0
    """End a connection that had no request for so long; 0: never."""
    max_connection_age: Duration = 0.0
    """Ask a connection of this age to end, so that load spreads; 0: never."""
    max_connection_age_grace: Duration = 0.0
    """How long its last requests may take after that; 0: for ever."""
    time: Duration = 0.0
    """Ping a connection that was silent for so long; 0: two hours."""
    timeout: Duration = 0.0
    """Close it when the ping is not answered in so long; 0: 20 seconds."""


class EnforcementPolicy(ComponentConfig):
    """Which pings of clients are one too many."""

    min_time: Duration = 0.0
    """Shortest time between two pings; 0: five minutes."""
    permit_without_stream: bool = False
    """Whether a client may ping while it has no request open."""


class KeepaliveConfig(ComponentConfig):
    server_parameters: OptionalSection[KeepaliveParameters] = None
    """Ends and pings."""
    enforcement_policy: OptionalSection[EnforcementPolicy] = None
    """What clients may do."""


class GRPCServerConfig(ServerConfig):
    """A gRPC server."""

    max_recv_msg_size_mib: int = 0
    """Largest message in MiB, as sent and again when inflated; 0: 4 MiB."""
    max_concurrent_streams: UInt32 = 0
    """Requests at once on a connection; 0: 1024."""
    read_buffer_size: int = 0
    """Accepted for compatibility; reads take what has arrived."""
    write_buffer_size: int = 0
    """Accepted for compatibility; an answer is one write."""
    read_header_timeout: Duration = 5.0
    """From a connection, or the first byte of a request's headers, to their end; 0: none."""
    read_timeout: Duration = 60.0
    """From a request's headers to the end of its body; 0: none."""
    keepalive: OptionalSection[KeepaliveConfig] = None
    """Age, idleness and pings of connections."""

    @model_validator(mode="after")
    def _check_sizes(self) -> Self:
        size = self.max_recv_msg_size_mib
        if not 0 <= size <= largest_mib:
            raise ValueError(f"invalid max_recv_msg_size_mib value, must be between 1 and {largest_mib}: {size}")
        for name in ("read_buffer_size", "write_buffer_size"):
            if getattr(self, name) < 0:
                raise ValueError(f"invalid {name} value: {getattr(self, name)}")
        return self

    @property
    def max_message(self) -> int:
        """Bytes of the largest message."""
        return self.max_recv_msg_size_mib << 20 or default_message_size

    def options(self) -> ServerOptions:
        keepalive = self.keepalive or KeepaliveConfig()
        parameters = keepalive.server_parameters or KeepaliveParameters()
        policy = keepalive.enforcement_policy
        return ServerOptions(
            header_timeout=self.read_header_timeout or None,
            body_timeout=self.read_timeout or None,
            idle_timeout=parameters.max_connection_idle or None,
            http1=False,
            max_streams=self.max_concurrent_streams or default_streams,
            max_age=parameters.max_connection_age or None,
            max_age_grace=parameters.max_connection_age_grace or None,
            ping_after=parameters.time or 7_200.0,
            ping_timeout=parameters.timeout or 20.0,
            min_ping_interval=None if policy is None else policy.min_time or 300.0,
            pings_without_stream=policy is not None and policy.permit_without_stream,
        )

"""What a server allows and for how long it waits."""

from dataclasses import dataclass

__all__ = ["ServerOptions", "overdue"]


def overdue(now: float, since: float, limit: float | None) -> bool:
    """Whether more than `limit` seconds have passed; never without a limit."""
    return limit is not None and now - since > limit


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Limits of one port. Times are seconds and total: a peer that drips bytes gains nothing. None: no limit."""

    header_timeout: float | None = 5.0
    """From the connection, or the first byte of a request, to the end of its headers; TLS handshake too."""
    body_timeout: float | None = 60.0
    """From the headers to the end of the body."""
    write_timeout: float | None = 30.0
    """How long a peer may leave our answers unread."""
    idle_timeout: float | None = None
    """How long a connection may stay open without a request."""
    keep_alives: bool = True
    http1: bool = True
    """Whether HTTP/1.1 is served; gRPC has no use for it."""
    max_connections: int = 10_000
    max_streams: int = 1_024
    """HTTP/2 requests at once on a connection."""
    control_frames: int = 1_000
    """HTTP/2 frames a second that ask for work without bringing a request; each request allows four more."""
    max_age: float | None = None
    """When an HTTP/2 connection is asked to end, so that load spreads."""
    max_age_grace: float | None = None
    """How long its last requests may take after that."""
    ping_after: float | None = 7_200.0
    """HTTP/2: silence after which the peer is asked for a sign of life."""
    ping_timeout: float = 20.0
    """How long it may take to give one."""
    min_ping_interval: float | None = None
    """HTTP/2: pings that come faster end the connection (grpc: too_many_pings)."""
    pings_without_stream: bool = False
    """Whether a peer may ping while it has no request open, where `min_ping_interval` is enforced."""

"""An HTTP/2 server for unary requests (RFC 9113), strict where the protocol leaves a choice."""

from collector.net.http2.connection import Http2Connection

__all__ = ["Http2Connection"]

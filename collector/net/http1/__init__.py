"""An HTTP/1.1 server (RFC 9112) on llhttp."""

from collector.net.http1.connection import Http1Connection

__all__ = ["Http1Connection"]

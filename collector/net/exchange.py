"""What servers and handlers say to each other: one request in, one response out, whatever carried it."""

from collections.abc import Iterable
from enum import Enum, auto
from typing import Any, Protocol

__all__ = ["Handler", "Head", "Headers", "Refusal", "Response"]

Headers = tuple[tuple[str, str], ...]


class Head:
    """Method, path and headers of a request.

    Servers decode equal heads once and hand out the same object again, so it is read-only but for `plan`, where the
    handler keeps what it worked out from it. `headers` maps lower-case names to values, repeated ones joined by `, `;
    `fields` has them one by one. `host` is `:authority` or the `Host` header. `length` is the declared body size.
    """

    __slots__ = ("fields", "headers", "host", "length", "method", "path", "plan", "query")

    def __init__(self, method: str, target: str, fields: Iterable[tuple[str, str]], host: str = "") -> None:
        self.method = method
        self.path, _, self.query = target.partition("?")
        self.fields = tuple(fields)
        headers: dict[str, str] = {}
        for name, value in self.fields:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        self.headers = headers
        self.host = host or headers.get("host", "")
        length = headers.get("content-length", "")
        self.length = int(length) if length.isascii() and length.isdigit() else None
        self.plan: Any = None


class Response:
    """Status, headers, body and, where not None, trailers. Names are lower-case.

    A response that is sent again and again should be one object: servers keep its encoded forms in `http1` and `http2`.
    """

    __slots__ = ("body", "headers", "http1", "http2", "status", "trailers")

    def __init__(self, status: int, headers: Headers = (), body: bytes = b"", trailers: Headers | None = None) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.trailers = trailers
        self.http1: bytes | None = None
        self.http2: tuple[bytes, ...] | None = None

    def with_headers(self, headers: Headers) -> "Response":
        """The same response with more headers."""
        return Response(self.status, self.headers + headers, self.body, self.trailers)


class Refusal(Enum):
    """Why a server itself gives up on a request, before or instead of its handler."""

    TOO_LARGE = auto()
    """The body is over the handler's `max_body`."""
    BUSY = auto()
    """The byte budget had no room for it in time: to be tried again."""
    TIMEOUT = auto()
    """The body did not arrive within the body deadline."""
    BROKEN = auto()
    """The handler failed."""


class Handler(Protocol):
    """Answers requests; knows no transport."""

    @property
    def max_body(self) -> int:
        """Bytes of the largest body that is read."""

    async def handle(self, head: Head, body: list[bytes], client: str) -> Response:
        """Answer a request; `body` is its body in parts, `client` the peer's IP address or empty."""

    def refuse(self, head: Head, refusal: Refusal) -> Response:
        """The answer to a request that the server gives up on."""

    def declared_size(self, start: bytes) -> int | None:
        """Size of the whole body as told by its first bytes, where the format says it."""

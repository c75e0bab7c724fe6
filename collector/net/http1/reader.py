"""HTTP/1.1 requests as llhttp reads them."""

import httptools

from collector.net.exchange import Head

__all__ = ["Malformed", "RequestReader", "TooManyHeaders"]

max_head_size = 65_536
max_fields = 256


class Malformed(Exception):
    """What came is not HTTP/1.1."""


class TooManyHeaders(Exception):
    """The head is over the limits."""


class RequestReader:
    """Reads requests with llhttp and tells `connection` of their heads, body parts and ends."""

    def __init__(self, connection: "Listener") -> None:
        self.connection = connection
        self.parser = httptools.HttpRequestParser(self)
        self.in_head = False
        self.head_size = 0
        self.target = b""
        self.fields: list[tuple[str, str]] = []

    def feed(self, data: bytes) -> None:
        """Read on; Malformed or TooManyHeaders end the connection."""
        at = 0
        while at < len(data):
            part = data[at : at + max_head_size] if len(data) - at > max_head_size else data[at:] if at else data
            at += len(part)
            try:
                self.parser.feed_data(part)
            except httptools.HttpParserCallbackError as error:
                cause = error.__context__
                raise (cause if isinstance(cause, TooManyHeaders | Malformed) else error) from None
            except httptools.HttpParserUpgrade:
                raise Malformed("no upgrade is offered") from None
            except httptools.HttpParserError as error:
                raise Malformed(str(error)) from None
            if self.in_head:
                self.head_size += len(part)
                if self.head_size > max_head_size:
                    raise TooManyHeaders

    def on_message_begin(self) -> None:
        self.in_head = True
        self.head_size = 0
        self.target = b""
        self.fields = []
        self.connection.on_begin()

    def on_url(self, url: bytes) -> None:
        self.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.fields.append((name.decode("latin-1").lower(), value.decode("latin-1")))
        if len(self.fields) > max_fields:
            raise TooManyHeaders

    def on_headers_complete(self) -> None:
        self.in_head = False
        head = Head(self.parser.get_method().decode(), self.target.decode("latin-1"), self.fields)
        self.connection.on_head(head, self.parser.should_keep_alive(), self.parser.get_http_version() == "1.1")

    def on_body(self, body: bytes) -> None:
        self.connection.on_body(body)

    def on_message_complete(self) -> None:
        self.connection.on_end()


class Listener:
    """What a reader tells."""

    def on_begin(self) -> None: ...
    def on_head(self, head: Head, keep_alive: bool, modern: bool) -> None: ...
    def on_body(self, body: bytes) -> None: ...
    def on_end(self) -> None: ...

"""HTTP/1.1 requests as llhttp reads them, and a cache of heads that were read before."""

import re

import httptools

from collector.net.exchange import Head

__all__ = ["HeadCache", "Malformed", "RequestReader", "TooManyHeaders"]

max_head_size = 65_536
max_fields = 256
cached_heads = 256
cached_head_size = 4_096
length_field = re.compile(rb"\r\n[Cc]ontent-[Ll]ength: ?([0-9]{1,9})\r\n")


class Malformed(Exception):  # noqa: N818
    """What came is not HTTP/1.1."""


class TooManyHeaders(Exception):  # noqa: N818
    """The head is over the limits."""


class HeadCache:
    """Heads of plain requests (keep-alive, with a length) by their bytes, whatever the length says.

    llhttp read those bytes once and found them good; equal bytes mean the same again.
    """

    __slots__ = ("heads",)

    def __init__(self) -> None:
        self.heads: dict[bytes, Head] = {}

    def find(self, data: bytes) -> tuple[Head, int, int] | None:
        """The head at the start of `data`, where its body starts, and the body's length."""
        end = data.find(b"\r\n\r\n", 0, cached_head_size) + 4
        match = length_field.search(data, 0, end)
        if end < 4 or match is None:
            return None
        start, stop = match.span(1)
        head = self.heads.get(data[:start] + data[stop:end])
        return None if head is None else (head, end, int(match[1]))

    def add(self, data: bytes, head: Head) -> None:
        """Remember the head at the start of `data`, which llhttp has accepted."""
        end = data.find(b"\r\n\r\n", 0, cached_head_size) + 4
        match = length_field.search(data, 0, end)
        if end >= 4 and match is not None:
            if len(self.heads) >= cached_heads:
                self.heads.clear()
            start, stop = match.span(1)
            self.heads[data[:start] + data[stop:end]] = head


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

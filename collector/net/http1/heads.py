"""A cache of request heads that were read before."""

import re

from collector.net.exchange import Head

__all__ = ["HeadCache"]

cached_heads = 256
cached_head_size = 4_096
length_field = re.compile(rb"\r\n[Cc]ontent-[Ll]ength: ?([0-9]{1,9})\r\n")


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

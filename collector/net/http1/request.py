"""One HTTP/1.1 request under way."""

from collector.net.exchange import Head, Refusal

__all__ = ["Request"]


class Request:
    """`size` bytes of its body have come, `charged` bytes of the budget are held for it.

    `length` is the declared size, None for a chunked body. `expects`: it waits for `100 Continue`.
    """

    __slots__ = ("charged", "chunks", "expects", "head", "keep_alive", "length", "refusal", "size")

    def __init__(self, head: Head, length: int | None, keep_alive: bool, *, expects: bool = False) -> None:
        self.head = head
        self.length = length
        self.keep_alive = keep_alive
        self.expects = expects
        self.refusal: Refusal | None = None
        self.chunks: list[bytes] = []
        self.size = 0
        self.charged = 0

"""One HTTP/2 request: what has come, what it holds of the byte budget, and what is still to be sent."""

from collector.net.exchange import Head

__all__ = ["Stream", "initial_window", "step"]

initial_window = 1 << 20
"""Bytes of a body that may come before it is admitted by the byte budget."""
step = 1 << 20
"""Bytes asked for at a time where a body does not say how long it is."""


class Stream:
    """`charged` bytes of the budget are held for it, `size` have come, `window` more may come.

    `expected` is the size of the whole body, None until known. `rest` is what flow control held back of the answer.
    """

    __slots__ = (
        "asking",
        "begun",
        "charged",
        "chunks",
        "expected",
        "head",
        "id",
        "received",
        "rest",
        "send_window",
        "size",
        "window",
    )

    def __init__(self, id: int, head: Head, send_window: int, begun: float) -> None:
        self.id = id
        self.head = head
        self.chunks: list[bytes] = []
        self.size = 0
        self.charged = 0
        self.expected = head.length
        self.window = initial_window
        self.asking = False
        self.received = False
        self.begun = begun
        self.send_window = send_window
        self.rest: tuple[memoryview, bytes] | None = None

    def still_to_come(self, most: int) -> int:
        """Bytes to ask for next; one more than `most` lets through shows that a body is too large."""
        if self.expected is not None:
            return self.expected - self.size
        return min(step, most + 1 - self.size)

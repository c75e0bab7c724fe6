"""What the connections of a port share: the byte budget's windows, and the heads of requests read before."""

from collector.net.budget import ByteBudget
from collector.net.http1.heads import HeadCache

__all__ = ["Share"]

smallest = 65_535
largest = 1 << 20
part_of_budget = 8


class Share:
    """An HTTP/2 connection may send an eighth of the budget, divided by the connections, before bodies are admitted."""

    __slots__ = ("budget", "connections", "heads", "low")

    def __init__(self, budget: ByteBudget) -> None:
        self.budget = budget
        self.connections = 0
        self.heads = HeadCache()
        self.low = smallest >> 1
        """Below this a connection's window is opened again."""

    def window(self) -> int:
        """Bytes, between the protocol's 64 KiB and 1 MiB."""
        size = self.budget.limit // part_of_budget // max(1, self.connections)
        size = max(smallest, min(size, largest))
        self.low = size >> 1
        return size

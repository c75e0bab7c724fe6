"""What the connections of a port share: the byte budget's windows, and the heads of requests read before."""

from collector.net.budget import ByteBudget
from collector.net.http1.heads import HeadCache

__all__ = ["Share"]

smallest = 65_535
largest = 1 << 20
part_of_budget = 8


class Share:
    """What an HTTP/2 connection may send before bodies are admitted.

    It is an eighth of the budget divided by the connections. Near the end of the budget it is no more than what is left
    of it, divided alike: what comes beyond the budget has to be worked off before anybody is let in again.
    """

    __slots__ = ("budget", "connections", "heads", "low")

    def __init__(self, budget: ByteBudget) -> None:
        self.budget = budget
        self.connections = 0
        self.heads = HeadCache()
        self.low = smallest >> 1
        """Below this a connection's window is opened again."""

    def window(self) -> int:
        """Bytes, between the protocol's 64 KiB and 1 MiB."""
        budget = self.budget
        size = min(budget.limit // part_of_budget, budget.limit - budget.used) // max(1, self.connections)
        size = max(smallest, min(size, largest))
        self.low = size >> 1
        return size

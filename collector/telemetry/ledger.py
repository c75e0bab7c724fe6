"""The drop ledger: every item that leaves without being delivered, under component, rule and reason.

At stop it closes the books: in = out + dropped(reason) + held. (architecture: drop ledger)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["Entry", "Ledger"]


@dataclass(frozen=True, slots=True)
class Entry:
    """So many items that `component` dropped for `reason`; `rule` names the user's own rule, where one did it."""

    component: str
    reason: str
    rule: str
    count: int


class Ledger:
    """Counts of dropped items."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str], int] = {}

    def drop(self, component: str, count: int, reason: str, rule: str = "") -> None:
        """Enter `count` items as dropped by a component (`kind:id`)."""
        if count:
            key = (component, reason, rule)
            self._counts[key] = self._counts.get(key, 0) + count

    def bound(self, component: str) -> Callable[..., None]:
        """`drop(count, reason=..., rule="")` for one component."""

        def drop(count: int, *, reason: str, rule: str = "") -> None:
            self.drop(component, count, reason, rule)

        return drop

    def __iter__(self) -> Iterator[Entry]:
        for (component, reason, rule), count in sorted(self._counts.items()):
            yield Entry(component, reason, rule, count)

    def dropped(self, component: str | None = None) -> int:
        """Items dropped by a component, or by all."""
        return sum(entry.count for entry in self if component is None or entry.component == component)

"""Component status: which moves are allowed, and who watches them (components.md 1.8)."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from collector.component import Status

__all__ = ["StatusEvent", "StatusHolder"]

errors = frozenset({Status.RECOVERABLE_ERROR, Status.PERMANENT_ERROR, Status.FATAL_ERROR})
moves: dict[Status, frozenset[Status]] = {
    Status.NONE: frozenset({Status.STARTING}),
    Status.STARTING: errors | {Status.OK, Status.STOPPING},
    Status.OK: errors | {Status.OK, Status.STOPPING},
    Status.RECOVERABLE_ERROR: errors | {Status.OK, Status.STOPPING},
    Status.PERMANENT_ERROR: frozenset({Status.STOPPING}),
    Status.FATAL_ERROR: frozenset(),
    Status.STOPPING: errors | {Status.STOPPED},
    Status.STOPPED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """A status with the error behind it and when it came, seconds since the Unix epoch."""

    status: Status
    error: BaseException | None = None
    timestamp: float = 0.0


@dataclass(slots=True)
class StatusHolder:
    """The status of one component; watchers are told of every change."""

    name: str
    event: StatusEvent = StatusEvent(Status.NONE)
    watchers: list[Callable[[str, StatusEvent], None]] = field(default_factory=list)

    @property
    def status(self) -> Status:
        return self.event.status

    def move(self, status: Status, error: BaseException | None = None) -> bool:
        """Take a new status; False, without effect, where that move is not allowed. Repeating the current one is."""
        if status is not self.event.status and status not in moves[self.event.status]:
            return False
        self.event = StatusEvent(status, error, time.time())
        for watch in self.watchers:
            watch(self.name, self.event)
        return True

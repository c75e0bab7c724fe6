"""What keeps one connection honest: work it may ask for, times it must keep."""

from collector.net.http2.frames import ConnectionFault, ErrorCode
from collector.net.options import ServerOptions, overdue

__all__ = ["Guard"]

frames_per_request = 4
strikes = 2


class Guard:
    """Counters and clocks of a connection; times are the loop's seconds, None where nothing runs."""

    __slots__ = (
        "active_at",
        "begun",
        "block",
        "block_since",
        "draining",
        "draining_since",
        "final",
        "options",
        "ping_at",
        "pinged_at",
        "settled",
        "strikes",
        "tokens",
        "writing_since",
    )

    def __init__(self, options: ServerOptions, now: float) -> None:
        self.options = options
        self.begun = now
        self.active_at = now
        self.settled = False
        """Whether the peer's SETTINGS came."""
        self.draining = False
        """Whether the connection is about to end: GOAWAY was sent or received."""
        self.final = False
        """Whether new streams are left unanswered."""
        self.draining_since = now
        self.tokens = options.control_frames
        self.writing_since: float | None = None
        self.ping_at: float | None = None
        """When we asked for a sign of life."""
        self.pinged_at: float | None = None
        self.strikes = 0
        self.block = -1
        self.block_since = now

    def calm(self) -> None:
        """Count a frame that asks for work without bringing a request."""
        self.tokens -= 1
        if self.tokens < 0:
            raise ConnectionFault(ErrorCode.ENHANCE_YOUR_CALM, "too many control frames")

    def answered(self) -> None:
        """A request was served: it pays for the frames around it."""
        self.strikes = 0
        if self.tokens < self.options.control_frames:
            self.tokens += frames_per_request

    def pinged(self, now: float, *, idle: bool) -> None:
        """The peer's PING; faster than the enforced interval, it is one too many."""
        least = self.options.min_ping_interval
        if least is None:
            return
        if idle and not self.options.pings_without_stream:
            least = max(least, 7_200.0)
        if self.pinged_at is not None and now - self.pinged_at < least:
            self.strikes += 1
            if self.strikes > strikes:
                raise ConnectionFault(ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings")
        self.pinged_at = now

    def block_overdue(self, now: float, block: int) -> bool:
        """Whether the frame or header block numbered `block` is unfinished for too long."""
        if block != self.block:
            self.block, self.block_since = block, now
        return overdue(now, self.block_since, self.options.header_timeout)

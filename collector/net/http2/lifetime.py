"""How a connection ends: faults, deadlines, age, and draining."""

from collector.net.budget import ByteBudget
from collector.net.exchange import Handler, Refusal
from collector.net.http2 import frames as f
from collector.net.http2.frames import ErrorCode
from collector.net.http2.guard import Guard
from collector.net.http2.sender import Sender
from collector.net.http2.stream import Stream
from collector.net.options import ServerOptions, overdue

__all__ = ["Lifetime"]

last_call = b"lastcall"
sign_of_life = b"alive..?"
last_call_seconds = 1.0


class Lifetime(Sender):
    """The part of a connection that decides when it is over. `sweep` is called about twice a second."""

    handler: Handler
    budget: ByteBudget
    options: ServerOptions
    guard: Guard
    begun: bool
    partial: bytearray
    in_block: int

    def __init__(self) -> None:
        super().__init__()
        self.closed = False
        self.last_stream = 0
        self.working = 0
        """Requests whose handler is running in a task."""
        self.blocks = 0
        """Frames that were completed, header blocks counting as one; those that come with answers don't count."""

    def fail(self, code: ErrorCode, reason: str) -> None:
        """End the connection because of the peer."""
        self.out.append(f.goaway(self.last_stream, code, reason))
        self.close()

    def close(self) -> None:
        if not self.closed:
            self.flush()
            self.closed = True
            self.transport.close()

    def drain(self, now: float) -> None:
        """Ask the peer to open no more streams; the connection ends after the last answer."""
        if self.guard.draining:
            return
        self.guard.draining, self.guard.draining_since = True, now
        if not self.begun:
            self.close()
            return
        self.out += (f.goaway(f.largest_window, ErrorCode.NO_ERROR), f.frame(f.PING, 0, 0, last_call))
        self.flush()

    def on_pong(self, payload: bytes) -> None:
        self.guard.ping_at = None
        if payload == last_call and self.guard.draining:
            self.finalise()

    def finalise(self) -> None:
        """The peer has seen that we are leaving: streams from here on are left unanswered."""
        if not self.guard.final:
            self.guard.final = True
            self.out.append(f.goaway(self.last_stream, ErrorCode.NO_ERROR))

    def end_when_idle(self) -> None:
        if self.guard.final and not self.streams and not self.working:
            self.close()

    def sweep(self, now: float) -> None:
        """Look at every clock of the connection."""
        guard, options = self.guard, self.options
        guard.tokens = max(guard.tokens, min(guard.tokens + (options.control_frames >> 1), options.control_frames))
        if guard.writing_since is not None and overdue(now, guard.writing_since, options.write_timeout):
            self.transport.abort()
        elif not guard.settled:
            if overdue(now, guard.begun, options.header_timeout):
                self.close()
        elif (self.partial or self.in_block) and guard.block_overdue(now, self.blocks):
            self.fail(ErrorCode.ENHANCE_YOUR_CALM, "frame or header block not completed in time")
        else:
            self.expire_bodies(now)
            self.age(now)
        if not self.closed:
            self.flush()

    def expire_bodies(self, now: float) -> None:
        for stream in list(self.streams.values()):
            if not stream.received and (
                overdue(now, stream.begun, self.options.body_timeout)
                or (stream.charged > stream.size and self.budget.overstays(now - stream.begun, stream.size))
            ):
                self.refuse(stream, Refusal.TIMEOUT)

    def age(self, now: float) -> None:
        guard, options = self.guard, self.options
        if guard.draining:
            if now - guard.draining_since > last_call_seconds:
                self.finalise()
                self.end_when_idle()
            if overdue(now, guard.draining_since, options.max_age_grace):
                self.close()
        elif overdue(now, guard.begun, options.max_age) or (
            not self.streams and overdue(now, guard.active_at, options.idle_timeout)
        ):
            self.drain(now)
        elif guard.ping_at is not None:
            if now - guard.ping_at > options.ping_timeout:
                self.close()
        elif overdue(now, guard.active_at, options.ping_after):
            guard.ping_at = guard.active_at = now
            self.out.append(f.frame(f.PING, 0, 0, sign_of_life))

    def refuse(self, stream: Stream, refusal: Refusal) -> None:
        raise NotImplementedError

"""Finding out that a silent peer is gone."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Keepalive", "Pulse"]


@dataclass(frozen=True, slots=True)
class Keepalive:
    """Ask for a sign of life after `time` seconds of silence; give up when none comes within `timeout`."""

    time: float
    timeout: float
    without_calls: bool = False


class Pulse:
    """Watches one connection. `busy` tells whether calls are open, `ping` asks the peer, `fail` gives up."""

    def __init__(
        self, keepalive: Keepalive, busy: Callable[[], bool], ping: Callable[[], None], fail: Callable[[], None]
    ) -> None:
        self._keepalive = keepalive
        self._busy = busy
        self._ping = ping
        self._fail = fail
        self._loop = asyncio.get_running_loop()
        self._heard_at = self._loop.time()
        self._pinged = False
        self._timer: asyncio.TimerHandle | None = None

    def heard(self) -> None:
        """The peer has sent something."""
        self._heard_at = self._loop.time()
        self._pinged = False

    def begin(self) -> None:
        """Watch from now on: calls begin, or the connection is to be watched without any."""
        if self._timer is None and (self._keepalive.without_calls or self._busy()):
            self._timer = self._loop.call_later(self._keepalive.time, self._look)

    def end(self) -> None:
        """The connection is over."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        self._timer = None
        keepalive = self._keepalive
        silent = self._loop.time() - self._heard_at
        if self._pinged and silent >= keepalive.timeout:
            self._fail()
            return
        if not self._busy() and not keepalive.without_calls:
            return
        wait = keepalive.time - silent
        if silent >= keepalive.time and not self._pinged:
            self._pinged = True
            self._ping()
            wait = keepalive.timeout
        self._timer = self._loop.call_later(max(wait, 0.001), self._look)

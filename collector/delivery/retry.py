"""Trying again: growing waits with jitter, never sooner than the server asked, cut short at shutdown.

(components.md 3.2)
"""

import asyncio
import random
from collections.abc import Awaitable, Callable

from collector.component import Clock, DeliveryError, Partial, Permanent, Retryable, ShuttingDown
from collector.config.durations import format_duration
from collector.delivery.settings import RetrySettings
from collector.pdata import Payload

__all__ = ["Backoff", "Request", "Retry"]

Attempt = Callable[[Payload], Awaitable[None]]
OnWait = Callable[[DeliveryError, str], None]
"""Hears the error and the interval, as Go prints a duration, before each wait."""


class Request:
    """One payload on its way; `left` is what of it is still to be sent. `deadline` is in event loop seconds."""

    __slots__ = ("deadline", "left")

    def __init__(self, payload: Payload, deadline: float | None = None) -> None:
        self.left = payload
        self.deadline = deadline


class Backoff:
    """The waits after one first attempt, in seconds."""

    def __init__(self, settings: RetrySettings, draw: Callable[[float, float], float] = random.uniform) -> None:
        self._settings = settings
        self._draw = draw
        self._interval = settings.initial_interval

    def next(self) -> float:
        """The next wait."""
        settings = self._settings
        spread = self._interval * settings.randomization_factor
        wait = self._draw(self._interval - spread, self._interval + spread)
        self._interval = min(self._interval * settings.multiplier, settings.max_interval)
        return wait


class Retry:
    """Runs attempts until one ends for good. `stop` ends all waits; what fails later is not tried again."""

    def __init__(self, settings: RetrySettings, clock: Clock, on_wait: OnWait) -> None:
        self._settings = settings
        self._clock = clock
        self._on_wait = on_wait
        self._sleepers: set[asyncio.Future[None]] = set()
        self.stopping = False

    async def run(self, request: Request, attempt: Attempt) -> None:
        """Try until it succeeds; of a `Partial` with a leftover only that is tried again.

        Raises:
            Permanent: an attempt failed for good.
            Retryable: no time is left for another attempt.
            ShuttingDown: `stop` was called.
            Partial: some items were rejected, the rest was taken.
        """
        backoff: Backoff | None = None
        started = self._clock.monotonic()
        while True:
            try:
                await attempt(request.left)
            except Permanent as error:
                raise again(Permanent, "not retryable error", error) from error
            except DeliveryError as error:
                if isinstance(error, Partial):
                    if error.leftover is None:
                        raise
                    request.left = error.leftover
                backoff = backoff or Backoff(self._settings)
                wait = max(backoff.next(), getattr(error, "after", None) or 0.0)
                self._check_time(error, started, wait, request.deadline)
                self._on_wait(error, format_duration(round(wait * 1e9)))
                await self._sleep(wait, error)
            else:
                return

    def stop(self) -> None:
        """End all waits."""
        self.stopping = True
        for sleeper in self._sleepers:
            sleeper.cancel()

    def _check_time(self, error: DeliveryError, started: float, wait: float, deadline: float | None) -> None:
        if self.stopping:
            raise again(ShuttingDown, "interrupted due to shutdown", error) from error
        limit = self._settings.max_elapsed_time
        if limit and self._clock.monotonic() + wait > started + limit:
            raise again(Retryable, "no more retries left", error) from error
        if deadline is not None and asyncio.get_running_loop().time() + wait > deadline:
            raise again(Retryable, "request will be cancelled before next retry", error) from error

    async def _sleep(self, wait: float, error: DeliveryError) -> None:
        sleeper = asyncio.ensure_future(self._clock.sleep(wait))
        self._sleepers.add(sleeper)
        try:
            await sleeper
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not self.stopping or (task is not None and task.cancelling()):
                raise
            raise again(ShuttingDown, "interrupted due to shutdown", error) from error
        finally:
            self._sleepers.discard(sleeper)


def again(kind: type[DeliveryError], prefix: str, error: DeliveryError) -> DeliveryError:
    """An error of this kind that says why no more attempts follow and keeps what `error` knew."""
    raised = kind(f"{prefix}: {error}", code=error.code)
    if isinstance(raised, Retryable):
        raised.after = getattr(error, "after", None)
    return raised

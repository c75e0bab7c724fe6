"""One request from start to end: counting, retry, timeout, send (components.md 3.1, the order inside an exporter)."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from random import randrange
from typing import Any

from collector.component import DeliveryError, Partial, Permanent, Retryable, Settings
from collector.delivery.errors import InvalidRequest
from collector.delivery.metrics import SendMetrics
from collector.delivery.retry import Request, Retry
from collector.delivery.settings import RetrySettings
from collector.pdata import Payload

__all__ = ["Outcome", "Sender"]

invalid_argument = 3
most_hopeless = 3
"""Requests in a row of which not one part was taken, after which parts are only sampled."""

Export = Callable[[Any], Awaitable[None]]

Outcome = tuple[int, DeliveryError | None]
"""So many items, delivered or failed."""

item_words = {"traces": "dropped_spans", "metrics": "dropped_data_points", "logs": "dropped_log_records"}


class Sender:
    """Sends payloads with `export`, tries again as `retry` says and counts the outcome.

    `timeout` is for each attempt, in seconds; 0 is none. A payload of more than `largest` bytes (0: no limit) goes as
    several requests, one after the other.
    """

    def __init__(
        self,
        export: Export,
        settings: Settings,
        metrics: SendMetrics,
        timeout: float = 0,
        retry: RetrySettings | None = None,
        largest: int = 0,
    ) -> None:
        self._export = export
        self._logger = settings.logger
        self._metrics = metrics
        self._timeout = timeout or None
        self._largest = largest
        self._hopeless = 0
        self._dropped_word = item_words[str(settings.signal)]
        self.retry = Retry(retry, settings.clock, self._log_wait) if retry is not None and retry.enabled else None

    async def send(self, payload: Payload, deadline: float | None = None) -> list[Outcome]:
        """Deliver a payload; what became of its items, in order. `deadline`: no retry begins after it (loop seconds).

        A request that is refused as invalid is sent again by the payloads that were merged for it, so that a bad one
        takes no neighbour with it.
        """
        if not self._largest:
            return await self._send_whole(payload, deadline)
        outcomes: list[Outcome] = []
        pieces = payload.split(max_bytes=self._largest)
        for number, piece in enumerate(pieces):
            outcomes += await self._send_whole(piece, deadline)
            error = outcomes[-1][1]
            if error is not None and not isinstance(error, Permanent):
                outcomes += self._give_up(pieces[number + 1 :], error)
                break
        return outcomes

    async def _send_whole(self, payload: Payload, deadline: float | None) -> list[Outcome]:
        parts = parts_of(payload)
        error, settled = await self._send(payload, deadline, self._export, divisible=len(parts) > 1)
        if settled or error is None:
            return [(payload.item_count, error)]
        if self._hopeless < most_hopeless:
            outcomes = await self._divide(parts, error, deadline, self._export)
        else:
            outcomes = await self._probe(parts, error, deadline)
        self._hopeless = 0 if any(error is None for _, error in outcomes) else self._hopeless + 1
        return outcomes

    def _give_up(self, pieces: list[Payload], error: DeliveryError) -> list[Outcome]:
        """What follows a piece that could not be delivered is not tried."""
        for piece in pieces:
            self._metrics.count_failed(piece.item_count, error)
        return [(piece.item_count, error) for piece in pieces]

    async def _divide(
        self, parts: list[Payload], refusal: DeliveryError, deadline: float | None, export: Export
    ) -> list[Outcome]:
        """Send the halves of a refused request, and their halves where they are refused.

        `export` is what sent the request; the refusal may name another way for its parts.
        """
        export = resending(refusal, export)
        middle = len(parts) // 2
        outcomes: list[Outcome] = []
        for half in (parts[:middle], parts[middle:]):
            if not half:
                continue
            payload = half[0] if len(half) == 1 else type(half[0]).merge(half)
            error, settled = await self._send(payload, deadline, export, divisible=len(half) > 1)
            if settled or error is None:
                outcomes.append((payload.item_count, error))
            else:
                outcomes += await self._divide(half, error, deadline, export)
        return outcomes

    async def _probe(self, parts: list[Payload], refusal: DeliveryError, deadline: float | None) -> list[Outcome]:
        """Send one part of a refused request, the others only if that is taken.

        A destination that has refused every part of several requests refuses on principle; it is not to be asked
        about each part of each request.
        """
        at = randrange(len(parts))  # noqa: S311 - a sample
        probe = parts[at]
        error, _ = await self._send(probe, deadline, resending(refusal, self._export), divisible=False)
        if error is not None:
            total = sum(part.item_count for part in parts)
            self._metrics.count_failed(total - probe.item_count, refusal)
            return [(total, refusal)]
        before = await self._divide(parts[:at], refusal, deadline, self._export)
        after = await self._divide(parts[at + 1 :], refusal, deadline, self._export)
        return [*before, (probe.item_count, None), *after]

    async def _send(
        self, payload: Payload, deadline: float | None, export: Export, *, divisible: bool
    ) -> tuple[DeliveryError | None, bool]:
        """The error of one request, and whether it is settled: counted, with nothing to be sent again in parts."""
        request = Request(payload, deadline)
        metrics = self._metrics
        metrics.in_flight.add(1)
        try:
            if self.retry is None:
                await self._attempt(export, payload)
            else:
                await self.retry.run(request, partial(self._attempt, export))
        except Partial as some:
            if some.leftover is None:
                metrics.count_sent(payload.item_count)
                return None, True
            self._count_failure(payload, some.leftover, some)
            return Retryable(str(some), code=some.code), True
        except DeliveryError as error:
            if divisible and is_invalid(error) and request.left is payload:
                return error, False
            self._count_failure(payload, request.left, error)
            return error, True
        except asyncio.CancelledError as error:
            self._count_failure(payload, request.left, error)
            raise
        else:
            metrics.count_sent(payload.item_count)
            return None, True
        finally:
            metrics.in_flight.add(-1)

    async def _attempt(self, export: Export, payload: Payload) -> None:
        """One attempt. Rejected items are logged: they count as sent.

        Raises:
            DeliveryError: whatever went wrong, as one of these.
        """
        try:
            if self._timeout is None:
                await export(payload)
            else:
                async with asyncio.timeout(self._timeout):
                    await export(payload)
        except Partial as some:
            if some.leftover is None:
                self._logger.warning(
                    "Partial success response", message=str(some), **{self._dropped_word: some.rejected}
                )
            raise
        except DeliveryError:
            raise
        except TimeoutError as error:
            raise Retryable(f"no answer within {self._timeout}s: deadline exceeded", code=4) from error
        except OSError as error:
            raise Retryable(str(error) or type(error).__name__) from error
        except Exception as error:
            raise Retryable(f"{type(error).__name__}: {error}") from error

    def stop(self) -> None:
        """Try nothing again from now on."""
        if self.retry is not None:
            self.retry.stop()

    def _count_failure(self, payload: Payload, left: Payload, error: BaseException) -> None:
        if taken := payload.item_count - left.item_count:
            self._metrics.count_sent(taken)
        self._metrics.count_failed(left.item_count, error)

    def _log_wait(self, error: DeliveryError, interval: str) -> None:
        self._logger.info(
            "Exporting failed. Will retry the request after interval.", error=str(error), interval=interval
        )


def is_invalid(error: DeliveryError) -> bool:
    """Whether the destination says that the request itself is wrong: INVALID_ARGUMENT, HTTP 400."""
    return isinstance(error, InvalidRequest) or (isinstance(error, Permanent) and error.code == invalid_argument)


def resending(refusal: DeliveryError, export: Export) -> Export:
    """How parts of a refused request are sent, where `export` has sent the whole."""
    return (isinstance(refusal, InvalidRequest) and refusal.resend) or export


def parts_of(payload: Payload) -> list[Payload]:
    """The payloads that were merged into this one."""
    parts = [part for part in payload.parts if part.items]
    if len(parts) < 2:
        return [payload]
    return [type(payload)([part], payload.context) for part in parts]

"""Sending requests: headers, retries, what each answer means (prometheus.md 4, 5)."""

from collections.abc import Mapping
from typing import Any

from collector.component import DeliveryError, Host, Permanent, Retryable, Settings, ShuttingDown
from collector.config import gates
from collector.delivery.errors import HTTPFailure
from collector.delivery.retry import Request, Retry
from collector.net.http_client import HTTPClient, HTTPResponse, retry_after

from .config import RESERVED_HEADERS, RemoteWriteConfig
from .written import WrittenCounters

_SHOWN_OF_BODY = 1024
_TOO_MANY_REQUESTS = 429
_UNSUPPORTED = 415
_ASKS_FOR_DELAY = frozenset({_TOO_MANY_REQUESTS, 503})
_UNAVAILABLE = 14
_INVALID = frozenset({400, 413, 422})
"""Answers that speak of what is in a request, not of who sends it, where or how often: a part of it may be right."""


class UnsupportedVersion(Permanent):
    """The endpoint does not take Remote Write 2.0."""


class Refused(Permanent):
    """The endpoint says that the request itself is wrong, and as far as it tells, it has taken nothing of it."""


class RequestSender:
    """Sends one encoded request at a time, with its retries; any number of calls may run at once.

    `interrupt` ends waits for retries; after it nothing more is sent to an endpoint whose last answer was a failure.
    """

    def __init__(self, config: RemoteWriteConfig, settings: Settings) -> None:
        kept = {name: value for name, value in config.client.headers.items() if name.lower() not in RESERVED_HEADERS}
        timeout = config.client.timeout or config.timeout
        self._client = HTTPClient(
            config.client.model_copy(update={"headers": kept, "timeout": timeout}), settings.build_version
        )
        self._url = config.url
        self._agent = f"telepipe/{settings.build_version or 'dev'}"
        self._clock = settings.clock
        self._logger = settings.logger
        self._retries_429 = gates.enabled("exporter.prometheusremotewritexporter.RetryOn429")
        self._fallback = config.fallback_to_v1_on_415
        self._retry = Retry(config.retry_on_failure, settings.clock, self._log_wait)
        self._retries = config.retry_on_failure.enabled
        self._failing = False
        self._written = WrittenCounters(settings, self._url)
        self._attempts = settings.metrics.counter(
            "otelcol_exporter_prometheusremotewrite_sent_batches", "Number of remote write requests sent.", "{batch}"
        ).bind(endpoint=self._url)

    async def start(self, host: Host) -> None:
        await self._client.start(host)

    async def close(self) -> None:
        await self._client.close()

    def interrupt(self) -> None:
        """End all waits for retries; those to come end at once."""
        self._retry.stop()

    def headers(self, *, second: bool) -> dict[str, str]:
        """The headers that no configuration changes."""
        return {
            "Content-Encoding": "snappy",
            "Content-Type": f"application/x-protobuf{';proto=io.prometheus.write.v2.Request' if second else ''}",
            "X-Prometheus-Remote-Write-Version": "2.0.0" if second else "0.1.0",
            "User-Agent": self._agent,
        }

    async def send(self, body: bytes, headers: Mapping[str, str], deadline: float | None, *, second: bool) -> None:
        """Deliver one request. `deadline`: no retry begins after it (loop seconds).

        Raises:
            DeliveryError: it was not delivered.
        """
        attempts = 0

        async def attempt(_request: Any) -> None:
            nonlocal attempts
            attempts += 1
            await self._attempt(body, headers, attempts, second=second)

        if self._retry.stopping and self._failing:
            raise ShuttingDown("stopped while the endpoint was failing")
        if self._retries:
            request: Any = body
            await self._retry.run(Request(request, deadline), attempt)
        else:
            await attempt(body)

    async def _attempt(self, body: bytes, headers: Mapping[str, str], number: int, *, second: bool) -> None:
        self._attempts.add()
        try:
            response = await self._client.post(self._url, [body], headers, encoded=True, redirects=False)
            written = self._check_version(response) if second else 0
            self._judge(response, number, written)
        except Retryable:
            self._failing = True
            raise
        self._failing = False

    def _check_version(self, response: HTTPResponse) -> int:
        """Count what the answer says was written, and give it."""
        written = self._written.count(response)
        ignored = response.status // 100 == 2 and written is None
        if self._fallback and (ignored or response.status == _UNSUPPORTED):
            raise UnsupportedVersion(f"{self._url} does not take Remote Write 2.0")
        return written or 0

    def _judge(self, response: HTTPResponse, number: int, written: int) -> None:
        status = response.status
        if status // 100 == 2:
            return
        body = response.body[:_SHOWN_OF_BODY].decode(errors="replace")
        text = f"remote write to {self._url} returned HTTP status {status} (attempt {number}): {body}"
        if status // 100 == 5 or (status == _TOO_MANY_REQUESTS and self._retries_429):
            after = None
            if status in _ASKS_FOR_DELAY:
                after = retry_after(response.headers.get("retry-after"), self._clock.time_ns() / 1e9)
            raise Retryable(text, after=after, code=_UNAVAILABLE) from HTTPFailure(status)
        kind = Refused if status in _INVALID and not written else Permanent
        raise kind(text) from HTTPFailure(status)

    def _log_wait(self, error: DeliveryError, interval: str) -> None:
        self._logger.info(
            "Exporting failed. Will retry the request after interval.", error=str(error), interval=interval
        )

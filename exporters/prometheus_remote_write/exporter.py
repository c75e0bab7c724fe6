"""The exporter: one payload, called a push, becomes one or more requests (prometheus.md 11)."""

import asyncio
from collections.abc import Mapping
from functools import partial

from collector.component import (
    ConfigError,
    DeliveryError,
    ExporterFactory,
    Host,
    Permanent,
    Retryable,
    Settings,
    ShuttingDown,
    Stability,
)
from collector.config import gates
from collector.delivery import InvalidRequest, Parts
from collector.pdata import Context, Metrics

from .config import USUAL_CONSUMERS, RemoteWriteConfig
from .kernel import Malformed, Series
from .sending import Refused, RequestSender, UnsupportedVersion
from .translation import Translation, Untaken

_MULTIPLE_WORKERS = "exporter.prometheusremotewritexporter.EnableMultipleWorkers"
_SECOND = "exporter.prometheusremotewritexporter.enableSendingRW2"
_LARGEST_PUSH = 4 << 20
_DEADLINE_EXCEEDED = 4


Failure = tuple[list[Series], DeliveryError]
"""The series of a request that was not taken, and why."""


class RemoteWrite:
    """Sends the requests of a push at the same time, each series in one of them, and waits for all.

    So with one push at a time, which the queue sees to, samples of a series arrive in order.
    """

    def __init__(self, config: RemoteWriteConfig, settings: Settings) -> None:
        if config.second and not gates.enabled(_SECOND):
            raise ConfigError(f"Remote Write 2.0 is off: feature gate {_SECOND!r} is disabled")
        self._config = config
        self._logger = settings.logger
        self._translation = Translation(config, second=config.second)
        self._sender = RequestSender(config, settings)
        self._parallelism = parallelism(config)
        self._timeout = config.timeout or None
        self._forwarded = [(key, key.lower()) for key in config.include_metadata_keys]
        self._encoding = asyncio.Lock()
        self._warned = False
        self._drop = settings.drop
        self.left_out = 0
        """Points of delivered payloads that were not sent, since they can't be series; the ledger has them."""
        url = config.url
        counter = settings.metrics.counter
        self._failed_translations = counter(
            "otelcol_exporter_prometheusremotewrite_failed_translations",
            "Number of translation operations that failed to translate metrics from OTLP to Prometheus.",
        ).bind(endpoint=url)
        self._series = counter(
            "otelcol_exporter_prometheusremotewrite_translated_time_series",
            "Number of Prometheus time series that were translated from OTLP metrics.",
        ).bind(endpoint=url)
        settings.metrics.up_down_counter(
            "otelcol_exporter_prometheusremotewrite_consumers", "Number of configured workers to use.", "{consumer}"
        ).bind(endpoint=url).add(self._parallelism)
        self._warn_of_old_keys()

    async def start(self, host: Host) -> None:
        await self._sender.start(host)

    async def shutdown(self) -> None:
        await self._sender.close()

    def interrupt(self) -> None:
        """End waits for retries: shutdown begins."""
        self._sender.interrupt()

    async def export_metrics(self, payload: Metrics) -> None:
        """Send a payload.

        Raises:
            InvalidRequest: the endpoint refused requests for what was in them; it may take some of the payloads.
            DeliveryError: at least one of the requests was not taken; all were tried.
        """
        deadline = None
        if self._timeout is not None:
            deadline = asyncio.get_running_loop().time() + self._timeout
        await self._push(payload, deadline)

    async def _push(self, payload: Metrics, deadline: float | None, untaken: Untaken | None = None) -> None:
        """Send a payload, or what was not taken of it when it was sent together with others before."""
        try:
            async with asyncio.timeout_at(deadline):
                failures, left_out = await self._try(payload, deadline, untaken)
        except TimeoutError as error:
            raise Retryable(
                f"remote write to {self._config.url} was not done within {self._timeout}s: deadline exceeded",
                code=_DEADLINE_EXCEEDED,
            ) from error
        if failures:
            errors = [error for _, error in failures]
            if not all(is_a(error, Refused) for error in errors):
                raise combined(errors)
            untaken = Untaken.of(series for series, _ in failures)
            resend = partial(self._push, deadline=deadline, untaken=untaken)
            raise with_cause(InvalidRequest(texts(errors), resend=resend), errors[0])
        if left_out:
            self.left_out += left_out
            self._drop(left_out, reason="no Prometheus series")

    async def _try(
        self, payload: Metrics, deadline: float | None, untaken: Untaken | None
    ) -> tuple[list[Failure], int]:
        failures, left_out = await self._deliver(payload, deadline, untaken)
        if any(is_a(error, UnsupportedVersion) for _, error in failures):
            self._logger.warning("The endpoint does not take Remote Write 2.0; 1.0 is used from now on.")
            if self._translation.second:
                self._translation = Translation(self._config, second=False)
            failures, left_out = await self._deliver(payload, deadline, untaken)
        return failures, left_out

    async def _deliver(
        self, payload: Metrics, deadline: float | None, untaken: Untaken | None
    ) -> tuple[list[Failure], int]:
        """Send requests; give those that failed, and the number of points that can't be sent."""
        translation = self._translation
        requests, left_out = await self._encoded(translation, payload, untaken)
        headers = self._sender.headers(second=translation.second)
        if self._forwarded:
            headers = {**self._from_context(payload.context), **headers}

        async def send(request: tuple[bytes, list[Series]]) -> Failure | None:
            body, series = request
            async with gate:
                try:
                    await self._sender.send(body, headers, deadline, second=translation.second)
                except DeliveryError as error:
                    return series, error
                return None

        gate = asyncio.Semaphore(self._parallelism)
        if len(requests) == 1:
            outcomes = [await send(requests[0])]
        else:
            outcomes = await asyncio.gather(*map(send, requests))
        return [failure for failure in outcomes if failure is not None], left_out

    async def _encoded(
        self, translation: Translation, payload: Metrics, untaken: Untaken | None
    ) -> tuple[list[tuple[bytes, list[Series]]], int]:
        requests = []
        async with self._encoding:
            try:
                count = translation.read(payload, untaken)
            except Malformed as error:
                raise Permanent(f"no metrics payload: {error}") from error
            if untaken is None:
                self._series.add(count)
                if translation.catalog.errors:
                    self._report(translation.catalog.errors)
            for request in translation.requests():
                requests.append(request)
                await asyncio.sleep(0)  # encoding megabytes must not keep others waiting
            return requests, translation.catalog.left_out

    def _report(self, errors: list[str]) -> None:
        self._failed_translations.add()
        for error in errors:
            self._logger.debug("Some data can't be sent to Prometheus.", error=error)
        if not self._warned:
            self._warned = True
            self._logger.warning(
                "Some data can't be sent to Prometheus and is left out, here and from now on.", error=errors[0]
            )

    def _from_context(self, context: Context) -> Mapping[str, str]:
        metadata = context.metadata
        return {key: ",".join(metadata[lower]) for key, lower in self._forwarded if metadata.get(lower)}

    def _warn_of_old_keys(self) -> None:
        consumers = self._config.remote_write_queue.num_consumers
        if consumers != USUAL_CONSUMERS and not gates.enabled(_MULTIPLE_WORKERS):
            self._logger.warning(
                "`remote_write_queue.num_consumers` will be the number of payloads handled at once; "
                "use `max_batch_request_parallelism` for requests at once"
            )
        if not self._config.add_metric_suffixes:
            self._logger.warning(
                "`add_metric_suffixes` is deprecated; use `translation_strategy: UnderscoreEscapingWithoutSuffixes`"
            )
        if "export_created_metric" in self._config.model_fields_set:
            self._logger.warning("`export_created_metric` was removed from the Collector; start times travel in 2.0")


def parallelism(config: RemoteWriteConfig) -> int:
    """Requests of one push that are sent at once."""
    if config.max_batch_request_parallelism is not None:
        return config.max_batch_request_parallelism
    if gates.enabled(_MULTIPLE_WORKERS):
        return USUAL_CONSUMERS
    return max(config.remote_write_queue.num_consumers, 1)


def delivery(config: RemoteWriteConfig) -> Parts:
    """A queue and nothing else: timeout and retries are the exporter's own."""
    workers = max(config.remote_write_queue.num_consumers, 1) if gates.enabled(_MULTIPLE_WORKERS) else 1
    return Parts(queue=config.queue(workers), largest=_LARGEST_PUSH)


def combined(errors: list[DeliveryError]) -> DeliveryError:
    """One error for a push: permanent if any is, since the others have used up their retries."""
    text = texts(errors)
    for kind in (Permanent, ShuttingDown):
        for error in errors:
            if isinstance(error, kind):
                return with_cause(kind(text, code=error.code), error)
    return with_cause(Retryable(text, after=getattr(errors[0], "after", None), code=errors[0].code), errors[0])


def texts(errors: list[DeliveryError]) -> str:
    return "; ".join(dict.fromkeys(map(str, errors)))


def is_a(error: DeliveryError, kind: type[DeliveryError]) -> bool:
    """Whether this is such an error, or one that the retry loop has put in its own words."""
    return isinstance(error, kind) or isinstance(error.__cause__, kind)


def with_cause(error: DeliveryError, cause: DeliveryError) -> DeliveryError:
    error.__cause__ = cause.__cause__ or cause
    return error


factory = ExporterFactory("prometheus_remote_write", RemoteWriteConfig, RemoteWrite, Stability.BETA, delivery=delivery)

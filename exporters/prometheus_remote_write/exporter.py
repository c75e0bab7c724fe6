"""The exporter: one payload, called a push, becomes one or more requests (prometheus.md 11)."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

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
from collector.delivery import Parts
from collector.pdata import Context, Metrics

from .catalog import Catalog
from .config import USUAL_CONSUMERS, RemoteWriteConfig
from .kernel import Malformed
from .labels import SERVICE_ATTRIBUTES, LabelRules, promotion
from .names import Naming, Untranslatable
from .requests import RequestEncoder
from .sending import RequestSender, UnsupportedVersion

_MULTIPLE_WORKERS = "exporter.prometheusremotewritexporter.EnableMultipleWorkers"
_SECOND = "exporter.prometheusremotewritexporter.enableSendingRW2"
_PERMISSIVE = "pkg.translator.prometheus.PermissiveLabelSanitization"
_MOST_KEPT = 32 << 20
_LARGEST_PUSH = 4 << 20
_DEADLINE_EXCEEDED = 4


class Translation:
    """How payloads become requests of one version of the protocol."""

    def __init__(self, config: RemoteWriteConfig, *, second: bool) -> None:
        naming = Naming(
            config.translation_strategy,
            suffixes=config.add_metric_suffixes,
            namespace=config.namespace,
            permissive=gates.enabled(_PERMISSIVE),
            loose_info=not second,
        )
        rules = LabelRules(
            naming,
            external_labels(naming, config.external_labels),
            not config.disable_scope_info,
            config.target_info.enabled,
            _promotion(config),
        )
        self.second = second
        self._send_metadata = config.send_metadata and not second
        self.catalog = Catalog(
            rules,
            second=second,
            limit=_MOST_KEPT,
            custom_buckets=config.convert_explicit_histograms_to_nhcb,
            classic=config.keep_classic_histograms,
            created=config.export_created_metric.enabled,
        )
        self._encoder = RequestEncoder(self.catalog, config.max_batch_size_bytes, second=second)

    def read(self, payload: Metrics) -> int:
        """Translate a payload; give the number of series. Raises Malformed."""
        self.catalog.open()
        for chunk in payload.chunks():
            self.catalog.walk.add(chunk)
        return len(self.catalog.samples.series)

    def requests(self) -> Iterator[bytes]:
        """Bodies of the requests for what was read last."""
        yield from self._encoder.series()
        if self._send_metadata:
            yield from self._encoder.metadata()


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
            DeliveryError: at least one of its requests was not taken; all were tried.
        """
        try:
            async with asyncio.timeout(self._timeout):
                for push in payload.split(max_bytes=_LARGEST_PUSH):
                    await self._push(push)
        except TimeoutError as error:
            raise Retryable(
                f"remote write to {self._config.url} was not done within {self._timeout}s: deadline exceeded",
                code=_DEADLINE_EXCEEDED,
            ) from error

    async def _push(self, payload: Metrics) -> None:
        translation = self._translation
        errors, left_out = await self._deliver(translation, payload)
        if any(isinstance(error.__cause__ or error, UnsupportedVersion) for error in errors):
            self._logger.warning("The endpoint does not take Remote Write 2.0; 1.0 is used from now on.")
            if self._translation.second:
                self._translation = Translation(self._config, second=False)
            errors, left_out = await self._deliver(self._translation, payload)
        if errors:
            raise combined(errors)
        if left_out:
            self.left_out += left_out
            self._drop(left_out, reason="no Prometheus series")

    async def _deliver(self, translation: Translation, payload: Metrics) -> tuple[list[DeliveryError], int]:
        """Send a push; give what failed, and the number of points that can't be sent."""
        bodies, left_out = await self._encoded(translation, payload)
        headers = self._sender.headers(second=translation.second)
        if self._forwarded:
            headers = {**self._from_context(payload.context), **headers}
        deadline = None
        if self._timeout is not None:
            deadline = asyncio.get_running_loop().time() + self._timeout

        async def send(body: bytes) -> DeliveryError | None:
            async with gate:
                try:
                    await self._sender.send(body, headers, deadline, second=translation.second)
                except DeliveryError as error:
                    return error
                return None

        gate = asyncio.Semaphore(self._parallelism)
        if len(bodies) == 1:
            outcomes = [await send(bodies[0])]
        else:
            outcomes = await asyncio.gather(*map(send, bodies))
        return [error for error in outcomes if error is not None], left_out

    async def _encoded(self, translation: Translation, payload: Metrics) -> tuple[list[bytes], int]:
        bodies = []
        async with self._encoding:
            try:
                self._series.add(translation.read(payload))
            except Malformed as error:
                raise Permanent(f"no metrics payload: {error}") from error
            if translation.catalog.errors:
                self._report(translation.catalog.errors)
            for body in translation.requests():
                bodies.append(body)
                await asyncio.sleep(0)  # encoding megabytes must not keep others waiting
            return bodies, translation.catalog.left_out

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


def external_labels(naming: Naming, configured: Mapping[str, str]) -> dict[str, str]:
    """The configured labels under their Prometheus names. Raises ConfigError."""
    try:
        return {naming.escaped_label(key): value for key, value in configured.items()}
    except Untranslatable as error:
        raise ConfigError(f"external_labels: {error}") from error


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
    return Parts(queue=config.queue(workers))


def combined(errors: list[DeliveryError]) -> DeliveryError:
    """One error for a push: permanent if any is, since the others have used up their retries."""
    text = "; ".join(dict.fromkeys(map(str, errors)))
    for kind in (Permanent, ShuttingDown):
        for error in errors:
            if isinstance(error, kind):
                return with_cause(kind(text, code=error.code), error)
    return with_cause(Retryable(text, after=getattr(errors[0], "after", None), code=errors[0].code), errors[0])


def with_cause(error: DeliveryError, cause: DeliveryError) -> DeliveryError:
    error.__cause__ = cause.__cause__ or cause
    return error


def _promotion(config: RemoteWriteConfig) -> Any:
    old, constant = config.resource_to_telemetry_conversion, config.resource_constant_labels
    if old.enabled:
        return promotion([], sorted(SERVICE_ATTRIBUTES) if old.exclude_service_attributes else [])
    if constant.included or constant.excluded:
        return promotion(constant.included, constant.excluded)
    return None


factory = ExporterFactory("prometheus_remote_write", RemoteWriteConfig, RemoteWrite, Stability.BETA, delivery=delivery)

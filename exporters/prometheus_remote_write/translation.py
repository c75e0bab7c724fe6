"""How payloads become requests of one version of the protocol: the parts put together as the settings say."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from collector.component import ConfigError
from collector.config import gates
from collector.pdata import Metrics

from .catalog import Catalog
from .config import RemoteWriteConfig
from .kernel import Series
from .labels import SERVICE_ATTRIBUTES, LabelRules, promotion
from .names import Naming, Untranslatable
from .requests import RequestEncoder

_PERMISSIVE = "pkg.translator.prometheus.PermissiveLabelSanitization"
_MOST_KEPT = 32 << 20


@dataclass(frozen=True, slots=True)
class Untaken:
    """What the endpoint has refused of a push: series, by their encoded labels, and whether metadata is among it."""

    labels: frozenset[bytes]
    metadata: bool

    @classmethod
    def of(cls, requests: Iterable[list[Series]]) -> "Untaken":
        """What requests with these series had."""
        requests = list(requests)
        labels = frozenset(series.labels for request in requests for series in request)
        return cls(labels, not all(requests))


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
        self._metadata_wanted = False
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

    def read(self, payload: Metrics, only: "Untaken | None" = None) -> int:
        """Translate a payload, or only these series of it; give the number of series. Raises Malformed."""
        self.catalog.open()
        for chunk in payload.chunks():
            self.catalog.walk.add(chunk)
        samples = self.catalog.samples
        self._metadata_wanted = self._send_metadata and bool(samples.series)
        if only is not None:
            samples.series = [series for series in samples.series if series.labels in only.labels]
            self._metadata_wanted = self._metadata_wanted and only.metadata
        return len(samples.series)

    def requests(self) -> Iterator[tuple[bytes, list[Series]]]:
        """Bodies of the requests for what was read last, each with its series; those of metadata have none."""
        yield from self._encoder.series()
        if self._metadata_wanted:
            for body in self._encoder.metadata():
                yield body, []


def external_labels(naming: Naming, configured: Mapping[str, str]) -> dict[str, str]:
    """The configured labels under their Prometheus names. Raises ConfigError."""
    try:
        return {naming.escaped_label(key): value for key, value in configured.items()}
    except Untranslatable as error:
        raise ConfigError(f"external_labels: {error}") from error


def _promotion(config: RemoteWriteConfig) -> Any:
    old, constant = config.resource_to_telemetry_conversion, config.resource_constant_labels
    if old.enabled:
        return promotion([], sorted(SERVICE_ATTRIBUTES) if old.exclude_service_attributes else [])
    if constant.included or constant.excluded:
        return promotion(constant.included, constant.excluded)
    return None

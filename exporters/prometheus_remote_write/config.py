"""Settings of the exporter (prometheus.md 10)."""

import re
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, field_validator, model_validator

from collector.config import ComponentConfig, Duration, OptionalSection, StringList
from collector.delivery import QueueSettings, RetrySettings
from collector.net.client_settings import HTTPClientConfig

from .names import STRATEGIES, STRATEGIES_THAT_KEEP_CHARACTERS

FIRST_MESSAGE = "prometheus.WriteRequest"
SECOND_MESSAGE = "io.prometheus.write.v2.Request"
RESERVED_HEADERS = frozenset(
    {"content-encoding", "content-type", "x-prometheus-remote-write-version", "user-agent"},
)
DEFAULT_BATCH_SIZE = 3_000_000
USUAL_CONSUMERS = 5
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/[^\s\x00-\x1f\x7f]*")


class TargetInfoConfig(ComponentConfig):
    enabled: bool = True
    """Send a `target_info` series for each resource."""


class ResourceToTelemetryConfig(ComponentConfig):
    enabled: bool = False
    """Copy all attributes of the resource to its points. Deprecated: use `resource_constant_labels`."""

    exclude_service_attributes: bool = False
    """Leave out `service.name`, `service.namespace` and `service.instance.id`."""


def _unsupported(value: object) -> object:
    if value is not None:
        raise ValueError("not supported under resource_constant_labels; use included and excluded")
    return value


_Unsupported = Annotated[bool | None, BeforeValidator(_unsupported)]


class ResourceConstantLabelsConfig(ComponentConfig):
    included: StringList = []
    """Patterns of resource attributes to copy to the points; `*` and `?` stand for any characters. Empty is all."""

    excluded: StringList = []
    """Patterns of resource attributes not to copy."""

    enabled: _Unsupported = None
    """A key of `resource_to_telemetry_conversion`; refused here."""

    exclude_service_attributes: _Unsupported = None
    """A key of `resource_to_telemetry_conversion`; refused here."""


class CreatedMetricConfig(ComponentConfig):
    enabled: bool = False
    """Send a series `<name>_created` with the start time. Removed in the Go Collector."""


class RemoteWriteQueueConfig(ComponentConfig):
    enabled: bool = True
    """Whether payloads are queued; without a queue the pipeline waits for the outcome."""

    queue_size: int = 10_000
    """Payloads held."""

    num_consumers: int = USUAL_CONSUMERS
    """Requests of one payload that are sent at once; with the gate EnableMultipleWorkers payloads handled at once."""

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        if self.queue_size < 0:
            raise ValueError("remote write queue size can't be negative")
        if self.enabled and self.queue_size == 0:
            raise ValueError("a 0 size queue will drop all the data")
        if self.num_consumers < 0:
            raise ValueError("remote write consumer number can't be negative")
        return self


class WALConfig(ComponentConfig):
    directory: str = ""
    """Where a write-ahead log would be. Refused: not available yet."""

    buffer_size: int = 300
    """Requests read before they are sent and cut off."""

    truncate_frequency: Duration = 60.0
    """Longest time that a request waits for the buffer to fill."""

    lag_record_frequency: Duration = 15.0
    """Period of the metric of the lag."""

    @field_validator("directory")
    @classmethod
    def _absent(cls, value: str) -> str:
        if value:
            raise ValueError(
                f"a write-ahead log in {value!r} needs the durable queue, which this version does not have; "
                "leave `wal` out to queue in memory"
            )
        return value


class RemoteWriteConfig(HTTPClientConfig):
    """Where and how to send, and how OTLP becomes Prometheus."""

    endpoint: str = "http://some.url:9411/api/prom/push"
    """URL of the remote-write endpoint, used as it is."""

    timeout: Duration = 5.0
    """Longest time for one payload, all its requests and retries; 0 is no limit."""

    write_buffer_size: int = 512 << 10
    """Accepted for compatibility; a body is handed over in one piece."""

    http: OptionalSection[HTTPClientConfig] = None
    """The settings of the HTTP client; with it those beside it are ignored."""

    namespace: str = ""
    """Prefix of every metric name."""

    external_labels: dict[str, str] = Field(default_factory=dict)
    """Labels added to every series that does not have them."""

    add_metric_suffixes: bool = True
    """Add unit and type to metric names. Deprecated: use `translation_strategy`, which wins."""

    translation_strategy: str = ""
    """`UnderscoreEscapingWithSuffixes`, `UnderscoreEscapingWithoutSuffixes`, and with Remote Write 2.0
    `NoUTF8EscapingWithSuffixes` and `NoTranslation`; empty: escaping, with suffixes as `add_metric_suffixes` says."""

    send_metadata: bool = False
    """Send type, help and unit of metrics with Remote Write 1.0; 2.0 always has them."""

    protobuf_message: str = FIRST_MESSAGE
    """`prometheus.WriteRequest` (1.0) or `io.prometheus.write.v2.Request` (2.0)."""

    max_batch_size_bytes: int = DEFAULT_BATCH_SIZE
    """Largest request before compression; 0 is the default."""

    max_batch_request_parallelism: int | None = None
    """Requests of one payload that are sent at once; default: `remote_write_queue.num_consumers`."""

    disable_scope_info: bool = False
    """Leave out the labels `otel_scope_…`."""

    target_info: TargetInfoConfig = TargetInfoConfig()
    """The series `target_info`, which has the attributes of resources."""

    resource_to_telemetry_conversion: ResourceToTelemetryConfig = ResourceToTelemetryConfig()
    """Resource attributes as labels. Deprecated: use `resource_constant_labels`."""

    resource_constant_labels: ResourceConstantLabelsConfig = ResourceConstantLabelsConfig()
    """Resource attributes as labels, by patterns."""

    include_metadata_keys: StringList = []
    """Client metadata of the payload that is sent on as headers."""

    convert_explicit_histograms_to_nhcb: bool = False
    """Send histograms as native histograms with custom buckets."""

    keep_classic_histograms: bool = False
    """With `convert_explicit_histograms_to_nhcb`: send classic histograms as well."""

    export_created_metric: CreatedMetricConfig = CreatedMetricConfig()
    """Series of start times."""

    remote_write_queue: RemoteWriteQueueConfig = RemoteWriteQueueConfig()
    """The queue before the exporter."""

    wal: OptionalSection[WALConfig] = None
    """Write-ahead log. Refused: not available yet."""

    retry_on_failure: RetrySettings = RetrySettings.model_validate({"initial_interval": "50ms"})
    """Trying a request again after errors that may pass."""

    fallback_to_v1_on_415: bool = False
    """Change to Remote Write 1.0 for good when the endpoint does not take 2.0."""

    @field_validator("endpoint")
    @classmethod
    def _endpoint_is_absolute(cls, value: str) -> str:
        try:
            valid = _ABSOLUTE.fullmatch(value) is not None and urlsplit(value).port != -1
        except ValueError:
            valid = False
        if not valid:
            raise ValueError(f"invalid endpoint {value!r}; an absolute URL such as http://localhost:9090/api/v1/write")
        return value

    @field_validator("external_labels")
    @classmethod
    def _labels_not_empty(cls, value: dict[str, str]) -> dict[str, str]:
        if not all(key and text for key, text in value.items()):
            raise ValueError("prometheus remote write: external labels configuration contains an empty key or value")
        return value

    @field_validator("protobuf_message")
    @classmethod
    def _message_known(cls, value: str) -> str:
        if value not in {FIRST_MESSAGE, SECOND_MESSAGE}:
            raise ValueError(
                f"unknown type for remote write protobuf message {value}, supported: {FIRST_MESSAGE}, {SECOND_MESSAGE}"
            )
        return value

    @field_validator("translation_strategy")
    @classmethod
    def _strategy_known(cls, value: str) -> str:
        if value and value not in STRATEGIES:
            raise ValueError(f"invalid translation_strategy: {value}; one of {', '.join(STRATEGIES)}")
        return value

    @field_validator("max_batch_size_bytes")
    @classmethod
    def _size_not_negative(cls, value: int) -> int:
        if value < 0:
            raise ValueError("max_batch_size_bytes must be greater than 0")
        return value or DEFAULT_BATCH_SIZE

    @field_validator("max_batch_request_parallelism")
    @classmethod
    def _parallelism_positive(cls, value: int | None) -> int | None:
        if value is not None and value < 1:
            raise ValueError("max_batch_request_parallelism can't be set to below 1")
        return value

    @field_validator("include_metadata_keys")
    @classmethod
    def _keys_not_reserved(cls, value: list[str]) -> list[str]:
        for key in value:
            if key.lower() in RESERVED_HEADERS:
                raise ValueError(f'include_metadata_keys entry "{key}" collides with a reserved remote write header')
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.client.compression not in {"", "snappy"}:
            raise ValueError("compression type must be snappy")
        if self.translation_strategy in STRATEGIES_THAT_KEEP_CHARACTERS and not self.second:
            raise ValueError(
                f"translation strategy {self.translation_strategy} requires Prometheus Remote Write 2.0 (UTF-8 support)"
            )
        constant = self.resource_constant_labels
        if self.resource_to_telemetry_conversion.enabled and (constant.included or constant.excluded):
            raise ValueError("cannot configure both resource_to_telemetry_conversion and resource_constant_labels")
        return self

    @property
    def second(self) -> bool:
        """Whether Remote Write 2.0 is asked for."""
        return self.protobuf_message == SECOND_MESSAGE

    @property
    def client(self) -> HTTPClientConfig:
        """The settings of the HTTP client."""
        return self if self.http is None else self.http

    @property
    def url(self) -> str:
        """Where requests go."""
        return self.client.endpoint or self.endpoint

    def queue(self, workers: int) -> QueueSettings:
        """The queue as a part of delivery."""
        own = self.remote_write_queue
        if not own.enabled:
            return QueueSettings(enabled=False)
        return QueueSettings(num_consumers=workers, queue_size=own.queue_size)

"""Settings of `service::telemetry`: own logs, metrics, traces and resource (components.md 1.11)."""

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from collector.config.kinds import Duration, HeaderMap, IgnoreCase, OptionalSection, StringList, UInt
from collector.config.model import ComponentConfig

Level = Annotated[Literal["none", "basic", "normal", "detailed"], IgnoreCase()]


class OtlpExporter(ComponentConfig):
    """Where own telemetry goes by OTLP."""

    protocol: Literal["grpc", "http/protobuf"]
    """`grpc` or `http/protobuf`."""
    endpoint: str = ""
    """URL; empty means `localhost:4317` for gRPC and `:4318` for HTTP."""
    compression: Literal["", "gzip", "none"] = ""
    """`gzip` or `none`."""
    timeout: UInt = 10_000
    """Milliseconds that a request may take."""
    headers: HeaderMap = {}
    """Headers of every request."""
    headers_list: str = ""
    """Headers as `k=v,k2=v2`; `headers` wins."""
    certificate: str = ""
    """Path of the certificates that are trusted."""
    client_certificate: str = ""
    """Path of the client's certificate."""
    client_key: str = ""
    """Path of the client's key."""
    insecure: bool = False
    """gRPC without TLS."""
    temporality_preference: Annotated[Literal["cumulative", "delta", "lowmemory"], IgnoreCase()] = "cumulative"
    """Temporality of own metrics."""


class ConsoleExporter(ComponentConfig):
    """Own telemetry printed to standard output."""


class ConstantLabels(ComponentConfig):
    """Which resource attributes become labels of every series."""

    included: StringList = []
    """Attribute names, `*` as wildcard."""
    excluded: StringList = []
    """Attribute names that are left out."""


class PrometheusExporter(ComponentConfig):
    """A page of own metrics for Prometheus."""

    host: str = ""
    """Address to listen on."""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """Port to listen on."""
    without_scope_info: bool = True
    """Leave `otel_scope_info` and scope labels out."""
    without_type_suffix: bool = True
    """No `_total`."""
    without_units: bool = True
    """No unit in names."""
    with_resource_constant_labels: OptionalSection[ConstantLabels] = None
    """Resource attributes as labels of every series."""


class PullExporter(ComponentConfig):
    """The exporter of a pull reader."""

    prometheus: OptionalSection[PrometheusExporter] = None
    """The page for Prometheus."""


class PushExporter(ComponentConfig):
    """The exporter of a periodic reader or a processor."""

    otlp: OptionalSection[OtlpExporter] = None
    """By OTLP."""
    console: OptionalSection[ConsoleExporter] = None
    """To standard output."""


class PullReader(ComponentConfig):
    """Own metrics that are fetched."""

    exporter: PullExporter
    """Where."""


class PeriodicReader(ComponentConfig):
    """Own metrics that are sent now and then."""

    exporter: PushExporter
    """Where to."""
    interval: UInt = 60_000
    """Milliseconds between two exports."""
    timeout: UInt = 30_000
    """Milliseconds that one export may take."""


class MetricReader(ComponentConfig):
    """One reader: `pull` or `periodic`."""

    pull: OptionalSection[PullReader] = None
    """Metrics that are fetched."""
    periodic: OptionalSection[PeriodicReader] = None
    """Metrics that are sent."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.pull is None) == (self.periodic is None):
            raise ValueError("a reader is either 'pull' or 'periodic'")
        return self


class Selector(ComponentConfig):
    """Which instruments a view is for."""

    instrument_name: str = ""
    """Name, `*` as wildcard."""
    instrument_type: str = ""
    """Kind of the instrument."""
    unit: str = ""
    """Unit."""
    meter_name: str = ""
    """Name of the scope."""
    meter_version: str = ""
    """Version of the scope."""


class Stream(ComponentConfig):
    """What a view makes of them."""

    name: str = ""
    """New name."""
    description: str = ""
    """New description."""
    aggregation: dict[str, object] = {}
    """How points are summed up."""
    attribute_keys: object = None
    """Attributes that are kept."""


class View(ComponentConfig):
    """A change to some of the own metrics."""

    selector: Selector = Selector()
    """Which instruments."""
    stream: Stream = Stream()
    """What they become."""


class SamplingConfig(ComponentConfig):
    """Limits repeated log lines: of one level and message per tick."""

    tick: Duration = 10.0
    """Seconds of one period."""
    initial: int = 10
    """Lines that are logged first."""
    thereafter: int = 100
    """After that every so many-th line."""


class BatchProcessor(ComponentConfig):
    """Own logs or spans sent in batches."""

    exporter: PushExporter
    """Where to."""
    schedule_delay: UInt = 5_000
    """Milliseconds between two exports."""
    export_timeout: UInt = 30_000
    """Milliseconds that one export may take."""
    max_queue_size: UInt = 2048
    """Records that wait at most."""
    max_export_batch_size: UInt = 512
    """Records of one export."""


class SimpleProcessor(ComponentConfig):
    """Own logs or spans sent one by one."""

    exporter: PushExporter
    """Where to."""


class OwnProcessor(ComponentConfig):
    """How own logs or spans leave: `batch` or `simple`."""

    batch: OptionalSection[BatchProcessor] = None
    """In batches."""
    simple: OptionalSection[SimpleProcessor] = None
    """One by one."""


class LogsTelemetry(ComponentConfig):
    """Own logs."""

    level: Annotated[Literal["debug", "info", "warn", "error", "dpanic", "panic", "fatal"], IgnoreCase()] = "info"
    """Lowest level that is logged."""
    development: bool = False
    """Stack traces for people."""
    encoding: Literal["", "console", "json"] = ""
    """`console` or `json`; empty means console on a terminal, JSON elsewhere."""
    disable_caller: bool = False
    """Leave out where a line was logged."""
    disable_stacktrace: bool = False
    """Leave out stack traces."""
    sampling: OptionalSection[SamplingConfig] = SamplingConfig()
    """Limits repeated lines."""
    output_paths: StringList = ["stderr"]
    """Files, or `stdout` and `stderr`."""
    error_output_paths: StringList = ["stderr"]
    """Where the logger's own errors go."""
    initial_fields: dict[str, object] = {}
    """Fields of every line."""
    processors: list[OwnProcessor] = []
    """Own logs by OTLP."""
    disable_zap_resource: bool = False
    """Leave the resource out of lines."""


class MetricsTelemetry(ComponentConfig):
    """Own metrics."""

    level: Level = "normal"
    """How many there are."""
    readers: list[MetricReader] | None = None
    """How they leave; absent means a page for Prometheus on localhost:8888."""
    views: list[View] = []
    """Changes to them."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.views and self.level != "detailed":
            raise ValueError(
                "service::telemetry::metrics::views can only be set when service::telemetry::metrics::level is detailed"
            )
        if self.readers == [] and self.level != "none":
            raise ValueError("collector telemetry metrics reader should exist when metric level is not none")
        return self


class TracesTelemetry(ComponentConfig):
    """Own spans."""

    level: Level = "basic"
    """How many there are."""
    propagators: StringList = ["tracecontext", "b3"]
    """Headers that carry a trace."""
    processors: list[OwnProcessor] = []
    """How they leave."""

    @field_validator("propagators")
    @classmethod
    def _known(cls, names: list[str]) -> list[str]:
        if not set(names) <= {"tracecontext", "b3"}:
            raise ValueError("unsupported trace propagator; supported: tracecontext, b3")
        return names


class TelemetryConfig(ComponentConfig):
    """Own logs, metrics and spans of the process, and the resource they belong to."""

    logs: LogsTelemetry = LogsTelemetry()
    """Own logs."""
    metrics: MetricsTelemetry = MetricsTelemetry()
    """Own metrics."""
    traces: TracesTelemetry = TracesTelemetry()
    """Own spans."""
    resource: dict[str, object] = {}
    """Attributes by name, or `attributes: [{name, value}]`; see `resource_attributes`."""

    @field_validator("resource")
    @classmethod
    def _resource(cls, resource: dict[str, object]) -> dict[str, object]:
        declarative = {"attributes", "schema_url", "detection/development", "attributes_list"} & set(resource)
        legacy = [key for key in resource if key not in declarative]
        if "attributes" in declarative and legacy:
            raise ValueError("resource::attributes cannot be used together with legacy inline resource attributes")
        for key in legacy:
            if resource[key] is not None and not isinstance(resource[key], str):
                raise ValueError(f'legacy resource attribute "{key}" must be string or null')
        return resource

    def resource_attributes(self) -> dict[str, object]:
        """What the configuration adds to the resource; `None` removes a default."""
        if "attributes" in self.resource:
            pairs = self.resource["attributes"]
            return (
                {str(pair["name"]): pair.get("value") for pair in pairs if isinstance(pair, dict) and "name" in pair}
                if isinstance(pairs, list)
                else {}
            )
        known = {"schema_url", "detection/development", "attributes_list"}
        return {key: value for key, value in self.resource.items() if key not in known}

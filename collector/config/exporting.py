"""How own telemetry leaves the process: metric readers, views, processors of logs and spans (components.md 1.11).

A module of its own, because most configurations name none of it.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from collector.config.kinds import HeaderMap, IgnoreCase, OptionalSection, StringList, UInt
from collector.config.model import ComponentConfig


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


Readers = list[MetricReader]
Views = list[View]
Processors = list[OwnProcessor]

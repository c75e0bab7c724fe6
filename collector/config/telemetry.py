"""Settings of `service::telemetry`: own logs, metrics, traces and resource (components.md 1.11)."""

from typing import Annotated, Any, Literal, Self

from pydantic import field_validator, model_validator

from collector.config.kinds import Duration, IgnoreCase, LaterKind, OptionalSection, StringList
from collector.config.model import ComponentConfig

_MODULE = "collector.config.exporting"
Level = Annotated[Literal["none", "basic", "normal", "detailed"], IgnoreCase()]


class SamplingConfig(ComponentConfig):
    """Limits repeated log lines: of one level and message per tick."""

    tick: Duration = 10.0
    """Seconds of one period."""
    initial: int = 10
    """Lines that are logged first."""
    thereafter: int = 100
    """After that every so many-th line."""


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
    processors: Annotated[list[Any], LaterKind(_MODULE, "Processors")] = []
    """Own logs by OTLP."""
    disable_zap_resource: bool = False
    """Leave the resource out of lines."""


class MetricsTelemetry(ComponentConfig):
    """Own metrics."""

    level: Level = "normal"
    """How many there are."""
    readers: Annotated[list[Any], LaterKind(_MODULE, "Readers")] | None = None
    """How they leave; absent means a page for Prometheus on localhost:8888."""
    views: Annotated[list[Any], LaterKind(_MODULE, "Views")] = []
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
    processors: Annotated[list[Any], LaterKind(_MODULE, "Processors")] = []
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

"""Settings of the section `service`: extensions, pipelines, own telemetry (components.md 1.1, 1.3)."""

from collector.config.kinds import ComponentRef
from collector.config.model import ComponentConfig
from collector.config.telemetry import TelemetryConfig


class PipelineConfig(ComponentConfig):
    """One pipeline."""

    receivers: list[ComponentRef] = []
    """Ids of the receivers and connectors that feed it."""
    processors: list[ComponentRef] = []
    """Ids of the processors, in order of execution."""
    exporters: list[ComponentRef] = []
    """Ids of the exporters and connectors that it feeds."""


class ServiceConfig(ComponentConfig):
    """What runs beside the pipelines, and how the process reports on itself."""

    extensions: list[ComponentRef] = []
    """Ids of the extensions to start, in order."""
    telemetry: TelemetryConfig = TelemetryConfig()
    """Own logs, metrics, traces, resource."""

"""`forward`: pass payloads on to all pipelines behind it that have the same signal (components.md 5.1)."""

from collector.component import ConnectorFactory, Settings, Signal, Stability
from collector.config import ComponentConfig


class ForwardConfig(ComponentConfig):
    """The connector has no settings."""


class Forward:
    """Its consumer is the one behind it."""

    mutates_data = False

    def __init__(self, config: ForwardConfig, settings: Settings) -> None:  # noqa: ARG002 - every component is given one
        self.consume_traces = self.consume_metrics = self.consume_logs = settings.emit


factory = ConnectorFactory(
    "forward", ForwardConfig, Forward, Stability.BETA, pairs=tuple((signal, signal) for signal in Signal)
)

"""`nop`: take everything and do nothing with it."""

from collector.component import ExporterFactory, Settings, Stability
from collector.config import ComponentConfig
from collector.pdata import Logs, Metrics, Traces


class NopConfig(ComponentConfig):
    """The exporter has no settings."""


class Nop:
    """Counts as delivered."""

    def __init__(self, config: NopConfig, settings: Settings) -> None:
        """Keep nothing."""

    async def export_traces(self, payload: Traces) -> None: ...

    async def export_metrics(self, payload: Metrics) -> None: ...

    async def export_logs(self, payload: Logs) -> None: ...


factory = ExporterFactory("nop", NopConfig, Nop, Stability.BETA)

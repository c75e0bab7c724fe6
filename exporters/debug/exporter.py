"""The exporter: counts a payload, samples the messages, renders the block of text."""

from collections.abc import Callable
from typing import Any

from collector.component import ExporterFactory, Host, Settings, Stability
from collector.delivery import Parts
from collector.pdata import Logs, Metrics, Traces
from exporters.debug import detailed, normal
from exporters.debug.config import DebugConfig
from exporters.debug.outputs import LineOutput
from exporters.debug.sampling import Sampler


class Debug:
    """One message with counts for each payload; with `normal` and `detailed` a second one with the records."""

    def __init__(self, config: DebugConfig, settings: Settings) -> None:
        self._output = None if config.use_internal_logger else LineOutput(config.output_paths)
        self._info: Callable[..., Any] = settings.logger.info if self._output is None else self._output.info
        self._sampler = Sampler(config.sampling_initial, config.sampling_thereafter, settings.clock.monotonic)
        self._renderers = {"basic": None, "normal": normal, "detailed": detailed}[config.verbosity]

    async def start(self, _host: Host) -> None:
        if self._output is not None:
            self._output.open()

    async def shutdown(self) -> None:
        if self._output is not None:
            self._output.close()

    async def export_traces(self, payload: Traces) -> None:
        groups = sum(1 for _ in payload.resources())
        self._show("Traces", {"resource spans": groups, "spans": payload.item_count})
        if self._renderers is not None:
            self._show(self._renderers.traces(payload), {})

    async def export_metrics(self, payload: Metrics) -> None:
        groups = sum(1 for _ in payload.resources())
        metrics = sum(1 for _ in payload.metrics())
        counts = {"resource metrics": groups, "metrics": metrics, "data points": payload.item_count}
        self._show("Metrics", counts)
        if self._renderers is not None:
            self._show(self._renderers.metrics(payload), {})

    async def export_logs(self, payload: Logs) -> None:
        groups = sum(1 for _ in payload.resources())
        self._show("Logs", {"resource logs": groups, "log records": payload.item_count})
        if self._renderers is not None:
            self._show(self._renderers.logs(payload), {})

    def _show(self, text: str, fields: dict[str, int]) -> None:
        if self._sampler.admits(text):
            self._info(text, **fields)


def parts(config: DebugConfig) -> Parts:
    """Only a queue, where one is configured."""
    return Parts(queue=config.sending_queue)


factory = ExporterFactory("debug", DebugConfig, Debug, Stability.ALPHA, delivery=parts)

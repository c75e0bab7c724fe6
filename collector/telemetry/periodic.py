"""Own metrics that are sent now and then, by OTLP or to the console, with the exporters of the OpenTelemetry SDK.

The SDK is imported when the first reader starts; exports run in a thread. (components.md 1.11, `periodic` readers)
"""

import asyncio
import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from collector.telemetry.instruments import Attributes, Family, Histogram, Type
from collector.telemetry.metrics import Registry
from collector.telemetry.sending import make_exporter

__all__ = ["PeriodicReader"]


class PeriodicReader:
    """Sends all metrics every `interval` milliseconds, and once more at the end.

    `settings` is the model of a `periodic` reader.
    """

    def __init__(self, settings: Any, registry: Registry, resource: Mapping[str, str], logger: Any) -> None:
        self._settings = settings
        self._registry = registry
        self._resource = resource
        self._logger = logger
        self._task: asyncio.Task[None] | None = None
        self._exporter: Any = None
        self._snapshot: Snapshot | None = None

    async def start(self) -> None:
        """Make the exporter and begin.

        Raises:
            ValueError: the endpoint is none.
        """
        exporter = self._settings.exporter
        delta = exporter.otlp is not None and exporter.otlp.temporality_preference != "cumulative"
        self._snapshot = Snapshot(self._registry, self._resource, delta=delta)
        self._exporter = await asyncio.to_thread(make_exporter, "metrics", exporter)
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Send once more and end; may be called twice."""
        if self._task is None:
            return
        task, self._task = self._task, None
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await self._export()
        await asyncio.to_thread(self._exporter.shutdown)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._settings.interval / 1000)
            await self._export()

    async def _export(self) -> None:
        assert self._snapshot is not None
        data = self._snapshot.take()
        try:
            result = await asyncio.to_thread(self._exporter.export, data, self._settings.timeout)
        except Exception as error:  # noqa: BLE001 - own metrics never stop the service
            self._logger.warning("Own metrics could not be sent.", error=str(error))
            return
        if result.name != "SUCCESS":
            self._logger.warning("Own metrics could not be sent.")


class Snapshot:
    """The registry as the SDK's own data; `delta`: sums and histograms since the last one."""

    def __init__(self, registry: Registry, resource: Mapping[str, str], *, delta: bool) -> None:
        self._registry = registry
        self._delta = delta
        self._sdk = sdk = import_module("opentelemetry.sdk.metrics.export")
        self._resource = import_module("opentelemetry.sdk.resources").Resource(dict(resource))
        scope = import_module("opentelemetry.sdk.util.instrumentation").InstrumentationScope
        self._scope = scope("telepipe")
        temporality = sdk.AggregationTemporality
        self._temporality = temporality.DELTA if delta else temporality.CUMULATIVE
        self._cumulative = temporality.CUMULATIVE
        self._start = time.time_ns()
        self._before: dict[tuple[str, Attributes], Any] = {}

    def take(self) -> Any:
        """All metrics as they are now."""
        now = time.time_ns()
        metrics = [self._metric(family, now) for family in self._registry.collect()]
        if self._delta:
            self._start = now
        scope = self._sdk.ScopeMetrics(self._scope, metrics, "")
        return self._sdk.MetricsData([self._sdk.ResourceMetrics(self._resource, [scope], "")])

    def _metric(self, family: Family, now: int) -> Any:
        sdk = self._sdk
        if family.type is Type.HISTOGRAM:
            points = [
                self._histogram(family, key, series, now) for key, series in family if isinstance(series, Histogram)
            ]
            data = sdk.Histogram(points, self._temporality)
        else:
            monotonic = family.type is Type.COUNTER
            points = [
                sdk.NumberDataPoint(dict(key), self._start, now, self._since(family, key, series.read(), monotonic))
                for key, series in family
            ]
            if family.type is Type.GAUGE:
                data = sdk.Gauge(points)
            else:
                data = sdk.Sum(points, self._temporality if monotonic else self._cumulative, monotonic)
        return sdk.Metric(family.name, family.description, family.unit, data)

    def _histogram(self, family: Family, key: Attributes, series: Histogram, now: int) -> Any:
        counts, total, count = list(series.counts), series.sum, series.count
        if self._delta:
            before = self._before.get((family.name, key), ([0] * len(counts), 0, 0))
            self._before[family.name, key] = (list(counts), total, count)
            counts = [new - old for new, old in zip(counts, before[0], strict=True)]
            total, count = total - before[1], count - before[2]
        return self._sdk.HistogramDataPoint(
            dict(key), self._start, now, count, total, counts, series.bounds, float("inf"), float("-inf")
        )

    def _since(self, family: Family, key: Attributes, value: float, monotonic: bool) -> float:
        if not (self._delta and monotonic):
            return value
        before = self._before.get((family.name, key), 0)
        self._before[family.name, key] = value
        difference: float = value - before
        return difference

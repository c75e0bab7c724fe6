"""`resource_detection`: add what the environment tells about itself to every resource.

Detection runs at start, and fails it where a detector finds no answer in time: telemetry without the attributes that
its readers count on is worse than a clear error. `endpoint` replaces the address of metadata services.

    resource_detection:
      detectors: [env, system]
      override: false
"""

import asyncio
from typing import Any

from collector.component import Host, ProcessorFactory, Settings, Stability
from collector.pdata import Payload

from .config import ResourceDetectionConfig
from .detection import detect

__all__ = ["ResourceDetection", "ResourceDetectionConfig", "factory"]


class ResourceDetection:
    mutates_data = True

    def __init__(self, config: ResourceDetectionConfig, settings: Settings) -> None:
        self._config = config
        self._settings = settings
        self._found: dict[str, Any] = {}
        self._refresher: asyncio.Task[None] | None = None

    async def start(self, _host: Host) -> None:
        self._use(await detect(self._config, self._settings.clock))
        if self._config.refresh_interval > 0:
            self._refresher = self._settings.spawn(self._refresh())

    async def shutdown(self) -> None:
        if self._refresher is not None:
            self._refresher.cancel()

    def process_traces(self, payload: Payload) -> Payload:
        override = self._config.override
        for group in payload.resources():
            attributes = group.resource.attributes
            for name, value in self._found.items():
                if override or name not in attributes:
                    attributes[name] = value
        return payload

    process_metrics = process_logs = process_traces

    def _use(self, found: dict[str, Any]) -> None:
        if found != self._found:
            self._settings.logger.info("Detected resource.", resource=found)
        self._found = found

    async def _refresh(self) -> None:
        while True:
            await self._settings.clock.sleep(self._config.refresh_interval)
            try:
                self._use(await detect(self._config, self._settings.clock))
            except RuntimeError as exc:
                self._settings.logger.warning("Detection failed; the last result stays.", error=str(exc))


factory = ProcessorFactory("resource_detection", ResourceDetectionConfig, ResourceDetection, Stability.ALPHA)

"""Running the detectors of one configuration and joining what they found."""

import asyncio
import os
from typing import Any

from collector.component import Clock

from .cloud import CLOUDS
from .config import ResourceDetectionConfig, switched_on
from .docker import detect_docker
from .environment import detect_environment
from .fetch import Fetcher
from .platforms import PLATFORMS
from .system import detect_process, detect_system

__all__ = ["detect"]

HOSTS = {"ec2": "AWS_EC2_METADATA_SERVICE_ENDPOINT", "gcp": "GCE_METADATA_HOST"}


async def detect(config: ResourceDetectionConfig, clock: Clock) -> dict[str, Any]:
    """Run the detectors side by side; the first in the list to give an attribute wins.

    A failing detector is asked again with growing pauses until the timeout; then its error is raised.
    """
    results = await asyncio.gather(*(_until_found(name, config, clock) for name in config.detectors))
    found: dict[str, Any] = {}
    for attributes in results:
        found = attributes | found
    return found


async def _until_found(name: str, config: ResourceDetectionConfig, clock: Clock) -> dict[str, Any]:
    end = clock.monotonic() + config.timeout
    pause = 1.0
    while True:
        try:
            attributes = await _ask(name, config)
        except Exception as exc:
            if clock.monotonic() + pause > end:
                raise RuntimeError(f'failed detecting with detector type "{name}": {exc}') from exc
            await clock.sleep(pause)
            pause *= 2
        else:
            section = getattr(config, "lambda_" if name == "lambda" else name, None)
            switches = section.resource_attributes if section is not None else {}
            return switched_on(name, {k: v for k, v in attributes.items() if v not in ("", None, [])}, switches)


async def _ask(name: str, config: ResourceDetectionConfig) -> dict[str, Any]:
    if name == "env":
        return await detect_environment()
    if name == "system":
        return await detect_system(config.system)
    if name == "process":
        return await detect_process()
    if name == "docker":
        return await detect_docker(config.docker.endpoint, config.timeout)
    if name in PLATFORMS:
        return await PLATFORMS[name](config.timeout)
    cloud = CLOUDS[name]
    host = os.environ.get(HOSTS.get(name, ""), "")
    base = config.endpoint or (host if "://" in host else f"http://{host}" if host else cloud.base)
    async with Fetcher(base, config.timeout, dict(cloud.headers)) as service:
        return await cloud.ask(service)

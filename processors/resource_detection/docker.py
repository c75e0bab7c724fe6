"""Detector `docker`: the host of the Docker engine, and the container that Telepipe runs in."""

import socket
from typing import Any

from .fetch import Fetcher

__all__ = ["detect_docker"]


async def detect_docker(endpoint: str, seconds: float) -> dict[str, Any]:
    """Ask the engine for its host, and for the container whose id is this host's name, if there is one."""
    async with Fetcher(endpoint, seconds) as engine:
        info = await engine.json("/info")
        found = {"host.name": info.get("Name", ""), "os.type": info.get("OSType", "")}
        if await engine.optional(f"/containers/{socket.gethostname()}/json"):
            container = await engine.json(f"/containers/{socket.gethostname()}/json")
            found["container.name"] = str(container.get("Name", "")).lstrip("/")
            found["container.image.name"] = (container.get("Config") or {}).get("Image", "")
    return found

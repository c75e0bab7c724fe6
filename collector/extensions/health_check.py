"""`health_check`: an HTTP page that says whether the pipelines run, for load balancers and Kubernetes probes.

Ready from when all pipelines have started until shutdown begins (components.md 8.1).
"""

import json
from datetime import UTC, datetime
from typing import Self

from pydantic import model_validator

from collector.component import ExtensionFactory, Host, Settings, Stability
from collector.config import ComponentConfig, Duration, OptionalSection
from collector.config.durations import format_duration
from collector.net.exchange import Head, Response
from collector.net.server_settings import HTTPServerConfig
from collector.telemetry.page import PageServer

text = (("content-type", "text/plain; charset=utf-8"),)
never = "0001-01-01T00:00:00Z"


class ResponseBody(ComponentConfig):
    healthy: str = ""
    """Body of the answer while pipelines run."""

    unhealthy: str = ""
    """Body of the answer before and after that."""


class PipelineCheck(ComponentConfig):
    enabled: bool = False
    """Accepted for compatibility; has no effect."""

    interval: str = "5m"
    """Accepted for compatibility; has no effect."""

    exporter_failure_threshold: int = 5
    """Accepted for compatibility; has no effect."""


class HealthCheckConfig(HTTPServerConfig):
    endpoint: str = "localhost:13133"
    """Address to listen on."""

    path: str = "/"
    """Path of the page; others are not found."""

    response_body: OptionalSection[ResponseBody] = None
    """Texts to answer instead of the JSON document."""

    check_collector_pipeline: PipelineCheck = PipelineCheck()
    """Accepted for compatibility; has no effect."""

    read_timeout: Duration = 0.0
    """From a request's headers to the end of its body; 0: none."""

    read_header_timeout: Duration = 0.0
    """From the first byte of a request to the end of its headers; 0: none."""

    write_timeout: Duration = 0.0
    """How long a client may leave an answer unread; 0: none."""

    idle_timeout: Duration = 0.0
    """How long a connection may stay open without a request; 0: as `read_timeout`."""

    keep_alives_enabled: bool = False
    """Whether connections serve more than one request."""

    use_v2: bool = False
    """Accepted for compatibility where false; the second version is not here."""

    http: object = None
    """Of the second version: refused."""

    grpc: object = None
    """Of the second version: refused."""

    component_health: object = None
    """Of the second version: has no effect."""

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if self.http is not None or self.grpc is not None:
            raise ValueError(
                "v2 healthcheck configuration (http/grpc fields) detected but feature gate is disabled. "
                "Either remove the v2 config fields or enable the feature gate with: "
                "--feature-gates=+extension.healthcheck.useComponentStatus"
            )
        if self.use_v2:
            raise ValueError("must specify at least one protocol")
        if not self.endpoint:
            raise ValueError("http endpoint required")
        if not self.path.startswith("/"):
            raise ValueError("path must start with /")
        return self


class HealthCheck:
    def __init__(self, config: HealthCheckConfig, settings: Settings) -> None:
        self._path = config.path
        self._texts = config.response_body
        self._clock = settings.clock
        self._logger = settings.logger
        self._ready_ns: int | None = None
        self.server = PageServer(config, self._answer)

    async def start(self, host: Host) -> None:
        """Listen; the answer is `unavailable` until `ready`.

        Raises:
            OSError: the address can't be had.
        """
        await self.server.start(host)

    async def shutdown(self) -> None:
        await self.server.stop()

    def ready(self) -> None:
        """All pipelines have started."""
        self._ready_ns = self._clock.time_ns()
        self._logger.info("Health Check state change", status="ready")

    def not_ready(self) -> None:
        """Shutdown begins."""
        self._ready_ns = None
        self._logger.info("Health Check state change", status="unavailable")

    async def _answer(self, head: Head) -> Response:
        if head.path != self._path:
            return Response(404, text, b"404 page not found\n")
        status = 503 if self._ready_ns is None else 200
        if self._texts is not None:
            body = self._texts.unhealthy if self._ready_ns is None else self._texts.healthy
            return Response(status, text, body.encode())
        document = json.dumps(self._document(), separators=(",", ":"))
        return Response(status, (("content-type", "application/json"),), document.encode())

    def _document(self) -> dict[str, str]:
        since = self._ready_ns
        if since is None:
            return {"status": "Server not available", "upSince": never, "uptime": ""}
        uptime = format_duration(self._clock.time_ns() - since)
        return {"status": "Server available", "upSince": rfc3339(since), "uptime": uptime}


def rfc3339(nanoseconds: int) -> str:
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    whole = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{whole}{fraction}Z"


factory = ExtensionFactory("health_check", HealthCheckConfig, HealthCheck, Stability.BETA)

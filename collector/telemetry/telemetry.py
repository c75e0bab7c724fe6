"""The telemetry of one service: its logger, metrics, ledger, component status, and where they can be read."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from collector.component import ConfigError
from collector.telemetry.ledger import Ledger
from collector.telemetry.logs import LogOutput, Sampler, make_logger
from collector.telemetry.metrics import Registry
from collector.telemetry.process import add_process_metrics
from collector.telemetry.prometheus import TextOptions, content_type, render
from collector.telemetry.status import StatusEvent, StatusHolder
from collector.telemetry.views import View

if TYPE_CHECKING:
    from collector.net.exchange import Head, Response
    from collector.telemetry.log_forwarding import LogForwarder
    from collector.telemetry.page import PageServer
    from collector.telemetry.periodic import PeriodicReader

__all__ = ["Telemetry"]


class Telemetry:
    """Made from the model of `service::telemetry`; `start` opens the metric readers that the settings name.

    `embedded`: no default reader, since a port of its host is not the collector's to take. `logger` limits repeated
    lines, `books` does not: it is for the ledger.
    """

    def __init__(self, settings: Any, *, embedded: bool = False) -> None:
        self._settings = settings
        self._embedded = embedded
        self.version = version("telepipe")
        self.resource = resource_of(settings.resource_attributes(), self.version)
        self.registry = Registry(
            settings.metrics.level, [View(view.selector, view.stream) for view in settings.metrics.views]
        )
        self.ledger = Ledger()
        self.statuses: dict[str, StatusHolder] = {}
        self.watchers: list[Callable[[str, StatusEvent], None]] = []
        self._output = LogOutput(settings.logs.output_paths)
        sampling = settings.logs.sampling
        self._forwarder = forwarder_of(settings.logs.processors, self.resource)
        make = partial(
            make_logger,
            self._output,
            level=settings.logs.level,
            encoding=settings.logs.encoding or None,
            initial_fields=settings.logs.initial_fields,
            forward=self._forwarder,
            stacks=not settings.logs.disable_stacktrace,
            resource=None if settings.logs.disable_zap_resource else self.resource,
        )
        self.books = make()
        self.logger = make(sampler=Sampler(sampling.tick, sampling.initial, sampling.thereafter) if sampling else None)
        self.pages: list[PageServer] = []
        self.readers: list[PeriodicReader] = []
        if self.registry.level != "none":
            add_process_metrics(self.registry)

    def status(self, component: str, place: str = "") -> StatusHolder:
        """A holder for one component instance, `kind:id`; `place` tells instances apart."""
        name = f"{component}:{place}" if place else component
        holder = self.statuses[name] = StatusHolder(name, watchers=self.watchers)
        return holder

    def fault(self, owner: str, error: Exception) -> None:
        """Log a component's bug, met while it handled a payload."""
        self.logger.error("Component failed on a payload.", component=owner, exc_info=error)

    async def start(self) -> None:
        """Open the listeners of the metric readers.

        Raises:
            ConfigError: a port can't be bound.
        """
        if self.registry.level == "none":
            return
        readers = self._settings.metrics.readers
        if readers is None:
            if not self._embedded:
                await self._listen("localhost", 8888, TextOptions())
            return
        for reader in readers:
            if reader.pull is not None and reader.pull.exporter.prometheus is not None:
                page = reader.pull.exporter.prometheus
                await self._listen(page.host, page.port, self._text_options(page))
            if reader.periodic is not None:
                await self._send_periodically(reader.periodic)

    async def stop(self) -> None:
        """Close listeners and log files."""
        for page in self.pages:
            await page.stop()
        self.pages = []
        for reader in self.readers:
            await reader.stop()
        self.readers = []
        self.close()

    def close(self) -> None:
        """Send log lines that wait and close log files; enough where nothing was started."""
        if self._forwarder is not None:
            self._forwarder.close()
        self._output.close()

    async def _send_periodically(self, settings: Any) -> None:
        from collector.telemetry.periodic import PeriodicReader  # noqa: PLC0415 - only where it is asked for

        reader = PeriodicReader(settings, self.registry, self.resource, self.logger)
        await reader.start()
        self.readers.append(reader)

    def _text_options(self, page: Any) -> TextOptions:
        labels = page.with_resource_constant_labels
        constant = {} if labels is None else chosen(self.resource, labels.included, labels.excluded)
        return TextOptions(
            without_type_suffix=page.without_type_suffix,
            without_units=page.without_units,
            without_scope_info=page.without_scope_info,
            constant_labels=constant,
        )

    async def _listen(self, host: str, port: int, options: TextOptions) -> None:
        from collector.net.server_settings import HTTPServerConfig  # noqa: PLC0415 - only where a port is opened
        from collector.telemetry.page import PageServer  # noqa: PLC0415

        endpoint = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        page = PageServer(HTTPServerConfig(endpoint=endpoint), MetricsPage(self, options).answer)
        try:
            await page.start()
        except OSError as error:
            raise ConfigError(
                f"service::telemetry::metrics: {error.strerror or error}; "
                "set another port in `readers`, or `level: none` to open none"
            ) from error
        self.pages.append(page)


class MetricsPage:
    """`/metrics` in Prometheus' text format."""

    def __init__(self, telemetry: Telemetry, options: TextOptions) -> None:
        self._telemetry = telemetry
        self._options = options

    async def answer(self, head: "Head") -> "Response":
        from collector.net.exchange import Response  # noqa: PLC0415 - loaded with the server

        if head.path != "/metrics":
            return Response(404, (("content-type", "text/plain; charset=utf-8"),), b"see /metrics\n")
        body = render(self._telemetry.registry, self._telemetry.resource, self._options)
        return Response(200, (("content-type", content_type),), body.encode())


def forwarder_of(processors: Sequence[Any], resource: Mapping[str, str]) -> "LogForwarder | None":
    if not processors:
        return None
    from collector.telemetry.log_forwarding import LogForwarder  # noqa: PLC0415 - only where it is asked for

    return LogForwarder(processors, resource)


def resource_of(attributes: Mapping[str, Any], version: str) -> dict[str, str]:
    """The resource of our own telemetry: the defaults under what is set; None takes a default away."""
    resource: dict[str, Any] = {
        "service.name": "telepipe",
        "service.version": version,
        "service.instance.id": str(uuid.uuid4()),
    }
    resource |= attributes
    return {key: str(value) for key, value in resource.items() if value is not None}


def chosen(resource: Mapping[str, str], included: Sequence[str], excluded: Sequence[str]) -> dict[str, str]:
    """The attributes that match a pattern of `included` and none of `excluded`."""
    return {
        key: value
        for key, value in resource.items()
        if any(fnmatchcase(key, pattern) for pattern in included)
        and not any(fnmatchcase(key, pattern) for pattern in excluded)
    }

"""A collector inside your own program: in its event loop, or in a background thread of a synchronous one.

    async with Collector.from_file("collector.yaml", listen=False) as collector:
        provider.add_span_processor(BatchSpanProcessor(collector.span_exporter()))

    with Collector.from_file("collector.yaml") as collector:   # no event loop of your own needed
        ...

With `listen=False` the same file that runs standalone opens no port: payloads then come from the SDK exporters, from
`consume` and `send`, or through the ASGI app.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from collector.component import ComponentID, Consume, Signal, TelepipeError
from collector.config.document import Document, from_mapping, load
from collector.pipeline.background import Background
from collector.pipeline.service import Service

if TYPE_CHECKING:
    from opentelemetry.sdk._logs.export import LogRecordExporter
    from opentelemetry.sdk.metrics.export import MetricExporter
    from opentelemetry.sdk.trace.export import SpanExporter

    from collector.pdata import Payload
    from collector.telemetry.ledger import Ledger

__all__ = ["Collector", "NotRunning"]


class NotRunning(TelepipeError):
    """The collector has not been started, or has been stopped."""


class Collector:
    """One embedded collector; `async with` runs it in the current event loop, `with` in a thread of its own.

    `listen` false: receivers do not start. `drain_timeout`: seconds that stopping may take. A collector in a thread
    starts again in the child of a fork, at its first use there; the ports stay the parent's.
    """

    def __init__(self, document: Document, *, listen: bool = True, drain_timeout: float = 10.0) -> None:
        self._document = document
        self._listen = listen
        self._drain_timeout = drain_timeout
        self._service: Service | None = None
        self._background: Background | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._applications: dict[str, Any] = {}

    @classmethod
    def from_file(
        cls,
        *sources: str | os.PathLike[str],
        set: Iterable[str] = (),
        listen: bool = True,
        drain_timeout: float = 10.0,
    ) -> Self:
        """From configuration files, or other sources as `--config` takes them; later ones are merged over earlier.

        Raises:
            ConfigError: with everything that is wrong.
        """
        document = load([str(source) if isinstance(source, str) else str(Path(source)) for source in sources], set)
        return cls(document, listen=listen, drain_timeout=drain_timeout)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object], *, listen: bool = True, drain_timeout: float = 10.0) -> Self:
        """From a configuration as Python data.

        Raises:
            ConfigError: with everything that is wrong.
        """
        return cls(from_mapping(mapping), listen=listen, drain_timeout=drain_timeout)

    @property
    def service(self) -> Service:
        """The running service.

        Raises:
            NotRunning: there is none.
        """
        if self._background is not None:
            return self._background.service
        if self._service is None:
            raise NotRunning("the collector is not running; use it inside `with` or `async with`")
        return self._service

    @property
    def ledger(self) -> "Ledger":
        """What was dropped, by component, reason and rule."""
        return self.service.ledger

    def metric(self, name: str, **attributes: str) -> float:
        """A number of the collector's own metrics, summed over the series with these attributes.

        Raises:
            KeyError: no such metric.
        """
        return self.service.telemetry.registry.value(name, attributes)

    async def consume(self, payload: "Payload", receiver: str = "") -> None:
        """Give a payload to the pipelines that `receiver` feeds, from the collector's own event loop.

        `receiver` may be left out where only one makes this signal.

        Raises:
            DeliveryError: it was not taken.
            LookupError: no receiver, or more than one.
        """
        await self._inlet(Signal(payload.signal), receiver)(payload)

    def send(self, payload: "Payload", receiver: str = "", *, wait: float | None = 10.0) -> None:
        """`consume` from any other thread; returns when the payload was taken, after `wait` seconds at most.

        Raises:
            DeliveryError: it was not taken.
            LookupError: no receiver, or more than one.
            RuntimeError: called in the collector's own event loop, where `await consume(...)` is the way.
            TimeoutError: it took too long.
        """
        if self.runs_here():
            raise RuntimeError("`send` would block the collector's own event loop; use `await consume(...)` there")
        loop = self._running_loop()
        task = asyncio.run_coroutine_threadsafe(self.consume(payload, receiver), loop)
        try:
            task.result(wait)
        except TimeoutError:
            task.cancel()
            raise

    def span_exporter(self, receiver: str = "") -> "SpanExporter":
        """A span exporter for the OpenTelemetry SDK that feeds the pipelines of a receiver, without a port."""
        from collector.sdk_exporters import InProcessSpanExporter  # noqa: PLC0415 - needs the SDK

        return InProcessSpanExporter(self, receiver)

    def metric_exporter(self, receiver: str = "") -> "MetricExporter":
        """A metric exporter for the OpenTelemetry SDK, for `PeriodicExportingMetricReader`."""
        from collector.sdk_exporters import InProcessMetricExporter  # noqa: PLC0415 - needs the SDK

        return InProcessMetricExporter(self, receiver)

    def log_exporter(self, receiver: str = "") -> "LogRecordExporter":
        """A log record exporter for the OpenTelemetry SDK, for `BatchLogRecordProcessor`."""
        from collector.sdk_exporters import InProcessLogExporter  # noqa: PLC0415 - needs the SDK

        return InProcessLogExporter(self, receiver)

    def asgi(self, receiver: str = "") -> Callable[..., Awaitable[None]]:
        """OTLP/HTTP as an ASGI application, to be mounted in a service that runs in the same event loop.

        It may be made before the collector is started; until then it answers 503.
        """

        async def application(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
            if scope["type"] == "http" and not self.runs_here():
                await send({"type": "http.response.start", "status": 503, "headers": [(b"retry-after", b"1")]})
                await send({"type": "http.response.body", "body": b"the collector does not run in this event loop"})
                return
            await self._application(receiver)(scope, receive, send)

        return application

    def runs_here(self) -> bool:
        """Whether the calling thread is in the collector's event loop, where nothing may block."""
        try:
            return asyncio.get_running_loop() is self._running_loop()
        except (RuntimeError, NotRunning):
            return False

    async def start(self) -> None:
        """Start in the current event loop.

        Raises:
            ConfigError: something can't be built.
            StartError: a component failed to start.
        """
        self._loop = asyncio.get_running_loop()
        service = Service(self._document, embedded=True, listen=self._listen, drain_timeout=self._drain_timeout)
        await service.start()
        self._service = service

    async def stop(self) -> None:
        """Stop, after what is inside has been sent; may be called twice."""
        service, self._service = self._service, None
        if service is not None:
            await service.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def __enter__(self) -> Self:
        self._background = Background(self._document, listen=self._listen, drain_timeout=self._drain_timeout)
        self._background.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        background, self._background = self._background, None
        if background is not None:
            background.stop()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._background is not None:
            return self._background.loop
        if self._loop is None or self._service is None:
            raise NotRunning("the collector is not running; use it inside `with` or `async with`")
        return self._loop

    def _application(self, receiver: str) -> Any:
        """The ASGI application of a receiver component, made once for each service."""
        service = self.service
        made: Any = self._applications.get(receiver)
        if made is None or made[0] is not service:
            nodes = [node for node in service.graph.nodes if hasattr(node.component, "application")]
            fitting = [node for node in nodes if receiver in ("", str(node.id))]
            if len(fitting) != 1:
                known = ", ".join(repr(str(node.id)) for node in nodes)
                raise LookupError(f"name one receiver that can be mounted: {known}")
            made = self._applications[receiver] = (service, fitting[0].component.application(service.host))
        return made[1]

    def _inlet(self, signal: Signal, receiver: str) -> Consume:
        inlets: dict[ComponentID, dict[Signal, Consume]] = self.service.graph.inlets
        fitting: dict[str, Any] = {str(id): found[signal] for id, found in inlets.items() if signal in found}
        if receiver:
            fitting = {id: consume for id, consume in fitting.items() if id == receiver}
        if len(fitting) != 1:
            known = ", ".join(repr(str(id)) for id in inlets)
            what = "more than one receiver makes" if fitting else "no receiver makes"
            raise LookupError(f"{what} {signal} here; name one as `receiver`: {known}")
        return next(iter(fitting.values()))  # type: ignore[no-any-return]

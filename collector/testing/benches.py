"""One component at a time, as the engine would run it."""

import asyncio
from collections.abc import Coroutine, Mapping
from importlib.metadata import entry_points
from typing import Any, Self

from collector.component import ComponentFactory, ComponentID, Consume, Kind, Settings, Signal, Status
from collector.telemetry.ledger import Entry, Ledger
from collector.telemetry.metrics import Registry
from collector.testing.clock import FakeClock
from collector.testing.recording import LogRecorder, RecordingSink


class BenchHost:
    """The host of a component on a bench: extensions and pipelines that the test puts in."""

    def __init__(self) -> None:
        self.extensions: dict[str, Any] = {}
        self.consumers: dict[Signal, dict[str, Any]] = {}

    def extension(self, id: object) -> Any:
        return self.extensions[str(id)]

    def pipelines(self, signal: Signal) -> Mapping[str, Any]:
        return self.consumers.get(signal, {})


class Bench:
    """One component outside a pipeline, made from the configuration that a user would write.

    The component is made at the first payload (its signal is the payload's), at `start`, or by reading `component`.
    `emitted` holds the payloads that it passed on; `status` what it last reported about itself.
    """

    def __init__(
        self,
        factory: ComponentFactory,
        config: Mapping[str, Any] | None,
        *,
        name: str = "",
        signal: Signal | str | None = None,
        signal_out: Signal | str | None = None,
        clock: FakeClock | None = None,
        metrics_level: str = "detailed",
    ) -> None:
        self.factory = factory
        self.id = ComponentID(factory.type, name)
        self.config = factory.config.model_validate(None if config is None else dict(config))
        self.clock = clock or FakeClock()
        self.sink = RecordingSink()
        self.host = BenchHost()
        self.status = Status.NONE
        self.tasks: list[asyncio.Task[None]] = []
        self._signal = Signal(signal) if signal else None
        self._signal_out = Signal(signal_out) if signal_out else None
        self._registry = Registry(metrics_level)
        self._ledger = Ledger()
        self._logs = LogRecorder()
        self._component: Any = None

    @property
    def component(self) -> Any:
        """The component itself."""
        if self._component is None:
            self._component = self.factory.component(self.config, self._settings())
        return self._component

    @property
    def emitted(self) -> list[Any]:
        """Payloads passed on, in order."""
        return self.sink.payloads

    @property
    def logged(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Log lines: (level, message, fields)."""
        return self._logs.lines

    @property
    def dropped(self) -> dict[tuple[str, str], int]:
        """Items dropped, by (reason, rule)."""
        return {(entry.reason, entry.rule): entry.count for entry in self._ledger}

    @property
    def entries(self) -> list[Entry]:
        """The entries of the drop ledger."""
        return list(self._ledger)

    def metric(self, name: str, **attributes: str) -> float:
        """Value of one of the component's metrics, summed over the series with these attributes."""
        return self._registry.value(name, attributes)

    def run(self, payload: Any) -> Any:
        """What a plain processor makes of a payload: the payload that goes on, or None."""
        self._of(payload)
        return getattr(self.component, f"process_{payload.signal}")(payload)

    async def consume(self, payload: Any) -> None:
        """Give a payload to a stateful processor or connector; what it passes on is in `emitted`."""
        self._of(payload)
        await getattr(self.component, f"consume_{payload.signal}")(payload)

    async def export(self, payload: Any) -> None:
        """Give a payload to an exporter, without the parts of `collector.delivery`."""
        self._of(payload)
        await getattr(self.component, f"export_{payload.signal}")(payload)

    async def start(self) -> None:
        start = getattr(self.component, "start", None)
        if start is not None:
            await start(self.host)

    async def shutdown(self) -> None:
        """Shut the component down, then cancel the tasks that it started."""
        shutdown = getattr(self.component, "shutdown", None)
        if shutdown is not None:
            await shutdown()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.shutdown()

    def _of(self, payload: Any) -> None:
        if self._component is None and self._signal is None:
            self._signal = Signal(payload.signal)

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(coroutine)
        self.tasks.append(task)
        return task

    def _report(self, status: Status, error: BaseException | None = None) -> None:  # noqa: ARG002 - settings.report
        self.status = status

    def _settings(self) -> Settings:
        kind = self.factory.kind
        signal = self._signal
        consumers: dict[Signal, Consume] = dict.fromkeys([signal] if signal else self.factory.signals, self.sink)
        return Settings(
            id=self.id,
            kind=kind,
            signal=signal,
            logger=self._logs.logger(),
            metrics=self._registry.meter(**{str(kind): str(self.id)}),
            clock=self.clock,
            spawn=self._spawn,
            drop=self._ledger.bound(f"{kind}:{self.id}"),
            report=self._report,
            emit=self.sink,
            consumers=consumers if kind is Kind.RECEIVER else {},
            pipeline=str(signal or "") if kind is Kind.PROCESSOR else "",
            signal_out=self._signal_out or (signal if kind is Kind.CONNECTOR else None),
            metrics_level=self._registry.level,
        )


def bench(
    type: str, config: Mapping[str, Any] | None = None, *, kind: Kind | str | None = None, **options: Any
) -> Bench:
    """A bench for the component of this type, found by its entry point.

    `kind` is needed where several kinds have the type; processors are looked for first. `options` are those of `Bench`.

    Raises:
        pydantic.ValidationError: the configuration is wrong.
        LookupError: no component of this type.
    """
    kinds = [Kind(kind)] if kind else [Kind.PROCESSOR, Kind.EXPORTER, Kind.CONNECTOR, Kind.RECEIVER, Kind.EXTENSION]
    for each in kinds:
        for entry in entry_points(group=f"telepipe.{each}s", name=type):
            return Bench(entry.load(), config, **options)
    raise LookupError(f"no component {type!r}; kinds searched: {', '.join(kinds)}")

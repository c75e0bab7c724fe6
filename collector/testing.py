"""What authors of components need to test them: a bench for one component, a fake clock, payload builders, a sink.

    async def test_a_batch_goes_out_after_the_timeout():
        batch = bench("batch", {"timeout": "1s"})

        await batch.consume(logs("a", "b"))
        await batch.clock.advance(1)

        assert batch.emitted[0].item_count == 2

Sources: components.md 1.2 (factories), 1.8 (lifecycle).
"""

import asyncio
import heapq
from collections.abc import Coroutine, Mapping
from importlib.metadata import entry_points
from itertools import count
from typing import Any, Self

from collector.component import ComponentFactory, ComponentID, Consume, Kind, Settings, Signal, Status
from collector.pdata import Logs, Metrics, Traces
from collector.telemetry.ledger import Entry, Ledger
from collector.telemetry.metrics import Registry

__all__ = ["Bench", "FakeClock", "RecordingSink", "bench", "gauge", "logs", "traces"]

Payload = Traces | Metrics | Logs


class FakeClock:
    """A clock that moves only when told to; `sleep` returns when it has been moved far enough.

    `await clock.advance(seconds)` wakes the sleepers in order of their time and lets the tasks run in between.
    """

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self._start = int(start * 1_000_000_000)
        self._passed = 0
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = count()

    def now(self) -> float:
        return self.time_ns() / 1_000_000_000

    def time_ns(self) -> int:
        return self._start + self._passed

    def monotonic(self) -> float:
        return self._passed / 1_000_000_000

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        wake = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._passed + round(seconds * 1_000_000_000), next(self._order), wake))
        await wake

    async def advance(self, seconds: float) -> None:
        """Let so many seconds pass."""
        until = self._passed + round(seconds * 1_000_000_000)
        await settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            due, _, wake = heapq.heappop(self._sleepers)
            self._passed = max(self._passed, due)
            if not wake.done():
                wake.set_result(None)
                await settle()
        self._passed = until
        await settle()


async def settle() -> None:
    """Let every task that can run do so."""
    for _ in range(20):
        await asyncio.sleep(0)


class RecordingSink:
    """A consumer that keeps what it is given; `fail` with an error makes it raise that."""

    def __init__(self) -> None:
        self.payloads: list[Any] = []
        self.fail: Exception | None = None

    async def __call__(self, payload: Payload) -> None:
        if self.fail is not None:
            raise self.fail
        self.payloads.append(payload)

    @property
    def item_count(self) -> int:
        """Items in all payloads taken."""
        return sum(payload.item_count for payload in self.payloads)


class LogRecorder:
    """A structlog logger that keeps (level, event, fields)."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, dict[str, Any]]] = []

    def logger(self) -> Any:
        import structlog  # noqa: PLC0415 - costly, and only benches of components that log need it

        def keep(_logger: object, level: str, event: Any) -> Any:
            self.lines.append((level, event.pop("event"), event))
            raise structlog.DropEvent

        return structlog.wrap_logger(None, processors=[keep], wrapper_class=structlog.BoundLogger)


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


def logs(*bodies: Any, resource: Mapping[str, Any] | None = None, attributes: Mapping[str, Any] | None = None) -> Logs:
    """Log records with these bodies, in one resource and scope, each with the same attributes."""
    builder = Logs.builder()
    scope = builder.resource(dict(resource or {})).scope({})
    for body in bodies:
        scope.add(time_unix_nano=1_700_000_000_000_000_000, body=body, attributes=dict(attributes or {}))
    payload: Logs = builder.build()
    return payload


def traces(
    *names: str, resource: Mapping[str, Any] | None = None, attributes: Mapping[str, Any] | None = None
) -> Traces:
    """Spans of these names in one trace, resource and scope, each with the same attributes."""
    builder = Traces.builder()
    scope = builder.resource(dict(resource or {})).scope({})
    for number, name in enumerate(names, 1):
        scope.add(
            trace_id=bytes(15) + b"\1",
            span_id=number.to_bytes(8, "big"),
            name=name,
            start_time_unix_nano=1_700_000_000_000_000_000,
            end_time_unix_nano=1_700_000_000_005_000_000,
            attributes=dict(attributes or {}),
        )
    payload: Traces = builder.build()
    return payload


def gauge(name: str, *values: float, resource: Mapping[str, Any] | None = None) -> Metrics:
    """One gauge with these points, ten seconds apart, in one resource and scope."""
    builder = Metrics.builder()
    metric = builder.resource(dict(resource or {})).scope({}).add(name=name, type="gauge")
    for number, value in enumerate(values):
        metric.data_points.add(time_unix_nano=1_700_000_000_000_000_000 + number * 10_000_000_000, value=value)
    payload: Metrics = builder.build()
    return payload

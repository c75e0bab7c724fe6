"""What a component is: kinds, factories, what the engine gives it, and the errors it may raise.

The error tree::

    TelepipeError
    ├── ConfigError                a configuration that can't be used; holds every problem found
    └── DeliveryError              a payload was not taken
        ├── Permanent              never retry: the same bytes can't succeed
        ├── Retryable              try again, not before `after` seconds
        │   └── ShuttingDown       the component stops; a durable queue keeps the payload
        └── Partial                some of it was taken: `rejected` items are lost, or `leftover` is retried

Sources: components.md 1.2, 1.3, 1.7, 3.1.
"""

import asyncio
import builtins
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from collector.pdata import Payload

__all__ = [
    "Clock",
    "ComponentFactory",
    "ComponentID",
    "ConfigError",
    "ConnectorFactory",
    "Consume",
    "DeliveryError",
    "ExporterFactory",
    "ExtensionFactory",
    "Host",
    "Instrument",
    "Kind",
    "Meter",
    "Partial",
    "Permanent",
    "Problem",
    "ProcessorFactory",
    "ReceiverFactory",
    "Retryable",
    "Settings",
    "ShuttingDown",
    "Signal",
    "Stability",
    "Status",
    "TelepipeError",
]

type_pattern = re.compile(r"[a-zA-Z][0-9a-zA-Z_]{0,62}")


class Kind(StrEnum):
    RECEIVER = "receiver"
    PROCESSOR = "processor"
    EXPORTER = "exporter"
    CONNECTOR = "connector"
    EXTENSION = "extension"


class Signal(StrEnum):
    TRACES = "traces"
    METRICS = "metrics"
    LOGS = "logs"


class Stability(StrEnum):
    DEVELOPMENT = "Development"
    ALPHA = "Alpha"
    BETA = "Beta"
    STABLE = "Stable"
    DEPRECATED = "Deprecated"


class Status(StrEnum):
    """Component status (components.md 1.8)."""

    NONE = "StatusNone"
    STARTING = "StatusStarting"
    OK = "StatusOK"
    RECOVERABLE_ERROR = "StatusRecoverableError"
    PERMANENT_ERROR = "StatusPermanentError"
    FATAL_ERROR = "StatusFatalError"
    STOPPING = "StatusStopping"
    STOPPED = "StatusStopped"


@dataclass(frozen=True, slots=True, order=True)
class ComponentID:
    """`type` or `type/name`."""

    type: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.type}/{self.name}" if self.name else self.type


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a configuration.

    `where` is `file:line:column` (empty if unknown), `path` the keys joined by `::`.
    """

    message: str
    path: str = ""
    where: str = ""

    def __str__(self) -> str:
        return ": ".join(part for part in (self.where, self.path, self.message) if part)


class TelepipeError(Exception):
    """Base of all errors that Telepipe raises on purpose."""


class ConfigError(TelepipeError):
    """A configuration that can't be used, with every problem found in it."""

    def __init__(self, *problems: Problem | str) -> None:
        self.problems = [p if isinstance(p, Problem) else Problem(p) for p in problems]
        super().__init__("\n".join(map(str, self.problems)))


class DeliveryError(TelepipeError):
    """A payload was not taken. `code` is a gRPC status code that came from downstream, kept for the answer upstream.

    `counted`: the engine has entered it in its metrics.
    """

    counted = False

    def __init__(self, message: str, *, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class Permanent(DeliveryError):
    """The same bytes can never succeed: drop them, count them, tell the sender not to retry."""


class Retryable(DeliveryError):
    """Try again; `after` is the server's delay in seconds, None where it named none."""

    def __init__(self, message: str, *, after: float | None = None, code: int | None = None) -> None:
        super().__init__(message, code=code)
        self.after = after


class ShuttingDown(Retryable):
    """The component stops: not retried here, kept by a durable queue."""


class Partial(DeliveryError):
    """Part of a payload was taken.

    `rejected` items were refused for good (OTLP partial success: they count as sent); `leftover` is what is to be
    retried. One of the two is given.
    """

    def __init__(
        self, message: str, *, rejected: int = 0, leftover: "Payload | None" = None, code: int | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.rejected = rejected
        self.leftover = leftover


Consume = Callable[[Any], Awaitable[None]]
"""Takes a payload; returns when responsibility is taken, raises `DeliveryError` to refuse."""


class Clock(Protocol):
    """Time as components see it; tests run on a fake one."""

    def now(self) -> float:
        """Wall clock, seconds since the Unix epoch."""

    def time_ns(self) -> int:
        """Wall clock, nanoseconds since the Unix epoch."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds of this clock."""


class Instrument(Protocol):
    """A counter, up-down counter, gauge or histogram, already bound to its component's attributes.

    `add(n)` for counters, `set(v)` for gauges, `record(v)` for histograms. `bind(**attributes)` gives the child with
    more attributes; bind once, outside the hot path.
    """

    def add(self, value: float = 1) -> None: ...
    def set(self, value: float) -> None: ...
    def record(self, value: float) -> None: ...
    def bind(self, **attributes: str) -> "Instrument": ...


class Meter(Protocol):
    """Makes a component's own instruments; names are the Collector's (`otelcol_...`), shown exactly as written.

    `attributes` of the instruments are those given to `bind`, `detailed` ones exist only at that metrics level.
    """

    def counter(self, name: str, description: str, unit: str = "1") -> Instrument: ...
    def up_down_counter(self, name: str, description: str, unit: str = "1") -> Instrument: ...
    def gauge(self, name: str, description: str, unit: str = "1") -> Instrument: ...
    def observe(
        self, name: str, description: str, read: Callable[[], float], unit: str = "1", **attributes: str
    ) -> None:
        """Register a gauge that is read only when metrics are collected."""

    def histogram(
        self, name: str, description: str, bounds: tuple[float, ...], unit: str = "1", *, detailed: bool = False
    ) -> Instrument: ...


class Host(Protocol):
    """What a component can ask of the running service at `start`."""

    def extension(self, id: str) -> Any:
        """The started extension of this id; KeyError where it is not listed in `service::extensions`."""

    def pipelines(self, signal: Signal) -> Mapping[str, Consume]:
        """Connectors that route: consume functions of the receiving pipelines of a signal, by pipeline id."""


@dataclass(slots=True)
class Settings:
    """What the engine gives a component when it makes it.

    `emit` hands a payload to the next consumer (stateful processors and connectors); receivers have `consumers` by
    signal instead. `drop` enters lost items in the ledger. `spawn` starts a task that the engine owns and cancels
    after `shutdown`. `report` sets the component's status.
    """

    id: ComponentID
    kind: Kind
    signal: Signal | None
    logger: "FilteringBoundLogger"
    metrics: Meter
    clock: Clock
    spawn: Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]
    drop: Callable[..., None]
    """`drop(count, reason=..., rule="")`."""
    report: Callable[..., None]
    """`report(status, error=None)`."""
    emit: Consume
    consumers: dict[Signal, Consume] = field(default_factory=dict)
    pipeline: str = ""
    """Id of the pipeline, for processors."""
    signal_out: Signal | None = None
    """For connectors: the signal of the pipelines behind it."""
    metrics_level: str = "normal"
    build_version: str = ""


@dataclass(frozen=True, slots=True)
class ComponentFactory:
    """Makes components of one type; the object that an entry point names.

    `config` is the settings model (a `ComponentConfig`), `component` a class called as `component(config, settings)`.
    Which signals it supports follows from its methods (`process_traces`, `consume_logs`, `export_metrics` ...), for
    receivers and connectors from `signals`.
    """

    type: str
    config: "builtins.type[Any]"
    component: Callable[[Any, Settings], Any]
    stability: Stability | Mapping[Signal, Stability] = Stability.BETA
    signals: tuple[Signal, ...] = (Signal.TRACES, Signal.METRICS, Signal.LOGS)
    kind: Kind = Kind.PROCESSOR

    def __post_init__(self) -> None:
        if not type_pattern.fullmatch(self.type):
            raise ValueError(f"invalid component type {self.type!r}; letters, digits and `_`, a letter first")

    def supports(self, signal: Signal) -> bool:
        """Whether it takes (receivers: makes) this signal."""
        return signal in self.signals


@dataclass(frozen=True, slots=True)
class ReceiverFactory(ComponentFactory):
    """A receiver: one instance per id, for all signals; `settings.consumers` has those in use."""

    kind: Kind = Kind.RECEIVER


@dataclass(frozen=True, slots=True)
class ProcessorFactory(ComponentFactory):
    """A processor: one instance per pipeline.

    `process_<signal>(payload) -> payload | None` for plain ones, `async consume_<signal>(payload)` for stateful ones.
    The class attribute `mutates_data` says whether payloads may be edited.
    """

    kind: Kind = Kind.PROCESSOR

    def supports(self, signal: Signal) -> bool:
        return hasattr(self.component, f"process_{signal}") or hasattr(self.component, f"consume_{signal}")


@dataclass(frozen=True, slots=True)
class ExporterFactory(ComponentFactory):
    """An exporter: one instance per id and signal; `async export_<signal>(payload)`.

    `delivery(config)` names the parts of `collector.delivery` that wrap it (timeout, retry, queue); None: called as is.
    """

    delivery: Callable[[Any], Any] | None = None
    kind: Kind = Kind.EXPORTER

    def supports(self, signal: Signal) -> bool:
        return hasattr(self.component, f"export_{signal}")


@dataclass(frozen=True, slots=True)
class ConnectorFactory(ComponentFactory):
    """A connector: one instance per id, signal in and signal out; `pairs` are those that it supports."""

    pairs: tuple[tuple[Signal, Signal], ...] = ()
    kind: Kind = Kind.CONNECTOR

    def supports(self, signal: Signal) -> bool:
        return any(signal in pair for pair in self.pairs)


@dataclass(frozen=True, slots=True)
class ExtensionFactory(ComponentFactory):
    """An extension: one instance per id; lives beside the pipelines."""

    kind: Kind = Kind.EXTENSION

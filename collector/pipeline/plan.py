"""What is to be built: pipelines with their nodes, worked out from a configuration before anything is made.

Everything that is wrong with the wiring is found here at once: unsupported signals, connectors without a counterpart,
cycles. (components.md 1.3, 1.7)
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from collector.component import ComponentFactory, ComponentID, ConfigError, ConnectorFactory, Kind, Problem, Signal

__all__ = ["ConfiguredComponent", "ConfiguredPipeline", "Document", "PipelinePlan", "Plan", "creating", "make_plan"]


class ConfiguredComponent(Protocol):
    """A component as a configuration document gives it."""

    @property
    def id(self) -> ComponentID: ...
    @property
    def factory(self) -> ComponentFactory: ...
    @property
    def config(self) -> Any:
        """The validated settings model."""


class ConfiguredPipeline(Protocol):
    """A pipeline as a configuration document gives it."""

    @property
    def signal(self) -> Signal: ...
    @property
    def receivers(self) -> Sequence[ComponentID]: ...
    @property
    def processors(self) -> Sequence[ComponentID]: ...
    @property
    def exporters(self) -> Sequence[ComponentID]: ...


class Document(Protocol):
    """A whole configuration, decoded and validated; what the service is built from."""

    @property
    def receivers(self) -> Mapping[ComponentID, ConfiguredComponent]: ...
    @property
    def processors(self) -> Mapping[ComponentID, ConfiguredComponent]: ...
    @property
    def exporters(self) -> Mapping[ComponentID, ConfiguredComponent]: ...
    @property
    def connectors(self) -> Mapping[ComponentID, ConfiguredComponent]: ...
    @property
    def extensions(self) -> Mapping[ComponentID, ConfiguredComponent]: ...
    @property
    def pipelines(self) -> Mapping[str, ConfiguredPipeline]:
        """By pipeline id: `traces`, `logs/audit`."""

    @property
    def service_extensions(self) -> Sequence[ComponentID]: ...
    @property
    def telemetry(self) -> Any:
        """The model of `service::telemetry`."""

    def problem(self, path: tuple[str | int, ...], text: str) -> Problem:
        """A problem with its place in the sources."""


@dataclass(slots=True)
class PipelinePlan:
    """A pipeline without repetitions: plain receivers and exporters apart from connectors."""

    id: str
    signal: Signal
    processors: tuple[ComponentID, ...]
    receivers: tuple[ComponentID, ...] = ()
    exporters: tuple[ComponentID, ...] = ()
    connectors_in: tuple[ComponentID, ...] = ()
    connectors_out: tuple[ComponentID, ...] = ()


@dataclass(slots=True)
class Plan:
    """All pipelines, and the pairs of signals that each connector joins."""

    pipelines: dict[str, PipelinePlan]
    pairs: dict[ComponentID, list[tuple[Signal, Signal]]] = field(default_factory=dict)

    def behind(self, connector: ComponentID, signal: Signal) -> list[PipelinePlan]:
        """The pipelines of a signal that a connector feeds."""
        return [p for p in self.pipelines.values() if p.signal == signal and connector in p.connectors_in]

    def fed_by(self, receiver: ComponentID, signal: Signal) -> list[PipelinePlan]:
        """The pipelines of a signal that a receiver feeds."""
        return [p for p in self.pipelines.values() if p.signal == signal and receiver in p.receivers]

    def next_edges(self, pipeline: PipelinePlan) -> Iterator[tuple[ComponentID, Signal, PipelinePlan]]:
        """The connectors that a pipeline ends in, with the signal they give and each pipeline behind them."""
        for connector in pipeline.connectors_out:
            for signal_in, signal_out in self.pairs.get(connector, ()):
                if signal_in == pipeline.signal:
                    for behind in self.behind(connector, signal_out):
                        yield connector, signal_out, behind


def make_plan(document: Document) -> Plan:
    """Work out the graph.

    Raises:
        ConfigError: with every problem of the wiring.
    """
    plan = Plan({id: _pipeline(id, pipeline, document) for id, pipeline in document.pipelines.items()})
    problems = list(_unsupported(plan, document))
    for id, connector in document.connectors.items():
        texts = _pair(plan, id, connector.factory)
        problems += [document.problem(("connectors", str(id)), f"failed to build pipelines: {text}") for text in texts]
    cycle = _find_cycle(plan)
    if cycle:
        text = f"failed to build pipelines: cycle detected: {cycle}"
        problems.append(document.problem(("service", "pipelines"), text))
    if problems:
        raise ConfigError(*problems)
    return plan


def _pipeline(id: str, pipeline: ConfiguredPipeline, document: Document) -> PipelinePlan:
    receivers, exporters = dict.fromkeys(pipeline.receivers), dict.fromkeys(pipeline.exporters)
    connectors = document.connectors
    return PipelinePlan(
        id,
        Signal(pipeline.signal),
        tuple(pipeline.processors),
        receivers=tuple(each for each in receivers if each not in connectors),
        exporters=tuple(each for each in exporters if each not in connectors),
        connectors_in=tuple(each for each in receivers if each in connectors),
        connectors_out=tuple(each for each in exporters if each in connectors),
    )


def creating(kind: Kind, id: ComponentID, signal: Signal | None, pipeline: str = "") -> str:
    """What was being done when a component could not be made."""
    place = f', in pipeline "{pipeline}"' if pipeline else f' for data type "{signal}"' if signal else ""
    whole = "extensions" if kind is Kind.EXTENSION else "pipelines"
    return f'failed to build {whole}: failed to create "{id}" {kind}{place}'


def _unsupported(plan: Plan, document: Document) -> Iterator[Problem]:
    for pipeline in plan.pipelines.values():
        signal = pipeline.signal
        for kind, ids, components in (
            (Kind.RECEIVER, pipeline.receivers, document.receivers),
            (Kind.PROCESSOR, pipeline.processors, document.processors),
            (Kind.EXPORTER, pipeline.exporters, document.exporters),
        ):
            for id in ids:
                if not components[id].factory.supports(signal):
                    what = creating(kind, id, signal, pipeline.id if kind is Kind.PROCESSOR else "")
                    path = ("service", "pipelines", pipeline.id)
                    yield document.problem(path, f"{what}: telemetry type is not supported")


def _pair(plan: Plan, id: ComponentID, factory: ComponentFactory) -> Iterator[str]:
    """Note the pairs of signals that one connector joins; what is wrong is that a use has no counterpart."""
    into: dict[Signal, list[str]] = {}
    out_of: dict[Signal, list[str]] = {}
    for pipeline in plan.pipelines.values():
        if id in pipeline.connectors_out:
            into.setdefault(pipeline.signal, []).append(pipeline.id)
        if id in pipeline.connectors_in:
            out_of.setdefault(pipeline.signal, []).append(pipeline.id)
    assert isinstance(factory, ConnectorFactory)
    plan.pairs[id] = pairs = [(a, b) for a in into for b in out_of if (a, b) in factory.pairs]
    for uses, side, role, other in ((into, 0, "exporter", "receiver"), (out_of, 1, "receiver", "exporter")):
        for signal, pipelines in uses.items():
            if not any(pair[side] == signal for pair in pairs):
                names = " ".join(pipelines)
                yield (
                    f'connector "{id}" used as {role} in [{names}] pipeline '
                    f"but not used in any supported {other} pipeline"
                )


def _find_cycle(plan: Plan) -> str:
    """Text of the first cycle, starting from a connector; empty where there is none."""
    done: set[str] = set()
    for start in plan.pipelines.values():
        path: list[tuple[PipelinePlan, str]] = []
        if start.id not in done and (cycle := _walk(plan, start, "", path, done)):
            return cycle
    return ""


def _walk(plan: Plan, pipeline: PipelinePlan, via: str, path: list[tuple[PipelinePlan, str]], done: set[str]) -> str:
    """Depth first; `path` has the pipelines on the way with the connector through which each was entered."""
    for at, (passed, _) in enumerate(path):
        if passed is pipeline:
            turns = [*path[at + 1 :], (pipeline, via)]
            nodes = [via]
            for (inside, _), (_, leaving) in zip(path[at:], turns, strict=True):
                nodes += [f'processor "{id}" in pipeline "{inside.id}"' for id in inside.processors]
                nodes.append(leaving)
            return " -> ".join(nodes)
    if pipeline.id in done:
        return ""
    path.append((pipeline, via))
    for connector, signal, behind in plan.next_edges(pipeline):
        name = f'connector "{connector}" ({pipeline.signal} to {signal})'
        if cycle := _walk(plan, behind, name, path, done):
            return cycle
    path.pop()
    done.add(pipeline.id)
    return ""

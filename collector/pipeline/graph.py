"""Building the graph: makes every component and joins them into consumers, from the exporters to the receivers.

Instances are those of components.md 1.3: a receiver per id, an exporter per id and signal, a processor per pipeline, a
connector per id and pair of signals.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from collector.component import ComponentID, Consume, Kind, Signal
from collector.delivery import BatchRules
from collector.pipeline.flow import Flow, Step, chain, fan_out
from collector.pipeline.making import Maker
from collector.pipeline.node import Node
from collector.pipeline.plan import ConfiguredComponent, Document, PipelinePlan, Plan
from collector.telemetry.telemetry import Telemetry

__all__ = ["Graph"]

Process = Callable[[Any], Any]
seconds_bounds = (0.000_01, 0.000_1, 0.001, 0.01, 0.1, 1.0, 10.0)


@dataclass(slots=True)
class Entrance:
    """The way into a pipeline, and whether anything in it edits payloads."""

    consume: Consume
    flow: Flow
    mutates: bool


class Graph:
    """All nodes in order of building: exporters first, receivers last; `inlets` are what the receivers feed.

    Raises:
        ConfigError: components can't be made.
    """

    def __init__(
        self,
        document: Document,
        plan: Plan,
        telemetry: Telemetry,
        maker: Maker,
    ) -> None:
        self._document = document
        self._plan = plan
        self._telemetry = telemetry
        self._maker = maker
        self._exporters: dict[tuple[ComponentID, Signal], Node] = {}
        self._connectors: dict[tuple[ComponentID, Signal, Signal], Node] = {}
        self._entrances: dict[str, Entrance] = {}
        self.inlets: dict[ComponentID, dict[Signal, Consume]] = {}
        self.nodes: list[Node] = []
        for pipeline in plan.pipelines.values():
            self._entrance(pipeline)
        receivers = dict.fromkeys(id for pipeline in plan.pipelines.values() for id in pipeline.receivers)
        for id in receivers:
            self._receiver(id)
        maker.refuse_problems()

    @property
    def entrances(self) -> Mapping[str, Consume]:
        """Consumers that lead into the pipelines, by pipeline id."""
        return {id: entrance.consume for id, entrance in self._entrances.items()}

    def _node(self, kind: Kind, configured: ConfiguredComponent, signal: Signal | None, **place: Any) -> Node:
        node = self._maker.make(kind, configured, signal, **place)
        self.nodes.append(node)
        return node

    def _flow(self, owner: str) -> Flow:
        return Flow(owner, self._telemetry.fault)

    def _entrance(self, pipeline: PipelinePlan) -> Entrance:
        entrance = self._entrances.get(pipeline.id)
        if entrance is None:
            entrance = self._entrances[pipeline.id] = self._build(pipeline)
        return entrance

    def _build(self, pipeline: PipelinePlan) -> Entrance:
        """Build a pipeline from its end to its beginning."""
        ends = self._ends(pipeline)
        flow = self._flow(ends[0].name if len(ends) == 1 else "fan-out")
        target = self._exit(ends, flow)
        mutates = all(node.mutates for node in ends)
        steps: list[Step] = []
        for id in reversed(pipeline.processors):
            configured = self._document.processors[id]
            plain = hasattr(configured.factory.component, f"process_{pipeline.signal}")
            emit = None if plain else chain(flow, steps, target)
            node = self._node(Kind.PROCESSOR, configured, pipeline.signal, pipeline=pipeline.id, emit=emit)
            mutates = mutates or node.mutates
            before = self._flow(node.name)
            node.consumed.append(before)
            node.produced.append(flow)
            if plain:
                process = getattr(node.component, f"process_{pipeline.signal}", nothing)
                steps.insert(0, (self._timed(process, node), flow))
            elif id == pipeline.processors[-1] and (hint := fusible(node, ends)) is not None:
                target = chain(flow, (), self._exit(ends, flow, hint))
            else:
                assert node.consume is not None
                target, steps = node.consume, []
            flow = before
        return Entrance(chain(flow, steps, target), flow, mutates)

    def _timed(self, process: Process, node: Node) -> Process:
        """The work function, which at the metrics level `detailed` is timed."""
        registry = self._telemetry.registry
        if registry.level != "detailed":
            return process
        meter = registry.meter(processor=str(node.id), **{"otel.signal": str(node.signal)})
        duration = meter.histogram(
            "otelcol_processor_internal_duration", "Duration of time taken to process a payload.", seconds_bounds, "s"
        )

        def timed(payload: Any) -> Any:
            begun = perf_counter()
            try:
                return process(payload)
            finally:
                duration.record(perf_counter() - begun)

        return timed

    def _ends(self, pipeline: PipelinePlan) -> list[Node]:
        """Where a pipeline leads: its exporters and the connectors at its end."""
        nodes = [self._exporter(id, pipeline.signal) for id in pipeline.exporters]
        for id in pipeline.connectors_out:
            nodes += [self._connector(id, *pair) for pair in self._plan.pairs[id] if pair[0] == pipeline.signal]
        return nodes

    def _exit(self, ends: list[Node], flow: Flow, hint: BatchRules | None = None) -> Consume:
        """A consumer for the end of a pipeline; with a hint for the exporters' queues, where a batch is fused."""
        consumers = [hinted(node, hint) if hint else node.consume for node in ends]
        if len(ends) == 1:
            if flow not in ends[0].consumed:
                ends[0].consumed.append(flow)
            assert consumers[0] is not None
            return consumers[0]
        targets = []
        for node, consume in zip(ends, consumers, strict=True):
            edge = self._flow(node.name)
            node.consumed.append(edge)
            assert consume is not None
            targets.append((chain(edge, (), consume), node.mutates))
        return fan_out(targets)

    def _exporter(self, id: ComponentID, signal: Signal) -> Node:
        node = self._exporters.get((id, signal))
        if node is None:
            node = self._exporters[id, signal] = self._node(Kind.EXPORTER, self._document.exporters[id], signal)
        return node

    def _connector(self, id: ComponentID, signal: Signal, signal_out: Signal) -> Node:
        node = self._connectors.get((id, signal, signal_out))
        if node is None:
            emit, flow, mutates = self._feed(f'connector "{id}"', self._plan.behind(id, signal_out))
            configured = self._document.connectors[id]
            node = self._node(Kind.CONNECTOR, configured, signal, signal_out=signal_out, emit=emit)
            node.produced.append(flow)
            node.mutates = node.mutates or (mutates and signal == signal_out)
            self._connectors[id, signal, signal_out] = node
        return node

    def _receiver(self, id: ComponentID) -> None:
        consumers: dict[Signal, Consume] = {}
        flows: list[Flow] = []
        for signal in Signal:
            pipelines = self._plan.fed_by(id, signal)
            if pipelines:
                consumers[signal], flow, _ = self._feed(f'receiver "{id}"', pipelines)
                flow.signal = signal
                flows.append(flow)
        self.inlets[id] = consumers
        configured = self._document.receivers[id]
        node = self._node(Kind.RECEIVER, configured, None, consumers=consumers)
        node.produced += flows

    def _feed(self, owner: str, pipelines: list[PipelinePlan]) -> tuple[Consume, Flow, bool]:
        """A consumer for several pipelines, the border before it, and whether all of them edit payloads."""
        entrances = [self._entrance(pipeline) for pipeline in pipelines]
        if len(entrances) == 1 and self._feeders(pipelines[0]) == 1:
            return entrances[0].consume, entrances[0].flow, entrances[0].mutates
        flow = self._flow(owner)
        target = fan_out([(entrance.consume, entrance.mutates) for entrance in entrances])
        return chain(flow, (), target), flow, all(entrance.mutates for entrance in entrances)

    def _feeders(self, pipeline: PipelinePlan) -> int:
        """How many receivers and connectors lead into a pipeline."""
        pairs = self._plan.pairs
        joins = sum(pair[1] == pipeline.signal for id in pipeline.connectors_in for pair in pairs[id])
        return len(pipeline.receivers) + joins


def fusible(node: Node, ends: list[Node]) -> BatchRules | None:
    """The rules of a batching processor that the queues behind it can follow themselves; None where it has to work.

    Only where each exporter behind it acknowledges what is stored or delivered (architecture: fusion).
    """
    hint: BatchRules | None = getattr(node.component, "hint", None)
    return hint if hint is not None and all(end.joins for end in ends) else None


def hinted(node: Node, hint: BatchRules) -> Consume:
    """A consumer that tells an exporter's queue how to join payloads."""
    assert node.delivery is not None
    consume = node.delivery.consume

    async def consume_with_hint(payload: Any) -> None:
        await consume(payload, hint)

    return consume_with_hint


def nothing(_payload: Any) -> None:
    """The work of a processor that could not be made."""

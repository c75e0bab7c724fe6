"""The engine's own metrics of components: items consumed and produced, read from the borders between them.

`otelcol.<kind>.consumed.items` and `.produced.items` by outcome, and `otelcol_processor_incoming_items` /
`_outgoing_items` (components.md 1.11).
"""

from collections.abc import Callable, Sequence

from collector.component import Kind
from collector.pipeline.flow import Flow
from collector.pipeline.node import Node
from collector.telemetry.instruments import Observed, Type
from collector.telemetry.metrics import Registry

__all__ = ["observe_flows"]


def observe_flows(registry: Registry, nodes: Sequence[Node]) -> None:
    """Register the metrics of all nodes."""
    for node in nodes:
        attributes = {"otelcol.component.id": str(node.id), "otelcol.component.kind": str(node.kind)}
        attributes |= {"otelcol.signal": str(node.signal)} if node.signal else {}
        attributes |= {"otelcol.pipeline.id": node.pipeline} if node.pipeline else {}
        attributes |= {"otelcol.signal.output": str(node.signal_out)} if node.signal_out else {}
        for flow in node.consumed:
            observe_border(registry, node.kind, "consumed", attributes, flow, inward)
        for flow in node.produced:
            observe_border(registry, node.kind, "produced", attributes, flow, outward)
        if node.kind is Kind.PROCESSOR:
            names = {"processor": str(node.id), "otel.signal": str(node.signal)}
            incoming = ("otelcol_processor_incoming_items", "Number of items passed to the processor.")
            outgoing = ("otelcol_processor_outgoing_items", "Number of items emitted from the processor.")
            for flow in node.consumed:
                observe(registry, *incoming, names, everything, flow)
            for flow in node.produced:
                observe(registry, *outgoing, names, everything, flow)


Count = Callable[[Flow], int]


def everything(flow: Flow) -> int:
    return flow.total


inward: dict[str, Count] = {
    "success": lambda flow: flow.passed,
    "failure": lambda flow: flow.failed,
    "refused": lambda flow: flow.refused,
}
outward: dict[str, Count] = {
    "success": lambda flow: flow.passed,
    "refused": lambda flow: flow.failed + flow.refused,
}


def observe_border(
    registry: Registry, kind: Kind, direction: str, attributes: dict[str, str], flow: Flow, outcomes: dict[str, Count]
) -> None:
    """Register one border's items by outcome."""
    name = f"otelcol.{kind}.{direction}.items"
    description = f"Number of items {direction} by the {kind}."
    own = {"otelcol.signal": str(flow.signal)} if flow.signal else {}
    for outcome, count in outcomes.items():
        series = observe(registry, name, description, {**attributes, **own, "outcome": outcome}, count, flow)
        if series is not None:
            series.hide_zero = outcome != "success"


def observe(
    registry: Registry, name: str, description: str, attributes: dict[str, str], count: Count, flow: Flow
) -> Observed | None:
    """Add a series; one that is there already (a processor in several pipelines) becomes the sum."""
    family = registry.family(name, description, "{item}", Type.COUNTER)
    if family is None:
        return None
    key = family.kept(tuple(sorted(attributes.items())))
    before = family.children.get(key)
    series = Observed(lambda: count(flow) + (before.read() if before is not None else 0))
    family.children[key] = series
    return series

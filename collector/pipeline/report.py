"""The books at stop: what came into each component, went out of it, was dropped and why, and what it still holds.

in = out + dropped(reason) + held. `held` is what a component says of itself: items in its state, or in a durable queue.
A component that makes new items of old ones (aggregation, connectors) shows the difference as `changed`.
"""

from collections.abc import Sequence
from typing import Any

from collector.component import Kind
from collector.pipeline.node import Node
from collector.telemetry.ledger import Ledger

__all__ = ["Account", "accounts", "report_ledger"]


class Account:
    """The books of one component id, all its instances together, in items.

    Receivers have nothing before them: what they produce is `incoming` and `out`; `refused` went back to the sender.
    An exporter's `left_out` are items that it dropped from payloads that were sent.
    """

    __slots__ = ("dropped", "held", "incoming", "kind", "name", "out", "refused")

    def __init__(self, name: str, nodes: Sequence[Node], ledger: Ledger) -> None:
        self.name = name
        self.kind = nodes[0].kind
        self.dropped = ledger.dropped(name)
        self.incoming = sum(flow.passed for node in nodes for flow in node.consumed)
        self.out = sum(flow.passed for node in nodes for flow in node.produced)
        self.refused = sum(flow.failed + flow.refused for node in nodes for flow in node.produced)
        self.held = sum(int(getattr(node.component, "held", 0)) for node in nodes)
        for node in nodes:
            if node.delivery is not None:
                self.out += node.delivery.metrics.sent - int(getattr(node.component, "left_out", 0))
                self.held += node.delivery.held
        if self.kind is Kind.RECEIVER:
            self.incoming = self.out

    @property
    def changed(self) -> int:
        """Items that were made, less those that went into them."""
        return self.out + self.dropped + self.held - self.incoming

    def fields(self) -> dict[str, Any]:
        """The fields of its log line."""
        fields: dict[str, Any] = {"component": self.name, "in": self.incoming, "out": self.out, "dropped": self.dropped}
        optional = {"held": self.held, "refused": self.refused, "changed": self.changed}
        return fields | {name: count for name, count in optional.items() if count}


def accounts(nodes: Sequence[Node], ledger: Ledger) -> list[Account]:
    """The books of all components, from the receivers to the exporters."""
    instances: dict[str, list[Node]] = {}
    for node in reversed(nodes):
        instances.setdefault(f"{node.kind}:{node.id}", []).append(node)
    return [Account(name, group, ledger) for name, group in instances.items()]


def report_ledger(nodes: Sequence[Node], ledger: Ledger, log: Any) -> None:
    """Log a line for each component that had work, one for each reason of drops, and one with the totals."""
    books = accounts(nodes, ledger)
    for book in books:
        if book.incoming or book.refused or book.changed:
            log.info("Ledger of component.", **book.fields())
    for entry in ledger:
        rule = {"rule": entry.rule} if entry.rule else {}
        log.info("Dropped items.", component=entry.component, reason=entry.reason, **rule, items=entry.count)
    received = sum(book.out for book in books if book.kind is Kind.RECEIVER)
    delivered = sum(book.out for book in books if book.kind is Kind.EXPORTER)
    held = sum(book.held for book in books)
    log.info("Ledger.", received=received, delivered=delivered, dropped=ledger.dropped(), held=held)

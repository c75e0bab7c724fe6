"""The books at stop: per component what came in, went out, was dropped and why, and what it still holds.

in = out + dropped(reason) + held, where `held` is what a component says of itself (items in a durable queue). A
component that makes new items of old ones (aggregation, connectors) is `changed` by the difference.
"""

from collections.abc import Sequence
from typing import Any

from collector.component import Kind
from collector.pipeline.node import Node
from collector.telemetry.ledger import Ledger

__all__ = ["Account", "accounts", "report_ledger"]


class Account:
    """The books of one component instance, in items."""

    __slots__ = ("dropped", "held", "name", "node", "received", "sent")

    def __init__(self, node: Node, ledger: Ledger) -> None:
        self.node = node
        self.name = f"{node.kind}:{node.id}"
        self.received = sum(flow.passed for flow in node.consumed)
        self.sent = sum(flow.passed for flow in node.produced)
        self.held = int(getattr(node.component, "held", 0))
        self.dropped = ledger.dropped(self.name)


def accounts(nodes: Sequence[Node], ledger: Ledger) -> list[Account]:
    """The books of all components, from the receivers to the exporters."""
    return [Account(node, ledger) for node in reversed(nodes)]


def report_ledger(nodes: Sequence[Node], ledger: Ledger, log: Any) -> None:
    """Log one line with the totals, and one for each reason that items were dropped for."""
    books = accounts(nodes, ledger)
    received = sum(book.sent for book in books if book.node.kind is Kind.RECEIVER)
    delivered = sum(book.received - book.held for book in books if book.node.kind is Kind.EXPORTER)
    delivered -= sum(ledger.dropped(name) for name in {b.name for b in books if b.node.kind is Kind.EXPORTER})
    held = sum(book.held for book in books)
    log.info("Ledger.", received=received, delivered=delivered, dropped=ledger.dropped(), held=held)
    for entry in ledger:
        rule = {"rule": entry.rule} if entry.rule else {}
        log.info("Dropped items.", component=entry.component, reason=entry.reason, **rule, items=entry.count)

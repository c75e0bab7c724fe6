"""What the terminal shows of a running collector: what arrives, what leaves, and the books at the end."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from collector.pipeline.report import accounts

if TYPE_CHECKING:
    from rich.console import RenderableType

    from collector.demo.tail import Tail
    from collector.pipeline.service import Service

__all__ = ["View", "books"]

ITEMS = {"traces": "spans", "metrics": "metric_points", "logs": "log_records"}
NAMES = {"traces": "spans", "metrics": "data points", "logs": "log records"}


class View:
    """Numbers are those of the collector's own metrics and books; rates are over the time since the last look."""

    def __init__(self, service: "Service", tail: "Tail", places: Mapping[str, str]) -> None:
        self._service = service
        self._tail = tail
        self._places = places
        self._before: dict[str, tuple[float, float]] = {}

    def counts(self) -> dict[str, tuple[int, int]]:
        """Items that arrived and left, by signal."""
        registry = self._service.telemetry.registry
        left = dict.fromkeys(ITEMS, 0)
        for node in self._service.graph.nodes:
            if node.delivery is not None and node.signal is not None:
                left[node.signal] += node.delivery.metrics.sent
        return {
            signal: (int(registry.value(f"otelcol_receiver_accepted_{item}", {})), left[signal])
            for signal, item in ITEMS.items()
        }

    def lines(self) -> list[str]:
        """The numbers as plain text, for output that is no terminal."""
        return [f"{NAMES[signal]}: {came} in, {left} out" for signal, (came, left) in self.counts().items()]

    def render(self) -> "RenderableType":
        """The whole picture."""
        self._tail.look()
        return Group(Panel(self._where(), title="telepipe demo"), self._flow(), self._records())

    def _where(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for name, place in self._places.items():
            table.add_row(Text(name, style="dim"), Text(place, overflow="fold"))
        return table

    def _flow(self) -> Table:
        dropped = self._service.ledger.dropped()
        table = Table(
            expand=True, caption=f"{dropped:,} dropped by the rules of the configuration" if dropped else None
        )
        for name in ("", "arrived", "a second", "left", "a second"):
            table.add_column(name, justify="right" if name else "left")
        for signal, (came, left) in self.counts().items():
            table.add_row(
                NAMES[signal],
                f"{came:,}",
                self._rate(signal + " in", came),
                f"{left:,}",
                self._rate(signal + " out", left),
            )
        return table

    def _rate(self, name: str, total: int) -> str:
        now = time.monotonic()
        before, at = self._before.get(name, (0.0, now))
        if now - at >= 1 or name not in self._before:
            self._before[name] = (total, now)
        return f"{(total - before) / (now - at):,.0f}" if now > at else "-"

    def _records(self) -> Panel:
        lines = [
            Text(f"{name:8}{line}", no_wrap=True, overflow="ellipsis")
            for name, recent in self._tail.recent.items()
            for line in recent
        ]
        return Panel(Group(*lines) if lines else Text("nothing yet"), title="what left last")


def books(service: "Service") -> Table:
    """The ledger: per component in = out + dropped + held, and why items were dropped."""
    table = Table(title="ledger: in = out + dropped + held", title_justify="left")
    for name in ("component", "in", "out", "dropped", "held"):
        table.add_column(name, justify="left" if name == "component" else "right")
    for account in accounts(service.graph.nodes, service.ledger):
        counts = (account.incoming, account.out, account.dropped, account.held)
        table.add_row(account.name, *(f"{count:,}" for count in counts))
    for entry in service.ledger:
        table.add_section()
        rule = f" by {entry.rule}" if entry.rule else ""
        table.add_row(f"{entry.component}: {entry.reason}{rule}", "", "", f"{entry.count:,}", "")
    return table

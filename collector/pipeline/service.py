"""The running service: telemetry, extensions and the graph, started and stopped in order (components.md 1.8)."""

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from collector.component import Clock, Consume, Kind, Signal, TelepipeError
from collector.net.budget import budget
from collector.pipeline.clock import SystemClock
from collector.pipeline.graph import Graph
from collector.pipeline.making import Maker
from collector.pipeline.metrics import observe_flows
from collector.pipeline.node import Node
from collector.pipeline.plan import Document, Plan, make_plan
from collector.pipeline.report import report_ledger
from collector.telemetry.telemetry import Telemetry

__all__ = ["Service", "StartError", "check"]


class StartError(TelepipeError):
    """The service could not start; what had started has been stopped again."""


def check(document: Document) -> None:
    """Find everything that `Service` would refuse, without starting anything.

    Components are constructed, extensions are not (components.md 1.10).

    Raises:
        ConfigError: with every problem found.
    """
    plan = make_plan(document)
    telemetry = Telemetry(document.telemetry, embedded=True)
    try:
        Graph(document, plan, telemetry, Maker(document, telemetry, SystemClock(), lambda _name, _error: None))
    finally:
        telemetry.close()


class ServiceHost:
    """What components may ask for at their start."""

    def __init__(self, service: "Service") -> None:
        self._service = service

    def extension(self, id: object) -> Any:
        return self._service.extensions[str(id)].component

    def pipelines(self, signal: Signal) -> Mapping[str, Consume]:
        entrances = self._service.graph.entrances
        return {id: consume for id, consume in entrances.items() if id.partition("/")[0] == signal}


class Service:
    """One collector, from its configuration to its end.

    `embedded`: part of another program, so no telemetry port unless the configuration names one. `listen` false: no
    receiver is started and no telemetry port opened; payloads come by `graph.inlets` alone. `drain_timeout` is how
    long stopping may take altogether, seconds. `memory_budget` bounds the bytes in flight of the whole process.
    `fatal` is done when a component reported that it can't go on.
    """

    def __init__(
        self,
        document: Document,
        *,
        clock: Clock | None = None,
        embedded: bool = False,
        listen: bool = True,
        memory_budget: int | None = None,
        drain_timeout: float = 25.0,
        command: str = "telepipe",
    ) -> None:
        self.document = document
        self.plan: Plan = make_plan(document)
        self.clock: Clock = clock or SystemClock()
        self.telemetry = Telemetry(document.telemetry, embedded=embedded)
        self.ledger = self.telemetry.ledger
        self.host = ServiceHost(self)
        self.extensions: dict[str, Node] = {}
        self.graph: Graph
        self.fatal: asyncio.Future[BaseException]
        self.ready = False
        self._listen = listen
        self._drain_timeout = drain_timeout
        self._command = command
        self._stopped = False
        if memory_budget is not None:
            budget.limit = memory_budget

    async def start(self) -> None:
        """Start everything; returns when data can flow.

        Raises:
            ConfigError: something can't be built or a port can't be opened.
            StartError: a component failed to start.
        """
        self.fatal = asyncio.get_running_loop().create_future()
        log = self.telemetry.logger
        greeting = f"Starting {self._command}..."
        log.info(greeting, Version=self.telemetry.version, NumCPU=os.cpu_count())
        try:
            if self._listen:
                await self.telemetry.start()
            maker = Maker(self.document, self.telemetry, self.clock, self._on_fatal)
            self.graph = Graph(self.document, self.plan, self.telemetry, maker)
            observe_flows(self.telemetry.registry, self.graph.nodes)
            await self._start_extensions(maker)
            for node in self.graph.nodes:
                if node.kind is Kind.RECEIVER and not self._listen:
                    continue
                await self._start_node(node, f'cannot start pipelines: failed to start "{node.id}" {node.kind}')
        except BaseException:
            with suppress(ExceptionGroup):  # logged, and not the reason
                await self.stop()
            raise
        self.ready = True
        self._notify("ready")
        log.info("Everything is ready. Begin running and processing data.")

    async def stop(self) -> None:
        """Stop everything, receivers first, each stage draining into a live one; may be called twice.

        Raises:
            ExceptionGroup: what failed to stop; everything else has been stopped all the same.
        """
        if self._stopped:
            return
        self._stopped = True
        log = self.telemetry.logger
        log.info("Starting shutdown...")
        was_ready, self.ready = self.ready, False
        if was_ready:
            self._notify("not_ready")
        deadline = asyncio.get_running_loop().time() + self._drain_timeout
        nodes = list(reversed(self.graph.nodes)) if hasattr(self, "graph") else []
        nodes += reversed(self.extensions.values())
        problems = [problem for node in nodes if (problem := await node.run_shutdown(deadline)) is not None]
        if was_ready:
            report_ledger(self.graph.nodes, self.ledger, self.telemetry.books)
        log.info("Shutdown complete.")
        await self.telemetry.stop()
        if problems:
            raise ExceptionGroup("components failed to stop", problems)

    async def _start_extensions(self, maker: Maker) -> None:
        for listed in self.document.service_extensions:
            node = maker.make(Kind.EXTENSION, self.document.extensions[listed], None)
            self.extensions[str(listed)] = node
        maker.refuse_problems()
        for id in self._extension_order():
            await self._start_node(self.extensions[id], f'failed to start extensions: failed to start "{id}" extension')

    def _extension_order(self) -> list[str]:
        """As listed, but what an extension depends on (its `dependencies`) goes before it."""
        order: dict[str, None] = {}

        def visit(id: str) -> None:
            for needed in getattr(self.extensions[id].component, "dependencies", ()):
                if str(needed) in self.extensions and str(needed) not in order:
                    visit(str(needed))
            order.setdefault(id)

        for id in self.extensions:
            visit(id)
        return list(order)

    async def _start_node(self, node: Node, what: str) -> None:
        try:
            await node.run_start(self.host)
        except Exception as error:
            text = (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
            raise StartError(f"{what}: {text}") from error

    def _notify(self, event: str) -> None:
        """Tell the extensions that pipelines are `ready` or `not_ready`."""
        for node in self.extensions.values():
            told: Callable[[], None] | None = getattr(node.component, event, None)
            if told is not None:
                told()

    def _on_fatal(self, name: str, error: BaseException | None) -> None:
        self.telemetry.logger.error(
            "Asynchronous error received, terminating process", component=name, error=str(error or "")
        )
        if not self.fatal.done():
            self.fatal.set_result(error or RuntimeError(f"{name} failed"))

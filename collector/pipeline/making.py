"""Making components: what the engine gives each of them, and the node that holds it."""

from collections.abc import Callable
from typing import Any

from collector.component import (
    Clock,
    ConfigError,
    Consume,
    ExporterFactory,
    Kind,
    Problem,
    Settings,
    Signal,
    Status,
)
from collector.delivery import Delivery
from collector.pipeline.node import Node, Tasks
from collector.pipeline.plan import ConfiguredComponent, Document, creating
from collector.telemetry.telemetry import Telemetry

__all__ = ["Maker"]


class Maker:
    """Makes the components of one service. `fatal` is told of components that can't go on."""

    def __init__(
        self,
        document: Document,
        telemetry: Telemetry,
        clock: Clock,
        fatal: Callable[[str, BaseException | None], None],
    ) -> None:
        self._document = document
        self._telemetry = telemetry
        self._clock = clock
        self._fatal = fatal
        self._problems: list[Problem] = []

    def refuse_problems(self) -> None:
        """Raise `ConfigError` if components could not be made."""
        if self._problems:
            raise ConfigError(*self._problems)

    def make(
        self,
        kind: Kind,
        configured: ConfiguredComponent,
        signal: Signal | None,
        *,
        pipeline: str = "",
        signal_out: Signal | None = None,
        emit: Consume | None = None,
        consumers: dict[Signal, Consume] | None = None,
    ) -> Node:
        """Make a component and the node that holds it; a component that can't be made is noted as a problem."""
        id = configured.id
        names = {"otelcol.component.id": str(id), "otelcol.component.kind": str(kind)}
        names |= {"otelcol.signal": str(signal)} if signal else {}
        names |= {"otelcol.pipeline.id": pipeline} if pipeline else {}
        names |= {"otelcol.signal.output": str(signal_out)} if signal_out else {}
        logger = self._telemetry.logger.bind(**names)
        key = "/".join(filter(None, (pipeline, signal_out and f"{signal}/{signal_out}")))
        status = self._telemetry.status(f"{kind}:{id}", "" if kind is Kind.EXTENSION else key or str(signal or ""))

        def report(new: Status, error: BaseException | None = None) -> None:
            if not status.move(new, error):
                logger.warning("Status change refused.", status=str(new), current=str(status.status))
            elif new is Status.FATAL_ERROR:
                self._fatal(f'{kind} "{id}"', error)

        def failed(error: BaseException) -> None:
            logger.error("Background task of a component failed.", exc_info=error)
            status.move(Status.PERMANENT_ERROR, error)

        tasks = Tasks(failed)
        node = Node(kind, id, signal, logger, status, tasks, pipeline=pipeline, signal_out=signal_out)
        settings = Settings(
            id=id,
            kind=kind,
            signal=signal,
            logger=logger,
            metrics=self._telemetry.registry.meter(**{str(kind): str(id)}),
            clock=self._clock,
            spawn=tasks.spawn,
            drop=self._telemetry.ledger.bound(f"{kind}:{id}"),
            report=report,
            emit=emit or nowhere,
            consumers=consumers or {},
            pipeline=pipeline,
            signal_out=signal_out,
            metrics_level=self._telemetry.registry.level,
            build_version=self._telemetry.version,
        )
        try:
            node.component = configured.factory.component(configured.config, settings)
        except (ConfigError, ValueError, OSError, ImportError) as error:
            text = f"{creating(kind, id, signal, pipeline)}: {error}"
            self._problems.append(self._document.problem((f"{kind}s", str(id)), text))
            node.consume = nowhere
            return node
        node.mutates = bool(getattr(node.component, "mutates_data", False))
        if kind is Kind.EXPORTER:
            deliver(node, configured, settings)
        elif signal is not None:
            node.consume = getattr(node.component, f"consume_{signal}", None)
        return node


def deliver(node: Node, configured: ConfiguredComponent, settings: Settings) -> None:
    """Put the parts of delivery that its factory names around an exporter."""
    factory = configured.factory
    parts = factory.delivery(configured.config) if isinstance(factory, ExporterFactory) and factory.delivery else None
    node.delivery = Delivery(parts, node.component, settings)
    node.consume = node.delivery.consume
    queue = parts.queue if parts is not None else None
    node.joins = queue is not None and queue.enabled and (queue.wait_for_result or bool(queue.storage))


async def nowhere(payload: Any) -> None:
    """The consumer of components that have none behind them."""
    raise AssertionError(f"no consumer for {type(payload).__name__}")

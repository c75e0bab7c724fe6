"""One component in the graph: how it is started, stopped, watched, and the tasks that it may have the engine run."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from collector.component import ComponentID, Consume, Host, Kind, Signal, Status
from collector.pipeline.flow import Flow
from collector.telemetry.status import StatusHolder

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from collector.delivery import Delivery

__all__ = ["Node", "Tasks"]

least_seconds = 1.0
"""What every component gets to stop, however late it is."""


class Tasks:
    """The tasks of one component; they end with it.

    A task that fails is a bug: `failed` is told, and the component counts as broken.
    """

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        self._running: set[asyncio.Task[None]] = set()
        self._failed = failed

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a coroutine as a task of the component."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._running.add(task)
        task.add_done_callback(self._done)
        return task

    async def cancel(self) -> None:
        """Cancel what still runs, and wait for its end."""
        tasks = list(self._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed(error)


@dataclass(slots=True, eq=False)
class Node:
    """An instance of a component with its place in the graph.

    `consume` takes payloads from before it, `consumed` and `produced` are the borders on both sides. `delivery` stands
    around exporters; `joins` says that its queue can do a batch processor's work.
    """

    kind: Kind
    id: ComponentID
    signal: Signal | None
    logger: "FilteringBoundLogger"
    status: StatusHolder
    tasks: Tasks
    pipeline: str = ""
    signal_out: Signal | None = None
    component: Any = None
    consume: Consume | None = None
    mutates: bool = False
    delivery: "Delivery | None" = None
    joins: bool = False
    consumed: list[Flow] = field(default_factory=list)
    produced: list[Flow] = field(default_factory=list)
    started: bool = False

    @property
    def name(self) -> str:
        """`processor "batch" in pipeline "traces"`: what messages call it."""
        return f'{self.kind} "{self.id}"' + (f' in pipeline "{self.pipeline}"' if self.pipeline else "")

    async def run_start(self, host: Host) -> None:
        """Start the component. Its errors rise, after its status has been set."""
        self.status.move(Status.STARTING)
        self.started = True
        try:
            if hasattr(self.component, "start"):
                await self.component.start(host)
        except Exception as error:
            self.status.move(Status.PERMANENT_ERROR, error)
            raise
        if self.status.status is Status.STARTING:
            self.status.move(Status.OK)

    async def run_shutdown(self, deadline: float) -> Exception | None:
        """Stop the component until `deadline` (loop time, a second at least); an error is returned, not raised."""
        if not self.started:
            return None
        self.started = False
        self.status.move(Status.STOPPING)
        problem: Exception | None = None
        if self.delivery is not None:
            problem = await self._within(deadline, self.delivery.shutdown)
        if hasattr(self.component, "shutdown"):
            problem = await self._within(deadline, self.component.shutdown) or problem
        await self.tasks.cancel()
        if problem is None:
            self.status.move(Status.STOPPED)
        else:
            self.status.move(Status.PERMANENT_ERROR, problem)
        return problem

    async def _within(self, deadline: float, shutdown: Callable[[], Coroutine[Any, Any, None]]) -> Exception | None:
        """Run a shutdown; its error, so that one failing shutdown does not stop the others."""
        try:
            async with asyncio.timeout_at(max(deadline, asyncio.get_running_loop().time() + least_seconds)):
                await shutdown()
        except TimeoutError as error:
            self.logger.error("Component did not stop in time.")  # noqa: TRY400 - no stack needed
            return error
        except Exception as error:
            self.logger.exception("Component failed to stop.", exc_info=error)
            return error
        return None

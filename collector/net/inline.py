"""Running a request's coroutine inside the protocol callback: a task is made only for those that have to wait."""

import asyncio
import types
from asyncio.tasks import _enter_task, _leave_task  # the documented hooks for task implementations
from collections.abc import Coroutine, Generator
from typing import Any, TypeVar

__all__ = ["Inline"]

T = TypeVar("T")


class StandIn:
    """What `asyncio.current_task()` is during a coroutine's first step; passes on to the task that may follow."""

    __slots__ = ("task",)

    def __init__(self) -> None:
        self.task: asyncio.Task[Any] | None = None

    def cancelling(self) -> int:
        return self.task.cancelling() if self.task else 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.task, name)


@types.coroutine
def resumed(coroutine: Coroutine[Any, Any, T], waiting: Any) -> Generator[Any, Any, T]:
    """Go on with a coroutine that is already waiting for `waiting`."""
    try:
        while True:
            try:
                value = yield waiting
            except BaseException as error:  # noqa: BLE001 - handed to the coroutine, whatever it is
                waiting = coroutine.throw(error)
            else:
                waiting = coroutine.send(value)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]


async def finish(coroutine: Coroutine[Any, Any, T], waiting: Any) -> T:
    return await resumed(coroutine, waiting)


class Inline:
    """Starts coroutines at once; one object a connection."""

    __slots__ = ("loop", "stand_in")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.stand_in = StandIn()

    def start(self, coroutine: Coroutine[Any, Any, T]) -> T | asyncio.Task[T]:
        """The coroutine's result if it needed no waiting, else the task that finishes it.

        Must not be called from within a task.
        """
        loop, stand_in = self.loop, self.stand_in
        _enter_task(loop, stand_in)  # type: ignore[arg-type]
        try:
            waiting = coroutine.send(None)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]
        finally:
            _leave_task(loop, stand_in)  # type: ignore[arg-type]
        self.stand_in = StandIn()
        stand_in.task = task = loop.create_task(finish(coroutine, waiting))
        return task

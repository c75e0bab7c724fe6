"""A service in a thread of its own, for synchronous programs; it survives a fork by starting again in the child."""

import asyncio
import os
import selectors
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar
from weakref import WeakSet

from collector.net.budget import budget
from collector.pipeline.plan import Document
from collector.pipeline.service import Service

__all__ = ["Background"]

Result = TypeVar("Result")

running: "WeakSet[Background]" = WeakSet()
left_to_parent: list[object] = []
"""In the child of a fork: loops and services of the parent, kept so that nothing is closed or finalised here."""


class Background:
    """One service with its thread and event loop; `loop` and `service` start it again after a fork."""

    def __init__(self, document: Document, *, listen: bool, drain_timeout: float) -> None:
        self._document = document
        self._listen = listen
        self._drain_timeout = drain_timeout
        self._lock = threading.Lock()
        self._forked = False
        self._stopped = False
        self._selector: selectors.BaseSelector
        self._loop: asyncio.AbstractEventLoop
        self._service: Service
        self._thread: threading.Thread

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        self._start_again()
        return self._loop

    @property
    def service(self) -> Service:
        self._start_again()
        return self._service

    def start(self) -> None:
        """Start the thread; returns when data can flow.

        Raises:
            ConfigError: something can't be built.
            StartError: a component failed to start.
        """
        self._selector = selectors.DefaultSelector()
        self._loop = asyncio.SelectorEventLoop(self._selector)
        self._thread = threading.Thread(target=self._loop.run_forever, name="telepipe", daemon=True)
        self._thread.start()
        try:
            self._service = self._run(self._make())
            self._run(self._service.start())
        except BaseException:
            self._end()
            raise
        running.add(self)

    def stop(self) -> None:
        """Stop the service and the thread; may be called twice. In a child that has not used it: nothing to do."""
        if self._stopped or self._forked:
            return
        self._stopped = True
        running.discard(self)
        try:
            self._run(self._service.stop())
        finally:
            self._end()

    def after_fork(self) -> None:
        """In the child: give up what belongs to the parent's thread.

        Its sockets stay open here otherwise, and a port would seem to be served when the parent has gone. Closing them
        by their owners would reach the parent's event loop; putting `/dev/null` in their place does not.
        """
        nothing = os.open(os.devnull, os.O_RDWR)
        for key in list(self._selector.get_map().values()):
            os.dup2(nothing, key.fd)
        os.close(nothing)
        budget.used = 0
        budget.waiters.clear()
        left_to_parent.append((self._loop, self._service, self._selector, self._thread))
        self._lock = threading.Lock()
        self._forked = True

    async def _make(self) -> Service:
        return Service(self._document, embedded=True, listen=self._listen, drain_timeout=self._drain_timeout)

    def _start_again(self) -> None:
        if not self._forked:
            return
        with self._lock:
            if self._forked:
                self._listen = False
                self._forked = False
                self.start()

    def _run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def after_fork_in_child() -> None:
    for background in list(running):
        background.after_fork()


os.register_at_fork(after_in_child=after_fork_in_child)

"""Small HTTP pages off the hot path: self metrics, health.

The port is bound at start, so that a busy one is an error then; `aiohttp.web` is imported in a thread when the first
client connects, which keeps start-up fast and idle memory small.
"""

import asyncio
import importlib
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Any

__all__ = ["Page", "PageServer", "split_endpoint"]


@dataclass(frozen=True, slots=True)
class Page:
    """An answer."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[str, str], Awaitable[Page]]
"""Answers a method and path."""


def split_endpoint(endpoint: str) -> tuple[str, int]:
    """Host and port of `host:port`, `:port` or `[::1]:port`.

    Raises:
        ValueError: not of this form.
    """
    host, colon, port = endpoint.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"endpoint {endpoint!r} is not of the form host:port")
    return host.removeprefix("[").removesuffix("]"), int(port)


class PageServer:
    """Serves one handler on a port; `address` is the bound (host, port) after `start`."""

    def __init__(self, host: str, port: int, handler: Handler, *, tls: SSLContext | None = None) -> None:
        self._host = host
        self._port = port
        self._handler = handler
        self._tls = tls
        self._sockets: list[socket.socket] = []
        self._serving: asyncio.Task[None] | None = None
        self._runner: Any = None
        self.address = (host, port)

    async def start(self) -> None:
        """Bind and listen.

        Raises:
            OSError: the port can't be bound.
        """
        loop = asyncio.get_running_loop()
        infos = await loop.getaddrinfo(self._host or None, self._port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        try:
            for family, _, _, _, address in dict.fromkeys(infos):
                self._bind(family, address)
        except OSError:
            self._close_sockets()
            raise
        self.address = self._sockets[0].getsockname()[:2]
        for bound in self._sockets:
            loop.add_reader(bound, self._first_client)

    async def stop(self) -> None:
        """Finish running requests and close. May be called twice."""
        if not self._sockets:
            return
        loop = asyncio.get_running_loop()
        if self._serving is None:
            for bound in self._sockets:
                loop.remove_reader(bound)
        else:
            await asyncio.gather(self._serving, return_exceptions=True)
            self._serving = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self._close_sockets()

    def _bind(self, family: int, address: Any) -> None:
        try:
            bound = socket.socket(family, socket.SOCK_STREAM)
        except OSError:  # the kernel has no IPv6
            if self._sockets or family != socket.AF_INET6:
                raise
            return
        self._sockets.append(bound)
        bound.setblocking(False)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if len(self._sockets) > 1 and self._port == 0:
            address = (address[0], self._sockets[0].getsockname()[1], *address[2:])
        bound.bind(address)
        bound.listen(128)

    def _close_sockets(self) -> None:
        for bound in self._sockets:
            bound.close()
        self._sockets = []

    def _first_client(self) -> None:
        loop = asyncio.get_running_loop()
        for bound in self._sockets:
            loop.remove_reader(bound)
        self._serving = loop.create_task(self._serve())

    async def _serve(self) -> None:
        web = await asyncio.to_thread(importlib.import_module, "aiohttp.web")

        async def answer(request: Any) -> Any:
            page = await self._handler(request.method, request.path)
            return web.Response(
                status=page.status, body=page.body, headers={"Content-Type": page.content_type, **page.headers}
            )

        self._runner = web.ServerRunner(web.Server(answer, keepalive_timeout=75), shutdown_timeout=2)
        await self._runner.setup()
        for bound in self._sockets:
            await web.SockSite(self._runner, bound, ssl_context=self._tls).start()

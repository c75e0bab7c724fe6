"""A listening port: speaks what the client starts with, HTTP/2 or HTTP/1.1, bounds its connections, drains them."""

import asyncio
import resource
import socket
import ssl
from typing import Protocol as Structure
from typing import cast

from collector.net.budget import ByteBudget
from collector.net.exchange import Handler
from collector.net.http1 import Http1Connection
from collector.net.http2 import Http2Connection
from collector.net.http2.frames import preface
from collector.net.options import ServerOptions, overdue
from collector.net.share import Share

__all__ = ["Port"]

sweep_seconds = 0.5
backlog = 1_024
accepted_at_once = 64
"""New connections between two looks at the others."""
only_http2 = (
    b"HTTP/1.1 505 HTTP Version Not Supported\r\ncontent-type: text/plain\r\nconnection: close\r\n"
    b"content-length: 37\r\n\r\nthis port speaks gRPC (HTTP/2) only.\n"
)


class Connection(Structure):
    def sweep(self, now: float) -> None: ...
    def drain(self, now: float) -> None: ...
    def close(self) -> None: ...


class Port:
    """Serves `handler` on a bound socket."""

    def __init__(
        self,
        handler: Handler,
        options: ServerOptions,
        budget: ByteBudget,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.handler = handler
        self.options = options
        self.budget = budget
        self.tls = tls
        self.share = Share(budget)
        self.connections: set[Connection] = set()
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.most = min(options.max_connections, files * 3 // 4)
        self.server: asyncio.Server | None = None
        self.sweeper: asyncio.TimerHandle | None = None
        self.empty = asyncio.Event()

    async def start(self, sock: socket.socket) -> None:
        """Listen on a bound socket."""
        loop = asyncio.get_running_loop()
        timeout = self.options.header_timeout if self.tls else None
        self.server = await loop.create_server(
            lambda: Opening(self), sock=sock, ssl=self.tls, backlog=accepted_at_once, ssl_handshake_timeout=timeout
        )
        sock.listen(backlog)  # the kernel may hold more than the loop takes at a time
        self.sweeper = loop.call_later(sweep_seconds, self.sweep)

    @property
    def address(self) -> str:
        """Where it listens: `host:port`, or the path of a unix socket."""
        assert self.server is not None
        name = self.server.sockets[0].getsockname()
        return f"{name[0]}:{name[1]}" if isinstance(name, tuple) else str(name)

    async def stop(self, grace: float) -> None:
        """Accept no more, let requests finish, close; after `grace` seconds cut what is left."""
        if self.server is None:
            return
        self.server.close()
        now = asyncio.get_running_loop().time()
        for connection in list(self.connections):
            connection.drain(now)
        if self.connections:
            self.empty.clear()
            try:
                await asyncio.wait_for(self.empty.wait(), grace)
            except TimeoutError:
                for connection in list(self.connections):
                    connection.close()
        if self.sweeper:
            self.sweeper.cancel()

    def sweep(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for connection in list(self.connections):
            connection.sweep(now)
        self.sweeper = loop.call_later(sweep_seconds, self.sweep)

    def add(self, connection: Connection) -> None:
        self.connections.add(connection)
        self.share.connections = len(self.connections)

    def remove(self, connection: Connection) -> None:
        self.connections.discard(connection)
        self.share.connections = len(self.connections)
        if not self.connections:
            self.empty.set()


class Opening(asyncio.Protocol):
    """A new connection until its first bytes say what it speaks."""

    def __init__(self, port: Port) -> None:
        self.port = port
        self.data = b""
        self.handed_over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by class
        if len(self.port.connections) >= self.port.most:
            self.transport.abort()
            return
        self.begun = asyncio.get_running_loop().time()
        self.port.add(self)

    def data_received(self, data: bytes) -> None:
        self.data += data
        if self.data == preface[: len(self.data)] and len(self.data) < 4:
            return
        port = self.port
        if self.data[:4] != preface[:4] and not port.options.http1:
            if b" HTTP/1." in self.data:
                self.transport.write(only_http2)
            self.transport.close()
            return
        port.remove(self)
        kind = Http2Connection if self.data[:4] == preface[:4] else Http1Connection
        connection = kind(port.handler, port.options, port.budget, port.share, port.remove)
        port.add(connection)
        self.handed_over = True
        self.transport.set_protocol(connection)
        connection.connection_made(self.transport)
        connection.data_received(self.data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.port.remove(self)

    def sweep(self, now: float) -> None:
        if overdue(now, self.begun, self.port.options.header_timeout):
            self.transport.abort()

    def drain(self, now: float) -> None:  # noqa: ARG002 - as for HTTP/2, which needs it
        self.transport.close()

    def close(self) -> None:
        self.transport.abort()

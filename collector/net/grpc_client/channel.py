"""Connections to the addresses of a target: made when needed, again after a growing pause, shared by all calls."""

import asyncio
import random
import socket
import ssl
from collections.abc import Callable

from collector.net.codes import Code
from collector.net.grpc_client.connection import Connection
from collector.net.grpc_client.keepalive import Keepalive
from collector.net.grpc_client.status import RPCError
from collector.net.grpc_client.target import Target
from collector.net.reasons import reason

__all__ = ["Channel"]

connect_timeout = 20.0
look_up_interval = 30.0
"""A name whose servers come and go is not looked up more often while one of them is there."""
first_pause, longest_pause, pause_growth, pause_spread = 1.0, 120.0, 1.6, 0.2

Address = tuple[str, int]
TLS = Callable[[], ssl.SSLContext] | None


class Link:
    """The connection to one address, or how long to leave it alone."""

    def __init__(
        self,
        target: Target,
        address: Address,
        tls: TLS,
        server_name: str,
        keepalive: Keepalive | None,
        lost: Callable[[], None],
    ) -> None:
        self.target = target
        self.address = address
        self.tls = tls
        self.server_name = server_name
        self.keepalive = keepalive
        self.lost = lost
        self.connection: Connection | None = None
        self.connecting: asyncio.Task[Connection] | None = None
        self.error = RPCError(Code.UNAVAILABLE, "no connection yet")
        self.pause = 0.0
        self.retry_at = 0.0

    @property
    def open(self) -> Connection | None:
        """The connection, if calls can be made on it."""
        connection = self.connection
        return connection if connection is not None and connection.usable else None

    def connect(self) -> "asyncio.Task[Connection] | None":
        """The attempt under way; a new one, unless the last one failed too short a time ago."""
        if self.connecting is None and asyncio.get_running_loop().time() >= self.retry_at:
            self.connecting = asyncio.ensure_future(self._connect())
            self.connecting.add_done_callback(self._connected)
        return self.connecting

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        tls = self.tls() if self.tls is not None else None
        name = self.server_name or self.target.host or "localhost"

        def protocol() -> Connection:
            return Connection(self._gone, self.keepalive)

        async with asyncio.timeout(connect_timeout):
            if self.target.path:
                _, connection = await loop.create_unix_connection(
                    protocol, self.target.path, ssl=tls, server_hostname=name if tls else None
                )
            else:
                _, connection = await loop.create_connection(
                    protocol, *self.address, ssl=tls, server_hostname=name if tls else None
                )
            try:
                await connection.ready
            except BaseException:
                connection.transport.abort()
                raise
        return connection

    def _connected(self, attempt: "asyncio.Task[Connection]") -> None:
        self.connecting = None
        if attempt.cancelled():
            return
        error = attempt.exception()
        if error is None:
            self.connection = attempt.result()
            self.pause = 0.0
            return
        self.pause = min(self.pause * pause_growth, longest_pause) if self.pause else first_pause
        spread = random.uniform(1 - pause_spread, 1 + pause_spread)  # noqa: S311 - spreads load, guards nothing
        self.retry_at = asyncio.get_running_loop().time() + self.pause * spread
        self.error = connect_error(error, self.target)

    def _gone(self, connection: Connection) -> None:
        if self.connection is connection:
            self.connection = None
            self.lost()

    def retire(self) -> None:
        """End once the calls under way are answered."""
        if self.connecting is not None:
            self.connecting.cancel()
        if self.connection is not None:
            self.connection.retire()

    async def close(self) -> None:
        if self.connecting is not None:
            self.connecting.cancel()
            await asyncio.gather(self.connecting, return_exceptions=True)
        if self.connection is not None:
            self.connection.close()


class Channel:
    """Picks a connection for each call.

    `round_robin` uses all addresses of the target's name in turn, otherwise the first one that answers. `tls` gives
    the context for a new connection.
    """

    def __init__(
        self,
        target: Target,
        tls: TLS = None,
        server_name: str = "",
        keepalive: Keepalive | None = None,
        *,
        round_robin: bool = True,
    ) -> None:
        self._target = target
        self._tls = tls
        self._server_name = server_name
        self._keepalive = keepalive
        self._round_robin = round_robin
        self._links: list[Link] = []
        self._turn = 0
        self._stale = True
        self._look_up_at = 0.0
        self._resolving: asyncio.Task[None] | None = None

    async def connection(self, *, wait: bool = False) -> Connection:
        """A usable connection; `wait`: until there is one, whatever goes wrong.

        Raises:
            RPCError: no address can be reached.
        """
        while True:
            connection = self._pick()
            if connection is not None:
                return connection
            try:
                return await self._connect()
            except RPCError:
                if not wait:
                    raise
            now = asyncio.get_running_loop().time()
            soonest = min((link.retry_at for link in self._links), default=now + first_pause)
            await asyncio.sleep(max(soonest - now, 0.05))

    async def close(self) -> None:
        """Close all connections."""
        links, self._links = self._links, []
        await asyncio.gather(*(link.close() for link in links))

    def _pick(self) -> Connection | None:
        links = self._links
        count = len(links)
        if self._stale and self._round_robin and count and asyncio.get_running_loop().time() >= self._look_up_at:
            self._look_up()
        for step in range(count):
            at = (self._turn + step) % count
            connection = links[at].open
            if connection is not None:
                if self._round_robin and count > 1:
                    self._turn = at + 1
                    for link in links:
                        if link.open is None:
                            link.connect()
                return connection
        return None

    async def _connect(self) -> Connection:
        """The first connection that comes about."""
        if self._stale or not self._links:
            await asyncio.shield(self._look_up())
        if not self._round_robin:
            for link in self._links:
                attempt = link.connect()
                if attempt is not None:
                    await asyncio.wait([attempt])
                    if link.open is not None:
                        return link.open
        else:
            attempts = {attempt for link in self._links if (attempt := link.connect()) is not None}
            while attempts:
                _, attempts = await asyncio.wait(attempts, return_when=asyncio.FIRST_COMPLETED)
                connection = self._pick()
                if connection is not None:
                    return connection
        self._stale = True
        error = self._links[-1].error
        raise RPCError(Code.UNAVAILABLE, error.args[0].partition("desc = ")[2])

    def _link(self, address: Address) -> Link:
        return Link(self._target, address, self._tls, self._server_name, self._keepalive, self._lost)

    def _lost(self) -> None:
        """A server went: the name may stand for others now."""
        self._stale = True

    def _look_up(self) -> "asyncio.Task[None]":
        """The look-up of the name that is under way."""
        if self._resolving is None:
            self._look_up_at = asyncio.get_running_loop().time() + look_up_interval
            self._resolving = asyncio.ensure_future(self._resolve())
            self._resolving.add_done_callback(lambda task: task.cancelled() or task.exception())
        return self._resolving

    async def _resolve(self) -> None:
        target = self._target
        try:
            addresses: list[Address] = [(target.host, target.port)]
            if target.resolve and not target.path:
                addresses = await resolve(target)
            known = {link.address: link for link in self._links}
            self._links = [known[address] if address in known else self._link(address) for address in addresses]
            for address in known.keys() - set(addresses):
                known[address].retire()
            self._stale = False
        except OSError as error:
            raise RPCError(Code.UNAVAILABLE, f"name resolver error: lookup {target.host}: {reason(error)}") from error
        finally:
            self._resolving = None


async def resolve(target: Target) -> list[Address]:
    """All addresses of the target's name."""
    found = await asyncio.get_running_loop().getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys((str(entry[4][0]), target.port) for entry in found))


def connect_error(error: BaseException, target: Target) -> RPCError:
    """What went wrong, as a status."""
    if isinstance(error, RPCError):
        return error
    where = f"unix {target.path}" if target.path else f"tcp {target.authority}"
    return RPCError(
        Code.UNAVAILABLE, f'connection error: desc = "transport: error while dialing: dial {where}: {reason(error)}"'
    )

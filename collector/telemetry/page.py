"""Small HTTP pages of our own, such as self metrics and health, on the servers of `collector.net`."""

from collections.abc import Awaitable, Callable

from collector.component import Host
from collector.net.budget import budget
from collector.net.cors import CORS
from collector.net.endpoint import bind
from collector.net.exchange import Head, Headers, Refusal, Response
from collector.net.gate import Gate, Unauthenticated
from collector.net.port import Port
from collector.net.server_settings import HTTPServerConfig
from collector.net.tls_server import ServerTLSContext

__all__ = ["Answer", "PageServer"]

Answer = Callable[[Head], Awaitable[Response]]

text: Headers = (("content-type", "text/plain; charset=utf-8"),)
statuses = {Refusal.TOO_LARGE: 413, Refusal.BUSY: 503, Refusal.TIMEOUT: 408, Refusal.BROKEN: 500}
grace_seconds = 2.0


class PageHandler:
    """Gives every request to one function, once it may come in."""

    def __init__(self, config: HTTPServerConfig, answer: Answer, gate: Gate | None) -> None:
        self.max_body = config.max_body
        self._answer = answer
        self._gate = None if gate is None or gate.open else gate
        self._cors = CORS(config.cors) if config.cors and config.cors.allowed_origins else None
        self._headers: Headers = tuple(
            (name.lower(), value.get_secret_value()) for name, value in config.response_headers.items()
        )

    async def handle(self, head: Head, body: list[bytes], client: str) -> Response:  # noqa: ARG002 - Handler's signature
        if self._cors is not None and (preflight := self._cors.preflight(head)) is not None:
            return preflight.with_headers(self._headers)
        if self._gate is not None:
            try:
                await self._gate.admit(head)
            except Unauthenticated as error:
                return Response(401, text, str(error).encode()).with_headers(self._extra(head))
        return (await self._answer(head)).with_headers(self._extra(head))

    def refuse(self, head: Head, refusal: Refusal) -> Response:
        return Response(statuses[refusal], text).with_headers(self._extra(head))

    def declared_size(self, start: bytes) -> int | None:  # noqa: ARG002 - HTTP says it in a header
        return None

    def _extra(self, head: Head) -> Headers:
        return self._headers if self._cors is None else (*self._headers, *self._cors.answer(head))


class PageServer:
    """Serves `answer` by the settings of an HTTP server; `address` is the (host, port) or path bound by `start`."""

    def __init__(self, config: HTTPServerConfig, answer: Answer) -> None:
        self._config = config
        self._answer = answer
        self._port: Port | None = None
        self.address: tuple[str, int] | str = ""

    async def start(self, host: Host | None = None) -> None:
        """Bind and listen; `host` finds the extensions that the settings name.

        Raises:
            OSError: the address can't be had.
            ValueError: an extension is missing, or certificates can't be read.
        """
        config = self._config
        gate = Gate(config, host) if host is not None else None
        tls = ServerTLSContext(config.tls, ignore).context if config.tls is not None else None
        sock = bind(config.endpoint, config.transport)
        name = sock.getsockname()
        self.address = name if isinstance(name, str) else name[:2]
        self._port = Port(PageHandler(config, self._answer, gate), config.options(), budget, tls)
        await self._port.start(sock)

    async def stop(self) -> None:
        """Finish running requests and close; may be called twice."""
        if self._port is not None:
            port, self._port = self._port, None
            await port.stop(grace_seconds)


def ignore(_error: Exception) -> None:
    """Certificates that can't be read again: those in use stay."""

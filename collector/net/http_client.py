"""The HTTP client of exporters, on aiohttp, which is imported when the first body is sent (components.md 2.5).

client = HTTPClient(config, version="1.0")
await client.start(host)
response = await client.post("http://127.0.0.1:4318/v1/traces", payload.chunks(), {"Content-Type": "…"})
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]

from collector.component import Host, Permanent, Retryable, ShuttingDown
from collector.net.client_settings import HTTPClientConfig, refuse_middlewares, resolve_authenticator, user_agent
from collector.net.deflate import compress, content_encoding
from collector.net.pieces import coalesced
from collector.net.reasons import reason
from collector.net.tls_client import ClientTLSContext

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession

__all__ = ["HTTPClient", "HTTPResponse", "retry_after"]

most_body = 64 << 10
largest_whole_body = 64 << 10
write_size = 256 << 10
for_ever = 1e9


@dataclass(frozen=True, slots=True)
class HTTPResponse:
    """An answer: header names are lower case; `body` holds at most 64 KiB of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HTTPClient:
    """Posts bodies with the headers, compression, TLS, proxy and connection limits of its settings."""

    def __init__(self, config: HTTPClientConfig, version: str = "") -> None:
        self._config = config
        self._encoding = content_encoding(config.compression)
        self._headers = {"User-Agent": user_agent(version)}
        for name, value in config.headers.items():
            if name.lower() == "user-agent":
                del self._headers["User-Agent"]
            self._headers[name] = value.get_secret_value()
        self._tls: ClientTLSContext | None = None
        self._authenticator: Any = None
        self._session: ClientSession | None = None
        self._started = False

    async def start(self, host: Host) -> None:
        """Make ready to send; connects to nothing.

        Raises:
            ConfigError: the authenticator can't be used.
            OSError, ssl.SSLError: a certificate can't be read.
        """
        config = self._config
        self._authenticator = resolve_authenticator(config.auth, host, "an HTTP")
        refuse_middlewares(config.middlewares, host, "an HTTP")
        if not config.tls.plain:
            self._tls = ClientTLSContext(config.tls)
        self._started = True

    async def _opened(self) -> "ClientSession":
        """The session, made at the first request: aiohttp costs a third of a second and 8 MB."""
        if self._session is None:
            await asyncio.to_thread(import_module, "aiohttp")
        if not self._started:
            raise ShuttingDown("the client is closed")
        if self._session is None:
            self._session = self._make_session()
        return self._session

    def _make_session(self) -> "ClientSession":
        import aiohttp  # noqa: PLC0415 - imported by now

        config = self._config
        keep_alive: dict[str, Any] = {"keepalive_timeout": config.idle_conn_timeout or for_ever}
        if config.disable_keep_alives:
            keep_alive = {"force_close": True}
        connector = aiohttp.TCPConnector(limit=0, limit_per_host=config.max_conns_per_host, **keep_alive)
        tracing = aiohttp.TraceConfig()
        tracing.on_connection_reuseconn.append(mark_reused)
        cookies = config.cookies is not None and config.cookies.enabled
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.CookieJar(unsafe=True) if cookies else aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=config.timeout or None),
            trace_configs=[tracing],
            skip_auto_headers=("User-Agent", "Accept-Encoding"),
        )

    async def close(self) -> None:
        """Close all connections."""
        self._started = False
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def post(
        self,
        url: str,
        chunks: Sequence[bytes],
        headers: Mapping[str, str],
        *,
        encoded: bool = False,
        redirects: bool = True,
    ) -> HTTPResponse:
        """Send a body and read the answer. `encoded`: the body is compressed already, `headers` say how.

        `redirects`: follow them; otherwise they are answers like others.

        Raises:
            Retryable: there was no answer.
            Permanent: no request can be made of this.
        """
        sent = {**self._headers, **headers}
        if self._encoding and not encoded:
            chunks = compress(self._config.compression, self._config.compression_params.level, chunks)
            sent["Content-Encoding"] = self._encoding
        if self._authenticator is not None:
            sent.update(await self._authenticator.client_headers())
        session = await self._opened()
        from aiohttp import ClientError, InvalidURL, ServerDisconnectedError  # noqa: PLC0415 - imported by now

        attempt = SimpleNamespace(reused=False)
        try:
            try:
                return await self._post(session, url, chunks, sent, redirects, attempt)
            except ServerDisconnectedError:
                if not attempt.reused:
                    raise
                # The server had closed the idle connection.
                return await self._post(session, url, chunks, sent, redirects, attempt)
        except InvalidURL as error:
            raise Permanent(f"failed to make an HTTP request: invalid URL {error}") from error
        except TimeoutError as error:
            raise Retryable(
                f'failed to make an HTTP request: Post "{url}": no answer within {self._config.timeout}s', code=4
            ) from error
        except (ClientError, OSError) as error:
            text = f'failed to make an HTTP request: Post "{url}": {reason_of(error)}'
            raise Retryable(text, code=14) from error

    async def _post(
        self,
        session: "ClientSession",
        url: str,
        chunks: Sequence[bytes],
        headers: Mapping[str, str],
        redirects: bool,
        attempt: SimpleNamespace,
    ) -> HTTPResponse:
        async with session.post(
            url,
            data=make_body(chunks),
            headers=headers,
            allow_redirects=redirects,
            proxy=self._config.proxy_url or proxy_of(url),
            ssl=self._tls.current() if self._tls is not None and url.startswith("https:") else True,
            server_hostname=self._config.tls.server_name_override or None,
            trace_request_ctx=attempt,
        ) as response:
            return await read(response)


async def mark_reused(_session: Any, context: Any, _parameters: Any) -> None:
    """Note for a request that it was sent on a connection that had served another."""
    context.trace_request_ctx.reused = True


def reason_of(error: Exception) -> str:
    """What went wrong, without the insides of the library."""
    cause = getattr(error, "os_error", None)
    host, port = getattr(error, "host", None), getattr(error, "port", None)
    if cause is not None and host is not None:
        return f"dial tcp {host}:{port}: {reason(cause)}"
    return str(error) or type(error).__name__


async def read(response: "ClientResponse") -> HTTPResponse:
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) >= most_body:
            response.close()
            break
    headers = {name.lower(): value for name, value in response.headers.items()}
    return HTTPResponse(response.status, headers, bytes(body[:most_body]))


def make_body(chunks: Sequence[bytes]) -> Any:
    """A body whose length is known and that can be sent again (redirects)."""
    size = sum(map(len, chunks))
    return b"".join(chunks) if size < largest_whole_body else body_class()(chunks, size)


@cache
def body_class() -> Any:
    """The kind of body that aiohttp takes, for a list of pieces."""
    from aiohttp.payload import Payload  # noqa: PLC0415 - imported by now

    class Pieces(Payload):
        _autoclose = True

        def __init__(self, chunks: Sequence[bytes], size: int) -> None:
            super().__init__(chunks)
            self._size = size

        def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
            return b"".join(self._value).decode(encoding, errors)

        async def write(self, writer: Any) -> None:
            for piece in coalesced(self._value, write_size):
                await writer.write(piece)

    return Pieces


def proxy_of(url: str) -> str | None:
    """The proxy that the environment names for a URL; never one for this machine's own addresses."""
    proxies = getproxies_environment()
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not proxies or host == "localhost" or host.startswith("127.") or host == "::1":
        return None
    if proxy_bypass_environment(parts.netloc, proxies):
        return None
    return proxies.get(parts.scheme)


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a `Retry-After` header asks to wait (a number or an HTTP date); `now` is in Unix seconds."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((moment - datetime.fromtimestamp(now, UTC)).total_seconds(), 0.0)

"""The gRPC client of exporters: unary calls with the settings of components.md 2.5.

client = GRPCClient(config, version="1.0")
await client.start(host)
answer = await client.unary("/pkg.Service/Method", payload.chunks(), time_limit=5)
"""

import base64
from collections.abc import Sequence
from typing import Any

from collector.component import Host
from collector.net.budget import budget
from collector.net.client_settings import GRPCClientConfig, refuse_middlewares, resolve_authenticator, user_agent
from collector.net.codes import Code
from collector.net.deflate import compress
from collector.net.grpc_client.channel import Channel
from collector.net.grpc_client.keepalive import Keepalive
from collector.net.grpc_client.sending import Reply
from collector.net.grpc_client.status import RPCError, from_http_status, from_trailers
from collector.net.grpc_client.target import parse_target
from collector.net.http2.headers import encode
from collector.net.inflate import TooLarge, Undecodable, encodings, inflate
from collector.net.tls_client import ClientTLSContext

__all__ = ["GRPCClient"]

most_reply = 4 << 20
tries_of_unsent = 3
methods = {"gzip": "gzip", "zstd": "zstd", "snappy": "x-snappy-framed"}
"""What the names of gRPC encodings are in `deflate`; snappy means the framed format here."""


class GRPCClient:
    """Calls methods of one server, or of all behind one name. Connects with the first call."""

    def __init__(self, config: GRPCClientConfig, version: str = "") -> None:
        self._config = config
        self._target = parse_target(config.endpoint)
        self._encoding = methods.get(config.compression, "")
        self._fields = [("content-type", "application/grpc"), ("te", "trailers")]
        self._fields.append(("user-agent", config.user_agent or user_agent(version)))
        if self._encoding:
            self._fields.append(("grpc-encoding", config.compression))
        self._fields.append(("grpc-accept-encoding", "identity,gzip,zstd"))
        self._fields += [metadata(name, value.get_secret_value()) for name, value in config.headers.items()]
        self._secure = self._target.secure or not config.tls.plain
        self._blocks: dict[tuple[str, float], bytes] = {}
        self._authenticator: Any = None
        self._channel: Channel | None = None

    async def start(self, host: Host) -> None:
        """Make ready to call; connects to nothing.

        Raises:
            ConfigError: the authenticator can't be used.
            OSError, ssl.SSLError: a certificate can't be read.
        """
        config = self._config
        self._authenticator = resolve_authenticator(config.auth, host, "a gRPC")
        refuse_middlewares(config.middlewares, host, "a gRPC")
        tls = ClientTLSContext(config.tls, ["h2"]) if self._secure else None
        keepalive = None
        if config.keepalive is not None:
            keepalive = Keepalive(
                config.keepalive.time, config.keepalive.timeout, config.keepalive.permit_without_stream
            )
        self._channel = Channel(
            self._target,
            tls.current if tls is not None else None,
            config.tls.server_name_override,
            keepalive,
            round_robin=config.balancer_name == "round_robin",
        )

    async def close(self) -> None:
        """Close all connections."""
        if self._channel is not None:
            await self._channel.close()

    async def unary(self, path: str, chunks: Sequence[bytes], time_limit: float = 0) -> bytes:
        """Call a method with one message, given in pieces; the message of the answer.

        `time_limit`, in seconds, is told to the server; cancel the call to end it here.

        Raises:
            RPCError: any other outcome than OK.
        """
        block = await self._header_block(path, time_limit)
        pieces = compress(self._encoding, 0, chunks) if self._encoding else list(chunks)
        size = sum(map(len, pieces))
        pieces.insert(0, b"%c%b" % (1 if self._encoding else 0, size.to_bytes(4, "big")))
        held = size if self._encoding else 0
        budget.account(held)
        try:
            return message_of(await self._call(block, pieces, size + 5))
        finally:
            budget.release(held)

    async def _call(self, block: bytes, pieces: list[bytes], size: int) -> Reply:
        """Make the call; again at once where the server did not look at it."""
        assert self._channel is not None
        for left in reversed(range(tries_of_unsent)):
            connection = await self._channel.connection(wait=self._config.wait_for_ready)
            try:
                return await connection.call(block, pieces, size)
            except RPCError as error:
                if not (error.unsent and left):
                    raise
        raise AssertionError

    async def _header_block(self, path: str, time_limit: float) -> bytes:
        if self._authenticator is not None:
            extra = (await self._authenticator.client_headers()).items()
            return self._encode(path, time_limit, [metadata(name, value) for name, value in extra])
        block = self._blocks.get((path, time_limit))
        if block is None:
            block = self._blocks[path, time_limit] = self._encode(path, time_limit, [])
        return block

    def _encode(self, path: str, time_limit: float, extra: list[tuple[str, str]]) -> bytes:
        fields = [
            (":method", "POST"),
            (":scheme", "https" if self._secure else "http"),
            (":path", path),
            (":authority", self._config.authority or self._target.authority),
        ]
        if time_limit > 0:
            fields.append(("grpc-timeout", timeout_text(time_limit)))
        return encode((*fields, *self._fields, *extra))


def metadata(name: str, value: str) -> tuple[str, str]:
    """A metadata field as it is sent: lower case, binary ones in base64."""
    name = name.lower()
    if name.endswith("-bin"):
        return name, base64.b64encode(value.encode()).decode().rstrip("=")
    return name, value


def timeout_text(seconds: float) -> str:
    """The value of `grpc-timeout`: at most eight digits and a unit."""
    for unit, factor in (("u", 1e6), ("m", 1e3), ("S", 1.0)):
        count = max(round(seconds * factor), 1)
        if count < 10**8:
            return f"{count}{unit}"
    return "99999999S"


def message_of(reply: Reply) -> bytes:
    """The message of an answer whose status is OK.

    Raises:
        RPCError: the status says otherwise, or the answer is no gRPC.
    """
    fields, trailers = reply.fields, reply.trailers
    content_type = fields.get("content-type", "")
    if fields.get(":status") != "200" or not content_type.startswith("application/grpc"):
        if "grpc-status" in trailers and (error := from_trailers(trailers)) is not None:
            raise error
        raise from_http_status(fields.get(":status", ""), content_type)
    if "grpc-status" not in trailers:
        raise RPCError(Code.INTERNAL, "server closed the stream without sending trailers")
    error = from_trailers(trailers)
    if error is not None:
        raise error
    body = reply.body
    if len(body) < 5 or int.from_bytes(body[1:5], "big") != len(body) - 5:
        raise RPCError(Code.INTERNAL, "the answer is not one message")
    if not body[0]:
        return body[5:]
    encoding = fields.get("grpc-encoding", "")
    if encoding not in encodings:
        raise RPCError(Code.UNIMPLEMENTED, f"the answer has an unknown compression {encoding!r}")
    try:
        return inflate(encoding, body[5:], most_reply)
    except (TooLarge, Undecodable) as error:
        raise RPCError(Code.INTERNAL, f"the answer can't be decompressed: {error}") from error

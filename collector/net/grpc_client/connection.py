"""One HTTP/2 connection of a gRPC client: unary calls on streams (RFC 9113; frames are those of the server)."""

import asyncio
from collections.abc import Callable
from typing import cast

from collector.net.codes import Code
from collector.net.grpc_client.decoder import ReplyDecoder
from collector.net.grpc_client.keepalive import Keepalive, Pulse
from collector.net.grpc_client.sending import Call, Output, Reply
from collector.net.grpc_client.status import RPCError, from_reset
from collector.net.http2 import frames as f
from collector.net.http2.frames import ConnectionFault, ErrorCode, StreamFault
from collector.net.http2.reader import FrameReader

__all__ = ["Connection"]

most_reply = 4 << 20
reply_window = 1 << 20
replenish_at = 1 << 14
last_stream_id = 2**31 - 1


class Connection(Output, FrameReader):
    """`ready` resolves when the server has sent its settings. `gone(connection)` is called when it ends.

    `usable`: new calls may be made. Calls that the server has not looked at when it goes fail as `unsent`.
    """

    def __init__(self, gone: Callable[["Connection"], None], keepalive: Keepalive | None = None) -> None:
        FrameReader.__init__(self)
        Output.__init__(self)
        self.begun, self.need = True, 9
        self.loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[None] = self.loop.create_future()
        self.ready.add_done_callback(lambda future: future.cancelled() or future.exception())
        self.decoder = ReplyDecoder()
        self.pulse = None if keepalive is None else Pulse(keepalive, lambda: bool(self.calls), self.ping, self.give_up)
        self.usable = False
        self.closed = False
        self.next_id = 1
        self.max_calls = 2**31
        self.waiting: asyncio.Event = asyncio.Event()
        self.block: list[bytes] = []
        self.block_flags = 0
        self.received = 0
        self._gone = gone

    async def call(self, block: bytes, pieces: list[bytes], size: int) -> Reply:
        """Make a call: its header block, and its message of `size` bytes in pieces.

        Raises:
            RPCError: the stream or the connection ended without an answer.
        """
        while len(self.calls) >= self.max_calls and self.usable:
            self.waiting.clear()
            await self.waiting.wait()
        if not self.usable:
            raise RPCError(Code.UNAVAILABLE, "the connection is closing", unsent=True)
        call = Call(self.next_id, pieces, size, self.peer_window)
        call.grant_at = reply_window >> 1
        self.next_id += 2
        if self.next_id > last_stream_id:
            self.usable = False
        self.begin(call, block)
        if self.pulse is not None:
            self.pulse.begin()
        try:
            return await call.future
        finally:
            if call.id in self.calls:
                self.cancel(call)
            self.waiting.set()
            if not self.usable:
                self.close_when_idle()

    def close(self) -> None:
        """End the connection; open calls fail."""
        if not self.closed:
            self.usable = False
            self.transport.writelines([f.goaway(0, ErrorCode.NO_ERROR)])
            self.transport.close()

    def retire(self) -> None:
        """End once all open calls are answered."""
        self.usable = False
        self.close_when_idle()

    # ---- transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is none by class
        self.transport.set_write_buffer_limits(high=0)
        values = {f.ENABLE_PUSH: 0, f.INITIAL_WINDOW_SIZE: reply_window, f.MAX_HEADER_LIST_SIZE: 16_384}
        self.transport.write(f.preface + f.settings(values) + f.window_update(0, reply_window - f.default_window))

    def data_received(self, data: bytes) -> None:
        if self.pulse is not None:
            self.pulse.heard()
        try:
            self.receive(data)
        except (ConnectionFault, StreamFault) as fault:
            self.fail(f"the server broke the protocol: {fault}")
            return
        self.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self.end(f"connection lost: {exc}" if exc else "connection closed by the server")

    def fail(self, reason: str) -> None:
        """Give the connection up."""
        self.transport.abort()
        self.end(reason)

    def ping(self) -> None:
        """Ask the server for a sign of life."""
        self.transport.write(f.frame(f.PING, 0, 0, bytes(8)))

    def give_up(self) -> None:
        """No sign of life came."""
        self.fail("keepalive ping was not answered")

    def end(self, reason: str) -> None:
        if self.closed:
            return
        self.closed, self.usable = True, False
        if self.pulse is not None:
            self.pulse.end()
        error = RPCError(Code.UNAVAILABLE, reason)
        if not self.ready.done():
            self.ready.set_exception(error)
        for call in list(self.calls.values()):
            self.settle(call, error)
        self.waiting.set()
        self._gone(self)

    def close_when_idle(self) -> None:
        if not self.calls and not self.closed:
            self.transport.close()

    # ---- frames

    def on_frame(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        if not self.ready.done():
            if kind != f.SETTINGS or flags & f.ACK:
                raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "the first frame is not SETTINGS")
            self.on_settings(payload)
            self.usable = True
            self.ready.set_result(None)
            if self.pulse is not None:
                self.pulse.begin()
        elif kind == f.HEADERS:
            self.on_headers(flags, stream, payload)
        elif kind == f.CONTINUATION:
            self.on_continuation(flags, stream, payload)
        elif kind == f.WINDOW_UPDATE:
            self.on_window_update(stream, payload)
        elif kind == f.SETTINGS:
            if not flags & f.ACK:
                self.on_settings(payload)
        elif kind == f.PING:
            if not flags & f.ACK:
                self.out.append(f.frame(f.PING, f.ACK, 0, payload))
        elif kind == f.RST_STREAM:
            self.on_reset(stream, int.from_bytes(payload, "big"))
        elif kind == f.GOAWAY:
            self.on_goaway(payload)
        elif kind == f.PUSH_PROMISE:
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "PUSH_PROMISE, which was disabled")

    def on_settings(self, payload: bytes) -> None:
        if len(payload) % 6:
            raise ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, "SETTINGS of a size that is no multiple of 6")
        for at in range(0, len(payload), 6):
            key = int.from_bytes(payload[at : at + 2], "big")
            value = int.from_bytes(payload[at + 2 : at + 6], "big")
            if key == f.MAX_CONCURRENT_STREAMS:
                self.max_calls = value
                self.waiting.set()
            elif key == f.INITIAL_WINDOW_SIZE:
                if value > f.largest_window:
                    raise ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "initial window too large")
                self.on_initial_window(value)
            elif key == f.MAX_FRAME_SIZE:
                if not f.default_frame_size <= value <= f.largest_frame_size:
                    raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "frame size out of range")
                self.peer_frame_size = value
        self.out.append(f.frame(f.SETTINGS, f.ACK, 0))
        self.pump()

    def on_headers(self, flags: int, id: int, payload: bytes) -> None:
        start = (1 if flags & f.PADDED else 0) + (5 if flags & f.PRIORITY_FLAG else 0)
        padding = payload[0] if flags & f.PADDED and payload else 0
        if start + padding > len(payload):
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "padding longer than the frame")
        payload = payload[start : len(payload) - padding]
        if flags & f.END_HEADERS:
            self.on_block(flags, id, payload)
        else:
            self.in_block, self.block, self.block_flags = id, [payload], flags

    def on_continuation(self, flags: int, id: int, payload: bytes) -> None:
        if not self.in_block:
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "CONTINUATION without HEADERS")
        self.block.append(payload)
        if sum(map(len, self.block)) > most_reply:
            raise ConnectionFault(ErrorCode.ENHANCE_YOUR_CALM, "header block too large")
        if flags & f.END_HEADERS:
            self.in_block = 0
            block, self.block = b"".join(self.block), []
            self.on_block(self.block_flags, id, block)

    def on_block(self, flags: int, id: int, block: bytes) -> None:
        fields = self.decoder.reply(block)
        call = self.calls.get(id)
        if call is None:
            return
        if flags & f.END_STREAM:
            self.answer(call, fields)
        elif call.fields is None and not fields.get(":status", "").startswith("1"):
            call.fields = fields

    def on_data(self, id: int, data: bytes, counted: int, ends: bool) -> None:
        self.received += counted
        if self.received >= replenish_at:
            self.out.append(f.window_update(0, self.received))
            self.received = 0
        call = self.calls.get(id)
        if call is None:
            return
        call.body.append(data)
        call.size += counted
        if call.size > most_reply:
            self.cancel(call)
            self.settle(call, RPCError(Code.RESOURCE_EXHAUSTED, f"the answer is larger than {most_reply} bytes"))
        elif ends:
            self.answer(call, {})
        elif call.size >= call.grant_at:
            call.grant_at += reply_window >> 1
            self.out.append(f.window_update(id, reply_window >> 1))

    def on_reset(self, id: int, code: int) -> None:
        call = self.calls.get(id)
        if call is not None:
            self.settle(call, from_reset(code))

    def on_goaway(self, payload: bytes) -> None:
        last = int.from_bytes(payload[:4], "big") & last_stream_id
        reason = payload[8:].decode("utf-8", "replace")
        self.usable = False
        self._gone(self)
        text = f"the server is going away {reason}".rstrip()
        for call in [call for id, call in self.calls.items() if id > last]:
            self.settle(call, RPCError(Code.UNAVAILABLE, text, unsent=True))
        self.waiting.set()
        self.close_when_idle()

    # ---- ends of calls

    def answer(self, call: Call, trailers: dict[str, str]) -> None:
        """The answer is complete; the rest of the request is of no use."""
        unfinished = call.left > 0
        self.forget(call)
        if unfinished:
            self.out.append(f.rst_stream(call.id, ErrorCode.NO_ERROR))
        if not call.future.done():
            fields = call.fields if call.fields is not None else trailers
            call.future.set_result(Reply(fields, trailers, b"".join(call.body)))

    def settle(self, call: Call, error: RPCError) -> None:
        self.forget(call)
        if not call.future.done():
            call.future.set_exception(error)

    def cancel(self, call: Call) -> None:
        """Tell the server that nobody waits for this any more."""
        self.forget(call)
        if not self.closed:
            self.out.append(f.rst_stream(call.id, ErrorCode.CANCEL))
            self.flush()

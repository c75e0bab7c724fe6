"""A server connection: streams from their first header to their answer, and the rules that keep it in order."""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import cache, partial
from typing import cast

from collector.net.budget import ByteBudget
from collector.net.exchange import Handler, Refusal, Response
from collector.net.http2 import frames as f
from collector.net.http2.bodies import Bodies
from collector.net.http2.frames import CONTINUATION, HEADERS, WINDOW_UPDATE, ConnectionFault, ErrorCode, StreamFault
from collector.net.http2.guard import Guard
from collector.net.http2.headers import HeaderDecoder, max_list_size
from collector.net.http2.reader import FrameReader, frame_size
from collector.net.http2.stream import Stream, initial_window
from collector.net.inline import Inline
from collector.net.options import ServerOptions
from collector.net.share import Share

__all__ = ["Http2Connection"]

remembered_resets = 1_000


@cache
def opening(max_streams: int) -> bytes:
    """The SETTINGS that every connection starts with."""
    return f.settings(
        {
            f.MAX_CONCURRENT_STREAMS: max_streams,
            f.INITIAL_WINDOW_SIZE: initial_window,
            f.MAX_FRAME_SIZE: frame_size,
            f.MAX_HEADER_LIST_SIZE: max_list_size,
        }
    )


class Http2Connection(Bodies, FrameReader):
    """Serves unary requests: `handler` is called when a request is complete."""

    def __init__(
        self,
        handler: Handler,
        options: ServerOptions,
        budget: ByteBudget,
        share: Share,
        gone: Callable[["Http2Connection"], None],
    ) -> None:
        FrameReader.__init__(self)
        Bodies.__init__(self)
        self.handler = handler
        self.options = options
        self.budget = budget
        self.share = share
        self.gone = gone
        self.decoder = HeaderDecoder()
        self.block: list[bytes] = []
        self.block_size = 0
        self.block_flags = 0
        self.reset_here: deque[int] = deque(maxlen=remembered_resets)
        """Streams that we ended before the peer did: what still comes on them is no fault."""

    # ---- the transport's calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by class
        self.loop = asyncio.get_running_loop()
        self.inline = Inline(self.loop)
        host = transport.get_extra_info("peername")
        self.client = str(host[0]) if isinstance(host, tuple) else ""
        self.guard = Guard(self.options, self.loop.time())
        self.out.append(opening(self.options.max_streams))
        self.replenish()  # goes out together with the answer to the peer's first bytes

    def data_received(self, data: bytes) -> None:
        if self.closed:
            return
        try:
            self.receive(data)
        except ConnectionFault as fault:
            self.fail(fault.code, str(fault))
            return
        self.flush()
        if self.guard.draining:
            self.end_when_idle()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.closed = True
        self.gone(self)
        for stream in self.streams.values():
            if not stream.received:
                self.budget.release(stream.charged)
        self.streams.clear()
        self.blocked.clear()

    def pause_writing(self) -> None:
        self.guard.writing_since = self.loop.time()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        self.guard.writing_since = None
        self.transport.resume_reading()

    # ---- frames

    def on_frame(self, kind: int, flags: int, id: int, payload: bytes) -> None:
        if not self.guard.settled:
            if kind != f.SETTINGS or flags & f.ACK:
                raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "the first frame is not SETTINGS")
            self.guard.settled = True
        try:
            if kind == WINDOW_UPDATE:
                if id > self.last_stream:
                    raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE on an idle stream")
                self.on_window_update(id, payload)
            elif kind == CONTINUATION:
                self.on_continuation(flags, id, payload)
            else:
                self.blocks += 1
                if kind == HEADERS:
                    self.on_headers(flags, id, payload)
                else:
                    self.guard.calm()
                    self.on_control(kind, flags, id, payload)
        except StreamFault as fault:
            self.reset(id, fault.code)

    def on_control(self, kind: int, flags: int, id: int, payload: bytes) -> None:
        """Frames that ask for something but bring no request; they are counted."""
        if kind == f.PING:
            if id or len(payload) != 8:
                raise ConnectionFault(ErrorCode.PROTOCOL_ERROR if id else ErrorCode.FRAME_SIZE_ERROR, "malformed PING")
            if flags & f.ACK:
                self.on_pong(payload)
            else:
                self.guard.pinged(self.loop.time(), idle=not self.streams)
                self.out.append(f.frame(f.PING, f.ACK, 0, payload))
        elif kind == f.SETTINGS:
            if id:
                raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "SETTINGS on a stream")
            if not flags & f.ACK:
                self.on_settings(payload)
            elif payload:
                raise ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, "SETTINGS ACK with a payload")
        elif kind == f.RST_STREAM:
            if id == 0 or id > self.last_stream:
                raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "RST_STREAM on an idle stream")
            if len(payload) != 4:
                raise ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, "RST_STREAM of another size than 4")
            self.forget(id)
        elif kind == f.PRIORITY:
            if id == 0:
                raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "PRIORITY on stream 0")
            if len(payload) != 5:
                raise StreamFault(ErrorCode.FRAME_SIZE_ERROR)
            self.check_dependency(id, payload)
        elif kind == f.PUSH_PROMISE:
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "PUSH_PROMISE from a client")
        elif kind == f.GOAWAY:
            if id:
                raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "GOAWAY on a stream")
            self.guard.draining, self.guard.draining_since = True, self.loop.time()

    # ---- header blocks

    def on_headers(self, flags: int, id: int, payload: bytes) -> None:
        if id & 1 == 0:
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "HEADERS on a stream that no client may open")
        if flags & (f.PADDED | f.PRIORITY_FLAG):
            payload = self.unwrap(flags, id, payload)
        if flags & f.END_HEADERS:
            self.on_block(flags, id, payload)
            return
        self.in_block, self.block, self.block_flags = id, [payload], flags
        self.block_size = len(payload)

    def unwrap(self, flags: int, id: int, payload: bytes) -> bytes:
        """The fragment within padding and priority."""
        start = (1 if flags & f.PADDED else 0) + (5 if flags & f.PRIORITY_FLAG else 0)
        if len(payload) < start:
            raise ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, "HEADERS too short for its flags")
        padding = payload[0] if flags & f.PADDED else 0
        if padding > len(payload) - start:
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "padding longer than the frame")
        if flags & f.PRIORITY_FLAG and int.from_bytes(payload[start - 5 : start - 1], "big") & f.largest_window == id:
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "a stream that depends on itself")
        return payload[start : len(payload) - padding]

    def check_dependency(self, id: int, payload: bytes) -> None:
        if int.from_bytes(payload[:4], "big") & f.largest_window == id:
            raise StreamFault(ErrorCode.PROTOCOL_ERROR)

    def on_continuation(self, flags: int, id: int, payload: bytes) -> None:
        if not self.in_block:
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "CONTINUATION without HEADERS")
        self.guard.calm()
        self.block.append(payload)
        self.block_size += len(payload)
        if self.block_size > max_list_size:
            raise ConnectionFault(ErrorCode.ENHANCE_YOUR_CALM, "header block too large")
        if flags & f.END_HEADERS:
            self.in_block = 0
            block, self.block = b"".join(self.block), []
            self.on_block(self.block_flags, id, block)

    def on_block(self, flags: int, id: int, block: bytes) -> None:
        """A complete header block: a new request, or the trailers of one."""
        if id <= self.last_stream:
            self.on_trailers(flags, id, block)
            return
        if self.guard.final:
            self.decoder.skip(block, trailers=False)
            return
        self.last_stream = id
        if len(self.streams) + self.working >= self.options.max_streams:
            self.guard.calm()
            self.decoder.skip(block, trailers=False)
            raise StreamFault(ErrorCode.REFUSED_STREAM)
        head = self.decoder.decode(block)
        now = self.loop.time()
        self.guard.active_at = now
        stream = self.streams[id] = Stream(id, head, self.peer_window, now)
        if flags & f.END_STREAM:
            self.dispatch(stream)
            return
        if stream.expected is not None:
            if stream.expected > self.handler.max_body:
                self.refuse(stream, Refusal.TOO_LARGE)
            elif stream.expected > stream.window:
                self.ask(stream)
        if self.window < self.share.low:
            self.replenish()

    def on_trailers(self, flags: int, id: int, block: bytes) -> None:
        stream = self.streams.get(id)
        if stream is None or stream.received:
            self.decoder.skip(block, trailers=False)
            if id in self.reset_here:
                return
            raise ConnectionFault(ErrorCode.STREAM_CLOSED, "HEADERS on a closed stream")
        self.decoder.skip(block, trailers=True)
        if not flags & f.END_STREAM:
            raise StreamFault(ErrorCode.PROTOCOL_ERROR)
        self.dispatch(stream)

    # ---- answers

    def dispatch(self, stream: Stream) -> None:
        """Hand a complete request over."""
        expected = stream.head.length
        if expected is not None and expected != stream.size:
            raise StreamFault(ErrorCode.PROTOCOL_ERROR)
        stream.received = True
        chunks, stream.chunks = stream.chunks, []
        try:
            answer = self.inline.start(self.handler.handle(stream.head, chunks, self.client))
        except Exception:  # noqa: BLE001 - a handler that fails must not take the connection with it
            answer = self.handler.refuse(stream.head, Refusal.BROKEN)
        if isinstance(answer, Response):
            self.budget.release(stream.charged)
            self.guard.answered()
            if self.send(stream, answer):
                del self.streams[stream.id]
            return
        self.working += 1
        answer.add_done_callback(partial(self.on_answer, stream))

    def on_answer(self, stream: Stream, task: "asyncio.Task[Response]") -> None:
        self.working -= 1
        self.budget.release(stream.charged)
        if self.closed:
            return
        self.guard.answered()
        if stream.id in self.streams:
            broken = task.cancelled() or task.exception() is not None
            response = self.handler.refuse(stream.head, Refusal.BROKEN) if broken else task.result()
            if self.send(stream, response):
                self.streams.pop(stream.id, None)
        self.flush()
        if self.guard.draining:
            self.end_when_idle()

    def sent(self, stream: Stream) -> None:
        self.streams.pop(stream.id, None)

    def refuse(self, stream: Stream, refusal: Refusal) -> None:
        """Answer before the request is complete, and tell the peer to send no more of it."""
        stream.received = True
        stream.chunks = []
        self.budget.release(stream.charged)
        if self.send(stream, self.handler.refuse(stream.head, refusal)):
            self.streams.pop(stream.id, None)
        self.reset_here.append(stream.id)
        self.out.append(f.rst_stream(stream.id, ErrorCode.NO_ERROR))

    def reset(self, id: int, code: ErrorCode) -> None:
        self.forget(id)
        self.reset_here.append(id)
        self.out.append(f.rst_stream(id, code))

    def forget(self, id: int) -> None:
        stream = self.streams.pop(id, None)
        if stream is not None:
            self.blocked.pop(id, None)
            if not stream.received:
                self.budget.release(stream.charged)

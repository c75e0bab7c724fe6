"""The bodies of requests: flow control from the peer, and admission by the byte budget."""

from collections import deque
from functools import partial

from collector.net.exchange import Refusal
from collector.net.http2 import frames as f
from collector.net.http2.frames import ConnectionFault, ErrorCode, StreamFault
from collector.net.http2.lifetime import Lifetime
from collector.net.http2.stream import Stream, initial_window
from collector.net.share import Share

__all__ = ["Bodies"]


class Bodies(Lifetime):
    """The part of a connection that takes DATA in.

    What a body may bring before it is admitted is bounded by the windows announced; more is granted when the byte
    budget admits it.
    """

    share: Share
    reset_here: deque[int]

    def __init__(self) -> None:
        super().__init__()
        self.window = f.default_window
        """Bytes of DATA that the peer may still send on this connection."""
        self.replenishing = False

    def on_data(self, id: int, data: bytes, counted: int, ends: bool) -> None:
        self.window -= counted
        if self.window < 0:
            raise ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "more DATA than the window allows")
        stream = self.streams.get(id)
        if stream is None or stream.received:
            self.on_stray_data(id)
        else:
            try:
                self.on_body(stream, data, counted, ends)
            except StreamFault as fault:
                self.reset(id, fault.code)
        if self.window < self.share.low:
            self.replenish()

    def on_body(self, stream: Stream, data: bytes, counted: int, ends: bool) -> None:
        stream.window -= counted
        if stream.window < 0:
            raise StreamFault(ErrorCode.FLOW_CONTROL_ERROR)
        if data:
            stream.chunks.append(data)
            stream.size += len(data)
            if stream.size > stream.charged:
                self.budget.account(stream.size - stream.charged)
                stream.charged = stream.size
            if stream.size > self.handler.max_body:
                self.refuse(stream, Refusal.TOO_LARGE)
                return
        elif not ends:
            self.guard.calm()
        if ends:
            self.dispatch(stream)
            return
        if stream.expected is None:
            self.learn_size(stream)
        if stream.window < initial_window >> 1 and not stream.asking and not stream.received:
            self.ask(stream)

    def learn_size(self, stream: Stream) -> None:
        start = stream.chunks[0] if len(stream.chunks) == 1 else b"".join(stream.chunks)
        stream.expected = self.handler.declared_size(start)
        if stream.expected is not None:
            if stream.expected > self.handler.max_body:
                self.refuse(stream, Refusal.TOO_LARGE)
            elif stream.expected - stream.size > stream.window:
                self.ask(stream)

    def on_stray_data(self, id: int) -> None:
        """DATA on a stream that is not open."""
        if id == 0 or id > self.last_stream:
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "DATA on an idle stream")
        if id not in self.reset_here:
            self.guard.calm()
            self.reset(id, ErrorCode.STREAM_CLOSED)

    def ask(self, stream: Stream) -> None:
        """Have the rest of a body admitted by the budget, then open the windows for it."""
        need = stream.still_to_come(self.handler.max_body)
        if need <= stream.window:
            return
        stream.asking = True
        reserve = max(0, stream.size + need - stream.charged)
        if self.budget.acquire(reserve, partial(self.on_admission, stream, need, reserve)):
            self.grant(stream, need, reserve)

    def on_admission(self, stream: Stream, need: int, reserve: int, admitted: bool) -> None:
        if stream.received or stream.id not in self.streams:
            if admitted:
                self.budget.release(reserve)
        elif admitted:
            self.grant(stream, need, reserve)
            self.flush()
        else:
            self.refuse(stream, Refusal.BUSY)
            self.flush()

    def grant(self, stream: Stream, need: int, reserve: int) -> None:
        stream.asking = False
        stream.charged += reserve
        increment = need - stream.window
        if increment > 0:
            stream.window += increment
            self.window += increment
            self.out += (f.window_update(stream.id, increment), f.window_update(0, increment))

    def replenish(self) -> None:
        """Open the connection's window up to its share, as soon as the budget has room."""
        if self.replenishing:
            return
        self.replenishing = True
        if self.budget.acquire(0, self.on_room):
            self.widen()

    def widen(self) -> None:
        self.replenishing = False
        increment = self.share.window() - self.window
        if increment > 0:
            self.window += increment
            self.out.append(f.window_update(0, increment))

    def on_room(self, admitted: bool) -> None:
        """The budget has room again; or had none for too long: those who wait for it are refused."""
        if self.closed:
            return
        if admitted:
            self.widen()
        else:
            self.replenishing = False
            for stream in list(self.streams.values()):
                if not stream.received:
                    self.refuse(stream, Refusal.BUSY)
        self.flush()

    def dispatch(self, stream: Stream) -> None:
        """Hand a complete request over."""
        raise NotImplementedError

    def reset(self, id: int, code: ErrorCode) -> None:
        """End a stream for its fault."""
        raise NotImplementedError

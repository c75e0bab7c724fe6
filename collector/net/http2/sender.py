"""The sending half of a connection: answers in one write, flow control towards the peer."""

import asyncio

from collector.net.exchange import Response
from collector.net.http2 import frames as f
from collector.net.http2.frames import ConnectionFault, ErrorCode, StreamFault
from collector.net.http2.headers import encode
from collector.net.http2.stream import Stream

__all__ = ["Sender"]


def frame_head(size: int, kind: int, flags: int) -> bytes:
    """A frame's head up to its stream id."""
    return b"%b%c%c" % (size.to_bytes(3, "big"), kind, flags)


def parts_of(response: Response) -> tuple[bytes, ...]:
    """A complete answer in parts: `stream_id.join(parts)` is what goes out, if one DATA frame can take the body."""
    block = encode(response.headers, response.status)
    has_trailers = response.trailers is not None
    parts = [frame_head(len(block), f.HEADERS, f.END_HEADERS | (0 if response.body or has_trailers else f.END_STREAM))]
    if response.body:
        parts.append(block + frame_head(len(response.body), f.DATA, 0 if has_trailers else f.END_STREAM))
        block = response.body
    if response.trailers is not None:
        trailers = encode(response.trailers)
        parts.append(block + frame_head(len(trailers), f.HEADERS, f.END_HEADERS | f.END_STREAM))
        block = trailers
    parts.append(block)
    return tuple(parts)


class Sender:
    """Windows and output of one connection. `out` is written at the end of each callback."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self.streams: dict[int, Stream] = {}
        self.out: list[bytes] = []
        self.send_window = f.default_window
        self.peer_window = f.default_window
        """SETTINGS_INITIAL_WINDOW_SIZE of the peer."""
        self.peer_frame_size = f.default_frame_size
        self.blocked: dict[int, Stream] = {}
        """Streams whose answer waits for the peer's window."""

    def flush(self) -> None:
        """Write what has gathered, at once."""
        out = self.out
        if out:
            self.transport.write(out[0] if len(out) == 1 else b"".join(out))
            out.clear()

    def send(self, stream: Stream, response: Response) -> bool:
        """Answer a stream; whether all of it could go out."""
        size = len(response.body)
        if size > self.send_window or size > stream.send_window or size > self.peer_frame_size:
            self.send_slowly(stream, response)
            return stream.rest is None
        self.send_window -= size
        parts = response.http2
        if parts is None:
            parts = response.http2 = parts_of(response)
        self.out.append(stream.id.to_bytes(4, "big").join(parts))
        return True

    def send_slowly(self, stream: Stream, response: Response) -> None:
        self.out.append(f.frame(f.HEADERS, f.END_HEADERS, stream.id, encode(response.headers, response.status)))
        trailers = b"" if response.trailers is None else encode(response.trailers)
        stream.rest = (memoryview(response.body), trailers)
        self.blocked[stream.id] = stream
        self.pump(stream)

    def pump(self, stream: Stream) -> None:
        """Send as much of a blocked answer as the windows let through."""
        assert stream.rest is not None
        body, trailers = stream.rest
        while body:
            size = min(len(body), self.send_window, stream.send_window, self.peer_frame_size)
            if size <= 0:
                stream.rest = (body, trailers)
                return
            part, body = body[:size], body[size:]
            self.send_window -= size
            stream.send_window -= size
            ends = not body and not trailers
            self.out.append(f.frame(f.DATA, f.END_STREAM if ends else 0, stream.id, bytes(part)))
        if trailers:
            self.out.append(f.frame(f.HEADERS, f.END_HEADERS | f.END_STREAM, stream.id, trailers))
        stream.rest = None
        del self.blocked[stream.id]
        self.sent(stream)

    def sent(self, stream: Stream) -> None:
        """A stream's answer is out: forget the stream."""
        raise NotImplementedError

    def on_window_update(self, id: int, payload: bytes) -> None:
        """WINDOW_UPDATE (6.9)."""
        if len(payload) != 4:
            raise ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, "WINDOW_UPDATE of another size than 4")
        increment = int.from_bytes(payload, "big") & f.largest_window
        if id == 0:
            if increment == 0:
                raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE of 0")
            self.send_window += increment
            if self.send_window > f.largest_window:
                raise ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "window over 2^31-1")
            if self.blocked:
                for stream in list(self.blocked.values()):
                    self.pump(stream)
            return
        if id in self.streams:
            self.widen_stream(self.streams[id], increment)

    def widen_stream(self, stream: Stream, increment: int) -> None:
        if increment == 0:
            raise StreamFault(ErrorCode.PROTOCOL_ERROR)
        stream.send_window += increment
        if stream.send_window > f.largest_window:
            raise StreamFault(ErrorCode.FLOW_CONTROL_ERROR)
        if stream.id in self.blocked:
            self.pump(stream)

    def on_settings(self, payload: bytes) -> None:
        """The peer's SETTINGS (6.5); the answer is an ACK."""
        if len(payload) % 6:
            raise ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, "SETTINGS of a size that is no multiple of 6")
        self.out.append(f.frame(f.SETTINGS, f.ACK, 0))
        for at in range(0, len(payload), 6):
            name = int.from_bytes(payload[at : at + 2], "big")
            value = int.from_bytes(payload[at + 2 : at + 6], "big")
            if name == f.ENABLE_PUSH and value > 1:
                raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "SETTINGS_ENABLE_PUSH is neither 0 nor 1")
            if name == f.INITIAL_WINDOW_SIZE:
                self.resize_windows(value)
            elif name == f.MAX_FRAME_SIZE:
                if not f.default_frame_size <= value <= f.largest_frame_size:
                    raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "SETTINGS_MAX_FRAME_SIZE out of range")
                self.peer_frame_size = value

    def resize_windows(self, value: int) -> None:
        if value > f.largest_window:
            raise ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "SETTINGS_INITIAL_WINDOW_SIZE over 2^31-1")
        change, self.peer_window = value - self.peer_window, value
        for stream in self.streams.values():
            stream.send_window += change
            if stream.send_window > f.largest_window:
                raise ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "window over 2^31-1")
        if change > 0:
            for stream in list(self.blocked.values()):
                self.pump(stream)

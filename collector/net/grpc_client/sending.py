"""The sending half of a client connection: calls cut into frames, within the windows and no faster than the socket."""

import asyncio
from collections import deque

from collector.net.http2 import frames as f
from collector.net.http2.frames import ConnectionFault, ErrorCode

__all__ = ["Call", "Output", "Reply"]

portion = 256 << 10
"""Bytes handed to the transport at once."""


class Reply:
    """A whole answer: header and trailer fields with lower-case names, and the body as it came."""

    __slots__ = ("body", "fields", "trailers")

    def __init__(self, fields: dict[str, str], trailers: dict[str, str], body: bytes) -> None:
        self.fields = fields
        self.trailers = trailers
        self.body = body


class Call:
    """One request on its stream: what is left to send, and what has been received."""

    __slots__ = ("at", "body", "fields", "future", "grant_at", "id", "left", "offset", "pieces", "size", "window")

    def __init__(self, id: int, pieces: list[bytes], size: int, window: int) -> None:
        self.id = id
        self.pieces = pieces
        self.at = 0
        self.offset = 0
        self.left = size
        self.window = window
        self.future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self.fields: dict[str, str] | None = None
        self.body: list[bytes] = []
        self.size = 0
        self.grant_at = 0

    def take(self, size: int, out: list[bytes | memoryview]) -> None:
        """Move the next `size` bytes into `out`, without copying."""
        pieces, at, offset = self.pieces, self.at, self.offset
        self.left -= size
        while size:
            piece = pieces[at]
            here = len(piece) - offset
            if here <= size:
                out.append(memoryview(piece)[offset:] if offset else piece)
                size -= here
                at, offset = at + 1, 0
            else:
                out.append(memoryview(piece)[offset : offset + size])
                offset += size
                size = 0
        self.at, self.offset = at, offset


class Output:
    """Windows and output of one connection."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self.calls: dict[int, Call] = {}
        self.sending: deque[Call] = deque()
        self.out: list[bytes | memoryview] = []
        self.paused = False
        self.window = f.default_window
        self.peer_window = f.default_window
        self.peer_frame_size = f.default_frame_size

    def pause_writing(self) -> None:
        self.paused = True

    def resume_writing(self) -> None:
        self.paused = False
        self.pump()

    def begin(self, call: Call, block: bytes) -> None:
        """Send a call's headers and as much of its message as may go now."""
        self.calls[call.id] = call
        largest = self.peer_frame_size
        self.out.append(f.frame(f.HEADERS, f.END_HEADERS if len(block) <= largest else 0, call.id, block[:largest]))
        for at in range(largest, len(block), largest):
            last = f.END_HEADERS if at + largest >= len(block) else 0
            self.out.append(f.frame(f.CONTINUATION, last, call.id, block[at : at + largest]))
        self.sending.append(call)
        self.pump()

    def pump(self) -> None:
        """Write frames until there is nothing to send, a window is closed, or the socket takes no more."""
        sending = self.sending
        tries = len(sending)
        while sending and tries and self.window > 0 and not self.paused:
            call = sending[0]
            if self.frames(call):
                sending.popleft()
                tries = len(sending)
            elif call.window <= 0:
                sending.rotate(-1)
                tries -= 1
            self.flush()
        self.flush()

    def frames(self, call: Call) -> bool:
        """Frames of one call, up to a portion; whether its message is complete."""
        room = min(portion, self.window, call.window, call.left)
        if room <= 0:
            return False
        self.window -= room
        call.window -= room
        id, out = call.id.to_bytes(4, "big"), self.out
        while room:
            size = min(room, self.peer_frame_size)
            room -= size
            ends = f.END_STREAM if size == call.left else 0
            out.append(b"%b\0%c%b" % (size.to_bytes(3, "big"), ends, id))
            call.take(size, out)
        return not call.left

    def flush(self) -> None:
        """Hand everything to the transport."""
        if self.out:
            out, self.out = self.out, []
            self.transport.writelines(out)

    def on_window_update(self, id: int, payload: bytes) -> None:
        if len(payload) != 4:
            raise ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, "WINDOW_UPDATE of another size than 4")
        increment = int.from_bytes(payload, "big") & f.largest_window
        if id == 0:
            self.window += increment
            if self.window > f.largest_window:
                raise ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "window too large")
        elif (call := self.calls.get(id)) is not None:
            call.window += increment
        self.pump()

    def on_initial_window(self, size: int) -> None:
        """The peer's SETTINGS_INITIAL_WINDOW_SIZE: it moves the windows of open streams as well."""
        change = size - self.peer_window
        self.peer_window = size
        for call in self.calls.values():
            call.window += change

    def forget(self, call: Call) -> None:
        """The call is over, whatever was left to send."""
        self.calls.pop(call.id, None)
        if call.left and call in self.sending:
            self.sending.remove(call)

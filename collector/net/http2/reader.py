"""The receiving half of a connection: bytes to frames, without holding what can go on at once.

DATA is handed on as it arrives, in the parts that arrive; every other frame is small, bounded before it is collected.
"""

import asyncio
from struct import Struct

from collector.net.http2 import frames as f
from collector.net.http2.frames import CONTINUATION, DATA, END_STREAM, PADDED, ConnectionFault, ErrorCode

__all__ = ["FrameReader", "frame_size"]

frame_size = 1 << 20
"""SETTINGS_MAX_FRAME_SIZE that we announce: big messages in few frames."""

control_frame_size = 16_384
"""No other frame needs more; header blocks are limited to it as a whole."""
frame_head = Struct(">BHBBI")


class FrameReader(asyncio.Protocol):
    """Cuts what arrives into frames and calls `on_data` for parts of DATA, `on_frame` for all else, whole."""

    def __init__(self) -> None:
        self.begun = False
        """Whether the preface was read."""
        self.partial = bytearray()
        self.need = len(f.preface)
        self.data_stream = 0
        self.data_left = 0
        self.padding_left = 0
        self.data_ends = False
        self.in_block = 0
        """The stream whose header block is open: only CONTINUATION may come."""

    def receive(self, data: bytes) -> None:
        """Take what arrived; ConnectionFault where it is not HTTP/2."""
        if self.partial:
            self.partial += data
            if len(self.partial) < self.need:
                return
            data = bytes(self.partial)
            self.partial.clear()
        at, size = 0, len(data)
        if not self.begun:
            if size < self.need or not data.startswith(f.preface):
                if not f.preface.startswith(data[: len(f.preface)]):
                    raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "not the HTTP/2 connection preface")
                self.partial += data
                return
            self.begun = True
            at = len(f.preface)
        unpack = frame_head.unpack_from
        while at < size:
            if self.data_left:
                end = min(at + self.data_left, size)
                self.data_left -= end - at
                self.on_data(self.data_stream, data[at:end], end - at, self.data_ends and not self.data_left)
                at = end
                continue
            if self.padding_left:
                end = min(at + self.padding_left, size)
                self.padding_left -= end - at
                at = end
                continue
            if size - at < 9:
                self.keep(data, at, 9)
                return
            high, low, kind, flags, stream = unpack(data, at)
            length = high << 16 | low
            stream &= 0x7FFFFFFF
            if self.in_block and (kind != CONTINUATION or stream != self.in_block):
                raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "header block interrupted")
            if kind == DATA:
                if length > frame_size:
                    raise ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, "frame too large")
                if flags & PADDED:
                    if size - at < 10:
                        self.keep(data, at, 10)
                        return
                    at = self.begin_padded(data, at, length, flags, stream)
                    continue
                at += 9
                if length <= size - at:
                    self.on_data(stream, data[at : at + length], length, bool(flags & END_STREAM))
                    at += length
                else:
                    self.data_stream, self.data_left, self.data_ends = stream, length, bool(flags & END_STREAM)
                continue
            if length > control_frame_size:
                raise ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, "frame too large")
            if size - at - 9 < length:
                self.keep(data, at, 9 + length)
                return
            at += 9
            self.on_frame(kind, flags, stream, data[at : at + length])
            at += length

    def keep(self, data: bytes, at: int, need: int) -> None:
        """Collect the rest of a frame before going on."""
        self.partial += data[at:]
        self.need = need

    def begin_padded(self, data: bytes, at: int, length: int, flags: int, stream: int) -> int:
        padding = data[at + 9] if length else 0
        if padding >= length:
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "padding longer than the frame")
        left, ends = length - 1 - padding, bool(flags & END_STREAM)
        self.padding_left = padding
        # The pad length byte and the padding count for flow control as well.
        self.on_data(stream, b"", 1 + padding, ends and not left)
        self.data_stream, self.data_left, self.data_ends = stream, left, ends
        return at + 10

    def on_data(self, stream: int, data: bytes, counted: int, ends: bool) -> None:
        """A part of a stream's body; `counted` bytes of it count for flow control."""
        raise NotImplementedError

    def on_frame(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        """A whole frame other than DATA."""
        raise NotImplementedError

"""Payloads to framed bytes: JSON lines, or a big-endian length before each message (components.md 3.8)."""

from collections.abc import Callable
from struct import Struct

from collector.config import gates
from collector.net.deflate import compress
from collector.pdata import Payload
from exporters.file.config import FileConfig
from exporters.file.sinks import Sink

length = Struct(">I")


Encode = Callable[[Payload], bytes]


class PayloadWriter:
    """Writes payloads to one sink; each write is one whole frame."""

    def __init__(self, frame: Encode, sink: Sink) -> None:
        self.sink = sink
        self._frame = frame

    def write(self, payload: Payload) -> None:
        self.sink.write(self._frame(payload))

    def close(self) -> None:
        self.sink.close()


def framing(config: FileConfig, encode: Encode | None = None) -> Encode:
    """How a payload is written under these settings; `encode` stands in for `format`."""
    if encode is None:
        encode = as_proto if config.format == "proto" else as_json
    if config.compression and not native_compression(config):
        level = config.compression_params.level
        return lambda payload: prefixed(b"".join(compress(config.compression, level, [encode(payload)])))
    if config.format == "proto":
        return lambda payload: prefixed(encode(payload))
    return lambda payload: encode(payload) + b"\n"


def native_compression(config: FileConfig) -> bool:
    """Whether the whole file is a zstd stream, not each message a frame behind its length."""
    return config.compression == "zstd" and gates.enabled("exporter.file.nativeCompression")


def as_json(payload: Payload) -> bytes:
    return payload.to_json()


def as_proto(payload: Payload) -> bytes:
    return payload.seal()


def prefixed(data: bytes) -> bytes:
    return length.pack(len(data)) + data

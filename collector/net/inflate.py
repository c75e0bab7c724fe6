"""Decompression of bodies, bounded while it runs (components.md 2.3)."""

import importlib.util
import sys
import zlib
from collections.abc import Callable
from typing import Any, Protocol

__all__ = ["TooLarge", "Undecodable", "encodings", "inflate"]

members = 16
"""gzip members or zstd frames in one body."""
zstd_window_log = 23
snappy_stream_start = b"\xff\x06\x00\x00sNaPpY"
lz4_first_guess = 8


class Undecodable(ValueError):
    """The body isn't what its encoding says."""


class TooLarge(ValueError):
    """The body inflates past the limit."""


class Stream(Protocol):
    """What decompression objects of zlib and zstd share."""

    eof: bool
    unused_data: bytes


def zlib_module() -> Any:
    if importlib.util.find_spec("isal"):
        from isal import isal_zlib  # noqa: PLC0415 - the platforms that have it use it

        return isal_zlib
    return zlib


deflater = zlib_module()
zlib_errors = (zlib.error, deflater.error)


def inflate(encoding: str, body: bytes, limit: int) -> bytes:
    """The decompressed body of at most `limit` bytes; `encoding` is one of `encodings`.

    Raises:
        Undecodable: it is damaged, truncated, or something else.
        TooLarge: it has more bytes than `limit`.
    """
    return encodings[encoding](body, limit)


def from_zlib(body: bytes, limit: int, wbits: int) -> bytes:
    out: list[bytes] = []
    size = 0
    for _ in range(members):
        stream = deflater.decompressobj(wbits=wbits)
        try:
            while not stream.eof:
                chunk = stream.decompress(body, limit - size + 1)
                size += len(chunk)
                if size > limit:
                    raise TooLarge
                out.append(chunk)
                body = stream.unconsumed_tail
                if not body and not chunk and not stream.eof:
                    raise Undecodable("unexpected end of the compressed body")
        except zlib_errors as error:
            raise Undecodable(str(error)) from None
        body = stream.unused_data
        if not body:
            return out[0] if len(out) == 1 else b"".join(out)
    raise Undecodable("too many members in the compressed body")


def from_gzip(body: bytes, limit: int) -> bytes:
    return from_zlib(body, limit, 31)


def from_deflate(body: bytes, limit: int) -> bytes:
    return from_zlib(body, limit, 15)


def from_zstd(body: bytes, limit: int) -> bytes:
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415 - only where it is used
    else:
        from backports import zstd  # noqa: PLC0415 - only where it is used

    out: list[bytes] = []
    size = 0
    for _ in range(members):
        stream = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: zstd_window_log})
        try:
            chunk = stream.decompress(body, limit - size + 1)
        except zstd.ZstdError as error:
            raise Undecodable(str(error)) from None
        size += len(chunk)
        if size > limit:
            raise TooLarge
        if not stream.eof:
            raise Undecodable("unexpected end of the compressed body")
        out.append(chunk)
        body = stream.unused_data
        if not body:
            return out[0] if len(out) == 1 else b"".join(out)
    raise Undecodable("too many frames in the compressed body")


def from_snappy(body: bytes, limit: int) -> bytes:
    """A raw block or a framed stream, told apart by the stream's first bytes."""
    import cramjam  # noqa: PLC0415 - only where it is used

    if body.startswith(snappy_stream_start):
        return from_framed_snappy(body, limit)
    try:
        if cramjam.snappy.decompress_raw_len(body) > limit:
            raise TooLarge("snappy: decoded size exceeds max request body size")
        return bytes(cramjam.snappy.decompress_raw(body))
    except cramjam.DecompressionError as error:
        raise Undecodable(str(error)) from None


def from_framed_snappy(body: bytes, limit: int) -> bytes:
    import cramjam  # noqa: PLC0415 - only where it is used

    if not body.startswith(snappy_stream_start):
        raise Undecodable("not a framed snappy stream")
    try:
        if framed_snappy_size(body, cramjam.snappy.decompress_raw_len) > limit:
            raise TooLarge
        return bytes(cramjam.snappy.decompress(body))
    except cramjam.DecompressionError as error:
        raise Undecodable(str(error)) from None


def framed_snappy_size(body: bytes, raw_size: Callable[[bytes], int]) -> int:
    """What the chunks of a framed stream declare, with a raw block of any size never inflated to learn it."""
    size = at = 0
    while at + 4 <= len(body):
        kind, length = body[at], int.from_bytes(body[at + 1 : at + 4], "little")
        at += 4
        if kind == 0:
            size += raw_size(body[at + 4 : at + length])
        elif kind == 1:
            size += length - 4
        at += length
    return size


def from_lz4(body: bytes, limit: int) -> bytes:
    import cramjam  # noqa: PLC0415 - only where it is used

    room = min(limit + 1, max(len(body) * lz4_first_guess, 1 << 16))
    while True:
        out = bytearray(room)
        try:
            size = cramjam.lz4.decompress_into(body, out)
        except cramjam.DecompressionError as error:
            if "write whole buffer" not in str(error):
                raise Undecodable(str(error)) from None
            if room > limit:
                raise TooLarge from None
            room = limit + 1
            continue
        if size > limit:
            raise TooLarge
        return bytes(memoryview(out)[:size])


def as_it_is(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise TooLarge
    return body


encodings: dict[str, Callable[[bytes, int], bytes]] = {
    "": as_it_is,
    "identity": as_it_is,
    "gzip": from_gzip,
    "zstd": from_zstd,
    "zlib": from_deflate,
    "deflate": from_deflate,
    "snappy": from_snappy,
    "x-snappy-framed": from_framed_snappy,
    "lz4": from_lz4,
}
"""Every encoding that a request may name, with the function that undoes it."""

"""Compression of bodies on their way out, by the names that the settings use (components.md 2.5).

gzip and zlib go through ISA-L for the light levels, which cost a tenth of zlib's default at nearly the same ratio.
"""

import importlib.util
import sys
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from collector.net.pieces import coalesced

__all__ = ["algorithms", "check_compression", "compress", "content_encoding"]

algorithms = ("gzip", "zstd", "zlib", "deflate", "snappy", "x-snappy-framed", "lz4", "none", "")
gzip_window = 31
zlib_window = 15
best_isal_level = 3
piece_size = 64 << 10

isal_zlib: Any = None
if importlib.util.find_spec("isal"):  # not on every platform
    from isal import isal_zlib


class Compressor(Protocol):
    """What the zlib-like modules offer."""

    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


def check_compression(algorithm: str, level: int) -> None:
    """Refuse what `compress` can't do.

    Raises:
        ValueError: with the Collector's texts.
    """
    if algorithm not in algorithms:
        raise ValueError(f'unsupported compression type "{algorithm}"')
    if algorithm in {"", "none"}:
        return
    fits = algorithm == "zstd" or (-2 <= level <= 9 if algorithm in {"gzip", "zlib", "deflate"} else level == 0)
    if not fits:
        raise ValueError(f'unsupported parameters {{Level:{level}}} for compression type "{algorithm}"')


def content_encoding(algorithm: str) -> str:
    """The value of `Content-Encoding`; empty where nothing is compressed."""
    return "" if algorithm == "none" else algorithm


def compress(algorithm: str, level: int, chunks: Sequence[bytes]) -> list[bytes]:
    """The compressed body in pieces, made without joining `chunks` where the format allows it.

    `level` 0 is the format's default here: the lightest one that compresses well. `snappy` is the raw block, as
    `x-snappy-framed` is the stream format.
    """
    return methods[algorithm](level, chunks)


def through(compressor: Compressor, chunks: Sequence[bytes]) -> list[bytes]:
    out = [piece for chunk in coalesced(chunks, piece_size) if (piece := compressor.compress(chunk))]
    out.append(compressor.flush())
    return out


def deflate(window: int, level: int, chunks: Sequence[bytes]) -> list[bytes]:
    if level in {0, -1}:
        level = 1
    if level == -2:
        return through(zlib.compressobj(1, zlib.DEFLATED, window, 9, zlib.Z_HUFFMAN_ONLY), chunks)
    if isal_zlib is not None and level <= best_isal_level:
        return through(isal_zlib.compressobj(level, isal_zlib.DEFLATED, window), chunks)
    return through(zlib.compressobj(level, zlib.DEFLATED, window), chunks)


def gzip(level: int, chunks: Sequence[bytes]) -> list[bytes]:
    return deflate(gzip_window, level, chunks)


def zlib_stream(level: int, chunks: Sequence[bytes]) -> list[bytes]:
    return deflate(zlib_window, level, chunks)


def zstd(level: int, chunks: Sequence[bytes]) -> list[bytes]:
    if sys.version_info >= (3, 14):
        from compression.zstd import ZstdCompressor  # noqa: PLC0415 - only where it is configured
    else:
        from backports.zstd import ZstdCompressor  # noqa: PLC0415 - only where it is configured
    return through(ZstdCompressor(level=level or 1), chunks)


def snappy(_level: int, chunks: Sequence[bytes]) -> list[bytes]:
    import cramjam  # noqa: PLC0415 - only where it is configured

    return [bytes(cramjam.snappy.compress_raw(joined(chunks)))]


def framed_snappy(_level: int, chunks: Sequence[bytes]) -> list[bytes]:
    import cramjam  # noqa: PLC0415 - only where it is configured

    return whole(cramjam.snappy.Compressor(), chunks)


def lz4(_level: int, chunks: Sequence[bytes]) -> list[bytes]:
    import cramjam  # noqa: PLC0415 - only where it is configured

    return whole(cramjam.lz4.Compressor(), chunks)


def whole(compressor: Any, chunks: Iterable[bytes]) -> list[bytes]:
    for chunk in chunks:
        compressor.compress(chunk)
    return [bytes(compressor.finish())]


def unchanged(_level: int, chunks: Sequence[bytes]) -> list[bytes]:
    return list(chunks)


def joined(chunks: Sequence[bytes]) -> bytes:
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


methods: dict[str, Callable[[int, Sequence[bytes]], list[bytes]]] = {
    "gzip": gzip,
    "zlib": zlib_stream,
    "deflate": zlib_stream,
    "zstd": zstd,
    "snappy": snappy,
    "x-snappy-framed": framed_snappy,
    "lz4": lz4,
    "none": unchanged,
    "": unchanged,
}

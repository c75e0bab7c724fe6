import gzip
import sys
import zlib

import cramjam
import pytest

from collector.net import inflate as module
from collector.net.inflate import TooLarge, Undecodable, inflate

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

text = b"a text that repeats itself, " * 100

packed = {
    "": text,
    "gzip": gzip.compress(text),
    "zstd": zstd.compress(text),
    "zlib": zlib.compress(text),
    "deflate": zlib.compress(text),
    "snappy": bytes(cramjam.snappy.compress_raw(text)),
    "x-snappy-framed": bytes(cramjam.snappy.compress(text)),
    "lz4": bytes(cramjam.lz4.compress(text)),
}


@pytest.mark.parametrize("encoding", packed)
def test_every_encoding_is_undone(encoding):
    assert inflate(encoding, packed[encoding], len(text)) == text


@pytest.mark.parametrize("encoding", packed)
def test_one_byte_over_the_limit_is_too_large(encoding):
    with pytest.raises(TooLarge):
        inflate(encoding, packed[encoding], len(text) - 1)


@pytest.mark.parametrize("encoding", [name for name in packed if name])
@pytest.mark.parametrize("damage", [lambda b: b[:-5], lambda b: b"garbage" + b, lambda b: b""])
def test_damaged_bodies_are_refused(encoding, damage):
    with pytest.raises((Undecodable, TooLarge)):
        inflate(encoding, damage(packed[encoding]), 10_000)


def test_snappy_may_be_a_framed_stream():
    assert inflate("snappy", packed["x-snappy-framed"], 10_000) == text


def test_a_raw_snappy_block_is_refused_by_its_declared_size():
    with pytest.raises(TooLarge, match="decoded size exceeds max request body size"):
        inflate("snappy", b"\xff\xff\xff\xff\x0f" + bytes(20), 10_000)


def test_several_gzip_members_are_one_body():
    assert inflate("gzip", gzip.compress(text) * 3, 10_000) == text * 3


def test_members_are_bounded():
    with pytest.raises(Undecodable, match="too many members"):
        inflate("gzip", gzip.compress(b"") * 100, 10_000)
    with pytest.raises(Undecodable, match="too many frames"):
        inflate("zstd", zstd.compress(b"a") * 100, 10_000)


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "lz4", "deflate", "x-snappy-framed"])
def test_a_bomb_stops_at_the_limit(encoding):
    bomb = {
        "gzip": gzip.compress(bytes(50_000_000), 9),
        "deflate": zlib.compress(bytes(50_000_000), 9),
        "zstd": zstd.compress(bytes(50_000_000)),
        "lz4": bytes(cramjam.lz4.compress(bytes(50_000_000))),
        "x-snappy-framed": bytes(cramjam.snappy.compress(bytes(50_000_000))),
    }[encoding]

    with pytest.raises(TooLarge):
        inflate(encoding, bomb, 1_000_000)


def test_gzip_works_without_isal(monkeypatch):
    monkeypatch.setattr(module, "deflater", zlib)

    assert inflate("gzip", packed["gzip"], 10_000) == text
    with pytest.raises(Undecodable):
        inflate("gzip", b"garbage", 10_000)

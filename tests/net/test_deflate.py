import gzip
import sys
import zlib

import cramjam
import pytest

from collector.net.deflate import check_compression, compress
from collector.net.pieces import coalesced

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CHUNKS = [b"abc" * 1000, b"", b"def" * 50_000, *[b"small"] * 500]
WHOLE = b"".join(CHUNKS)


@pytest.mark.parametrize("level", [-2, -1, 0, 1, 3, 6, 9])
def test_gzip_and_zlib_are_read_by_the_standard_library(level):
    assert gzip.decompress(b"".join(compress("gzip", level, CHUNKS))) == WHOLE
    for name in ("zlib", "deflate"):
        assert zlib.decompress(b"".join(compress(name, level, CHUNKS))) == WHOLE


@pytest.mark.parametrize(
    ("name", "undo"),
    [
        ("zstd", zstd.decompress),
        ("snappy", cramjam.snappy.decompress_raw),
        ("x-snappy-framed", cramjam.snappy.decompress),
        ("lz4", cramjam.lz4.decompress),
        ("none", bytes),
        ("", bytes),
    ],
)
def test_other_formats_are_read_by_their_libraries(name, undo):
    assert bytes(undo(b"".join(compress(name, 0, CHUNKS)))) == WHOLE


def test_nothing_is_compressed_to_something_that_is_read():
    assert gzip.decompress(b"".join(compress("gzip", 0, []))) == b""


@pytest.mark.parametrize(
    ("name", "level", "message"),
    [
        ("br", 0, 'unsupported compression type "br"'),
        ("gzip", 10, 'unsupported parameters {Level:10} for compression type "gzip"'),
        ("zlib", -3, 'unsupported parameters {Level:-3} for compression type "zlib"'),
        ("snappy", 1, 'unsupported parameters {Level:1} for compression type "snappy"'),
    ],
)
def test_what_can_not_be_compressed_is_refused(name, level, message):
    with pytest.raises(ValueError, match=message.replace("{", r"\{")):
        check_compression(name, level)


@pytest.mark.parametrize(("name", "level"), [("gzip", 9), ("zstd", 22), ("lz4", 0), ("none", 0), ("", 1)])
def test_what_can_be_compressed_passes(name, level):
    check_compression(name, level)


def test_small_neighbours_are_joined_and_large_pieces_stay():
    large = bytes(100)
    pieces = list(coalesced([b"a", b"b", large, b"c", b"d" * 9, b"e"], 10))
    assert pieces == [b"ab", large, b"c" + b"d" * 9, b"e"]
    assert pieces[1] is large
    assert list(coalesced([large], 10)) == [large]
    assert list(coalesced([], 10)) == []

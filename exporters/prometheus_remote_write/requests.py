"""Requests of a push: encoded and compressed piece by piece (prometheus.md 3, 11).

Snappy's block format is a length and then elements that only refer back, so pieces compressed one by one, without their
own lengths, make one block. No more than a piece is ever there uncompressed, and it stays in the processor's cache.
"""

from collections.abc import Iterator

import cramjam

from .catalog import Catalog
from .encoding import metadata_field, symbol_field
from .kernel import Series, Writer, varint

_PIECE = 60_000


class Block:
    """A snappy block in the making; `room` is where pieces are compressed, for one block after the other."""

    def __init__(self, room: bytearray) -> None:
        self._room = room
        self._size = 0
        self._pieces: list[bytes] = []

    def add(self, data: memoryview | bytes) -> None:
        """Add data at the end."""
        if data:
            self._pieces.append(self._elements(data))
            self._size += len(data)

    def add_first(self, data: bytes) -> None:
        """Add data at the beginning."""
        if data:
            self._pieces.insert(0, self._elements(data))
            self._size += len(data)

    def _elements(self, data: memoryview | bytes) -> bytes:
        """The elements of a snappy block with this content: the block without the length at its head."""
        most = cramjam.snappy.compress_raw_max_len(data)
        room = self._room if len(self._room) >= most else bytearray(most)
        end: int = cramjam.snappy.compress_raw_into(data, room)
        head = 1
        while room[head - 1] > 0x7F:
            head += 1
        with memoryview(room) as encoded:
            return bytes(encoded[head:end])

    def finish(self) -> bytes:
        """The block."""
        return b"".join([varint(self._size), *self._pieces])


class RequestEncoder:
    """Encodes what the walk of a catalog has collected; `limit` as in `Writer`."""

    def __init__(self, catalog: Catalog, limit: int, *, second: bool) -> None:
        self._catalog = catalog
        self._limit = limit
        self._second = second
        self._writer = Writer(catalog.samples, limit, second=second)
        self._piece = bytearray(_PIECE)
        self._room = bytearray(cramjam.snappy.compress_raw_max_len(self._piece))

    def series(self) -> Iterator[tuple[bytes, list[Series]]]:
        """Bodies of the requests with the push's series, each with those that it has."""
        writer = self._writer
        writer.rewind()
        while writer.open():
            first = writer.at
            block = Block(self._room)
            while not writer.closed:
                size = writer.write(self._piece)
                with memoryview(self._piece) as piece:
                    block.add(piece[:size])
            if self._second:
                block.add_first(b"".join([symbol_field(b""), *(symbol_field(symbol.text) for symbol in writer.table)]))
            yield block.finish(), self._catalog.samples.series[first : writer.at]
        if len(self._piece) > _PIECE:
            self._piece = bytearray(_PIECE)

    def metadata(self) -> Iterator[bytes]:
        """Bodies of the requests with the metadata of the push's families, for Remote Write 1.0."""
        messages = dict.fromkeys(family.metadata.encoded for family in self._catalog.walk.families if not family.error)
        block, size = Block(self._room), 0
        for message in messages:
            if size and size + len(message) >= self._limit:
                yield block.finish()
                block, size = Block(self._room), 0
            block.add(metadata_field(message))
            size += len(message)
        if size:
            yield block.finish()

# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Encoding of the series of a push as the TimeSeries fields of Remote Write requests, 1.0 and 2.0.

A request is written in pieces as large as the buffer. All samples of a series are in one request.
"""

from . import _native as native
from . import _series as series

MOST_OF_REF = 5
HEAD = 6  # tag and length of a field: more is never needed for what a bytearray can hold
EMPTY = b""
SMALL = [bytes([value]) for value in range(128)]


class Writer:
    """Writes requests from `samples`; `second` says that it is Remote Write 2.0.

    `limit` is the size that a request of more than one series stays below: its TimeSeries messages without their tags
    and lengths, and for 2.0 its strings. `table` are the symbols of the current request, `closed` says that it has got
    all its series.
    """

    __slots__ = (
        "at", "closed", "entered", "extras", "limit", "refs", "refs_used", "request", "samples", "second", "size",
        "table", "text",
    )  # fmt: skip

    samples: series.Samples
    second: bool
    limit: int
    request: int
    at: int
    size: int
    text: int
    entered: int
    closed: bool
    table: list[series.Symbol]
    extras: bytes
    refs: bytearray
    refs_used: int

    def __init__(self, samples: series.Samples, limit: int, *, second: bool) -> None:
        self.samples = samples
        self.second = second
        self.limit = limit
        self.request = 0
        self.at = 0
        self.size = 0
        self.text = 0
        self.entered = 0
        self.closed = False
        self.table = []
        self.extras = EMPTY
        self.refs = bytearray(64 * MOST_OF_REF)
        self.refs_used = 0

    def rewind(self) -> None:
        """Begin with the first series of the push."""
        self.at = 0

    def open(self) -> bool:
        """Begin a request; False if there is nothing left for one."""
        self.request += 1
        self.size = 0
        self.text = 0
        self.entered = 0
        self.closed = False
        self.table = []
        return self.at < len(self.samples.series)

    def write(self, out: bytearray) -> int:
        """Write as many series as fit; give the number of bytes. `out` grows for a series that is larger."""
        filled = 0
        touched = self.samples.series
        while self.at < len(touched):
            entry = touched[self.at]
            if entry.tangled:
                self.samples.untangle(entry)
            symbols = len(self.table)
            size = self.measure(entry)
            if self.entered and self.size + size + self.text >= self.limit:
                self.forget(symbols)
                self.closed = True
                return filled
            if filled + size + HEAD > len(out):
                if filled:
                    return filled
                out.extend(bytes(size + HEAD - len(out)))
            filled = self.encode(entry, out, filled, size)
            self.size += size
            self.entered += 1
            self.at += 1
        self.closed = True
        return filled

    def measure(self, entry: series.Series) -> int:
        """Give the size of a TimeSeries message; for 2.0 enter its symbols in the table."""
        self.extras = EMPTY
        if entry.exemplars is not None or entry.histograms is not None:
            self.extras = self.rest(entry)
        size = len(entry.labels)
        if self.second:
            size = self.refs_used = self.write_refs(entry.symbols)
            size += 1 + native.varint_size(size) + 2 + self.metadata_size(entry.metadata)
        size += len(self.extras)
        at = entry.first
        while at >= 0:
            size += 2 + self.sample_size(at)
            at = self.samples.links[at]
        return size

    def sample_size(self, at: int) -> int:
        """Give the size of a Sample message; it is below 128."""
        samples = self.samples
        size = 0
        if samples.bits[at]:
            size = 9
        if samples.times[at]:
            size += 1 + native.varint_size(samples.times[at])
        if self.second and samples.starts[at]:
            size += 1 + native.varint_size(samples.starts[at])
        return size

    def write_refs(self, symbols: tuple[series.Symbol, ...]) -> int:
        """Put the refs of these symbols into `refs`, and those that are new into the table; give the size."""
        if MOST_OF_REF * len(symbols) > len(self.refs):
            self.refs = bytearray(MOST_OF_REF * len(symbols))
        refs = self.refs
        size = 0
        for symbol in symbols:
            if symbol.request != self.request:
                self.enter(symbol)
            size = native.put_varint(refs, size, symbol.ref)
        return size

    def enter(self, symbol: series.Symbol) -> None:
        """Put a symbol in the table; 0 is the empty text, which every table has."""
        symbol.request = self.request
        if not symbol.text:
            symbol.ref = 0
            return
        self.table.append(symbol)
        symbol.ref = len(self.table)
        self.text += len(symbol.text)

    def forget(self, size: int) -> None:
        """Take the last symbols out of the table again."""
        while len(self.table) > size:
            symbol = self.table.pop()
            symbol.request = 0
            self.text -= len(symbol.text)

    def metadata_size(self, metadata: series.Metadata) -> int:
        """Give the size of a Metadata message, with its symbols in the table."""
        size = 0
        if metadata.type:
            size = 2
        if metadata.help.text:
            if metadata.help.request != self.request:
                self.enter(metadata.help)
            size += 1 + native.varint_size(metadata.help.ref)
        if metadata.unit.text:
            if metadata.unit.request != self.request:
                self.enter(metadata.unit)
            size += 1 + native.varint_size(metadata.unit.ref)
        return size

    def encode(self, entry: series.Series, out: bytearray, pos: int, size: int) -> int:
        """Write a TimeSeries field; give the position after it."""
        native.put(out, pos, 0x2A if self.second else 0x0A)
        pos = native.put_varint(out, pos + 1, size)
        if self.second:
            pos = self.encode_refs(entry, out, pos)
        else:
            native.copy(out, pos, entry.labels, len(entry.labels))
            pos += len(entry.labels)
        samples = self.samples
        at = entry.first
        while at >= 0:
            native.put(out, pos, 0x12)
            native.put(out, pos + 1, self.sample_size(at))
            pos += 2
            if samples.bits[at]:
                native.put(out, pos, 0x09)
                native.store(out, pos + 1, samples.bits[at])
                pos += 9
            if samples.times[at]:
                native.put(out, pos, 0x10)
                pos = native.put_varint(out, pos + 1, samples.times[at])
            if self.second and samples.starts[at]:
                native.put(out, pos, 0x18)
                pos = native.put_varint(out, pos + 1, samples.starts[at])
            at = samples.links[at]
        native.copy(out, pos, self.extras, len(self.extras))
        return pos + len(self.extras)

    def encode_refs(self, entry: series.Series, out: bytearray, pos: int) -> int:
        """Write label refs and metadata, whose symbols are in the table."""
        native.put(out, pos, 0x0A)
        pos = native.put_varint(out, pos + 1, self.refs_used)
        native.transfer(out, pos, self.refs, self.refs_used)
        pos += self.refs_used
        metadata = entry.metadata
        native.put(out, pos, 0x2A)
        native.put(out, pos + 1, self.metadata_size(metadata))
        pos += 2
        if metadata.type:
            native.put(out, pos, 0x08)
            native.put(out, pos + 1, metadata.type)
            pos += 2
        if metadata.help.text:
            native.put(out, pos, 0x18)
            pos = native.put_varint(out, pos + 1, metadata.help.ref)
        if metadata.unit.text:
            native.put(out, pos, 0x20)
            pos = native.put_varint(out, pos + 1, metadata.unit.ref)
        return pos

    def rest(self, entry: series.Series) -> bytes:
        """Give the encoded exemplar and histogram fields of a series."""
        fields = []
        if entry.exemplars is not None:
            tag = b"\x22" if self.second else b"\x1a"
            for labels, tail in dict.fromkeys(entry.exemplars):
                message = (self.packed_refs(labels) if self.second else labels) + tail
                fields.append(tag + varint(len(message)) + message)
        if entry.histograms is not None:
            tag = b"\x1a" if self.second else b"\x22"
            latest = dict(sorted(entry.histograms, key=first_of))
            fields.extend(tag + varint(len(message)) + message for message in latest.values())
        return EMPTY.join(fields)

    def packed_refs(self, symbols: tuple[series.Symbol, ...]) -> bytes:
        """Give the encoded refs field of an exemplar."""
        if not symbols:
            return EMPTY
        size = self.write_refs(symbols)
        return b"\x0a" + varint(size) + bytes(self.refs[:size])


def varint(value: int) -> bytes:
    """Encode a number."""
    if value < 128:
        return SMALL[value]
    room = bytearray(10)
    return bytes(room[: native.put_varint(room, 0, value)])


def first_of(pair: tuple[int, bytes]) -> int:
    """Give the time of a histogram."""
    return pair[0]

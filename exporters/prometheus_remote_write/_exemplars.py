# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Exemplars (prometheus.md 8.7): from bytes of a point to the series that they belong to.

Most have ids and nothing else; their labels are put together here. Others are the catalog's.
"""

from typing import Any, Protocol

from . import _native as native
from . import _series as series
from . import _wire as wire

TRACE_ID_SIZE = 16
SPAN_ID_SIZE = 8
SPAN_LABEL = b"\x0a\x1b\x0a\x07span_id\x12\x10"
TRACE_LABEL = b"\x0a\x2c\x0a\x08trace_id\x12\x20"
ZERO = b"\0"
EMPTY = b""


class ExemplarCatalog(Protocol):
    """Who knows the labels of exemplars: encoded fields, or symbols for Remote Write 2.0."""

    def exemplar_labels(self, raw: bytes) -> Any: ...
    def exemplar_ids(self, span_id: bytes, trace_id: bytes) -> Any: ...


class Exemplars:
    """Adds exemplars to series of `samples`; `second` is Remote Write 2.0."""

    __slots__ = ("catalog", "samples", "second")

    samples: series.Samples
    catalog: ExemplarCatalog
    second: bool

    def __init__(self, samples: series.Samples, catalog: ExemplarCatalog, *, second: bool) -> None:
        self.samples = samples
        self.catalog = catalog
        self.second = second

    def add(self, raw: bytes, stream: series.Stream, time: int, parts: int) -> None:
        """Add the exemplars in these fields; those without a time get the point's, in milliseconds.

        The first `parts` of the stream's buckets are there.
        """
        pos = 0
        end = len(raw)
        while pos < end:
            _tag, pos = wire.number(raw, pos)
            size, pos = wire.number(raw, pos)
            stop = end if size > end - pos else pos + size
            self.read(raw, pos, stop, stream, time, parts)
            pos = stop

    def read(self, p: bytes, start: int, end: int, stream: series.Stream, time: int, parts: int) -> None:
        """Add one exemplar."""
        span = trace = EMPTY
        filtered = False
        bits = own_time = 0
        pos = start
        while pos < end:
            tag, pos = wire.number(p, pos)
            if tag == 0x11:
                own_time = wire.eight(p, pos, end) // 1_000_000
            elif tag == 0x19:
                bits = wire.eight(p, pos, end)
            elif tag == 0x31:
                bits = native.signed_bits(wire.eight(p, pos, end))
            elif tag == 0x22:
                span = wire.block(p, pos)
            elif tag == 0x2A:
                trace = wire.block(p, pos)
            elif tag == 0x3A:
                filtered = True
            pos = wire.after(p, tag, pos)
        exemplar = (self.labels(p, start, end, span, trace, filtered), tail(bits, own_time or time))
        if stream.single is not None:
            self.attach(stream.single, exemplar)
        if stream.infinite is not None:
            self.attach(self.bucket(stream, native.bits_double(bits), parts), exemplar)

    def labels(self, p: bytes, start: int, end: int, span: bytes, trace: bytes, filtered: bool) -> Any:
        """Give the labels in order of their names."""
        if not span.strip(ZERO):
            span = EMPTY
        if not trace.strip(ZERO):
            trace = EMPTY
        if filtered or len(span) not in (0, SPAN_ID_SIZE) or len(trace) not in (0, TRACE_ID_SIZE):
            return self.catalog.exemplar_labels(p[start:end])
        if self.second:
            return self.catalog.exemplar_ids(span, trace)
        labels = EMPTY
        if span:
            labels = SPAN_LABEL + span.hex().encode()
        if trace:
            labels += TRACE_LABEL + trace.hex().encode()
        return labels

    def bucket(self, stream: series.Stream, value: float, parts: int) -> series.Series:
        """Give the bucket with the smallest bound that is not below the value."""
        found = stream.infinite
        assert found is not None
        least = 0.0
        first = True
        for i in range(parts):
            bound = native.load_double(stream.layout, 8 * i)
            if bound >= value and (first or bound < least):
                first = False
                least = bound
                found = stream.parts[i]
        return found

    def attach(self, entry: series.Series, exemplar: tuple[Any, bytes]) -> None:
        """Add an exemplar to a series, unless its point was refused."""
        if entry.push != self.samples.push:
            return
        if entry.exemplars is None:
            entry.exemplars = []
        entry.exemplars.append(exemplar)


def tail(bits: int, time: int) -> bytes:
    """Encode value (bits of a double) and time in milliseconds; both messages have the same numbers."""
    out = bytearray(20)
    pos = 0
    if bits:
        native.put(out, 0, 0x11)
        native.store(out, 1, bits)
        pos = 9
    if time:
        native.put(out, pos, 0x18)
        pos = native.put_varint(out, pos + 1, time)
    return bytes(out[:pos])

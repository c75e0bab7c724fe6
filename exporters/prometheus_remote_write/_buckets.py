# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=False, initializedcheck=False
"""Native histograms (prometheus.md 8.5, 8.6): encoded Histogram messages from OTLP histogram points.

Both messages of Remote Write have the same fields; a start time is given for 2.0 only.
"""

from . import _native as native
from . import _wire as wire

LOWEST_SCALE = -4
HIGHEST_SCALE = 8
CUSTOM_BUCKETS = -53
WIDEST_BRIDGE = 2
DEFAULT_ZERO_THRESHOLD = 1e-128
STALE = 0x7FF0_0000_0000_0002
MASK = 0xFFFF_FFFF_FFFF_FFFF
SIGN = 0x8000_0000_0000_0000
EMPTY = b""


class Layout:
    """Spans and deltas of one side, from buckets given in ascending order; empty ones only make gaps."""

    __slots__ = ("before", "deltas", "last", "length", "offset", "spans")

    spans: bytearray
    deltas: bytearray
    offset: int
    length: int
    last: int
    before: int

    def __init__(self) -> None:
        self.spans = bytearray()
        self.deltas = bytearray()
        self.offset = 0
        self.length = 0
        self.last = 0
        self.before = 0

    def add(self, index: int, count: int) -> None:
        """Add a bucket; a short gap before it is bridged with zeros, a longer one begins a new span."""
        if count == 0:
            return
        gap = index - self.last - 1
        if self.length == 0:
            self.offset = index
        elif gap > WIDEST_BRIDGE:
            self.close()
            self.offset = gap
        else:
            while gap:
                self.delta(0)
                gap -= 1
        self.delta(count)
        self.last = index

    def delta(self, count: int) -> None:
        """Add the difference to the bucket before."""
        difference = (count - self.before) & MASK
        append_varint(self.deltas, ((difference << 1) & MASK) ^ (MASK if difference >> 63 else 0))
        self.before = count
        self.length += 1

    def close(self) -> None:
        """End a span, if there is one."""
        if not self.length:
            return
        span = bytearray()
        if self.offset:
            span.append(0x08)
            append_zigzag(span, self.offset)
        span.append(0x10)
        append_varint(span, self.length)
        append_varint(self.spans, len(span))
        self.spans += span
        self.length = 0

    def fields(self, span_tag: int, delta_tag: int) -> bytes:
        """Give the encoded spans and deltas; the lengths of spans are taken apart again to put tags between them."""
        self.close()
        out = bytearray()
        pos = 0
        while pos < len(self.spans):
            size = self.spans[pos] + 1
            out.append(span_tag)
            out += self.spans[pos : pos + size]
            pos += size
        if self.deltas:
            out.append(delta_tag)
            append_varint(out, len(self.deltas))
            out += self.deltas
        return bytes(out)


def append_varint(out: bytearray, value: int) -> None:
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def append_zigzag(out: bytearray, value: int) -> None:
    append_varint(out, value << 1 if value >= 0 else (-value << 1) - 1)


def append_double(out: bytearray, tag: int, bits: int) -> None:
    """Append a double field unless it is 0.0."""
    if bits:
        at = len(out)
        out.extend(bytes(9))
        native.put(out, at, tag)
        native.store(out, at + 1, bits)


class Point:
    """The fields of a histogram point of either kind that native histograms are made of; sides are encoded Buckets."""

    __slots__ = ("bounds", "count", "counts", "negative", "positive", "scale", "sum", "zero_count", "zero_threshold")

    count: int
    sum: int
    scale: int
    zero_count: int
    zero_threshold: int
    positive: bytes
    negative: bytes
    bounds: bytes
    counts: bytes

    def __init__(self) -> None:
        self.count = 0
        self.sum = 0
        self.scale = 0
        self.zero_count = 0
        self.zero_threshold = 0
        self.positive = EMPTY
        self.negative = EMPTY
        self.bounds = EMPTY
        self.counts = EMPTY

    def message(self, negative: bytes, positive: bytes, custom: bytes, time: int, start: int) -> bytes:
        """Encode a Histogram; the times are in milliseconds, a start time of 0 is none."""
        out = bytearray(b"\x08")
        append_varint(out, self.count)
        append_double(out, 0x19, self.sum)
        if self.scale:
            out.append(0x20)
            append_zigzag(out, self.scale)
        append_double(out, 0x29, self.zero_threshold)
        out.append(0x30)
        append_varint(out, self.zero_count)
        out += negative
        out += positive
        if time:
            out.append(0x78)
            append_varint(out, time)
        if custom:
            out += b"\x82\x01"
            append_varint(out, len(custom))
            out += custom
        if start and start <= time:
            out += b"\x88\x01"
            append_varint(out, start)
        return bytes(out)


def exponential(p: bytes, time: int, start: int, stale: bool) -> bytes:
    """Convert an ExponentialHistogramDataPoint, whose bytes have been walked before.

    Raises:
        ValueError: the scale is too low.
    """
    point = Point()
    pos = 0
    end = len(p)
    while pos < end:
        tag, pos = wire.number(p, pos)
        if tag == 0x21:
            point.count = wire.eight(p, pos, end)
        elif tag == 0x29:
            point.sum = wire.eight(p, pos, end)
        elif tag == 0x39:
            point.zero_count = wire.eight(p, pos, end)
        elif tag == 0x71:
            point.zero_threshold = wire.eight(p, pos, end)
        elif tag == 0x30:
            value, _after = wire.number(p, pos)
            point.scale = wire.unzigzag(value)
        elif tag == 0x42:
            point.positive = wire.block(p, pos)
        elif tag == 0x4A:
            point.negative = wire.block(p, pos)
        pos = wire.after(p, tag, pos)
    if point.scale < LOWEST_SCALE:
        raise ValueError(f"cannot convert exponential to native histogram: scale must be >= -4, was {point.scale}")
    shift = max(point.scale - HIGHEST_SCALE, 0)
    point.scale -= shift
    if not 0 < point.zero_threshold < SIGN:
        point.zero_threshold = native.double_bits(DEFAULT_ZERO_THRESHOLD)
    if stale:
        point.count = point.zero_count = 0
        point.sum = STALE
        return point.message(EMPTY, EMPTY, EMPTY, time, start)
    negative = side(point.negative, shift).fields(0x42, 0x4A)
    positive = side(point.positive, shift).fields(0x5A, 0x62)
    return point.message(negative, positive, EMPTY, time, start)


def side(p: bytes, shift: int) -> Layout:
    """Lay out encoded Buckets; neighbours that fall on one index after the shift are summed up.

    The steps are the Collector's, which the conformance cases record: with a shift, the first count after empty buckets
    may land one index too low.
    """
    layout = Layout()
    offset = 0
    counts = EMPTY
    pos = 0
    end = len(p)
    while pos < end:
        tag, pos = wire.number(p, pos)
        if tag == 0x08:
            value, _after = wire.number(p, pos)
            offset = wire.unzigzag(value)
        elif tag == 0x12:
            counts = wire.block(p, pos)
        pos = wire.after(p, tag, pos)
    index = (offset >> shift) + 1
    total = 0
    pos = 0
    end = len(counts)
    while pos < end:
        value = 0
        bits = 0
        while True:
            byte = counts[pos]
            pos += 1
            value |= (byte & 0x7F) << bits
            bits += 7
            if byte < 0x80 or pos >= end or bits > 63:
                break
        here = (offset >> shift) + 1
        offset += 1
        if here == index:
            total = (total + value) & MASK
        elif total == 0:
            total = value
        else:
            layout.add(here - 1, total)
            index = here
            total = value
    layout.add(((offset - 1) >> shift) + 1, total)
    return layout


def custom(p: bytes, time: int, start: int, stale: bool) -> bytes:
    """Convert a HistogramDataPoint, whose bytes have been walked before.

    Raises:
        ValueError: the bounds don't ascend.
    """
    point = Point()
    pos = 0
    end = len(p)
    while pos < end:
        tag, pos = wire.number(p, pos)
        if tag == 0x21:
            point.count = wire.eight(p, pos, end)
        elif tag == 0x29:
            point.sum = wire.eight(p, pos, end)
        elif tag == 0x32:
            point.counts = wire.block(p, pos)
        elif tag == 0x3A:
            point.bounds = wire.block(p, pos)
        pos = wire.after(p, tag, pos)
    point.scale = CUSTOM_BUCKETS
    if stale:
        point.count = 0
        point.sum = STALE
        return point.message(EMPTY, EMPTY, EMPTY, time, start)
    bounds = [native.load_double(point.bounds, 8 * i) for i in range(len(point.bounds) // 8)]
    counts = [native.load(point.counts, 8 * i) for i in range(len(point.counts) // 8)]
    values = bytearray()
    layout = Layout()
    index = 0
    carried = 0
    total = 0
    before = 0.0
    while bounds and bounds[len(bounds) - 1] == INFINITE:  # compiled without negative indexes
        bounds.pop()
    size = len(bounds)
    for i in range(size):
        bound = bounds[i]
        if bound != bound or (i and bound < before):  # noqa: PLR0124
            raise ValueError("cannot convert histogram to custom buckets: bounds must ascend and be numbers")
        count = counts[i] if i < len(counts) else 0
        total = (total + count) & MASK
        if i and bound == before:
            carried += count
        else:
            layout.add(index, (count + carried) & MASK)
            carried = 0
            index += 1
            append_eight(values, native.double_bits(bound))
        before = bound
    if size < len(counts):
        total = (total + counts[size]) & MASK
        carried += counts[size]
    if point.count > total:
        carried += point.count - total
    else:
        point.count = total
    layout.add(index, carried & MASK)
    return point.message(EMPTY, layout.fields(0x5A, 0x62), bytes(values), time, start)


def append_eight(out: bytearray, bits: int) -> None:
    at = len(out)
    out.extend(bytes(8))
    native.store(out, at, bits)


INFINITE = float("inf")

# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The walk over the bytes of metric payloads: from each point to the samples of its series.

Python is called only for what was not seen before (a resource, a scope, a metric, a stream, bucket bounds), for native
histograms and for exemplars. Every read is checked against the end of the message that it belongs to.
"""

from typing import Any, Protocol

from . import _exemplars as exemplars_
from . import _native as native
from . import _series as series

GAUGE = 5
SUM = 7
HISTOGRAM = 9
EXPONENTIAL = 10
SUMMARY = 11
CUMULATIVE = 2
STALE = 0x7FF0_0000_0000_0002
ONE = 0x3FF0_0000_0000_0000
NO_RECORDED_VALUE = 1
MASK = 0xFFFF_FFFF_FFFF_FFFF


class Malformed(ValueError):
    """Bytes that are no metrics payload."""


class Resource:
    """A resource as it came; `info` is the series of its `target_info`, if it has one."""

    __slots__ = ("detail", "info", "push", "scopes")

    push: int
    info: series.Series | None
    detail: object
    scopes: dict[bytes, "Scope"]

    def __init__(self, info: series.Series | None, detail: object) -> None:
        self.push = 0
        self.info = info
        self.detail = detail
        self.scopes = {}


class Scope:
    """A scope as it came, within its resource."""

    __slots__ = ("detail", "families")

    detail: object
    families: dict[bytes, series.Family]

    def __init__(self, detail: object) -> None:
        self.detail = detail
        self.families = {}


class Catalog(Protocol):
    """Who is asked about what was not seen before. Everything returned has been entered where the walk looks."""

    def resource(self, raw: bytes) -> Resource: ...
    def scope(self, resource: Resource, key: bytes, raw: bytes, schema_url: bytes) -> Scope: ...
    def family(
        self, scope: Scope, key: bytes, head: bytes, kind: int, temporality: int, monotonic: bool
    ) -> series.Family: ...
    def stream(self, family: series.Family, attributes: bytes) -> series.Stream: ...
    def lay_out(self, family: series.Family, stream: series.Stream, layout: bytes) -> None: ...
    def refused(self, family: series.Family, points: int) -> None: ...
    def failed(self, family: series.Family, error: str) -> None: ...
    def exponential(
        self, family: series.Family, stream: series.Stream, point: bytes, time: int, start: int, stale: bool
    ) -> None: ...
    def custom(
        self, family: series.Family, stream: series.Stream, point: bytes, time: int, start: int, stale: bool
    ) -> None: ...
    def exemplar_labels(self, raw: bytes) -> Any: ...
    def exemplar_ids(self, span_id: bytes, trace_id: bytes) -> Any: ...


class Walk:
    """Walks payloads and adds to `samples`. `at` is where the last read of a length or number ended."""

    __slots__ = ("at", "catalog", "exemplars", "families", "latest", "resources", "samples")

    samples: series.Samples
    catalog: Catalog
    exemplars: exemplars_.Exemplars
    resources: dict[bytes, Resource]
    families: list[series.Family]
    at: int
    latest: int

    def __init__(self, samples: series.Samples, catalog: Catalog) -> None:
        self.samples = samples
        self.catalog = catalog
        self.exemplars = exemplars_.Exemplars(samples, catalog, second=samples.starts_kept)
        self.resources = {}
        self.families = []
        self.at = 0
        self.latest = 0

    def open(self) -> None:
        """Begin a push; `families` will be those that it has points of."""
        self.samples.open()
        self.families = []

    def add(self, p: bytes) -> None:
        """Walk one ExportMetricsServiceRequest. Raises Malformed."""
        pos = 0
        end = len(p)
        while pos < end:
            if p[pos] == 0x0A:
                stop = self.block(p, pos + 1, end)
                self.resource(p, self.at, stop)
                pos = stop
            else:
                pos = self.skip(p, pos, end)

    def varint(self, p: bytes, pos: int, end: int) -> int:
        """Read a varint; `at` is the position after it."""
        value = 0
        shift = 0
        while pos < end and shift < 64:
            byte = p[pos]
            pos += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                self.at = pos
                return value & MASK
            shift += 7
        raise Malformed("a number is cut off")

    def block(self, p: bytes, pos: int, end: int) -> int:
        """Read a length; `at` is where the content begins. Give its end."""
        size = self.varint(p, pos, end)
        if size > end - self.at:
            raise Malformed("a field is longer than its message")
        return self.at + size

    def skip(self, p: bytes, pos: int, end: int) -> int:
        """Give the position after a field of any kind."""
        wire = self.varint(p, pos, end) & 7
        if wire == 2:
            return self.block(p, self.at, end)
        if wire == 0:
            self.varint(p, self.at, end)
            return self.at
        if wire not in (1, 5):
            raise Malformed("a field has a wire type that OTLP does not use")
        pos = self.at + (8 if wire == 1 else 4)
        if pos > end:
            raise Malformed("a number is cut off")
        return pos

    def resource(self, p: bytes, start: int, end: int) -> None:
        """Walk one ResourceMetrics."""
        first = last = 0
        pos = start
        while pos < end:
            if p[pos] == 0x0A:
                last = self.block(p, pos + 1, end)
                first = self.at
                pos = last
            else:
                pos = self.skip(p, pos, end)
        raw = p[first:last]
        resource = self.resources.get(raw)
        if resource is None:
            resource = self.catalog.resource(raw)
        resource.push = self.samples.push
        self.latest = 0
        pos = start
        while pos < end:
            if p[pos] == 0x12:
                stop = self.block(p, pos + 1, end)
                self.scope(p, self.at, stop, resource)
                pos = stop
            else:
                pos = self.skip(p, pos, end)
        if self.latest and resource.info is not None:
            self.samples.add(resource.info, resource.info.metadata, ONE, self.latest // 1_000_000, 0)

    def scope(self, p: bytes, start: int, end: int, resource: Resource) -> None:
        """Walk one ScopeMetrics."""
        first = last = url_first = url_last = 0
        pos = start
        while pos < end:
            tag = p[pos]
            if tag == 0x0A:
                last = self.block(p, pos + 1, end)
                first = self.at
                pos = last
            elif tag == 0x1A:
                url_last = self.block(p, pos + 1, end)
                url_first = self.at
                pos = url_last
            else:
                pos = self.skip(p, pos, end)
        raw = p[first:last]
        key = raw
        if url_last > url_first:
            key = b"%d:%b%b" % (last - first, raw, p[url_first:url_last])
        scope = resource.scopes.get(key)
        if scope is None:
            scope = self.catalog.scope(resource, key, raw, p[url_first:url_last])
        pos = start
        while pos < end:
            if p[pos] == 0x12:
                stop = self.block(p, pos + 1, end)
                self.metric(p, self.at, stop, scope)
                pos = stop
            else:
                pos = self.skip(p, pos, end)

    def metric(self, p: bytes, start: int, end: int, scope: Scope) -> None:
        """Walk one Metric. Its identity is all that it has but the points."""
        kind = first = last = head = 0
        pos = start
        while pos < end:
            tag = p[pos]
            if tag in (0x2A, 0x3A, 0x4A, 0x52, 0x5A):
                kind = tag >> 3
                head = pos
                last = self.block(p, pos + 1, end)
                first = self.at
                pos = last
            else:
                pos = self.skip(p, pos, end)
        if kind == 0:
            self.nameless(p[start:end], scope)
            return
        temporality = 0
        monotonic = False
        points = False
        pos = first
        while pos < last:
            tag = p[pos]
            if tag == 0x0A:
                points = True
                pos = self.block(p, pos + 1, last)
            elif tag == 0x10 and kind < SUMMARY:
                temporality = self.varint(p, pos + 1, last)
                pos = self.at
            elif tag == 0x18 and kind == SUM:
                monotonic = self.varint(p, pos + 1, last) != 0
                pos = self.at
            else:
                pos = self.skip(p, pos, last)
        code = kind << 2 | monotonic << 1 | (temporality == CUMULATIVE)
        key = p[start:head] + CODES[code] + p[last:end]
        family = scope.families.get(key)
        if family is None:
            family = self.catalog.family(scope, key, p[start:head] + p[last:end], kind, temporality, monotonic)
        if family.push != self.samples.push:
            family.push = self.samples.push
            self.families.append(family)
        if not points:
            return
        if family.error:
            self.refused(p, first, last, family)
            return
        pos = first
        while pos < last:
            if p[pos] != 0x0A:
                pos = self.skip(p, pos, last)
                continue
            stop = self.block(p, pos + 1, last)
            if kind == HISTOGRAM:
                self.histogram(p, self.at, stop, family)
            elif kind == EXPONENTIAL:
                self.exponential(p, self.at, stop, family)
            elif kind == SUMMARY:
                self.summary(p, self.at, stop, family)
            else:
                self.number(p, self.at, stop, family)
            pos = stop

    def nameless(self, raw: bytes, scope: Scope) -> None:
        """Count a metric without any kind of data as an error."""
        family = scope.families.get(raw)
        if family is None:
            family = self.catalog.family(scope, raw, raw, 0, 0, False)
        self.catalog.refused(family, 0)

    def refused(self, p: bytes, pos: int, end: int, family: series.Family) -> None:
        """Walk the points of a metric that can't be sent: their times count for `target_info`."""
        points = 0
        while pos < end:
            if p[pos] != 0x0A:
                pos = self.skip(p, pos, end)
                continue
            points += 1
            stop = self.block(p, pos + 1, end)
            pos = self.at
            while pos < stop:
                if p[pos] == 0x19:
                    if stop - pos < 9:
                        raise Malformed("a number is cut off")
                    self.see(native.load(p, pos + 1))
                pos = self.skip(p, pos, stop)
        self.catalog.refused(family, points)

    def see(self, time: int) -> None:
        """Note the time of a point."""
        self.latest = max(self.latest, time)

    def stream(self, p: bytes, first: int, last: int, family: series.Family) -> series.Stream:
        """Look up a stream by its attributes as they came. Most come in the same order as last time."""
        size = last - first
        turn = family.turn
        if turn >= len(family.order):
            turn = 0
        if turn < len(family.order):
            stream = family.order[turn]
            if len(stream.key) == size and native.same(p, first, stream.key, size):
                family.turn = turn + 1
                stream.push = self.samples.push
                return stream
        key = p[first:last]
        found = family.streams.get(key)
        if found is None:
            found = self.catalog.stream(family, key)
        family.turn = found.place + 1
        found.push = self.samples.push
        return found

    def gathered(self, p: bytes, pos: int, end: int, tag: int, family: series.Family) -> series.Stream:
        """Look up a stream whose attributes do not lie together."""
        raw = self.fields(p, pos, end, tag)
        return self.stream(raw, 0, len(raw), family)

    def fields(self, p: bytes, pos: int, end: int, tag: int) -> bytes:
        """Give all fields of one tag, joined."""
        found = []
        while pos < end:
            stop = self.skip(p, pos, end)
            if p[pos] == tag:
                found.append(p[pos:stop])
            pos = stop
        return b"".join(found)

    def number(self, p: bytes, start: int, end: int, family: series.Family) -> None:
        """Walk one NumberDataPoint."""
        bits = time = began = flags = 0
        first = last = 0
        scattered = exemplars = False
        pos = start
        while pos < end:
            tag = p[pos]
            if tag == 0x3A:
                stop = self.block(p, pos + 1, end)
                if last == 0:
                    first = pos
                elif last != pos:
                    scattered = True
                last = pos = stop
            elif tag in (0x19, 0x11, 0x21, 0x31):
                if end - pos < 9:
                    raise Malformed("a number is cut off")
                if tag == 0x19:
                    time = native.load(p, pos + 1)
                elif tag == 0x11:
                    began = native.load(p, pos + 1)
                elif tag == 0x21:
                    bits = native.load(p, pos + 1)
                else:
                    bits = native.signed_bits(native.load(p, pos + 1))
                pos += 9
            elif tag == 0x40:
                flags = self.varint(p, pos + 1, end)
                pos = self.at
            else:
                exemplars = exemplars or tag == 0x2A
                pos = self.skip(p, pos, end)
        self.see(time)
        time //= 1_000_000
        began //= 1_000_000
        stream = self.gathered(p, start, end, 0x3A, family) if scattered else self.stream(p, first, last, family)
        if stream.single is None:
            self.catalog.failed(family, stream.error)
            return
        if flags & NO_RECORDED_VALUE:
            bits = STALE
        self.samples.add(stream.single, family.metadata, bits, time, began if family.starts else 0)
        if stream.created is not None and began:
            self.samples.add(stream.created, family.metadata, native.count_bits(began), time, 0)
        if exemplars and family.takes_exemplars:
            self.exemplars.add(self.fields(p, start, end, 0x2A), stream, time, 0)

    def histogram(self, p: bytes, start: int, end: int, family: series.Family) -> None:
        """Walk one HistogramDataPoint."""
        total = time = began = flags = count = 0
        first = last = counts = counts_end = bounds = bounds_end = 0
        scattered = exemplars = has_total = False
        pos = start
        while pos < end:
            tag = p[pos]
            if tag == 0x4A:
                stop = self.block(p, pos + 1, end)
                if last == 0:
                    first = pos
                elif last != pos:
                    scattered = True
                last = pos = stop
            elif tag == 0x32:
                counts_end = self.block(p, pos + 1, end)
                counts = self.at
                pos = counts_end
            elif tag == 0x3A:
                bounds_end = self.block(p, pos + 1, end)
                bounds = self.at
                pos = bounds_end
            elif tag in (0x19, 0x11, 0x21, 0x29):
                if end - pos < 9:
                    raise Malformed("a number is cut off")
                if tag == 0x19:
                    time = native.load(p, pos + 1)
                elif tag == 0x11:
                    began = native.load(p, pos + 1)
                elif tag == 0x21:
                    count = native.load(p, pos + 1)
                else:
                    total = native.load(p, pos + 1)
                    has_total = True
                pos += 9
            elif tag == 0x50:
                flags = self.varint(p, pos + 1, end)
                pos = self.at
            else:
                exemplars = exemplars or tag == 0x42
                pos = self.skip(p, pos, end)
        self.see(time)
        time //= 1_000_000
        began //= 1_000_000
        stream = self.gathered(p, start, end, 0x4A, family) if scattered else self.stream(p, first, last, family)
        if stream.error:
            self.catalog.failed(family, stream.error)
            return
        stale = (flags & NO_RECORDED_VALUE) != 0
        parts = 0
        if family.native:
            self.catalog.custom(family, stream, p[start:end], time, began, stale)
        if family.classic:
            assert stream.total is not None and stream.count is not None and stream.infinite is not None  # noqa: PT018
            size = bounds_end - bounds
            if len(stream.layout) != size or not native.same(p, bounds, stream.layout, size):
                self.catalog.lay_out(family, stream, p[bounds:bounds_end])
            parts = min(size // 8, len(stream.parts))
            if not stale and parts > (counts_end - counts) // 8:
                parts = (counts_end - counts) // 8
            metadata = family.metadata
            bits = STALE if stale else native.count_bits(count)
            if has_total:
                self.samples.add(stream.total, metadata, STALE if stale else total, time, began)
            self.samples.add(stream.count, metadata, bits, time, began)
            running = 0
            for i in range(parts):
                if not stale:
                    running = (running + native.load(p, counts + 8 * i)) & MASK
                self.samples.add(stream.parts[i], metadata, STALE if stale else native.count_bits(running), time, began)
            self.samples.add(stream.infinite, metadata, bits, time, began)
            if stream.created is not None and began:
                self.samples.add(stream.created, metadata, native.count_bits(began), time, 0)
        if exemplars:
            self.exemplars.add(self.fields(p, start, end, 0x42), stream, time, parts)

    def exponential(self, p: bytes, start: int, end: int, family: series.Family) -> None:
        """Walk one ExponentialHistogramDataPoint as far as its stream; the rest is the catalog's."""
        time = began = flags = 0
        exemplars = False
        pos = start
        while pos < end:
            tag = p[pos]
            if tag in (0x19, 0x11):
                if end - pos < 9:
                    raise Malformed("a number is cut off")
                if tag == 0x19:
                    time = native.load(p, pos + 1)
                else:
                    began = native.load(p, pos + 1)
                pos += 9
            elif tag == 0x50:
                flags = self.varint(p, pos + 1, end)
                pos = self.at
            else:
                exemplars = exemplars or tag == 0x5A
                pos = self.skip(p, pos, end)
        self.see(time)
        time //= 1_000_000
        began //= 1_000_000
        stream = self.gathered(p, start, end, 0x0A, family)
        if stream.single is None:
            self.catalog.failed(family, stream.error)
            return
        self.catalog.exponential(family, stream, p[start:end], time, began, (flags & NO_RECORDED_VALUE) != 0)
        if exemplars:
            self.exemplars.add(self.fields(p, start, end, 0x5A), stream, time, 0)

    def summary(self, p: bytes, start: int, end: int, family: series.Family) -> None:
        """Walk one SummaryDataPoint."""
        total = time = began = flags = count = 0
        first = last = 0
        scattered = False
        quantiles = []
        values = []
        pos = start
        while pos < end:
            tag = p[pos]
            if tag == 0x3A:
                stop = self.block(p, pos + 1, end)
                if last == 0:
                    first = pos
                elif last != pos:
                    scattered = True
                last = pos = stop
            elif tag == 0x32:
                stop = self.block(p, pos + 1, end)
                quantiles.append(self.double(p, self.at, stop, 0x09))
                values.append(self.double(p, self.at, stop, 0x11))
                pos = stop
            elif tag in (0x19, 0x11, 0x21, 0x29):
                if end - pos < 9:
                    raise Malformed("a number is cut off")
                if tag == 0x19:
                    time = native.load(p, pos + 1)
                elif tag == 0x11:
                    began = native.load(p, pos + 1)
                elif tag == 0x21:
                    count = native.load(p, pos + 1)
                else:
                    total = native.load(p, pos + 1)
                pos += 9
            elif tag == 0x40:
                flags = self.varint(p, pos + 1, end)
                pos = self.at
            else:
                pos = self.skip(p, pos, end)
        self.see(time)
        time //= 1_000_000
        began //= 1_000_000
        stream = self.gathered(p, start, end, 0x3A, family) if scattered else self.stream(p, first, last, family)
        if stream.error:
            self.catalog.failed(family, stream.error)
            return
        assert stream.total is not None and stream.count is not None  # noqa: PT018
        layout = b"".join(quantiles)
        if layout != stream.layout:
            self.catalog.lay_out(family, stream, layout)
        metadata = family.metadata
        stale = (flags & NO_RECORDED_VALUE) != 0
        self.samples.add(stream.total, metadata, STALE if stale else total, time, began)
        self.samples.add(stream.count, metadata, STALE if stale else native.count_bits(count), time, began)
        for i in range(min(len(values), len(stream.parts))):
            value = values[i]
            self.samples.add(stream.parts[i], metadata, STALE if stale else native.load(value, 0), time, began)
        if stream.created is not None and began:
            self.samples.add(stream.created, metadata, native.count_bits(began), time, 0)

    def double(self, p: bytes, pos: int, end: int, tag: int) -> bytes:
        """Give the eight bytes of a double field, zeros where it is absent; `at` is left as it was."""
        begin = self.at
        found = ZERO
        while pos < end:
            stop = self.skip(p, pos, end)
            if p[pos] == tag:
                found = p[pos + 1 : stop]
            pos = stop
        self.at = begin
        return found


CODES = [bytes([code]) for code in range(64)]
ZERO = bytes(8)

"""Cutting a payload into smaller ones: slices of its bytes under repeated headers, as many records at a time as fit."""

from .metrics import Metric, metric_data
from .slices import apart, fitting, header_of, value_at, without
from .wire import encode_block

_PREFIX = 6  # a tag and a length of at most 2 GiB
_NO_LIMIT = 1 << 62

Segment = tuple[bytes, int]


class Splitter:
    """Collects records until a limit is reached, then begins the next payload."""

    __slots__ = (
        "items",
        "max_bytes",
        "max_items",
        "metrics",
        "records",
        "requests",
        "resource",
        "resources",
        "scope",
        "scopes",
        "segment_items",
        "segments",
        "size",
    )

    def __init__(self, metrics: bool, max_items: int, max_bytes: int) -> None:
        self.metrics = metrics
        self.max_items = max_items or _NO_LIMIT
        self.max_bytes = max_bytes or _NO_LIMIT
        self.requests: list[list[Segment]] = []
        self.segments: list[Segment] = []
        self.segment_items = 0
        self.items = 0
        self.size = 0
        self.resources: list[bytes] = []
        self.resource: bytes | None = None
        self.scopes: list[bytes] = []
        self.scope: bytes | None = None
        self.records: list[bytes] = []

    def add(self, part: bytes, items: int) -> None:
        """Add a part: as it is if it fits, cut otherwise."""
        size = len(part)
        if self.items + items > self.max_items or self.size + size > self.max_bytes:
            self.add_resources(part)
            self.close_segment()
        elif size:
            self.segments.append((part, items))
            self.items += items
            self.size += size

    def fit(self, buf: bytes, pos: int, end: int, level: int, overhead: int) -> tuple[int, int, int]:
        """Find where the next groups or records begin, how far they fit, and how many items that is."""
        room = max(0, self.max_bytes - self.size - overhead)
        return fitting(buf, pos, end, level, self.metrics, self.max_items - self.items, room)

    def add_resources(self, buf: bytes) -> None:
        pos, end = 0, len(buf)
        while True:
            begin, stop, items = self.fit(buf, pos, end, 2, 0)
            if begin == end:
                return
            if begin == stop:
                start, stop = value_at(buf, begin, end)
                self.add_scopes(buf, start, stop)
            else:
                self.resources.append(buf[begin:stop])
                self.count(items, stop - begin)
            pos = stop

    def add_scopes(self, buf: bytes, pos: int, end: int) -> None:
        top = header_of(buf, pos, end)
        while True:
            begin, stop, items = self.fit(buf, pos, end, 1, self.overhead(top))
            if begin == end:
                break
            if begin == stop:
                start, stop = value_at(buf, begin, end)
                self.add_records(buf, start, stop, top)
            else:
                self.open_resource(top)
                self.scopes.append(buf[begin:stop])
                self.count(items, stop - begin)
            pos = stop
        self.close_resource()

    def add_records(self, buf: bytes, pos: int, end: int, top: bytes) -> None:
        middle = header_of(buf, pos, end)
        flushed = False
        while True:
            begin, stop, items = self.fit(buf, pos, end, 0, self.overhead(top, middle))
            if begin == end:
                break
            if begin == stop:
                start, stop = value_at(buf, begin, end)
                metric = Metric(buf[start:stop]) if self.metrics else None
                items = 1 if metric is None else metric.weight()
                if metric is not None and items > 1:
                    self.add_points(metric, top, middle)
                    pos = stop
                    continue
                if not flushed:
                    self.flush()
                    flushed = True
                    continue
            flushed = False
            self.add_block(buf[begin:stop], items, top, middle)
            pos = stop
        self.close_scope()

    def add_points(self, metric: Metric, top: bytes, middle: bytes) -> None:
        """Cut a metric between data points; each piece has the descriptor."""
        data = metric_data(metric)
        begin, finish = without(metric.raw, data.number)
        aside, points = apart(data.raw, 1)
        overhead = len(begin) + len(finish) + len(aside) + 2 * _PREFIX
        run: list[bytes] = []
        run_size = 0
        for block in points:
            size = run_size + len(block) + overhead + self.overhead(top, middle)
            if self.items + len(run) + 1 > self.max_items or self.size + size > self.max_bytes:
                if run:
                    self.add_metric(begin, finish, data.number, aside, run, top, middle)
                    run, run_size = [], 0
                self.flush()
            run.append(block)
            run_size += len(block)
        self.add_metric(begin, finish, data.number, aside, run, top, middle)

    def add_metric(
        self, begin: bytes, finish: bytes, number: int, aside: bytes, run: list[bytes], top: bytes, middle: bytes
    ) -> None:
        body = begin + encode_block(number, b"".join(run) + aside) + finish
        self.add_block(encode_block(2, body), len(run), top, middle)

    def add_block(self, block: bytes, items: int, top: bytes, middle: bytes) -> None:
        """Add encoded records under these headers."""
        self.open_resource(top)
        if self.scope is None:
            self.scope = middle
            self.size += len(middle) + _PREFIX
        self.records.append(block)
        self.count(items, len(block))

    def overhead(self, top: bytes, middle: bytes | None = None) -> int:
        """Give the bytes of the headers that would have to be opened."""
        size = len(top) + _PREFIX if self.resource is None else 0
        if middle is not None and self.scope is None:
            size += len(middle) + _PREFIX
        return size

    def count(self, items: int, size: int) -> None:
        self.items += items
        self.segment_items += items
        self.size += size

    def open_resource(self, top: bytes) -> None:
        if self.resource is None:
            self.resource = top
            self.size += len(top) + _PREFIX

    def close_scope(self) -> None:
        if self.scope is not None:
            self.scopes.append(encode_block(2, self.scope + b"".join(self.records)))
            self.scope = None
            self.records = []

    def close_resource(self) -> None:
        self.close_scope()
        if self.resource is not None:
            self.resources.append(encode_block(1, self.resource + b"".join(self.scopes)))
            self.resource = None
            self.scopes = []

    def close_segment(self) -> None:
        """End what a part gives to the payload that is being filled."""
        self.close_resource()
        if self.resources:
            self.segments.append((b"".join(self.resources), self.segment_items))
        self.resources = []
        self.segment_items = 0

    def flush(self) -> None:
        """End the payload that is being filled."""
        self.close_segment()
        if self.segments:
            self.requests.append(self.segments)
        self.segments = []
        self.items = 0
        self.size = 0

    def finish(self) -> list[list[Segment]]:
        """Give the requests in encoded segments, one or none of each part, with their item counts."""
        self.flush()
        return self.requests

"""Cutting a payload into smaller ones: slices of its bytes under repeated headers."""

from typing import Any

from .common import ResourceGroup
from .message import Message
from .metrics import Metric, metric_data
from .repeated import make_views
from .slices import apart, header_of, without
from .wire import encode_block

_PREFIX = 6  # a tag and a length of at most 2 GiB

Segment = tuple[bytes, int]


class Splitter:
    """Collects records until a limit is reached, then begins the next payload."""

    __slots__ = (
        "items",
        "max_bytes",
        "max_items",
        "model",
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

    def __init__(self, model: ResourceGroup, max_items: int, max_bytes: int) -> None:
        self.model = model
        self.max_items = max_items
        self.max_bytes = max_bytes
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

    def fits(self, items: int, size: int) -> bool:
        return (not self.max_items or self.items + items <= self.max_items) and (
            not self.max_bytes or self.size + size <= self.max_bytes
        )

    def add(self, root: Message) -> None:
        """Add a part: as it is if it fits, cut otherwise."""
        size = len(root.buf)
        items = root.part.items
        if self.fits(items, size):
            if size:
                self.segments.append((root.buf, items))
                self.items += items
                self.size += size
            return
        self.add_groups(root)
        self.close_segment()

    def add_groups(self, root: Message) -> None:
        for group in make_views(root, 1, self.model):
            size = group.end - group.at
            items = group.weight()
            if self.fits(items, size):
                self.resources.append(group.buf[group.at : group.end])
                self.count(items, size)
            else:
                self.add_scopes(group)

    def add_scopes(self, group: Any) -> None:
        top = header_of(group.raw)
        for scope in group.scopes():
            size = scope.end - scope.at
            items = scope.weight()
            if self.fits(items, size + self.overhead(top)):
                self.open_resource(top)
                self.scopes.append(scope.buf[scope.at : scope.end])
                self.count(items, size)
            else:
                self.add_records(scope, top)
        self.close_resource()

    def add_records(self, scope: Any, top: bytes) -> None:
        middle = header_of(scope.raw)
        for record in scope.records():
            size = record.end - record.at
            items = record.weight()
            if not self.fits(items, size + self.overhead(top, middle)):
                if isinstance(record, Metric) and items > 1:
                    self.add_points(record, top, middle)
                    continue
                self.flush()
            self.add_record(record.buf[record.at : record.end], items, top, middle)
        self.close_scope()

    def add_points(self, metric: Metric, top: bytes, middle: bytes) -> None:
        """Cut a metric between data points; each piece has the descriptor."""
        data = metric_data(metric)
        begin, finish = without(metric.raw, data.number)
        inner = data.raw
        aside, points = apart(inner, 1)
        overhead = len(begin) + len(finish) + len(aside) + 2 * _PREFIX
        run: list[bytes] = []
        run_size = 0
        for block in points:
            if not self.fits(len(run) + 1, run_size + len(block) + overhead + self.overhead(top, middle)):
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
        self.add_record(encode_block(2, body), len(run), top, middle)

    def add_record(self, block: bytes, items: int, top: bytes, middle: bytes) -> None:
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

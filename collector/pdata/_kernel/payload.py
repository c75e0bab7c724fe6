"""Payloads: OTLP export requests kept as bytes, with the edits made to them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, Self

from collector.pdata.context import EMPTY_CONTEXT, Context
from collector.pdata.errors import InvalidPayload

from .builder import Builder
from .check import check_payload
from .common import ResourceGroup
from .logs import ResourceLogs
from .message import Message, Part, make_part, root_of
from .metrics import ResourceMetrics
from .repeated import Repeated, make_repeated, make_views
from .split import Splitter
from .traces import ResourceSpans

LARGE = 1 << 20
"""From how many bytes on a payload is worked on in portions."""
PORTION = 1 << 18


class Payload:
    """Telemetry of one signal, as the bytes of an export request (possibly in several parts) and edits.

    Views come from `resources()` and `records()`; what they change shows in every other view and in `seal()`.
    """

    __slots__ = ("context", "parts")

    signal: ClassVar[str]
    resource_model: ClassVar[ResourceGroup]

    def __init__(self, parts: list[Part] | None = None, context: Context = EMPTY_CONTEXT) -> None:
        self.parts: list[Part] = [] if parts is None else parts
        self.context = context

    @classmethod
    def from_bytes(cls, data: bytes, context: Context = EMPTY_CONTEXT) -> Self:
        """Validate the bytes of an export request and wrap them.

        Legal but odd encodings are put in order once, by protobuf.

        Raises:
            InvalidPayload: with the reason and the place.
        """
        data = bytes(data)
        check = check_payload(cls.signal, data)
        if check.odd and not check.reason:
            data = cls.put_in_order(data)
            check = check_payload(cls.signal, data)
        if check.reason:
            raise InvalidPayload(f"{check.reason} at byte {check.place}")
        return cls([make_part(data, check.items)], context)

    @classmethod
    def put_in_order(cls, data: bytes) -> bytes:
        """Serialise again with protobuf."""
        from google.protobuf.message import DecodeError  # noqa: PLC0415 - only odd input needs it

        message = cls.message_class()()
        try:
            message.ParseFromString(data)
        except DecodeError as error:
            raise InvalidPayload(f"not a valid request: {error}") from error
        encoded: bytes = message.SerializeToString()
        return encoded

    @classmethod
    def message_class(cls) -> Any:
        """Give the protobuf class of the export request."""
        raise NotImplementedError

    @classmethod
    def trusted(cls, data: bytes, item_count: int, context: Context = EMPTY_CONTEXT) -> Self:
        """Wrap bytes that we made ourselves, without validation."""
        return cls([make_part(data, item_count)], context)

    @classmethod
    def from_json(cls, text: bytes | str, context: Context = EMPTY_CONTEXT) -> Self:
        """Read OTLP/JSON.

        Raises:
            InvalidPayload: it is no JSON, or no request of this signal.
        """
        from collector.pdata.otlp_json import decode  # noqa: PLC0415 - most payloads are protobuf

        return cls.from_bytes(decode(cls.signal, text), context)

    def to_json(self) -> bytes:
        """Write OTLP/JSON."""
        from collector.pdata.otlp_json import encode  # noqa: PLC0415 - most payloads are protobuf

        return encode(self.signal, b"".join(self.chunks()))

    @classmethod
    def from_proto(cls, message: Any, context: Context = EMPTY_CONTEXT) -> Self:
        """Copy a protobuf export request."""
        return cls.from_bytes(message.SerializeToString(), context)

    def to_proto(self) -> Any:
        """Copy into a protobuf export request."""
        message = self.message_class()()
        message.ParseFromString(b"".join(self.chunks()))
        return message

    @classmethod
    def builder(cls) -> Builder:
        """Begin a new payload."""
        return Builder(cls)

    @property
    def item_count(self) -> int:
        """The exact number of spans, data points or log records, edits included."""
        parts = self.parts
        if len(parts) == 1:
            return parts[0].items
        total = 0
        for part in parts:
            total += part.items
        return total

    def __len__(self) -> int:
        return self.item_count

    def __bool__(self) -> bool:
        return True

    @property
    def byte_size(self) -> int:
        """The exact size in bytes. Seals the payload first."""
        return sum([len(chunk) for chunk in self.chunks()])

    @property
    def edited(self) -> bool:
        """Whether there are edits that have not been written out."""
        return any(part.node is not None for part in self.parts)

    def chunks(self) -> list[bytes]:
        """Write out the edits and give the encoded request as parts, to be sent one after the other."""
        parts = self.parts
        for index in range(len(parts)):
            if parts[index].node is not None:
                parts[index] = parts[index].sealed()
        return [part.buf for part in parts if part.buf]

    def seal(self) -> bytes:
        """Write out the edits and give the encoded request.

        What came in as one run of bytes and was not edited is given back as the same object.
        """
        parts = self.parts
        if len(parts) == 1:
            if parts[0].node is not None:
                parts[0] = parts[0].sealed()
            return parts[0].buf
        data = b"".join(self.chunks())
        count = self.item_count
        for part in parts:
            part.closed = True
        self.parts = [make_part(data, count)]
        return data

    def fork(self) -> Self:
        """Give a payload with the same content; later edits of one do not show in the other."""
        self.chunks()
        return type(self)([make_part(part.buf, part.items) for part in self.parts], self.context)

    @classmethod
    def merge(cls, payloads: Iterable["Payload"], context: Context | None = None) -> Self:
        """Put payloads of this signal one after the other without copying; the context is the first one's."""
        parts: list[Part] = []
        for payload in payloads:
            if context is None:
                context = payload.context
            payload.chunks()
            parts.extend([make_part(part.buf, part.items) for part in payload.parts])
        return cls(parts, EMPTY_CONTEXT if context is None else context)

    def split(self, max_items: int = 0, max_bytes: int = 0) -> list[Self]:
        """Cut into payloads of at most so many items and bytes (0: no limit), in order.

        Cuts lie between resources, scopes, records, or data points of a metric; headers are repeated. A single record
        that is larger than `max_bytes` makes a payload of its own. A payload within the limits is given back itself.
        What was merged stays apart: only the parts that lie on a border are cut.
        """
        if (not max_items or self.item_count <= max_items) and (not max_bytes or self.byte_size <= max_bytes):
            return [self]
        splitter = Splitter(self.signal == "metrics", max_items, max_bytes)
        self.chunks()
        for part in self.parts:
            splitter.add(part.buf, part.items)
        return [
            type(self)([make_part(data, items) for data, items in request], self.context)
            for request in splitter.finish()
        ]

    def work(self, function: Callable[[Any], None]) -> None:
        """Call a function that reads and edits records one after the other with this payload; write its edits out.

        A large payload is given in portions, cut between records, so that what their edits take is never there all at
        once; resource and scope are repeated then. A payload in which nothing was edited stays as it was.
        """
        if self.signal == "metrics" or sum([len(part.buf) for part in self.parts]) <= LARGE:
            function(self)
            self.chunks()
            return
        self.chunks()
        before = self.parts
        portions = self.split(max_bytes=PORTION)
        done = 0
        edited = False
        self.parts = []
        try:
            for portion in portions:
                function(portion)
                edited = edited or portion.edited
                portion.chunks()
                self.parts.extend(portion.parts)
                portion.parts = []
                done += 1
        finally:
            for portion in portions[done:]:
                edited = edited or portion.edited
                self.parts.extend(portion.parts)
            if not edited:
                self.parts = before

    def roots(self) -> list[Message]:
        """View each part as a message of its own."""
        return [root_of(part) for part in self.parts]

    def groups(self) -> list[Repeated]:
        """Give the resource groups of each part."""
        return [make_repeated(root_of(part), 1, self.resource_model) for part in self.parts]

    def resources(self) -> Iterator[Any]:
        """View the groups of records under one resource: ResourceSpans, ResourceMetrics or ResourceLogs."""
        for part in self.parts:
            yield from make_views(root_of(part), 1, self.resource_model)

    def records(self) -> Iterator[Any]:
        """View the spans, metrics or log records, in order."""
        for part in self.parts:
            for group in make_views(root_of(part), 1, self.resource_model):
                for scope in group.scopes():
                    yield from scope.records()

    def remove_if(self, predicate: Callable[[Any], bool]) -> int:
        """Remove the records for which the predicate is true, and then empty groups; give the number of items lost."""
        before = self.item_count
        for group in self.groups():
            group.remove_if(lambda resource: empty_resource(resource, predicate))
        return before - self.item_count

    def remove_resources_if(self, predicate: Callable[[Any], bool]) -> int:
        """Remove resource groups; give the number of items lost."""
        before = self.item_count
        for group in self.groups():
            group.remove_if(predicate)
        return before - self.item_count

    def remove_scopes_if(self, predicate: Callable[[Any], bool]) -> int:
        """Remove scope groups, and then empty resource groups; give the number of items lost."""
        before = self.item_count
        for group in self.groups():
            group.remove_if(lambda resource: empty_scopes(resource, predicate))
        return before - self.item_count

    @staticmethod
    def detach(record: Message) -> bytes:
        """Copy a record's encoded bytes, edits included."""
        return record.raw

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.item_count} items>"


def empty_resource(resource: Any, predicate: Callable[[Any], bool]) -> bool:
    """Remove records from a resource group; tell whether it is empty then."""
    scopes = resource.scopes()
    scopes.remove_if(lambda scope: empty_scope(scope, predicate))
    return not scopes


def empty_scope(scope: Any, predicate: Callable[[Any], bool]) -> bool:
    """Remove records from a scope group; tell whether it is empty then."""
    records = scope.records()
    records.remove_if(predicate)
    return not records


def empty_scopes(resource: Any, predicate: Callable[[Any], bool]) -> bool:
    """Remove scope groups from a resource group; tell whether it is empty then."""
    scopes = resource.scopes()
    scopes.remove_if(predicate)
    return not scopes


class Traces(Payload):
    """Spans."""

    __slots__ = ()

    signal = "traces"
    resource_model = ResourceSpans()

    @classmethod
    def message_class(cls) -> Any:
        from opentelemetry.proto.collector.trace.v1 import trace_service_pb2  # noqa: PLC0415 - costs start-up time

        return trace_service_pb2.ExportTraceServiceRequest

    def spans(self) -> Iterator[Any]:
        """View the spans, in order."""
        return self.records()


class Metrics(Payload):
    """Metrics; its items are data points."""

    __slots__ = ()

    signal = "metrics"
    resource_model = ResourceMetrics()

    @classmethod
    def message_class(cls) -> Any:
        from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2  # noqa: PLC0415 - costs start-up time

        return metrics_service_pb2.ExportMetricsServiceRequest

    def metrics(self) -> Iterator[Any]:
        """View the metrics, in order."""
        return self.records()

    def points(self) -> Iterator[Any]:
        """View the data points of all metrics, in order."""
        for metric in self.records():
            yield from metric.data_points

    def remove_points_if(self, predicate: Callable[[Any], bool]) -> int:
        """Remove data points, then metrics without any and empty groups; give the number of items lost."""

        def emptied(metric: Any) -> bool:
            points = metric.data_points
            if not points and metric.type is None:
                return False
            points.remove_if(predicate)
            return not points

        return self.remove_if(emptied)


class Logs(Payload):
    """Log records."""

    __slots__ = ()

    signal = "logs"
    resource_model = ResourceLogs()

    @classmethod
    def message_class(cls) -> Any:
        from opentelemetry.proto.collector.logs.v1 import logs_service_pb2  # noqa: PLC0415 - costs start-up time

        return logs_service_pb2.ExportLogsServiceRequest

    def log_records(self) -> Iterator[Any]:
        """View the log records, in order."""
        return self.records()

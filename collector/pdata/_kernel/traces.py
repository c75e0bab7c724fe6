"""Views of spans."""

from typing import Any

from .common import (
    Record,
    ResourceGroup,
    ScopeGroup,
    nested,
    repeated,
    text,
    uint32,
)
from .fields import AttributesField, BytesField, EnumField, Fixed32Field, Fixed64Field
from .message import Message
from .repeated import Repeated


def fixed64(number: int) -> Any:
    return Fixed64Field(number)


def fixed32(number: int) -> Any:
    return Fixed32Field(number)


def enum(number: int) -> Any:
    return EnumField(number)


def identity(number: int, size: int) -> Any:
    return BytesField(number, size)


class Status(Message):
    """The outcome of a span: 0 unset, 1 ok, 2 error."""

    __slots__ = ()

    message: str = text(2)
    code: int = enum(3)

    def blank(self) -> Message:
        return Status.__new__(Status)


class SpanEvent(Message):
    """Something that happened during a span."""

    __slots__ = ()

    time_unix_nano: int = fixed64(1)
    name: str = text(2)
    attributes = AttributesField(3)
    dropped_attributes_count: int = uint32(4)

    def blank(self) -> Message:
        return SpanEvent.__new__(SpanEvent)

    def attributes_number(self) -> int:
        return 3

    @property
    def span(self) -> Any:
        return self.parent


class SpanLink(Message):
    """A pointer to another span."""

    __slots__ = ()

    trace_id: bytes = identity(1, 16)
    span_id: bytes = identity(2, 8)
    trace_state: str = text(3)
    attributes = AttributesField(4)
    dropped_attributes_count: int = uint32(5)
    flags: int = fixed32(6)

    def blank(self) -> Message:
        return SpanLink.__new__(SpanLink)

    def attributes_number(self) -> int:
        return 4

    @property
    def span(self) -> Any:
        return self.parent


class Span(Record):
    """A span. Times are nanoseconds since 1970, `kind` is the OTLP number (2 server, 3 client ...)."""

    __slots__ = ()

    trace_id: bytes = identity(1, 16)
    span_id: bytes = identity(2, 8)
    trace_state: str = text(3)
    parent_span_id: bytes = identity(4, 8)
    flags: int = fixed32(16)
    name: str = text(5)
    kind: int = enum(6)
    start_time_unix_nano: int = fixed64(7)
    end_time_unix_nano: int = fixed64(8)
    attributes = AttributesField(9)
    dropped_attributes_count: int = uint32(10)
    events: Repeated = repeated(11, SpanEvent)
    dropped_events_count: int = uint32(12)
    links: Repeated = repeated(13, SpanLink)
    dropped_links_count: int = uint32(14)
    status: Status = nested(15, Status)

    def blank(self) -> Message:
        return Span.__new__(Span)

    def attributes_number(self) -> int:
        return 9

    def is_item(self) -> bool:
        return True


_SPAN = Span()


class ScopeSpans(ScopeGroup):
    """Spans of one scope."""

    __slots__ = ()

    def blank(self) -> Message:
        return ScopeSpans.__new__(ScopeSpans)

    def record_model(self) -> Message:
        return _SPAN


_SCOPE_SPANS = ScopeSpans()


class ResourceSpans(ResourceGroup):
    """Scopes of one resource."""

    __slots__ = ()

    def blank(self) -> Message:
        return ResourceSpans.__new__(ResourceSpans)

    def scope_model(self) -> Message:
        return _SCOPE_SPANS

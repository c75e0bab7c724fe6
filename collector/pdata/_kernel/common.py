"""Views that all signals share: resources, scopes, and the groups of records under them."""

from typing import Any

from .fields import AttributesField, MessageField, RepeatedField, StringField, StringsField, UInt32Field
from .message import Message, child
from .repeated import Repeated, make_repeated
from .slices import header_of


def text(number: int) -> Any:
    return StringField(number)


def uint32(number: int) -> Any:
    return UInt32Field(number)


def nested(number: int, kind: type[Message]) -> Any:
    return MessageField(number, kind)


def repeated(number: int, kind: type[Message]) -> Any:
    return RepeatedField(number, kind)


class EntityRef(Message):
    """Which attributes identify and describe an entity."""

    __slots__ = ()

    schema_url: str = text(1)
    type: str = text(2)
    id_keys = StringsField(3)
    description_keys = StringsField(4)

    def blank(self) -> Message:
        return EntityRef.__new__(EntityRef)


class Resource(Message):
    """What produced the telemetry."""

    __slots__ = ()

    attributes = AttributesField(1)
    dropped_attributes_count: int = uint32(2)
    entity_refs: Repeated = repeated(3, EntityRef)

    def blank(self) -> Message:
        return Resource.__new__(Resource)

    def attributes_number(self) -> int:
        return 1


class InstrumentationScope(Message):
    """The library that produced the telemetry."""

    __slots__ = ()

    name: str = text(1)
    version: str = text(2)
    attributes = AttributesField(3)
    dropped_attributes_count: int = uint32(4)

    def blank(self) -> Message:
        return InstrumentationScope.__new__(InstrumentationScope)

    def attributes_number(self) -> int:
        return 3


_RESOURCE = Resource()
_SCOPE = InstrumentationScope()


class ScopeGroup(Message):
    """Records of one scope: ScopeSpans, ScopeMetrics or ScopeLogs."""

    __slots__ = ()

    scope: InstrumentationScope = nested(1, InstrumentationScope)
    schema_url: str = text(3)

    @property
    def header(self) -> bytes:
        """The encoded group without its records: scope, schema URL, unknown fields. An identity key."""
        raw = self.raw
        return header_of(raw, 0, len(raw))

    def record_model(self) -> Message:
        """Give the model of the records in this group."""
        raise NotImplementedError

    @property
    def resource_group(self) -> Any:
        return self.parent

    @property
    def resource(self) -> Any:
        return group_resource(self.parent)

    def records(self) -> Repeated:
        """The spans, metrics or log records of this scope, live."""
        return make_repeated(self, 2, self.record_model())

    def weight(self) -> int:
        total = 0
        model = self.record_model()
        items = make_repeated(self, 2, model)
        if model.is_item():
            return len(items)
        for record in items:
            total += record.weight()
        return total


class ResourceGroup(Message):
    """Scopes of one resource: ResourceSpans, ResourceMetrics or ResourceLogs."""

    __slots__ = ()

    resource: Resource = nested(1, Resource)
    schema_url: str = text(3)

    @property
    def header(self) -> bytes:
        """The encoded group without its scopes: resource, schema URL, unknown fields. An identity key."""
        raw = self.raw
        return header_of(raw, 0, len(raw))

    def scope_model(self) -> Message:
        """Give the model of the groups in this group."""
        raise NotImplementedError

    def scopes(self) -> Repeated:
        """The scopes of this resource, live."""
        return make_repeated(self, 2, self.scope_model())

    def weight(self) -> int:
        total = 0
        for group in self.scopes():
            total += group.weight()
        return total


class Record(Message):
    """A span, a metric or a log record."""

    __slots__ = ()

    @property
    def scope_group(self) -> Any:
        return self.parent

    @property
    def resource_group(self) -> Any:
        return None if self.parent is None else self.parent.parent

    @property
    def scope(self) -> Any:
        """The record's scope; an empty one for a free-standing record."""
        return group_scope(self.parent)

    @property
    def resource(self) -> Any:
        """The record's resource; an empty one for a free-standing record."""
        return group_resource(None if self.parent is None else self.parent.parent)


def group_resource(group: Message | None) -> Any:
    return Resource() if group is None else child(_RESOURCE, group, 1)


def group_scope(group: Message | None) -> Any:
    return InstrumentationScope() if group is None else child(_SCOPE, group, 1)

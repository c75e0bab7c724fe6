"""Building payloads from records: views, encoded bytes, or fields."""

from collections.abc import Mapping
from typing import Any

from collector.pdata.context import EMPTY_CONTEXT, Context

from .anyvalue import encode_entries
from .common import InstrumentationScope, Resource, ScopeGroup
from .message import Message, make_part
from .wire import encode_block, encode_text


class ScopeBuilder:
    """Collects the records of one scope."""

    __slots__ = ("header", "model", "records")

    def __init__(self, header: bytes, model: Message) -> None:
        self.header = header
        self.model = model
        self.records: list[Message | bytes] = []

    def append(self, record: Message | bytes) -> None:
        """Add a copy of a record, given as a view or as encoded bytes."""
        self.records.append(record.raw if isinstance(record, Message) else record)

    def add(self, **fields: Any) -> Any:
        """Add a new record; give its view, which may be edited until the payload is built."""
        record = type(self.model).new(**fields)
        self.records.append(record)
        return record

    def encode(self) -> bytes:
        blocks = [encode_block(2, record.raw if isinstance(record, Message) else record) for record in self.records]
        return encode_block(2, self.header + b"".join(blocks))

    def weight(self) -> int:
        """Give the number of items."""
        if self.model.is_item():
            return len(self.records)
        total = 0
        for record in self.records:
            view = record if isinstance(record, Message) else type(self.model)(record)
            total += view.weight()
        return total


class ResourceBuilder:
    """Collects the scopes of one resource."""

    __slots__ = ("header", "model", "scopes")

    def __init__(self, header: bytes, model: Message) -> None:
        self.header = header
        self.model = model
        self.scopes: list[ScopeBuilder] = []

    def scope(self, scope: Any = None, schema_url: str = "") -> ScopeBuilder:
        """Begin a scope, given as encoded bytes, as a view, or as a mapping of its fields (`name`, `version` ...)."""
        return self.under(group_header(scope_bytes(scope), schema_url))

    def under(self, header: bytes) -> ScopeBuilder:
        """Begin a scope with an encoded header (`ScopeGroup.header`)."""
        group = ScopeBuilder(header, self.model)
        self.scopes.append(group)
        return group

    def encode(self) -> bytes:
        return encode_block(1, self.header + b"".join([scope.encode() for scope in self.scopes]))


class Builder:
    """Builds a payload. Groups keep the order in which they were begun."""

    __slots__ = ("index", "kind", "resource_index", "resources")

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        self.resources: list[ResourceBuilder] = []
        self.resource_index: dict[bytes, ResourceBuilder] = {}
        self.index: dict[tuple[bytes, bytes], ScopeBuilder] = {}

    def resource(self, resource: Any = None, schema_url: str = "") -> ResourceBuilder:
        """Begin a resource, given as encoded bytes, as a view, or as a mapping of its attributes."""
        return self.under(group_header(resource_bytes(resource), schema_url))

    def under(self, header: bytes) -> ResourceBuilder:
        """Begin a resource with an encoded header (`ResourceGroup.header`)."""
        group = ResourceBuilder(header, self.kind.resource_model.scope_model().record_model())
        self.resources.append(group)
        return group

    def group(
        self, resource: Any = None, scope: Any = None, resource_schema_url: str = "", scope_schema_url: str = ""
    ) -> ScopeBuilder:
        """Give the scope of these bytes (or views, or mappings), begun if it is not there yet."""
        return self.group_under(
            group_header(resource_bytes(resource), resource_schema_url),
            group_header(scope_bytes(scope), scope_schema_url),
        )

    def group_like(self, scope_group: ScopeGroup) -> ScopeBuilder:
        """Give the scope with the resource and scope that a group of another payload has."""
        return self.group_under(scope_group.resource_group.header, scope_group.header)

    def group_under(self, resource_header: bytes, scope_header: bytes) -> ScopeBuilder:
        """Give the scope under these encoded headers, begun if it is not there yet."""
        key = (resource_header, scope_header)
        found = self.index.get(key)
        if found is None:
            resource = self.resource_index.get(resource_header)
            if resource is None:
                resource = self.resource_index[resource_header] = self.under(resource_header)
            found = self.index[key] = resource.under(scope_header)
        return found

    def build(self, context: Context = EMPTY_CONTEXT) -> Any:
        """Encode what was collected."""
        items = sum([scope.weight() for resource in self.resources for scope in resource.scopes])
        data = b"".join([resource.encode() for resource in self.resources])
        return self.kind([make_part(data, items)], context)


def group_header(body: bytes, schema_url: str) -> bytes:
    """Encode a resource or scope and its schema URL as the head of a group."""
    head = encode_block(1, body) if body else b""
    return head + encode_block(3, encode_text(schema_url)) if schema_url else head


def resource_bytes(resource: Any) -> bytes:
    if resource is None:
        return b""
    if isinstance(resource, Resource):
        return resource.raw
    if isinstance(resource, Mapping):
        return encode_entries(1, resource, 6)
    return bytes(resource)


def scope_bytes(scope: Any) -> bytes:
    if scope is None:
        return b""
    if isinstance(scope, InstrumentationScope):
        return scope.raw
    if isinstance(scope, Mapping):
        return InstrumentationScope.new(**scope).raw
    return bytes(scope)

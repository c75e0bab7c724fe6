"""Records as plain dicts: made into views of a payload of their own, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collector.ottl.errors import EvaluationError
from collector.pdata import EMPTY, Attributes, Logs, Message, Metrics, Repeated, Traces, ValueList

_PAYLOADS: dict[str, type] = {"log": Logs, "span": Traces, "spanevent": Traces, "metric": Metrics}


class PlainRecord:
    """One log record, span, span event or metric given as a dict with the field names of OTLP's protobuf files.

    The keys `resource` and `scope` (for an event also `span`) hold those of the record, in the same form.
    """

    def __init__(self, context: str, record: Mapping[str, Any]) -> None:
        if context not in _PAYLOADS:
            raise EvaluationError(f"plain dicts stand for {', '.join(_PAYLOADS)}; not for {context}")
        fields = dict(record)
        resource, scope = dict(fields.pop("resource", {})), dict(fields.pop("scope", {}))
        span = dict(fields.pop("span", {})) if context == "spanevent" else {}
        payload = _PAYLOADS[context].builder()  # type: ignore[attr-defined]
        group = payload.resource(resource.get("attributes", {})).scope("")
        added = group.add(**(span if context == "spanevent" else {}))
        self.payload = payload.build()
        del added
        record_view = next(self.payload.records())
        for name, value in resource.items():
            setattr(record_view.resource, name, value)
        for name, value in scope.items():
            setattr(record_view.scope, name, value)
        self.record = record_view
        self.view: Any = record_view.events.add() if context == "spanevent" else record_view
        self._shape = {name: type(value) for name, value in record.items()}
        if context == "metric" and "type" in fields:
            record_view.convert(fields.pop("type"))
        for name, value in fields.items():
            setattr(self.view, name, value)

    def to_dict(self) -> dict[str, Any]:
        """Return the record with what was changed."""
        found = _message(self.view)
        found["resource"], found["scope"] = _message(self.record.resource), _message(self.record.scope)
        if self.view is not self.record:
            found["span"] = _message(self.record)
        return found


def _message(view: Message) -> dict[str, Any]:
    """Return the fields of a message that are set."""
    found = {}
    for kind in reversed(type(view).__mro__):
        for name, descriptor in vars(kind).items():
            if hasattr(descriptor, "__set__") and hasattr(descriptor, "number"):
                value = _plain(getattr(view, name))
                if value not in (None, "", b"", 0, [], {}) or value is False:
                    found[name] = value
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Attributes):
        return value.to_dict()
    if isinstance(value, ValueList):
        return value.to_list()
    if isinstance(value, Repeated):
        return [_message(v) for v in value]
    if isinstance(value, Message):
        return _message(value)
    return None if value is EMPTY else value

"""Records as plain dicts: made into views of a payload of their own, and read back."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from collector.ottl.errors import EvaluationError
from collector.ottl.values import plain
from collector.pdata import Logs, Message, Metric, Metrics, Repeated, Traces

_PAYLOADS: dict[str, type[Any]] = {"log": Logs, "span": Traces, "spanevent": Traces, "metric": Metrics}
_METRIC_FIELDS = ("type", "aggregation_temporality", "is_monotonic", "data_points")


class PlainRecord:
    """One log record, span, span event or metric given as a dict with the field names of OTLP's protobuf files.

    The keys `resource` and `scope` (for an event also `span`) hold those of the record, in the same form.

    Raises `EvaluationError` for other contexts and for fields that do not exist.
    """

    def __init__(self, context: str, record: Mapping[str, Any]) -> None:
        if context not in _PAYLOADS:
            raise EvaluationError(f"plain dicts stand for {', '.join(_PAYLOADS)}; not for {context}")
        fields = dict(record)
        resource, scope, span = (dict(fields.pop(name, {})) for name in ("resource", "scope", "span"))
        builder = _PAYLOADS[context].builder()
        builder.resource(None).scope(None).add()
        self.record: Any = next(builder.build().records())
        self.view: Any = self.record.events.add() if context == "spanevent" else self.record
        metric = {name: fields.pop(name) for name in _METRIC_FIELDS if context == "metric" and name in fields}
        try:
            self.record.resource.set(**resource)
            self.record.scope.set(**scope)
            if context == "spanevent":
                self.record.set(**span)
            self.view.set(**fields)
            if metric.get("type"):
                self._metric(**metric)
        except (AttributeError, TypeError, ValueError) as error:
            raise EvaluationError(f"the dict is no {context}: {error}") from error

    def _metric(self, *, type: str, data_points: Any = (), **fields: Any) -> None:
        self.view.convert(type, **fields)
        for point in data_points:
            self.view.data_points.add(**point)

    def to_dict(self) -> dict[str, Any]:
        """Return the record with what was changed."""
        found = _message(self.view)
        found["resource"], found["scope"] = _message(self.record.resource), _message(self.record.scope)
        if self.view is not self.record:
            found["span"] = _message(self.record)
        return found


def _message(view: Message) -> dict[str, Any]:
    """Return the fields of a message that are set."""
    kind = type(view)
    names = [n for n in dir(kind) if not n.startswith("_") and _is_field(inspect.getattr_static(kind, n))]
    if isinstance(view, Metric):
        names += _METRIC_FIELDS
    found = {name: _plain(getattr(view, name)) for name in names}
    return {name: value for name, value in found.items() if value not in (None, "", b"", 0, [], {})}


def _is_field(attribute: Any) -> bool:
    return hasattr(attribute, "__set__") and (hasattr(attribute, "number") or hasattr(attribute, "as_double"))


def _plain(value: Any) -> Any:
    if isinstance(value, Repeated):
        return [_message(v) for v in value]
    if isinstance(value, Message):
        return _message(value)
    return plain(value)

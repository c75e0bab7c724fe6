"""Telemetry as bytes: payloads, thin views of what is in them, and builders for new ones."""

from typing import TYPE_CHECKING

from . import kernel
from .as_string import attribute_value_as_string
from .context import EMPTY_CONTEXT, Context
from .empty import EMPTY
from .errors import InvalidPayload

if TYPE_CHECKING:
    from ._kernel.actions import (
        Action,
        Call,
        CopyAttribute,
        DeleteAttribute,
        MapAttribute,
        ReplaceInAttribute,
        ReplaceInText,
        SetAttribute,
        TextFromAttribute,
        When,
        apply_actions,
    )
    from ._kernel.anyvalue import encode_value
    from ._kernel.attrs import (
        attr_delete,
        attr_equals,
        attr_get,
        attr_has,
        attr_map,
        attr_matches,
        attr_raw,
        attr_replace,
        attr_set,
        attr_set_raw,
    )
    from ._kernel.builder import Builder, ResourceBuilder, ScopeBuilder
    from ._kernel.common import EntityRef, InstrumentationScope, Resource, ResourceGroup, ScopeGroup
    from ._kernel.logs import LogRecord, ResourceLogs, ScopeLogs
    from ._kernel.message import Message
    from ._kernel.metrics import (
        Buckets,
        Exemplar,
        ExponentialHistogramDataPoint,
        HistogramDataPoint,
        Metric,
        NumberDataPoint,
        ResourceMetrics,
        ScopeMetrics,
        SummaryDataPoint,
        ValueAtQuantile,
    )
    from ._kernel.pattern import Pattern
    from ._kernel.payload import Logs, Metrics, Payload, Traces
    from ._kernel.repeated import Repeated, rewriting
    from ._kernel.tests import (
        AttributeEquals,
        AttributeMatches,
        Joined,
        Opposite,
        Test,
        TextEquals,
        TextMatches,
        sift,
    )
    from ._kernel.traces import ResourceSpans, ScopeSpans, Span, SpanEvent, SpanLink, Status
    from ._kernel.values import Attributes, ValueList, ValueMap, decode_value
else:
    _NAMES = {
        "actions": "Action Call CopyAttribute DeleteAttribute MapAttribute ReplaceInAttribute ReplaceInText"
        " SetAttribute TextFromAttribute When apply_actions",
        "builder": "Builder ResourceBuilder ScopeBuilder",
        "common": "EntityRef InstrumentationScope Resource ResourceGroup ScopeGroup",
        "logs": "LogRecord ResourceLogs ScopeLogs",
        "message": "Message",
        "metrics": "Buckets Exemplar ExponentialHistogramDataPoint HistogramDataPoint Metric NumberDataPoint"
        " ResourceMetrics ScopeMetrics SummaryDataPoint ValueAtQuantile",
        "payload": "Logs Metrics Payload Traces",
        "tests": "AttributeEquals AttributeMatches Joined Opposite Test TextEquals TextMatches sift",
        "repeated": "Repeated rewriting",
        "pattern": "Pattern",
        "traces": "ResourceSpans ScopeSpans Span SpanEvent SpanLink Status",
        "anyvalue": "encode_value",
        "attrs": "attr_delete attr_equals attr_get attr_has attr_raw attr_set attr_set_raw attr_map attr_matches"
        " attr_replace",
        "values": "Attributes ValueList ValueMap decode_value",
    }
    for _module, _names in _NAMES.items():
        for _name in _names.split():
            globals()[_name] = getattr(kernel.module(_module), _name)


def kernel_build() -> str:
    """Tell which build of the kernel is loaded: "compiled" or "pure"."""
    return kernel.build


__all__ = [
    "EMPTY",
    "EMPTY_CONTEXT",
    "Action",
    "AttributeEquals",
    "AttributeMatches",
    "Attributes",
    "Buckets",
    "Builder",
    "Call",
    "Context",
    "CopyAttribute",
    "DeleteAttribute",
    "EntityRef",
    "Exemplar",
    "ExponentialHistogramDataPoint",
    "HistogramDataPoint",
    "InstrumentationScope",
    "InvalidPayload",
    "Joined",
    "LogRecord",
    "Logs",
    "MapAttribute",
    "Message",
    "Metric",
    "Metrics",
    "NumberDataPoint",
    "Opposite",
    "Pattern",
    "Payload",
    "Repeated",
    "ReplaceInAttribute",
    "ReplaceInText",
    "Resource",
    "ResourceBuilder",
    "ResourceGroup",
    "ResourceLogs",
    "ResourceMetrics",
    "ResourceSpans",
    "ScopeBuilder",
    "ScopeGroup",
    "ScopeLogs",
    "ScopeMetrics",
    "ScopeSpans",
    "SetAttribute",
    "Span",
    "SpanEvent",
    "SpanLink",
    "Status",
    "SummaryDataPoint",
    "Test",
    "TextEquals",
    "TextFromAttribute",
    "TextMatches",
    "Traces",
    "ValueAtQuantile",
    "ValueList",
    "ValueMap",
    "When",
    "apply_actions",
    "attr_delete",
    "attr_equals",
    "attr_get",
    "attr_has",
    "attr_map",
    "attr_matches",
    "attr_raw",
    "attr_replace",
    "attr_set",
    "attr_set_raw",
    "attribute_value_as_string",
    "decode_value",
    "encode_value",
    "kernel_build",
    "rewriting",
    "sift",
]

"""The contexts: which prefixes, paths and enums each of them knows (sections 6 and 12 of the language reference)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from collector.ottl.values import SpanID, Time, TraceID


@dataclass(frozen=True, slots=True)
class PathSpec:
    """One path: how it is stored (`kind`), in which field of the item, and what it reads as."""

    kind: str
    field: str = ""
    type: type | None = None
    keys: str = ""
    """Which keys may follow: none, "any" for maps and bodies, "one" for a single one, "request" for metadata."""


@dataclass(frozen=True, slots=True)
class ContextSpec:
    """One context."""

    name: str
    parents: tuple[str, ...]
    """The other prefixes it accepts, besides its own."""
    paths: Mapping[str, PathSpec]
    enums: Mapping[str, int] = field(default_factory=dict)

    @property
    def prefixes(self) -> tuple[str, ...]:
        """All prefixes it accepts."""
        return (self.name, *self.parents)


def _of(kind: str, type_: type[Any], names: str) -> dict[str, PathSpec]:
    return {name: PathSpec(kind, name, type_) for name in names.split()}


def _times(names: str) -> dict[str, PathSpec]:
    return _of("u64", int, " ".join(f"{n}_unix_nano" for n in names.split())) | {
        name: PathSpec("time", f"{name}_unix_nano", Time) for name in names.split()
    }


def _ids(trace: str, spans: str) -> dict[str, PathSpec]:
    found = {}
    for names, kind, type_ in ((trace, "trace_id", TraceID), (spans, "span_id", SpanID)):
        for name in names.split():
            found[name] = PathSpec(kind, name, type_)
            found[f"{name}.string"] = PathSpec(f"{kind}_text", name, str)
    return found


_ATTRIBUTES = {"attributes": PathSpec("attributes", "attributes", keys="any")}
_CACHE = {"cache": PathSpec("cache", keys="any")}
_DROPPED = _of("u32", int, "dropped_attributes_count")

RESOURCE = _ATTRIBUTES | _DROPPED | _CACHE | {"schema_url": PathSpec("schema_url", "resource_group", str)}
SCOPE = (
    _ATTRIBUTES | _DROPPED | _CACHE | _of("str", str, "name version")
    | {"schema_url": PathSpec("schema_url", "scope_group", str)}
)  # fmt: skip
LOG = (
    _ATTRIBUTES | _DROPPED | _CACHE | _times("time observed_time") | _ids("trace_id", "span_id")
    | _of("str", str, "severity_text event_name") | _of("i32", int, "severity_number") | _of("u32", int, "flags")
    | {"body": PathSpec("body", "body", keys="any"), "body.string": PathSpec("body_text", "body", str)}
)  # fmt: skip
SPAN = (
    _ATTRIBUTES | _DROPPED | _CACHE | _times("start_time end_time") | _ids("trace_id", "span_id parent_span_id")
    | _of("str", str, "name") | _of("i32", int, "kind")
    | _of("u32", int, "dropped_events_count dropped_links_count")
    | {
        "trace_state": PathSpec("trace_state", "trace_state", keys="one"),
        "kind.string": PathSpec("kind_text", "kind", str),
        "kind.deprecated_string": PathSpec("kind_old_text", "kind", str),
        "events": PathSpec("messages", "events"),
        "links": PathSpec("messages", "links"),
        "status": PathSpec("message", "status"),
        "status.code": PathSpec("status_code", "code", int),
        "status.message": PathSpec("status_message", "message", str),
        "flags": PathSpec("checked_u32", "flags", int),
    }
)  # fmt: skip
SPAN_EVENT = (
    _ATTRIBUTES | _DROPPED | _CACHE | _times("time") | _of("str", str, "name")
    | {"event_index": PathSpec("event_index")}
)  # fmt: skip
METRIC = _CACHE | _of("str", str, "name description unit") | {
    "type": PathSpec("metric_type", "type", int),
    "aggregation_temporality": PathSpec("temporality", "aggregation_temporality"),
    "is_monotonic": PathSpec("monotonic", "is_monotonic"),
    "data_points": PathSpec("data_points", "data_points"),
    "metadata": PathSpec("map", "metadata", keys="any"),
}  # fmt: skip
DATA_POINT = _ATTRIBUTES | _CACHE | _times("start_time time") | _of("u32", int, "flags") | {
    "value_double": PathSpec("value_double", "value"),
    "value_int": PathSpec("value_int", "value"),
    "exemplars": PathSpec("point_messages", "exemplars"),
    "count": PathSpec("point_u64", "count"),
    "sum": PathSpec("point_double", "sum"),
    "bucket_counts": PathSpec("point_counts", "bucket_counts"),
    "explicit_bounds": PathSpec("point_bounds", "explicit_bounds"),
    "scale": PathSpec("point_i32", "scale"),
    "zero_count": PathSpec("point_u64", "zero_count"),
    "positive": PathSpec("point_message", "positive"),
    "negative": PathSpec("point_message", "negative"),
    "positive.offset": PathSpec("bucket_offset", "positive"),
    "negative.offset": PathSpec("bucket_offset", "negative"),
    "positive.bucket_counts": PathSpec("bucket_counts", "positive"),
    "negative.bucket_counts": PathSpec("bucket_counts", "negative"),
    "quantile_values": PathSpec("point_messages", "quantile_values"),
}  # fmt: skip
EXEMPLAR = _CACHE | _times("time") | _ids("trace_id", "span_id") | {
    "double_value": PathSpec("value_double", "value"),
    "int_value": PathSpec("value_int", "value"),
    "filtered_attributes": PathSpec("map", "filtered_attributes", keys="any"),
}  # fmt: skip
OTELCOL = {
    "client.addr": PathSpec("client_address"),
    "client.metadata": PathSpec("client_metadata", keys="request"),
    "client.auth.attributes": PathSpec("client_auth", keys="request"),
    "grpc.metadata": PathSpec("client_metadata", keys="request"),
}

OWNERS: dict[str, Mapping[str, PathSpec]] = {
    "resource": RESOURCE, "scope": SCOPE, "instrumentation_scope": SCOPE, "log": LOG, "span": SPAN,
    "spanevent": SPAN_EVENT, "metric": METRIC, "datapoint": DATA_POINT, "exemplar": EXEMPLAR, "otelcol": OTELCOL,
}  # fmt: skip
"""The paths behind every prefix."""


def _numbered(prefix: str, names: str) -> dict[str, int]:
    return {f"{prefix}_{name}": number for number, name in enumerate(names.split())}


_SPAN_ENUMS = _numbered("SPAN_KIND", "UNSPECIFIED INTERNAL SERVER CLIENT PRODUCER CONSUMER") | _numbered(
    "STATUS_CODE", "UNSET OK ERROR"
)
_METRIC_ENUMS = _numbered("AGGREGATION_TEMPORALITY", "UNSPECIFIED DELTA CUMULATIVE") | _numbered(
    "METRIC_DATA_TYPE", "NONE GAUGE SUM HISTOGRAM EXPONENTIAL_HISTOGRAM SUMMARY"
)
_POINT_ENUMS = _METRIC_ENUMS | _numbered("FLAG", "NONE NO_RECORDED_VALUE")
_LOG_ENUMS = {"SEVERITY_NUMBER_UNSPECIFIED": 0} | {
    f"SEVERITY_NUMBER_{level}{n or ''}": 1 + 4 * place + max(n - 1, 0)
    for place, level in enumerate(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"])
    for n in (0, 2, 3, 4)
}

_COMMON = ("scope", "instrumentation_scope", "resource", "otelcol")

CONTEXTS: dict[str, ContextSpec] = {
    spec.name: spec
    for spec in (
        ContextSpec("log", _COMMON, LOG, _LOG_ENUMS),
        ContextSpec("exemplar", ("datapoint", "metric", *_COMMON), EXEMPLAR),
        ContextSpec("datapoint", ("metric", *_COMMON), DATA_POINT, _POINT_ENUMS),
        ContextSpec("metric", _COMMON, METRIC, _METRIC_ENUMS),
        ContextSpec("spanevent", ("span", *_COMMON), SPAN_EVENT, _SPAN_ENUMS),
        ContextSpec("span", _COMMON, SPAN, _SPAN_ENUMS),
        ContextSpec("scope", ("resource", "otelcol"), SCOPE),
        ContextSpec("resource", ("otelcol",), RESOURCE),
    )
}
"""The contexts in the order of their rank for inference."""

SIGNALS: dict[str, tuple[str, ...]] = {
    "traces": ("resource", "scope", "span", "spanevent"),
    "metrics": ("resource", "scope", "metric", "datapoint", "exemplar"),
    "logs": ("resource", "scope", "log"),
}
"""The contexts that have items in a payload of each signal."""

WORDS = (
    "log", "exemplar", "datapoint", "metric", "spanevent", "span", "profile", "scope", "instrumentation_scope",
    "resource", "otelcol",
)  # fmt: skip
"""All words that are a context's prefix anywhere, by rank."""

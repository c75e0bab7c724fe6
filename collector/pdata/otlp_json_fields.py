"""The fields of OTLP 1.x for traces, metrics and logs, as the JSON codec needs them.

Written down rather than taken from the descriptors of `opentelemetry-proto`, so that JSON costs neither the import time
nor the memory of protobuf; a test holds the table against the descriptors.
"""

from typing import Final, NamedTuple

__all__ = ["ENUMS", "MESSAGES", "ROOTS", "SCALARS", "Field"]

REPEATED: Final = "repeated"
OPTIONAL: Final = "optional"


class Field(NamedTuple):
    """One field of a message.

    `type` is a scalar of `SCALARS`, a name in `ENUMS`, or a name in `MESSAGES`. `label` is empty for a field whose
    default value is left out, `repeated`, `optional`, or the name of the oneof that it belongs to.
    """

    number: int
    name: str
    type: str
    label: str = ""

    @property
    def json_name(self) -> str:
        first, *rest = self.name.split("_")
        return first + "".join(word.capitalize() for word in rest)


SCALARS: Final = {
    "string": 2,
    "bytes": 2,
    "trace_id": 2,
    "span_id": 2,
    "bool": 0,
    "int32": 0,
    "sint32": 0,
    "uint32": 0,
    "int64": 0,
    "uint64": 0,
    "fixed32": 5,
    "fixed64": 1,
    "sfixed64": 1,
    "double": 1,
}
"""Scalar types and their wire types. `trace_id` and `span_id` are bytes of 16 and 8, hexadecimal in JSON."""

LEVELS: Final = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")

ENUMS: Final[dict[str, dict[str, int]]] = {
    "SpanKind": {
        "SPAN_KIND_" + name: number
        for number, name in enumerate(("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"))
    },
    "StatusCode": {"STATUS_CODE_" + name: number for number, name in enumerate(("UNSET", "OK", "ERROR"))},
    "AggregationTemporality": {
        "AGGREGATION_TEMPORALITY_" + name: number for number, name in enumerate(("UNSPECIFIED", "DELTA", "CUMULATIVE"))
    },
    "SeverityNumber": {"SEVERITY_NUMBER_UNSPECIFIED": 0}
    | {
        f"SEVERITY_NUMBER_{level}{step if step > 1 else ''}": 4 * index + step
        for index, level in enumerate(LEVELS)
        for step in (1, 2, 3, 4)
    },
}

ROOTS: Final = {
    "traces": "ExportTraceServiceRequest",
    "metrics": "ExportMetricsServiceRequest",
    "logs": "ExportLogsServiceRequest",
}

MESSAGES: Final[dict[str, tuple[Field, ...]]] = {
    "ExportTraceServiceRequest": (Field(1, "resource_spans", "ResourceSpans", REPEATED),),
    "ExportMetricsServiceRequest": (Field(1, "resource_metrics", "ResourceMetrics", REPEATED),),
    "ExportLogsServiceRequest": (Field(1, "resource_logs", "ResourceLogs", REPEATED),),
    "ResourceSpans": (
        Field(1, "resource", "Resource"),
        Field(2, "scope_spans", "ScopeSpans", REPEATED),
        Field(3, "schema_url", "string"),
    ),
    "ResourceMetrics": (
        Field(1, "resource", "Resource"),
        Field(2, "scope_metrics", "ScopeMetrics", REPEATED),
        Field(3, "schema_url", "string"),
    ),
    "ResourceLogs": (
        Field(1, "resource", "Resource"),
        Field(2, "scope_logs", "ScopeLogs", REPEATED),
        Field(3, "schema_url", "string"),
    ),
    "ScopeSpans": (
        Field(1, "scope", "InstrumentationScope"),
        Field(2, "spans", "Span", REPEATED),
        Field(3, "schema_url", "string"),
    ),
    "ScopeMetrics": (
        Field(1, "scope", "InstrumentationScope"),
        Field(2, "metrics", "Metric", REPEATED),
        Field(3, "schema_url", "string"),
    ),
    "ScopeLogs": (
        Field(1, "scope", "InstrumentationScope"),
        Field(2, "log_records", "LogRecord", REPEATED),
        Field(3, "schema_url", "string"),
    ),
    "Resource": (
        Field(1, "attributes", "KeyValue", REPEATED),
        Field(2, "dropped_attributes_count", "uint32"),
        Field(3, "entity_refs", "EntityRef", REPEATED),
    ),
    "EntityRef": (
        Field(1, "schema_url", "string"),
        Field(2, "type", "string"),
        Field(3, "id_keys", "string", REPEATED),
        Field(4, "description_keys", "string", REPEATED),
    ),
    "InstrumentationScope": (
        Field(1, "name", "string"),
        Field(2, "version", "string"),
        Field(3, "attributes", "KeyValue", REPEATED),
        Field(4, "dropped_attributes_count", "uint32"),
    ),
    "KeyValue": (
        Field(1, "key", "string"),
        Field(2, "value", "AnyValue"),
        Field(3, "key_strindex", "int32"),
    ),
    "AnyValue": (
        Field(1, "string_value", "string", "value"),
        Field(2, "bool_value", "bool", "value"),
        Field(3, "int_value", "int64", "value"),
        Field(4, "double_value", "double", "value"),
        Field(5, "array_value", "ArrayValue", "value"),
        Field(6, "kvlist_value", "KeyValueList", "value"),
        Field(7, "bytes_value", "bytes", "value"),
        Field(8, "string_value_strindex", "int32", "value"),
    ),
    "ArrayValue": (Field(1, "values", "AnyValue", REPEATED),),
    "KeyValueList": (Field(1, "values", "KeyValue", REPEATED),),
    "Span": (
        Field(1, "trace_id", "trace_id"),
        Field(2, "span_id", "span_id"),
        Field(3, "trace_state", "string"),
        Field(4, "parent_span_id", "span_id"),
        Field(16, "flags", "fixed32"),
        Field(5, "name", "string"),
        Field(6, "kind", "SpanKind"),
        Field(7, "start_time_unix_nano", "fixed64"),
        Field(8, "end_time_unix_nano", "fixed64"),
        Field(9, "attributes", "KeyValue", REPEATED),
        Field(10, "dropped_attributes_count", "uint32"),
        Field(11, "events", "Event", REPEATED),
        Field(12, "dropped_events_count", "uint32"),
        Field(13, "links", "Link", REPEATED),
        Field(14, "dropped_links_count", "uint32"),
        Field(15, "status", "Status"),
    ),
    "Event": (
        Field(1, "time_unix_nano", "fixed64"),
        Field(2, "name", "string"),
        Field(3, "attributes", "KeyValue", REPEATED),
        Field(4, "dropped_attributes_count", "uint32"),
    ),
    "Link": (
        Field(1, "trace_id", "trace_id"),
        Field(2, "span_id", "span_id"),
        Field(3, "trace_state", "string"),
        Field(4, "attributes", "KeyValue", REPEATED),
        Field(5, "dropped_attributes_count", "uint32"),
        Field(6, "flags", "fixed32"),
    ),
    "Status": (
        Field(2, "message", "string"),
        Field(3, "code", "StatusCode"),
    ),
    "Metric": (
        Field(1, "name", "string"),
        Field(2, "description", "string"),
        Field(3, "unit", "string"),
        Field(5, "gauge", "Gauge", "data"),
        Field(7, "sum", "Sum", "data"),
        Field(9, "histogram", "Histogram", "data"),
        Field(10, "exponential_histogram", "ExponentialHistogram", "data"),
        Field(11, "summary", "Summary", "data"),
        Field(12, "metadata", "KeyValue", REPEATED),
    ),
    "Gauge": (Field(1, "data_points", "NumberDataPoint", REPEATED),),
    "Sum": (
        Field(1, "data_points", "NumberDataPoint", REPEATED),
        Field(2, "aggregation_temporality", "AggregationTemporality"),
        Field(3, "is_monotonic", "bool"),
    ),
    "Histogram": (
        Field(1, "data_points", "HistogramDataPoint", REPEATED),
        Field(2, "aggregation_temporality", "AggregationTemporality"),
    ),
    "ExponentialHistogram": (
        Field(1, "data_points", "ExponentialHistogramDataPoint", REPEATED),
        Field(2, "aggregation_temporality", "AggregationTemporality"),
    ),
    "Summary": (Field(1, "data_points", "SummaryDataPoint", REPEATED),),
    "NumberDataPoint": (
        Field(7, "attributes", "KeyValue", REPEATED),
        Field(2, "start_time_unix_nano", "fixed64"),
        Field(3, "time_unix_nano", "fixed64"),
        Field(4, "as_double", "double", "value"),
        Field(6, "as_int", "sfixed64", "value"),
        Field(5, "exemplars", "Exemplar", REPEATED),
        Field(8, "flags", "uint32"),
    ),
    "HistogramDataPoint": (
        Field(9, "attributes", "KeyValue", REPEATED),
        Field(2, "start_time_unix_nano", "fixed64"),
        Field(3, "time_unix_nano", "fixed64"),
        Field(4, "count", "fixed64"),
        Field(5, "sum", "double", OPTIONAL),
        Field(6, "bucket_counts", "fixed64", REPEATED),
        Field(7, "explicit_bounds", "double", REPEATED),
        Field(8, "exemplars", "Exemplar", REPEATED),
        Field(10, "flags", "uint32"),
        Field(11, "min", "double", OPTIONAL),
        Field(12, "max", "double", OPTIONAL),
    ),
    "ExponentialHistogramDataPoint": (
        Field(1, "attributes", "KeyValue", REPEATED),
        Field(2, "start_time_unix_nano", "fixed64"),
        Field(3, "time_unix_nano", "fixed64"),
        Field(4, "count", "fixed64"),
        Field(5, "sum", "double", OPTIONAL),
        Field(6, "scale", "sint32"),
        Field(7, "zero_count", "fixed64"),
        Field(8, "positive", "Buckets"),
        Field(9, "negative", "Buckets"),
        Field(10, "flags", "uint32"),
        Field(11, "exemplars", "Exemplar", REPEATED),
        Field(12, "min", "double", OPTIONAL),
        Field(13, "max", "double", OPTIONAL),
        Field(14, "zero_threshold", "double"),
    ),
    "Buckets": (
        Field(1, "offset", "sint32"),
        Field(2, "bucket_counts", "uint64", REPEATED),
    ),
    "SummaryDataPoint": (
        Field(7, "attributes", "KeyValue", REPEATED),
        Field(2, "start_time_unix_nano", "fixed64"),
        Field(3, "time_unix_nano", "fixed64"),
        Field(4, "count", "fixed64"),
        Field(5, "sum", "double"),
        Field(6, "quantile_values", "ValueAtQuantile", REPEATED),
        Field(8, "flags", "uint32"),
    ),
    "ValueAtQuantile": (
        Field(1, "quantile", "double"),
        Field(2, "value", "double"),
    ),
    "Exemplar": (
        Field(7, "filtered_attributes", "KeyValue", REPEATED),
        Field(2, "time_unix_nano", "fixed64"),
        Field(3, "as_double", "double", "value"),
        Field(6, "as_int", "sfixed64", "value"),
        Field(4, "span_id", "span_id"),
        Field(5, "trace_id", "trace_id"),
    ),
    "LogRecord": (
        Field(1, "time_unix_nano", "fixed64"),
        Field(11, "observed_time_unix_nano", "fixed64"),
        Field(2, "severity_number", "SeverityNumber"),
        Field(3, "severity_text", "string"),
        Field(5, "body", "AnyValue"),
        Field(6, "attributes", "KeyValue", REPEATED),
        Field(7, "dropped_attributes_count", "uint32"),
        Field(8, "flags", "fixed32"),
        Field(9, "trace_id", "trace_id"),
        Field(10, "span_id", "span_id"),
        Field(12, "event_name", "string"),
    ),
}
"""Message name -> its fields, in the order in which they are written."""

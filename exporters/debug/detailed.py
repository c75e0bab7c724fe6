"""Verbosity `detailed`: every field (components.md 3.7). Spans and log records are here, metrics beside."""

from collections.abc import Callable, Iterator
from typing import Any

from collector.pdata import Logs, Metrics, Traces
from exporters.debug.detailed_metrics import metric
from exporters.debug.text import attribute_block, timestamp, typed

__all__ = ["logs", "metrics", "traces"]

span_kinds = ("Unspecified", "Internal", "Server", "Client", "Producer", "Consumer")
status_codes = ("Unset", "Ok", "Error")
severities = ("Trace", "Debug", "Info", "Warn", "Error", "Fatal")


def traces(payload: Traces) -> str:
    """The text of a payload of spans."""
    return lines(grouped(payload, "ResourceSpans", "ScopeSpans", "Span", span))


def metrics(payload: Metrics) -> str:
    """The text of a payload of metrics."""
    return lines(grouped(payload, "ResourceMetrics", "ScopeMetrics", "Metric", metric))


def logs(payload: Logs) -> str:
    """The text of a payload of log records."""
    return lines(grouped(payload, "ResourceLog", "ScopeLogs", "LogRecord", log_record))


def lines(parts: Iterator[str]) -> str:
    return "".join(f"{part}\n" for part in parts)


def grouped(
    payload: Any, resource_word: str, scope_word: str, record_word: str, shown: Callable[[Any], Iterator[str]]
) -> Iterator[str]:
    for number, group in enumerate(payload.resources()):
        yield f"{resource_word} #{number}"
        yield f"Resource SchemaURL: {group.schema_url}"
        yield from attribute_block("Resource attributes", group.resource.attributes)
        yield from entity_refs(group.resource)
        for inner, scope_group in enumerate(group.scopes()):
            scope = scope_group.scope
            yield f"{scope_word} #{inner}"
            yield f"{scope_word} SchemaURL: {scope_group.schema_url}"
            yield f"InstrumentationScope {scope.name} {scope.version}"
            yield from attribute_block("InstrumentationScope attributes", scope.attributes)
            for at, record in enumerate(scope_group.records()):
                yield f"{record_word} #{at}"
                yield from shown(record)


def entity_refs(resource: Any) -> Iterator[str]:
    refs = list(resource.entity_refs)
    if refs:
        yield "Resource entity refs:"
    for number, ref in enumerate(refs):
        yield f"     -> Entity ref #{number}:"
        yield f"          -> Type: {ref.type}"
        if ref.schema_url:
            yield f"          -> Schema URL: {ref.schema_url}"
        for title, keys in (("ID keys", ref.id_keys), ("Description keys", ref.description_keys)):
            if keys:
                yield f"          -> {title}:"
            for key in keys:
                yield f"               -> {key}"


def named(names: tuple[str, ...], number: int) -> str:
    return names[number] if 0 <= number < len(names) else ""


def span(record: Any) -> Iterator[str]:
    yield f"    Trace ID       : {record.trace_id.hex()}"
    yield f"    Parent ID      : {record.parent_span_id.hex()}"
    yield f"    ID             : {record.span_id.hex()}"
    yield f"    Name           : {record.name}"
    yield f"    Kind           : {named(span_kinds, record.kind)}"
    if record.trace_state:
        yield f"    TraceState     : {record.trace_state}"
    yield f"    Start time     : {timestamp(record.start_time_unix_nano)}"
    yield f"    End time       : {timestamp(record.end_time_unix_nano)}"
    yield f"    Status code    : {named(status_codes, record.status.code)}"
    yield f"    Status message : {record.status.message}"
    yield f"    DroppedAttributesCount: {record.dropped_attributes_count}"
    yield f"    DroppedEventsCount: {record.dropped_events_count}"
    yield f"    DroppedLinksCount: {record.dropped_links_count}"
    yield from attribute_block("Attributes", record.attributes)
    yield from events(record)
    yield from links(record)


def events(record: Any) -> Iterator[str]:
    if record.events:
        yield "Events:"
    for number, event in enumerate(record.events):
        yield f"SpanEvent #{number}"
        yield f"     -> Name: {event.name}"
        yield f"     -> Timestamp: {timestamp(event.time_unix_nano)}"
        yield f"     -> DroppedAttributesCount: {event.dropped_attributes_count}"
        yield from attribute_block("     -> Attributes:", event.attributes, "          ")


def links(record: Any) -> Iterator[str]:
    if record.links:
        yield "Links:"
    for number, link in enumerate(record.links):
        yield f"SpanLink #{number}"
        yield f"     -> Trace ID: {link.trace_id.hex()}"
        yield f"     -> ID: {link.span_id.hex()}"
        yield f"     -> TraceState: {link.trace_state}"
        yield f"     -> DroppedAttributesCount: {link.dropped_attributes_count}"
        yield from attribute_block("     -> Attributes:", link.attributes, "          ")


def log_record(record: Any) -> Iterator[str]:
    yield f"ObservedTimestamp: {timestamp(record.observed_time_unix_nano)}"
    yield f"Timestamp: {timestamp(record.time_unix_nano)}"
    yield f"SeverityText: {record.severity_text}"
    yield f"SeverityNumber: {severity(record.severity_number)}({record.severity_number})"
    if record.event_name:
        yield f"EventName: {record.event_name}"
    yield f"Body: {typed(record.body)}"
    yield from attribute_block("Attributes", record.attributes)
    yield f"Trace ID: {record.trace_id.hex()}"
    yield f"Span ID: {record.span_id.hex()}"
    yield f"Flags: {record.flags}"


def severity(number: int) -> str:
    """`Info`, `Info2` …; empty for numbers without a name."""
    if number == 0:
        return "Unspecified"
    if not 0 < number <= 4 * len(severities):
        return ""
    level, step = divmod(number - 1, 4)
    return f"{severities[level]}{step + 1}" if step else severities[level]

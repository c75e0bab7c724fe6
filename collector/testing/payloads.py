"""Small payloads."""

from collections.abc import Mapping
from typing import Any

from collector.pdata import Logs, Metrics, Traces


def logs(*bodies: Any, resource: Mapping[str, Any] | None = None, attributes: Mapping[str, Any] | None = None) -> Logs:
    """Log records with these bodies, in one resource and scope, each with the same attributes."""
    builder = Logs.builder()
    scope = builder.resource(dict(resource or {})).scope({})
    for body in bodies:
        scope.add(time_unix_nano=1_700_000_000_000_000_000, body=body, attributes=dict(attributes or {}))
    payload: Logs = builder.build()
    return payload


def traces(
    *names: str, resource: Mapping[str, Any] | None = None, attributes: Mapping[str, Any] | None = None
) -> Traces:
    """Spans of these names in one trace, resource and scope, each with the same attributes."""
    builder = Traces.builder()
    scope = builder.resource(dict(resource or {})).scope({})
    for number, name in enumerate(names, 1):
        scope.add(
            trace_id=bytes(15) + b"\1",
            span_id=number.to_bytes(8, "big"),
            name=name,
            start_time_unix_nano=1_700_000_000_000_000_000,
            end_time_unix_nano=1_700_000_000_005_000_000,
            attributes=dict(attributes or {}),
        )
    payload: Traces = builder.build()
    return payload


def gauge(name: str, *values: float, resource: Mapping[str, Any] | None = None) -> Metrics:
    """One gauge with these points, ten seconds apart, in one resource and scope."""
    builder = Metrics.builder()
    metric = builder.resource(dict(resource or {})).scope({}).add(name=name, type="gauge")
    for number, value in enumerate(values):
        metric.data_points.add(time_unix_nano=1_700_000_000_000_000_000 + number * 10_000_000_000, value=value)
    payload: Metrics = builder.build()
    return payload

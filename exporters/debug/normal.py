"""Verbosity `normal`: one line a record (components.md 3.7)."""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from collector.pdata import Logs, Metrics, Traces, attribute_value_as_string
from exporters.debug.text import decimal, pairs, shortest

__all__ = ["logs", "metrics", "traces"]


def traces(payload: Traces) -> str:
    """The text of a payload of spans."""
    return lines(grouped(payload, "Traces", span))


def metrics(payload: Metrics) -> str:
    """The text of a payload of metrics: a line a data point."""
    return lines(grouped(payload, "Metrics", metric))


def logs(payload: Logs) -> str:
    """The text of a payload of log records."""
    return lines(grouped(payload, "Log", log_record))


def lines(parts: Iterator[str]) -> str:
    return "".join(f"{part}\n" for part in parts)


def grouped(payload: Any, word: str, shown: Callable[[Any], Iterator[str]]) -> Iterator[str]:
    for number, group in enumerate(payload.resources()):
        url = f" [{group.schema_url}]" if group.schema_url else ""
        yield f"Resource{word} #{number}{url}{listed(group.resource.attributes)}"
        for inner, scope_group in enumerate(group.scopes()):
            yield f"Scope{word} #{inner}{scope(scope_group)}"
            for record in scope_group.records():
                yield from shown(record)


def scope(group: Any) -> str:
    name, version = group.scope.name, group.scope.version
    text = f" {name}" if name else ""
    if version:
        text = f"{text or ' '}@{version}"
    if group.schema_url:
        text += f" [{group.schema_url}]"
    return text + listed(group.scope.attributes)


def listed(attributes: Mapping[str, Any]) -> str:
    return "".join(f" {pair}" for pair in pairs(attributes))


def span(record: Any) -> Iterator[str]:
    yield f"{record.name} {record.trace_id.hex()} {record.span_id.hex()}{listed(record.attributes)}"


def log_record(record: Any) -> Iterator[str]:
    yield f"{attribute_value_as_string(record.body)} {' '.join(pairs(record.attributes))}"


def metric(record: Any) -> Iterator[str]:
    shown = points.get(record.type)
    if shown is None:
        return
    for point in record.data_points:
        yield f"{record.name}{{{','.join(pairs(point.attributes))}}} {shown(point)}"


def number(point: Any) -> str:
    value = point.value
    if value is None:
        return ""
    return shortest(value) if isinstance(value, float) else str(value)


def statistics(point: Any) -> Iterator[str]:
    yield f"count={point.count}"
    for name in ("sum", "min", "max"):
        value = getattr(point, name)
        if value is not None:
            yield f"{name}={shortest(value)}"


def histogram(point: Any) -> str:
    out = list(statistics(point))
    bounds = list(point.explicit_bounds)
    for at, count in enumerate(point.bucket_counts):
        out.append(f"le{shortest(bounds[at])}={count}" if at < len(bounds) else str(count))
    return " ".join(out)


def exponential_histogram(point: Any) -> str:
    out = list(statistics(point))
    factor = math.ldexp(math.log(2), -point.scale)
    negative, positive = point.negative, point.positive
    counts = list(negative.bucket_counts)
    down = reversed(range(len(counts)))
    out += [f"le{shortest(-power(negative.offset + at, factor))}={counts[at]}" for at in down]
    if point.zero_count:
        out.append(f"zero={point.zero_count}")
    start = positive.offset + 1
    out += [f"le{shortest(power(at, factor))}={count}" for at, count in enumerate(positive.bucket_counts, start)]
    return " ".join(out)


def power(index: int, factor: float) -> float:
    """A bucket's bound; infinite where it is out of range."""
    try:
        return math.exp(index * factor)
    except OverflowError:
        return math.inf


def summary(point: Any) -> str:
    out = [f"count={point.count}", f"sum={decimal(point.sum)}"]
    out += [f"q{shortest(each.quantile)}={shortest(each.value)}" for each in point.quantile_values]
    return " ".join(out)


points: dict[str | None, Callable[[Any], str]] = {
    "gauge": number,
    "sum": number,
    "histogram": histogram,
    "exponential_histogram": exponential_histogram,
    "summary": summary,
}

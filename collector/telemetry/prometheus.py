"""Our own metrics in Prometheus' text format, under the Collector's names.

Written out here, since `prometheus_client` puts `_total` behind every counter and the Collector, by default, does not
(components.md 1.11).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from collector.telemetry.instruments import Attributes, Family, Histogram, Type
from collector.telemetry.metrics import Registry

__all__ = ["TextOptions", "content_type", "render"]

content_type = "text/plain; version=0.0.4; charset=utf-8"
kinds = {Type.COUNTER: "counter", Type.UP_DOWN_COUNTER: "gauge", Type.GAUGE: "gauge", Type.HISTOGRAM: "histogram"}
units = {"s": "seconds", "By": "bytes", "1": "ratio", "ms": "milliseconds"}


@dataclass(frozen=True, slots=True)
class TextOptions:
    """How names and labels are written; the defaults are the Collector's for its own metrics."""

    without_type_suffix: bool = True
    """No `_total` behind counters."""
    without_units: bool = True
    """No unit behind names."""
    without_scope_info: bool = True
    """No `otel_scope_name` label."""
    constant_labels: Mapping[str, str] = field(default_factory=dict)
    """Resource attributes that go on every series."""


def render(registry: Registry, resource: Mapping[str, str], options: TextOptions) -> str:
    """The whole page, `target_info` with the resource first."""
    lines = ["# HELP target_info Target metadata", "# TYPE target_info gauge"]
    lines.append(f"target_info{labels(tuple(sorted(resource.items())))} 1")
    constant = tuple(sorted(options.constant_labels.items()))
    if not options.without_scope_info:
        constant += (("otel_scope_name", "telepipe"), ("otel_scope_version", ""))
    for family in registry.collect():
        name = family_name(family, options)
        lines += [f"# HELP {name} {escaped(family.description)}", f"# TYPE {name} {kinds[family.type]}"]
        for attributes, series in family:
            shown = attributes + constant
            if isinstance(series, Histogram):
                lines += histogram_lines(name, shown, series)
            else:
                lines.append(f"{name}{labels(shown)} {number(series.read())}")
    return "\n".join(lines) + "\n"


def family_name(family: Family, options: TextOptions) -> str:
    name = plain_name(family.name)
    unit = units.get(family.unit, "")
    if not options.without_units and unit and not name.endswith(f"_{unit}") and family.type is not Type.HISTOGRAM:
        name = f"{name}_{unit}"
    if not options.without_type_suffix and family.type is Type.COUNTER:
        name = f"{name}_total"
    return name


def plain_name(name: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "_:") else "_" for c in name)


def histogram_lines(name: str, attributes: Attributes, series: Histogram) -> Iterator[str]:
    below = 0
    for bound, count in zip((*map(number, series.bounds), "+Inf"), series.counts, strict=True):
        below += count
        yield f"{name}_bucket{labels((*attributes, ('le', bound)))} {below}"
    yield f"{name}_sum{labels(attributes)} {number(series.sum)}"
    yield f"{name}_count{labels(attributes)} {series.count}"


def labels(attributes: Attributes) -> str:
    if not attributes:
        return ""
    pairs = (f'{plain_name(key)}="{escaped(value, quotes=True)}"' for key, value in attributes)
    return "{" + ",".join(pairs) + "}"


def escaped(text: str, *, quotes: bool = False) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace('"', '\\"') if quotes else text


def number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))

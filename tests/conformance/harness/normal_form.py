"""What came out, in a form that does not depend on how payloads were split.

Groups of equal resource and scope are joined and sorted, attributes are maps, integers are numbers, default values are
left out, metrics of one name and kind are joined.
"""

import json
import math

KEYS = {
    "traces": ("resourceSpans", "scopeSpans", "spans"),
    "metrics": ("resourceMetrics", "scopeMetrics", "metrics"),
    "logs": ("resourceLogs", "scopeLogs", "logRecords"),
}
METRIC_KINDS = ("gauge", "sum", "histogram", "exponentialHistogram", "summary")
INTEGERS = {"timeUnixNano", "startTimeUnixNano", "endTimeUnixNano", "observedTimeUnixNano", "count", "zeroCount"}
KEPT_DOUBLES = {"asDouble", "sum", "min", "max"}
DOUBLES = {"value", "quantile", "zeroThreshold"}
DEFAULTS = (None, "", 0, [], {}, False)


def number(text):
    value = float(text)
    return value if math.isfinite(value) else str(value)


def attribute_value(value):
    if not value:
        return None
    ((kind, content),) = value.items()
    match kind:
        case "intValue":
            return {"int": int(content)}
        case "doubleValue":
            return {"double": number(content)}
        case "bytesValue":
            return {"bytes": content}
        case "arrayValue":
            return [attribute_value(item) for item in content.get("values", [])]
        case "kvlistValue":
            return attribute_map(content.get("values", []))
        case _:
            return content


def attribute_map(pairs):
    found = {pair.get("key", ""): attribute_value(pair.get("value")) for pair in pairs or []}
    return dict(sorted(found.items()))


def plain(node):
    """Comparable values of a piece of OTLP/JSON."""
    if isinstance(node, list):
        return [plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    out = {}
    for name, content in sorted(node.items()):
        kept, value = plain_field(name, content)
        if kept or value not in DEFAULTS:
            out[name] = value
    return out


def plain_field(name, content):
    """Whether the field is kept even if it has its default value, and its comparable value."""
    scalar = not isinstance(content, (dict, list))
    if name in {"attributes", "filteredAttributes", "metadata"}:
        return False, attribute_map(content)
    if name == "body":
        value = attribute_value(content)
        return value is not None, value
    if name in INTEGERS:
        return False, int(content)
    if name == "asInt":
        return True, int(content)
    if name == "bucketCounts":
        return False, [int(item) for item in content]
    if name == "explicitBounds":
        return False, [number(item) for item in content]
    if name in DOUBLES and scalar:
        return False, number(content)
    if name in KEPT_DOUBLES and scalar:
        return True, number(content)
    return False, plain(content)


def items(payloads, signal, compare):
    """All payloads as one sorted list of `{resource, scope, items}`."""
    resources, scopes, records = KEYS[signal]
    groups = {}
    for payload in payloads:
        for resource in payload.get(resources, []):
            for scope in resource.get(scopes, []):
                head = {"resource": plain(resource.get("resource", {})), "scope": plain(scope.get("scope", {}))}
                for name, group in (("resourceSchemaUrl", resource), ("scopeSchemaUrl", scope)):
                    if group.get("schemaUrl"):
                        head[name] = group["schemaUrl"]
                _, found = groups.setdefault(json.dumps(head, sort_keys=True), (head, []))
                found.extend(plain(record) for record in scope.get(records, []))
    out = []
    for _, (head, found) in sorted(groups.items()):
        joined = join_metrics(found) if signal == "metrics" else found
        out.append({**head, "items": scrub(joined, compare)})
    return out


def join_metrics(metrics):
    """Join metrics of one name, kind and temporality; points keep their order of arrival."""
    joined = {}
    for metric in metrics:
        kind = next((kind for kind in METRIC_KINDS if kind in metric), None)
        data = metric.get(kind, {})
        head = [
            {name: value for name, value in metric.items() if name != kind},
            kind,
            {name: value for name, value in data.items() if name != "dataPoints"},
        ]
        key = json.dumps(head, sort_keys=True)
        if key not in joined:
            joined[key] = dict(metric)
            if kind:
                joined[key][kind] = {**data, "dataPoints": list(data.get("dataPoints", []))}
        elif kind:
            joined[key][kind]["dataPoints"].extend(data.get("dataPoints", []))
    return list(joined.values())


def scrub(node, compare):
    """Leave out and sort what the case says does not matter."""
    if isinstance(node, dict):
        ignored = compare.get("ignore", ())
        return {name: scrub(value, compare) for name, value in node.items() if name not in ignored}
    if not isinstance(node, list):
        return node
    found = [scrub(item, compare) for item in node]
    if compare.get("distinct") and all(isinstance(item, dict) for item in found):
        found = list({json.dumps(item, sort_keys=True): item for item in found}.values())
    numbers = any(isinstance(item, (int, float)) for item in found) and not any(
        isinstance(item, (dict, list)) for item in found
    )
    if compare.get("unordered") and not numbers:
        found.sort(key=lambda item: json.dumps(item, sort_keys=True))
    return found


def same(one, other, tolerance):
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name], tolerance) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(a, b, tolerance) for a, b in zip(one, other, strict=True))
    if isinstance(one, float) or isinstance(other, float):
        numbers = isinstance(one, (int, float)) and isinstance(other, (int, float))
        return one == other or (numbers and math.isclose(one, other, rel_tol=tolerance))
    return one == other and type(one) is type(other)

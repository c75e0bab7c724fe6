"""Random OTLP messages, and the comparison of views with the protobuf objects they show."""

import math

from google.protobuf.descriptor import FieldDescriptor as Field
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from collector.pdata import EMPTY

REQUESTS = {
    "traces": ExportTraceServiceRequest,
    "metrics": ExportMetricsServiceRequest,
    "logs": ExportLogsServiceRequest,
}
PROFILES_ONLY = {"key_strindex", "string_value_strindex"}
IDS = {"trace_id": 16, "span_id": 8, "parent_span_id": 8}
TEXTS = ["", "a", "b", "service.name", "naïve", "\U0001f600 smile", "x" * 127, "y" * 130, "\x00"]
KEYS = ["a", "b", "c", "http.route", "", "ключ", "k" * 200]
DOUBLES = [0.0, -0.0, 1.5, -2.25, 1e300, 5e-324, math.inf, -math.inf, math.nan]


def random_scalar(rng, field):
    if field.name in IDS:
        return rng.choice([b"", bytes(IDS[field.name]), bytes(rng.randrange(256) for _ in range(IDS[field.name]))])
    match field.type:
        case Field.TYPE_STRING:
            return rng.choice(TEXTS)
        case Field.TYPE_BYTES:
            return bytes(rng.randrange(256) for _ in range(rng.choice([0, 1, 5, 200])))
        case Field.TYPE_BOOL:
            return rng.random() < 0.5
        case Field.TYPE_DOUBLE:
            return rng.choice(DOUBLES)
        case Field.TYPE_ENUM | Field.TYPE_SINT32 | Field.TYPE_INT32:
            return rng.choice([0, 1, 2, -1, 127, 128, 2**31 - 1, -(2**31)])
        case Field.TYPE_UINT32 | Field.TYPE_FIXED32:
            return rng.choice([0, 1, 127, 128, 2**32 - 1])
        case Field.TYPE_UINT64 | Field.TYPE_FIXED64:
            return rng.choice([0, 1, 300, 2**57 - 1, 2**63, 2**64 - 1])
        case _:
            return rng.choice([0, 1, -1, 127, 2**57 - 1, 2**63 - 1, -(2**63)])


def fill(message, rng, depth=0):
    """Set random fields of a message."""
    chosen = {}
    for field in message.DESCRIPTOR.fields:
        if field.name in PROFILES_ONLY:
            continue
        if field.containing_oneof is not None and field.containing_oneof.name in ("value", "data"):
            chosen.setdefault(field.containing_oneof.name, []).append(field)
        elif rng.random() < (0.95 if is_container(field) else 0.7):
            fill_field(message, field, rng, depth)
    for members in chosen.values():
        if rng.random() < 0.9:
            fill_field(message, rng.choice(members), rng, depth)
    if rng.random() < 0.05:
        message.MergeFromString(rng.choice([b"\xc2\x3e\x03abc", b"\xc8\x3e\x05", b"\xc5\x3e1234"]))  # fields 1000, 1001
    return message


def is_container(field):
    return field.name.startswith(("resource_", "scope_")) or field.name in ("spans", "metrics", "log_records")


def fill_field(message, field, rng, depth):
    if field.message_type is not None:
        name = field.message_type.name
        count = rng.choice([0, 1, 1, 2, 3]) if depth < 14 else 0
        if is_container(field):
            count = rng.choice([1, 1, 2, 3])
        if field.is_repeated:
            for _ in range(count):
                fill(getattr(message, field.name).add(), rng, depth + 1)
        else:
            getattr(message, field.name).SetInParent()
            if depth < 14 or name == "AnyValue":
                fill(getattr(message, field.name), rng, depth + (3 if name == "AnyValue" else 1))
    elif field.is_repeated:
        getattr(message, field.name).extend(random_scalar(rng, field) for _ in range(rng.choice([0, 1, 3, 20])))
    elif message.DESCRIPTOR.name == "KeyValue" and field.name == "key":
        message.key = rng.choice(KEYS)
    else:
        setattr(message, field.name, random_scalar(rng, field))


def random_request(signal, rng):
    return fill(REQUESTS[signal](), rng)


def count_items(request):
    """Count as the Collector does: spans, log records, data points."""
    total = 0
    for top in next(iter(fields(request).values()), []):
        for group in fields(top).get("scope_" + top.DESCRIPTOR.name.removeprefix("Resource").lower(), []):
            records = [value for name, value in fields(group).items() if name in ("spans", "log_records", "metrics")]
            for record in records[0] if records else []:
                kind = record.WhichOneof("data") if record.DESCRIPTOR.name == "Metric" else None
                total += len(getattr(record, kind).data_points) if kind else record.DESCRIPTOR.name != "Metric"
    return total


def fields(message):
    return {field.name: value for field, value in message.ListFields()}


def python_value(value):
    """Give what a view gives for this AnyValue, with lists and maps in plain form."""
    kind = value.WhichOneof("value")
    if kind is None:
        return EMPTY
    if kind == "array_value":
        return [python_value(item) for item in value.array_value.values]
    if kind == "kvlist_value":
        return first_wins(value.kvlist_value.values)
    return getattr(value, kind)


def first_wins(pairs):
    out = {}
    for pair in pairs:
        out.setdefault(pair.key, python_value(pair.value))
    return out


def same(left, right):
    """Compare values with NaN equal to itself and 1 unequal to 1.0 and True."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        return left == right or (math.isnan(left) and math.isnan(right))
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


def plain(value):
    for name in ("to_dict", "to_list"):
        if hasattr(value, name):
            return getattr(value, name)()
    return value


def assert_shows(view, message):
    """Assert that every field of the view reads as protobuf's does."""
    for field in message.DESCRIPTOR.fields:
        name = field.name
        if name in PROFILES_ONLY:
            continue
        oneof = field.containing_oneof.name if field.containing_oneof is not None else None
        if oneof == "data":
            continue
        if oneof == "value":
            which = message.WhichOneof("value")
            assert same(view.value, getattr(message, which) if which else None)
            continue
        kind = field.message_type.name if field.message_type is not None else None
        expected = getattr(message, name)
        if name in ("resource", "scope") and kind in ("Resource", "InstrumentationScope"):
            assert_shows(getattr(view, name), expected)
            continue
        if name in ("spans", "metrics", "log_records") and kind in ("Span", "Metric", "LogRecord"):
            assert_all_show(view.records(), expected)
        elif name.startswith("scope_") and kind.startswith("Scope"):
            assert_all_show(view.scopes(), expected)
        elif kind == "KeyValue":
            assert_attributes(getattr(view, name), expected)
        elif kind == "AnyValue":
            assert same(plain(getattr(view, name)), python_value(expected))
        elif field.is_repeated and kind:
            assert_all_show(getattr(view, name), expected)
        elif kind:
            assert view.has(name) == message.HasField(name)
            assert_shows(getattr(view, name), expected)
        elif field.is_repeated:
            assert same(getattr(view, name), list(expected))
        elif oneof:
            assert same(getattr(view, name), expected if message.HasField(name) else None)
        else:
            assert same(getattr(view, name), expected), name
    if message.DESCRIPTOR.name == "Metric":
        kind = message.WhichOneof("data")
        assert view.type == kind
        if kind:
            data = getattr(message, kind)
            assert_all_show(view.data_points, data.data_points)
            assert view.aggregation_temporality == getattr(data, "aggregation_temporality", None)
            assert view.is_monotonic == getattr(data, "is_monotonic", None)


def assert_all_show(views, messages):
    views = list(views)
    assert len(views) == len(messages)
    for view, message in zip(views, messages, strict=True):
        assert_shows(view, message)


def assert_attributes(attributes, pairs):
    assert len(attributes) == len(pairs)
    assert list(attributes) == [pair.key for pair in pairs]
    for (key, value), pair in zip(attributes.items(), pairs, strict=True):
        assert key == pair.key
        assert same(plain(value), python_value(pair.value))
    for key, value in first_wins(pairs).items():
        assert key in attributes
        assert same(plain(attributes.get(key)), value)
        assert same(plain(attributes[key.encode()]), value)
    assert attributes.get("no such key") is None

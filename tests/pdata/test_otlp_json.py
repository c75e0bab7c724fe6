"""OTLP/JSON against protobuf's own JSON mapping, and the rules in which OpenTelemetry differs from it."""

import base64
import json
import math

import pytest
from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from collector.pdata.otlp_json import decode, encode
from collector.pdata.otlp_json_fields import ENUMS, MESSAGES, OPTIONAL, REPEATED, ROOTS

REQUESTS = {
    "traces": ExportTraceServiceRequest,
    "metrics": ExportMetricsServiceRequest,
    "logs": ExportLogsServiceRequest,
}
IDS = {"trace_id": 16, "span_id": 8, "parent_span_id": 8}
TYPES = {
    value: name.removeprefix("TYPE_").lower()
    for name, value in vars(FieldDescriptor).items()
    if name.startswith("TYPE_")
}


def descriptors():
    found = {}

    def walk(descriptor):
        if descriptor.full_name not in found:
            found[descriptor.full_name] = descriptor
            for field in descriptor.fields:
                if field.message_type:
                    walk(field.message_type)

    for request in REQUESTS.values():
        walk(request.DESCRIPTOR)
    return found.values()


def described(field):
    if field.message_type or field.enum_type:
        kind = (field.message_type or field.enum_type).name
    else:
        kind = TYPES[field.type]
        if field.name in IDS:
            kind = "trace_id" if field.name == "trace_id" else "span_id"
    label = ""
    if field.is_repeated:
        label = REPEATED
    elif field.containing_oneof:
        label = field.containing_oneof.name
        if label.startswith("_"):
            label = OPTIONAL
    return field.number, field.name, field.json_name, kind, label


def test_the_table_is_what_the_descriptors_say():
    table = {
        name: {(f.number, f.name, f.json_name, f.type, f.label) for f in fields} for name, fields in MESSAGES.items()
    }
    assert table == {d.name: {described(f) for f in d.fields} for d in descriptors()}


def test_the_enums_are_what_the_descriptors_say():
    found = {f.enum_type.name: f.enum_type for d in descriptors() for f in d.fields if f.enum_type}
    assert {name: {v.name: v.number for v in e.values} for name, e in found.items()} == ENUMS


# ---- random messages -----------------------------------------------------------------------------------------------

SCALARS = {
    "string": st.text(max_size=8),
    "bytes": st.binary(max_size=5),
    "bool": st.booleans(),
    "double": st.floats() | st.sampled_from([0.0, -0.0, 1e300, 3.0]),
    "fixed32": st.integers(0, 2**32 - 1),
    "uint32": st.integers(0, 2**32 - 1),
    "int32": st.integers(-(2**31), 2**31 - 1),
    "sint32": st.integers(-(2**31), 2**31 - 1),
    "enum": st.integers(-(2**31), 2**31 - 1) | st.integers(0, 5),
    "fixed64": st.integers(0, 2**64 - 1),
    "uint64": st.integers(0, 2**64 - 1),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "sfixed64": st.integers(-(2**63), 2**63 - 1),
}


def fill(draw, message, depth):
    chance = draw(st.integers(0, 255))
    for index, field in enumerate(message.DESCRIPTOR.fields):
        if (chance * (index + 3) + index) % 5 < 2 and depth:
            continue
        if field.message_type:
            if depth > 9:
                continue
            if field.is_repeated:
                for _ in range(draw(st.integers(0, 2 if depth < 5 else 1))):
                    fill(draw, getattr(message, field.name).add(), depth + 1)
            else:
                getattr(message, field.name).SetInParent()
                fill(draw, getattr(message, field.name), depth + 1)
            continue
        values = SCALARS[TYPES[field.type]]
        if field.name in IDS:
            values = st.sampled_from([b"", bytes(range(IDS[field.name]))])
        if field.is_repeated:
            getattr(message, field.name).extend(draw(st.lists(values, max_size=3)))
        else:
            setattr(message, field.name, draw(values))


@st.composite
def requests(draw):
    signal = draw(st.sampled_from(sorted(REQUESTS)))
    message = REQUESTS[signal]()
    fill(draw, message, 0)
    return signal, message


def hexed(value):
    """The mapping of protobuf, with ids as OpenTelemetry writes them."""
    if isinstance(value, list):
        return [hexed(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        k: base64.b64decode(v).hex() if k in {"traceId", "spanId", "parentSpanId"} else hexed(v)
        for k, v in value.items()
    }


@settings(max_examples=40, deadline=None)
@given(requests())
def test_json_is_that_of_protobuf_with_hexadecimal_ids(case):
    signal, message = case
    expected = hexed(json_format.MessageToDict(message, use_integers_for_enums=True))
    assert json.loads(encode(signal, message.SerializeToString())) == expected


@settings(max_examples=40, deadline=None)
@given(requests())
def test_what_is_written_reads_back_as_the_same_message(case):
    signal, message = case
    data = message.SerializeToString(deterministic=True)
    back = REQUESTS[signal].FromString(decode(signal, encode(signal, data)))
    assert back.SerializeToString(deterministic=True) == data


@settings(max_examples=100, deadline=None)
@given(requests(), st.data())
def test_damaged_bytes_give_json_or_a_value_error(case, data):
    signal, message = case
    raw = bytearray(message.SerializeToString())
    for _ in range(data.draw(st.integers(1, 3))):
        if raw:
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    damaged = bytes(raw[: data.draw(st.integers(0, len(raw)))])
    try:
        json.loads(encode(signal, damaged))
    except ValueError:
        pass


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(sorted({f.json_name for fields in MESSAGES.values() for f in fields})), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(ROOTS)), json_values)
def test_any_json_gives_a_valid_message_or_a_value_error(signal, value):
    try:
        data = decode(signal, json.dumps({next(iter(MESSAGES[ROOTS[signal]])).json_name: value}).encode())
    except ValueError:
        return
    REQUESTS[signal].FromString(data)


# ---- rules ---------------------------------------------------------------------------------------------------------


def span(**fields):
    text = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [fields]}]}]})
    return (
        ExportTraceServiceRequest.FromString(decode("traces", text.encode())).resource_spans[0].scope_spans[0].spans[0]
    )


def value(text):
    document = f'{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"body":{text}}}]}}]}}]}}'
    request = ExportLogsServiceRequest.FromString(decode("logs", document.encode()))
    return request.resource_logs[0].scope_logs[0].log_records[0].body


def point(text):
    document = f'{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{"gauge":{{"dataPoints":[{text}]}}}}]}}]}}]}}'
    request = ExportMetricsServiceRequest.FromString(decode("metrics", document.encode()))
    return request.resource_metrics[0].scope_metrics[0].metrics[0].gauge.data_points[0]


def test_both_spellings_of_names_are_read_and_unknown_ones_ignored():
    assert span(trace_state="a=b", startTimeUnixNano="5", nothing={"x": [1]}).trace_state == "a=b"


@pytest.mark.parametrize("kind", [2, "SPAN_KIND_SERVER"])
def test_an_enum_is_a_number_or_a_name(kind):
    assert span(kind=kind).kind == 2


def test_an_enum_number_may_be_unknown():
    assert span(kind=99).kind == 99


@pytest.mark.parametrize("kind", ["2", "SERVER", 2.0, True, [], 1 << 40])
def test_an_enum_is_nothing_else(kind):
    with pytest.raises(ValueError, match=r"resourceSpans\.scopeSpans\.spans\.kind: "):
        span(kind=kind)


@pytest.mark.parametrize("time", [7, "7", "007"])
def test_a_64_bit_integer_is_a_number_or_a_text(time):
    assert span(startTimeUnixNano=time).start_time_unix_nano == 7


@pytest.mark.parametrize("time", ["-1", -1, 4.0, 1e18, "4.0", "0x7", "1_0", " 7", "+7", "", 1 << 64, True, "\u0667"])
def test_an_unsigned_64_bit_integer_is_nothing_else(time):
    with pytest.raises(ValueError, match="startTimeUnixNano: "):
        span(startTimeUnixNano=time)


def test_signed_integers_take_a_sign():
    assert value('{"intValue":"+9223372036854775807"}').int_value == 2**63 - 1
    assert value('{"intValue":"-9223372036854775808"}').int_value == -(2**63)
    with pytest.raises(ValueError, match="out of range"):
        value('{"intValue":"9223372036854775808"}')


@pytest.mark.parametrize("id", ["0102030405060708090A0B0C0D0E0F10", "0102030405060708090a0b0c0d0e0f10"])
def test_an_id_is_hexadecimal_of_any_case(id):
    assert span(traceId=id).trace_id == bytes(range(1, 17))


@pytest.mark.parametrize("id", ["0102", "AQIDBAUGBwgJCgsMDQ4PEA==", "01 2030405060708090a0b0c0d0e0f10", 5, "zz" * 16])
def test_an_id_is_nothing_else(id):
    with pytest.raises(ValueError, match="traceId"):
        span(traceId=id)


def test_an_id_of_zeros_is_not_written():
    data = decode("traces", b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"' + b"00" * 16 + b'"}]}]}]}')
    assert encode("traces", data) == b'{"resourceSpans":[{"scopeSpans":[{"spans":[{}]}]}]}'


def test_null_is_the_default_but_for_a_bool():
    fields = dict.fromkeys(("traceId", "name", "kind", "attributes", "status", "flags", "startTimeUnixNano"))
    assert span(**fields) == span()
    with pytest.raises(ValueError, match="null where true or false is wanted"):
        value('{"boolValue":null}')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1.0),
        ('"2.5"', 2.5),
        ('"1e3"', 1000.0),
        ('"1_000"', 1000.0),
        ('"0x1p-2"', 0.25),
        ('"Infinity"', math.inf),
        ('"-Infinity"', -math.inf),
        ('"inf"', math.inf),
        ("-0.0", 0.0),
    ],
)
def test_a_double_is_a_number_or_a_text_in_go_syntax(text, expected):
    assert value(f'{{"doubleValue":{text}}}').double_value == expected


@pytest.mark.parametrize("text", ["NaN", "1e999", '"1e999"', '" 1"', '"1__0"', '"0x1"', '""', '"one"', "true", "[]"])
def test_a_double_is_nothing_else(text):
    with pytest.raises(ValueError, match="invalid JSON: "):
        value(f'{{"doubleValue":{text}}}')


def test_nan_is_a_text():
    assert math.isnan(value('{"doubleValue":"NaN"}').double_value)


def test_bytes_are_base64_with_padding():
    assert value('{"bytesValue":"AQI="}').bytes_value == b"\1\2"
    for text in ("AQI", "*", "AQI=x", "-_==", 5):
        with pytest.raises(ValueError, match="bytesValue"):
            value(json.dumps({"bytesValue": text}))


def test_of_two_members_of_a_oneof_the_last_counts():
    assert value('{"intValue":1,"stringValue":"b"}').string_value == "b"
    assert value('{"stringValue":"b","intValue":1}').int_value == 1
    assert value('{"intValue":1,"stringValue":"b","intValue":2}').int_value == 2


def test_of_a_field_given_twice_the_last_counts():
    assert value('{"stringValue":"a","stringValue":"b"}').string_value == "b"


def test_a_zero_is_a_value_in_a_oneof():
    assert point('{"asInt":"0"}').WhichOneof("value") == "as_int"
    assert point('{"asDouble":0}').WhichOneof("value") == "as_double"
    assert point("{}").WhichOneof("value") is None


def test_a_lone_surrogate_becomes_the_replacement_character():
    assert value(r'{"stringValue":"a\ud83d b"}').string_value == "a\ufffd b"
    assert value(r'{"stringValue":"\ud83d\ude00"}').string_value == "\U0001f600"


@pytest.mark.parametrize("text", [b"{} x", b" null", b'{"resourceSpans":[]}', b"\n{}"])
def test_an_empty_request_may_look_like_this(text):
    assert decode("traces", text) == b""


@pytest.mark.parametrize(
    "text", [b"", b"hello", b"[]", b"5", b'{"resourceSpans":5}', b'{"a":"\x01"}', b'{"a":"\xff"}', b"{"]
)
def test_a_text_that_is_no_request_is_refused(text):
    with pytest.raises(ValueError, match="invalid JSON: "):
        decode("traces", text)


@pytest.mark.parametrize("levels", [60, 2_000, 100_000])
def test_deep_nesting_is_refused(levels):
    with pytest.raises(ValueError, match="nested"):
        value('{"arrayValue":{"values":[' * levels + "]}}" * levels)


def test_deep_nesting_of_unknown_fields_is_refused_or_ignored():
    try:
        decode("traces", b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    except ValueError as error:
        assert "nested" in str(error)


def test_forty_levels_of_lists_pass():
    found = value('{"arrayValue":{"values":[' * 40 + '{"intValue":"1"}' + "]}}" * 40)
    for _ in range(40):
        found = found.array_value.values[0]
    assert found.int_value == 1

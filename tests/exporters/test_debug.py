# ruff: noqa: W291 - lines of the expected texts end with spaces
import json

import pytest
from pydantic import ValidationError

from collector.pdata import EMPTY, Logs, Metrics, Traces
from collector.testing import Bench, gauge, logs, traces
from exporters.debug import factory

START, END = 1_581_452_772_000_000_321, 1_581_452_773_000_000_789


def debug(signal, **config):
    return Bench(factory, config, signal=signal)


def span_payload():
    builder = Traces.builder()
    scope = builder.resource({"host": "a"}).scope({})
    span = scope.add(
        trace_id=bytes(range(1, 17)),
        span_id=bytes(range(0x11, 0x19)),
        name="operationA",
        kind=2,
        start_time_unix_nano=START,
        end_time_unix_nano=END,
        attributes={"k": "v", "n": 1, "m": {"b": 2, "a": [1.5, True]}, "e": EMPTY, "raw": b"\1"},
        dropped_attributes_count=1,
        dropped_events_count=1,
    )
    span.status.code = 2
    span.status.message = "status-cancelled"
    span.events.add(
        name="event", time_unix_nano=1_581_452_773_000_000_123, attributes={"k": "v"}, dropped_attributes_count=2
    )
    span.events.add(name="bare", time_unix_nano=0)
    span.links.add(trace_id=bytes(16), span_id=bytes(8), dropped_attributes_count=4, attributes={"l": True})
    return builder.build()


SPAN = """\
ResourceSpans #0
Resource SchemaURL: 
Resource attributes:
     -> host: Str(a)
ScopeSpans #0
ScopeSpans SchemaURL: 
InstrumentationScope  
Span #0
    Trace ID       : 0102030405060708090a0b0c0d0e0f10
    Parent ID      : 
    ID             : 1112131415161718
    Name           : operationA
    Kind           : Server
    Start time     : 2020-02-11 20:26:12.000000321 +0000 UTC
    End time       : 2020-02-11 20:26:13.000000789 +0000 UTC
    Status code    : Error
    Status message : status-cancelled
    DroppedAttributesCount: 1
    DroppedEventsCount: 1
    DroppedLinksCount: 0
Attributes:
     -> k: Str(v)
     -> n: Int(1)
     -> m: Map({"a":[1.5,true],"b":2})
     -> e: Empty()
     -> raw: Bytes(AQ==)
Events:
SpanEvent #0
     -> Name: event
     -> Timestamp: 2020-02-11 20:26:13.000000123 +0000 UTC
     -> DroppedAttributesCount: 2
     -> Attributes::
          -> k: Str(v)
SpanEvent #1
     -> Name: bare
     -> Timestamp: 1970-01-01 00:00:00 +0000 UTC
     -> DroppedAttributesCount: 0
Links:
SpanLink #0
     -> Trace ID: 00000000000000000000000000000000
     -> ID: 0000000000000000
     -> TraceState: 
     -> DroppedAttributesCount: 4
     -> Attributes::
          -> l: Bool(true)
"""


async def test_detailed_shows_every_field_of_a_span():
    exporter = debug("traces", verbosity="detailed")
    await exporter.export(span_payload())
    counts, text = exporter.logged
    assert counts == ("info", "Traces", {"resource spans": 1, "spans": 1})
    assert text[1] == SPAN


async def test_normal_shows_a_line_for_each_span():
    exporter = debug("traces", verbosity="Normal")
    await exporter.export(span_payload())
    assert exporter.logged[1][1] == (
        "ResourceTraces #0 host=a\n"
        "ScopeTraces #0\n"
        "operationA 0102030405060708090a0b0c0d0e0f10 1112131415161718"
        ' k=v n=1 m={"a":[1.5,true],"b":2} e= raw=AQ==\n'
    )


def metric_payload():
    builder = Metrics.builder()
    scope = builder.resource({}, schema_url="https://r").scope({"name": "lib", "version": "1"}, schema_url="https://s")
    number = scope.add(name="n", description="d", unit="u", type="sum", is_monotonic=True, aggregation_temporality=2)
    number.metadata["note"] = "x"
    number.data_points.add(attributes={"k": "v"}, start_time_unix_nano=START, time_unix_nano=END, value=123)
    point = number.data_points.add(time_unix_nano=END, value=1e6)
    point.exemplars.add(time_unix_nano=END, value=15.0, filtered_attributes={"f": "g"})
    histogram = scope.add(name="h", type="histogram", aggregation_temporality=1)
    histogram.data_points.add(count=2, sum=3.5, min=1.0, max=2.5, explicit_bounds=[1.0, 5.0], bucket_counts=[0, 2, 0])
    exponential = scope.add(name="e", type="exponential_histogram")
    point = exponential.data_points.add(count=3, scale=0, zero_count=1)
    point.negative.bucket_counts = [1]
    point.positive.bucket_counts = [1]
    summary = scope.add(name="s", type="summary")
    point = summary.data_points.add(count=2, sum=3.0)
    point.quantile_values.add(quantile=0.5, value=1.0)
    point.quantile_values.add(quantile=0.9, value=2.0)
    return builder.build()


async def test_normal_shows_a_line_for_each_data_point():
    exporter = debug("metrics", verbosity="normal")
    await exporter.export(metric_payload())
    assert exporter.logged[0] == ("info", "Metrics", {"resource metrics": 1, "metrics": 4, "data points": 5})
    assert exporter.logged[1][1].splitlines() == [
        "ResourceMetrics #0 [https://r]",
        "ScopeMetrics #0 lib@1 [https://s]",
        "n{k=v} 123",
        "n{} 1e+06",
        "h{} count=2 sum=3.5 min=1 max=2.5 le1=0 le5=2 0",
        "e{} count=3 le-1=1 zero=1 le2=1",
        "s{} count=2 sum=3.000000 q0.5=1 q0.9=2",
    ]


METRICS = """\
ResourceMetrics #0
Resource SchemaURL: https://r
ScopeMetrics #0
ScopeMetrics SchemaURL: https://s
InstrumentationScope lib 1
Metric #0
Descriptor:
     -> Name: n
     -> Description: d
     -> Unit: u
     -> DataType: Sum
     -> Metadata:
          -> note: Str(x)
     -> IsMonotonic: true
     -> AggregationTemporality: Cumulative
NumberDataPoints #0
Data point attributes:
     -> k: Str(v)
StartTimestamp: 2020-02-11 20:26:12.000000321 +0000 UTC
Timestamp: 2020-02-11 20:26:13.000000789 +0000 UTC
Value: 123
NumberDataPoints #1
StartTimestamp: 1970-01-01 00:00:00 +0000 UTC
Timestamp: 2020-02-11 20:26:13.000000789 +0000 UTC
Value: 1000000.000000
Exemplars:
Exemplar #0
     -> Trace ID: 
     -> Span ID: 
     -> Timestamp: 2020-02-11 20:26:13.000000789 +0000 UTC
     -> Value: 15.000000
     -> FilteredAttributes:
          -> f: Str(g)
Metric #1
Descriptor:
     -> Name: h
     -> Description: 
     -> Unit: 
     -> DataType: Histogram
     -> AggregationTemporality: Delta
HistogramDataPoints #0
StartTimestamp: 1970-01-01 00:00:00 +0000 UTC
Timestamp: 1970-01-01 00:00:00 +0000 UTC
Count: 2
Sum: 3.500000
Min: 1.000000
Max: 2.500000
ExplicitBounds #0: 1.000000
ExplicitBounds #1: 5.000000
Buckets #0, Count: 0
Buckets #1, Count: 2
Buckets #2, Count: 0
Metric #2
Descriptor:
     -> Name: e
     -> Description: 
     -> Unit: 
     -> DataType: ExponentialHistogram
     -> AggregationTemporality: Unspecified
ExponentialHistogramDataPoints #0
StartTimestamp: 1970-01-01 00:00:00 +0000 UTC
Timestamp: 1970-01-01 00:00:00 +0000 UTC
Count: 3
Bucket [-2.000000, -1.000000), Count: 1
Bucket [0, 0], Count: 1
Bucket (1.000000, 2.000000], Count: 1
Metric #3
Descriptor:
     -> Name: s
     -> Description: 
     -> Unit: 
     -> DataType: Summary
SummaryDataPoints #0
StartTimestamp: 1970-01-01 00:00:00 +0000 UTC
Timestamp: 1970-01-01 00:00:00 +0000 UTC
Count: 2
Sum: 3.000000
QuantileValue #0: Quantile 0.500000, Value 1.000000
QuantileValue #1: Quantile 0.900000, Value 2.000000
"""


async def test_detailed_shows_every_field_of_metrics():
    exporter = debug("metrics", verbosity="detailed")
    await exporter.export(metric_payload())
    assert exporter.logged[1][1] == METRICS


def log_payload():
    builder = Logs.builder()
    builder.resource({}).scope({}).add(
        time_unix_nano=END, severity_number=9, severity_text="INFO", body="text", attributes={"k": {"a": "b<"}}
    )
    return builder.build()


async def test_detailed_shows_every_field_of_log_records():
    exporter = debug("logs", verbosity="detailed")
    await exporter.export(log_payload())
    assert exporter.logged[1][1] == (
        "ResourceLog #0\nResource SchemaURL: \nScopeLogs #0\nScopeLogs SchemaURL: \nInstrumentationScope  \n"
        "LogRecord #0\nObservedTimestamp: 1970-01-01 00:00:00 +0000 UTC\n"
        "Timestamp: 2020-02-11 20:26:13.000000789 +0000 UTC\nSeverityText: INFO\nSeverityNumber: Info(9)\n"
        'Body: Str(text)\nAttributes:\n     -> k: Map({"a":"b<"})\nTrace ID: \nSpan ID: \nFlags: 0\n'
    )


async def test_a_space_follows_a_log_body_without_attributes():
    exporter = debug("logs", verbosity="normal")
    await exporter.export(logs("body"))
    assert exporter.logged[1][1] == "ResourceLog #0\nScopeLog #0\nbody \n"


async def test_basic_shows_counts_only():
    exporter = debug("logs")
    await exporter.export(logs("a", "b"))
    assert exporter.logged == [("info", "Logs", {"resource logs": 1, "log records": 2})]


async def test_messages_of_one_text_are_sampled_each_second():
    exporter = debug("metrics", sampling_initial=1, sampling_thereafter=3)
    for _ in range(7):
        await exporter.export(gauge("g", 1))
    assert len(exporter.logged) == 3
    await exporter.clock.advance(1)
    await exporter.export(gauge("g", 1))
    assert len(exporter.logged) == 4


async def test_its_own_output_is_lines_of_text_and_fields(tmp_path):
    path = tmp_path / "out.log"
    exporter = debug("traces", use_internal_logger=False, output_paths=[str(path)])
    async with exporter:
        await exporter.export(traces("a"))
    text, fields = path.read_text().rstrip("\n").split("\t")
    assert (text, json.loads(fields)) == ("Traces", {"resource spans": 1, "spans": 1})


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"verbosity": "none"}, 'verbosity level "None" is not supported'),
        ({"output_paths": ["x"]}, "output_paths is not supported when use_internal_logger is true"),
        ({"use_internal_logger": False, "output_paths": []}, "output_paths must not be empty"),
        ({"verbosty": "basic"}, "verbosty"),
    ],
)
def test_wrong_settings_are_refused(config, message):
    with pytest.raises(ValidationError, match=message):
        factory.config.model_validate(config)


def test_the_queue_is_off_unless_configured():
    assert factory.delivery(factory.config.model_validate({})).queue is None
    assert factory.delivery(factory.config.model_validate({"sending_queue": {"queue_size": 5}})).queue.queue_size == 5


async def test_rare_fields_are_shown_when_they_are_set():
    builder = Traces.builder()
    span = builder.resource({}).scope({}).add(name="s", kind=9, trace_state="ot=th:0")
    span.status.code = 7
    exporter = debug("traces", verbosity="detailed")
    await exporter.export(builder.build())
    lines = exporter.logged[1][1].splitlines()
    assert "    TraceState     : ot=th:0" in lines
    assert "    Kind           : " in lines
    assert "    Status code    : " in lines


async def test_entity_references_follow_the_resource():
    builder = Logs.builder()
    scope = builder.resource({"k": "v"}).scope({}, schema_url="https://s")
    scope.add(body=[1, "x"], event_name="login", severity_number=99)
    payload = builder.build()
    (group,) = payload.resources()
    group.resource.entity_refs.add(type="host", schema_url="https://e", id_keys=["a", "b"], description_keys=["c"])
    exporter = debug("logs", verbosity="detailed")
    await exporter.export(payload)
    lines = exporter.logged[1][1].splitlines()
    assert lines[2:13] == [
        "Resource attributes:",
        "     -> k: Str(v)",
        "Resource entity refs:",
        "     -> Entity ref #0:",
        "          -> Type: host",
        "          -> Schema URL: https://e",
        "          -> ID keys:",
        "               -> a",
        "               -> b",
        "          -> Description keys:",
        "               -> c",
    ]
    assert "EventName: login" in lines
    assert "SeverityNumber: (99)" in lines
    assert 'Body: Slice([1,"x"])' in lines


async def test_metrics_without_data_or_values_are_shown():
    builder = Metrics.builder()
    scope = builder.resource({}).scope({"version": "2"})
    scope.add(name="none")
    scope.add(name="gauge", type="gauge").data_points.add(time_unix_nano=1)
    scope.add(name="special", type="gauge").data_points.add(value=float("nan"))
    scope.add(name="special", type="gauge").data_points.add(value=float("-inf"))
    payload = builder.build()
    exporter = debug("metrics", verbosity="normal")
    await exporter.export(payload)
    assert exporter.logged[1][1].splitlines()[1:] == [
        "ScopeMetrics #0 @2",
        "gauge{} ",
        "special{} NaN",
        "special{} -Inf",
    ]
    exporter = debug("metrics", verbosity="detailed")
    await exporter.export(payload)
    lines = exporter.logged[1][1].splitlines()
    assert "     -> DataType: Empty" in lines
    assert "Value: NaN" in lines


async def test_bounds_out_of_range_are_infinite():
    builder = Metrics.builder()
    point = builder.resource({}).scope({}).add(name="e", type="exponential_histogram").data_points.add(count=1, scale=0)
    point.positive.offset = 2000
    point.positive.bucket_counts = [1]
    exporter = debug("metrics", verbosity="detailed")
    await exporter.export(builder.build())
    assert "Bucket (+Inf, +Inf], Count: 1" in exporter.logged[1][1].splitlines()


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0, "0"), (-0.0, "-0"), (1.0, "1"), (-2.5, "-2.5"), (123456.0, "123456"), (1e6, "1e+06"), (0.0001, "0.0001"),
     (1.25e-5, "1.25e-05"), (1e100, "1e+100"), (float("inf"), "+Inf")],
)  # fmt: skip
def test_numbers_are_shortest(number, text):
    from exporters.debug.text import shortest

    assert shortest(number) == text


async def test_standard_streams_are_outputs(capsys):
    exporter = debug("logs", use_internal_logger=False, verbosity="normal")
    async with exporter:
        await exporter.export(logs("x"))
    assert capsys.readouterr().out == (
        'Logs\t{"resource logs": 1, "log records": 1}\nResourceLog #0\nScopeLog #0\nx \n\n'
    )

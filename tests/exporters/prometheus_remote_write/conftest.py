"""An endpoint with scripted answers, and decoders of requests that share no code with the exporter."""

import asyncio
import json
from dataclasses import dataclass, field

import pytest
import snappy
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from collector.pdata import Metrics
from collector.testing import bench

NANOS = 1_700_000_000_123_456_789
MILLIS = 1_700_000_000_123
KINDS = {"double": 1, "int64": 3, "uint64": 4, "string": 9, "uint32": 13, "sint32": 17, "sint64": 18}
HISTOGRAM = {
    "count_int": (1, "uint64"),
    "count_float": (2, "double"),
    "sum": (3, "double"),
    "schema": (4, "sint32"),
    "zero_threshold": (5, "double"),
    "zero_count_int": (6, "uint64"),
    "zero_count_float": (7, "double"),
    "negative_spans": (8, "BucketSpan*"),
    "negative_deltas": (9, "sint64*"),
    "negative_counts": (10, "double*"),
    "positive_spans": (11, "BucketSpan*"),
    "positive_deltas": (12, "sint64*"),
    "positive_counts": (13, "double*"),
    "reset_hint": (14, "uint32"),
    "timestamp": (15, "int64"),
    "custom_values": (16, "double*"),
    "start_timestamp": (17, "int64"),
}
SPAN = {"offset": (1, "sint32"), "length": (2, "uint32")}
FIRST = {
    "WriteRequest": {"timeseries": (1, "TimeSeries*"), "metadata": (3, "MetricMetadata*")},
    "TimeSeries": {
        "labels": (1, "Label*"),
        "samples": (2, "Sample*"),
        "exemplars": (3, "Exemplar*"),
        "histograms": (4, "Histogram*"),
    },
    "Label": {"name": (1, "string"), "value": (2, "string")},
    "Sample": {"value": (1, "double"), "timestamp": (2, "int64")},
    "Exemplar": {"labels": (1, "Label*"), "value": (2, "double"), "timestamp": (3, "int64")},
    "MetricMetadata": {
        "type": (1, "uint32"),
        "metric_family_name": (2, "string"),
        "help": (4, "string"),
        "unit": (5, "string"),
    },
    "Histogram": HISTOGRAM,
    "BucketSpan": SPAN,
}
SECOND = {
    "Request": {"symbols": (4, "string*"), "timeseries": (5, "TimeSeries*")},
    "TimeSeries": {
        "labels_refs": (1, "uint32*"),
        "samples": (2, "Sample*"),
        "histograms": (3, "Histogram*"),
        "exemplars": (4, "Exemplar*"),
        "metadata": (5, "Metadata"),
    },
    "Exemplar": {"labels_refs": (1, "uint32*"), "value": (2, "double"), "timestamp": (3, "int64")},
    "Sample": {"value": (1, "double"), "timestamp": (2, "int64"), "start_timestamp": (3, "int64")},
    "Metadata": {"type": (1, "uint32"), "help_ref": (3, "uint32"), "unit_ref": (4, "uint32")},
    "Histogram": HISTOGRAM,
    "BucketSpan": SPAN,
}


def message_class(package, messages, name):
    file = descriptor_pb2.FileDescriptorProto(name=f"{package}.proto", package=package, syntax="proto3")
    for message, fields in messages.items():
        described = file.message_type.add(name=message)
        for field_name, (number, kind) in fields.items():
            added = described.field.add(name=field_name, number=number, label=3 if kind.endswith("*") else 1)
            single = kind.removesuffix("*")
            if single in KINDS:
                added.type = KINDS[single]
            else:
                added.type, added.type_name = 11, f".{package}.{single}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{package}.{name}"))


WriteRequest = message_class("first", FIRST, "WriteRequest")
Request = message_class("second", SECOND, "Request")


@dataclass
class Decoded:
    """The series of some requests: label sets to what they have, in order of arrival."""

    samples: dict = field(default_factory=dict)
    starts: dict = field(default_factory=dict)
    exemplars: dict = field(default_factory=dict)
    histograms: dict = field(default_factory=dict)
    metadata: dict = field(default_factory=dict)
    families: list = field(default_factory=list)
    symbols: list = field(default_factory=list)

    def add(self, labels, series):
        names = [name for name, _ in labels]
        assert names == sorted(set(names)), "labels are sorted and distinct"
        assert all(value for _, value in labels), "no label is empty"
        assert series.samples or series.histograms, "every series has samples"
        assert not (series.samples and series.histograms), "never samples and histograms together"
        for sample in series.samples:
            self.samples.setdefault(labels, []).append((sample.value, sample.timestamp))
        if series.histograms:
            self.histograms.setdefault(labels, []).extend(series.histograms)

    def named(self, name):
        """Samples by labels without the name."""
        return {
            tuple((key, value) for key, value in labels if key != "__name__"): samples
            for labels, samples in self.samples.items()
            if ("__name__", name) in labels
        }

    @property
    def values(self):
        """Name to the values of all its series."""
        found = {}
        for labels, samples in self.samples.items():
            found.setdefault(dict(labels)["__name__"], []).extend(value for value, _ in samples)
        return found


def decode_first(bodies):
    decoded = Decoded()
    for body in bodies:
        request = WriteRequest.FromString(snappy.uncompress(body))
        for series in request.timeseries:
            labels = tuple((label.name, label.value) for label in series.labels)
            decoded.add(labels, series)
            for exemplar in series.exemplars:
                pairs = {label.name: label.value for label in exemplar.labels}
                decoded.exemplars.setdefault(labels, []).append((pairs, exemplar.value, exemplar.timestamp))
        decoded.families += [(item.type, item.metric_family_name, item.help, item.unit) for item in request.metadata]
    return decoded


def decode_second(bodies):
    decoded = Decoded()
    for body in bodies:
        request = Request.FromString(snappy.uncompress(body))
        symbols = list(request.symbols)
        assert symbols[0] == ""
        assert len(set(symbols)) == len(symbols), "no symbol twice"
        used = {0}

        def pairs(refs, symbols=symbols, used=used):
            used.update(refs)
            return [(symbols[name], symbols[value]) for name, value in zip(refs[::2], refs[1::2], strict=True)]

        for series in request.timeseries:
            labels = tuple(pairs(series.labels_refs))
            decoded.add(labels, series)
            for sample in series.samples:
                decoded.starts.setdefault(labels, []).append(sample.start_timestamp)
            for exemplar in series.exemplars:
                decoded.exemplars.setdefault(labels, []).append(
                    (dict(pairs(exemplar.labels_refs)), exemplar.value, exemplar.timestamp)
                )
            meta = series.metadata
            used |= {meta.help_ref, meta.unit_ref}
            decoded.metadata[labels] = (meta.type, symbols[meta.help_ref], symbols[meta.unit_ref])
        assert used == set(range(len(symbols))), "every symbol is used"
        decoded.symbols.append(symbols)
    return decoded


class Endpoint:
    """Answers requests with `answers` in turn, then as `judge` says of their bodies; keeps what it was sent."""

    def __init__(self):
        self.answers = []
        self.judge = lambda body: (204, {}, b"")
        self.requests = []
        self.delay = 0
        self.in_flight = self.most_in_flight = 0

    async def serve(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                headers = {key.lower(): value for key, value in (line.split(": ", 1) for line in head[1:] if line)}
                body = await reader.readexactly(int(headers["content-length"]))
                self.in_flight += 1
                self.most_in_flight = max(self.most_in_flight, self.in_flight)
                await asyncio.sleep(self.delay)
                self.in_flight -= 1
                self.requests.append((headers, body))
                status, more, text = self.answers.pop(0) if self.answers else self.judge(body)
                lines = [f"HTTP/1.1 {status} x", f"content-length: {len(text)}"]
                lines += [f"{key}: {value}" for key, value in more.items()]
                writer.write("\r\n".join([*lines, "", ""]).encode() + text)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def answer(self, status, headers=None, text=b""):
        """Give the next free request this answer."""
        self.answers.append((status, headers or {}, text))

    @property
    def bodies(self):
        return [body for _, body in self.requests]

    @property
    def headers(self):
        return [headers for headers, _ in self.requests]

    @property
    def first(self):
        """All requests, decoded as Remote Write 1.0."""
        return decode_first(self.bodies)

    @property
    def second(self):
        """All requests, decoded as Remote Write 2.0."""
        return decode_second(self.bodies)


@pytest.fixture
async def endpoint():
    """A remote-write endpoint; its URL is `endpoint.url`."""
    endpoint = Endpoint()
    server = await asyncio.start_server(endpoint.serve, "127.0.0.1", 0)
    endpoint.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/v1/write"
    yield endpoint
    server.close()


@pytest.fixture
async def exporter(endpoint):
    """Makes a started exporter that sends to `endpoint`: `await exporter({...})`."""
    made = []

    async def make(config=None, **options):
        one = bench(
            "prometheus_remote_write", {"endpoint": endpoint.url, **(config or {})}, signal="metrics", **options
        )
        await one.start()
        made.append(one)
        return one

    yield make
    for one in made:
        await one.shutdown()


@pytest.fixture
def metrics():
    """Makes a payload of OTLP/JSON metrics in one resource and scope."""

    def make(*items, resource=None, scope=None, schema_url=""):
        return payload_of([{"resource": resource or {}, "scope": scope or {}, "metrics": items, "url": schema_url}])

    return make


def payload_of(groups):
    return Metrics.from_json(
        json.dumps(
            {
                "resourceMetrics": [
                    {
                        "resource": {"attributes": attributes(group["resource"])},
                        "scopeMetrics": [
                            {
                                "scope": {
                                    key: attributes(value) if key == "attributes" else value
                                    for key, value in group["scope"].items()
                                },
                                "schemaUrl": group["url"],
                                "metrics": list(group["metrics"]),
                            }
                        ],
                    }
                    for group in groups
                ]
            }
        ).encode()
    )


def attributes(mapping):
    return [{"key": key, "value": value_of(value)} for key, value in mapping.items()]


def value_of(value):
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    return {"doubleValue": value} if isinstance(value, float) else {"stringValue": value}


def point(labels=None, **fields):
    return {"timeUnixNano": str(NANOS), "attributes": attributes(labels or {}), **fields}


class Make:
    """Metrics as OTLP/JSON."""

    nanos = NANOS
    millis = MILLIS
    point = staticmethod(point)
    attributes = staticmethod(attributes)
    payload = staticmethod(payload_of)

    @staticmethod
    def gauge(name, *points, **fields):
        return {"name": name, "gauge": {"dataPoints": points or [point(asDouble=1.0)]}, **fields}

    @staticmethod
    def sum(name, *points, monotonic=True, temporality=2, **fields):
        body = {"isMonotonic": monotonic, "aggregationTemporality": temporality, "dataPoints": points}
        return {"name": name, "sum": body, **fields}

    @staticmethod
    def histogram(name, *points, temporality=2, **fields):
        return {"name": name, "histogram": {"aggregationTemporality": temporality, "dataPoints": points}, **fields}

    @staticmethod
    def exponential(name, *points, **fields):
        body = {"aggregationTemporality": 2, "dataPoints": points}
        return {"name": name, "exponentialHistogram": body, **fields}

    @staticmethod
    def summary(name, *points, **fields):
        return {"name": name, "summary": {"dataPoints": points}, **fields}


@pytest.fixture
def make():
    return Make

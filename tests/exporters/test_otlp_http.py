import json

import pytest
from aiohttp import web
from google.rpc import status_pb2
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from pydantic import ValidationError

from collector.component import ConfigError, Permanent, Retryable
from collector.pdata import Logs, Metrics, Traces
from collector.testing import Bench, gauge, logs, traces
from exporters.otlp_http import factory

DIRECT = {"sending_queue": {"enabled": False}, "retry_on_failure": {"enabled": False}}
PROTOBUF, JSON = "application/x-protobuf", "application/json"


class Backend:
    """An OTLP/HTTP server; `answers` are (status, body, content type, headers), used up in order, then empty 200s."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    async def handle(self, request):
        self.requests.append((request.path, request.headers, await request.read()))
        status, body, kind, headers = self.answers.pop(0) if self.answers else (200, b"", PROTOBUF, {})
        return web.Response(status=status, body=body, content_type=kind, headers=headers)

    async def __aenter__(self):
        self.runner = web.ServerRunner(web.Server(self.handle), shutdown_timeout=0.1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_error):
        await self.runner.cleanup()


@pytest.mark.parametrize(
    ("payload", "path", "kind"),
    [
        (traces("a"), "/v1/traces", Traces),
        (gauge("g", 1.0), "/v1/metrics", Metrics),
        (logs("x"), "/v1/logs", Logs),
    ],
)
@pytest.mark.parametrize("encoding", ["proto", "json"])
async def test_each_signal_goes_to_its_path(chain, payload, path, kind, encoding):
    async with Backend() as backend:
        config = {"endpoint": f"{backend.url}/", "encoding": encoding}
        async with chain(factory, config, payload.signal) as exporter:
            await exporter.consume(payload)
            await exporter.settled()
    ((asked, headers, body),) = backend.requests
    assert asked == path
    assert headers["Content-Type"] == (JSON if encoding == "json" else PROTOBUF)
    assert headers["Content-Encoding"] == "gzip"
    received = kind.from_json(body) if encoding == "json" else kind.from_bytes(body)
    assert received.seal() == payload.seal()


async def test_an_endpoint_of_its_own_is_used_as_it_is(chain):
    async with Backend() as backend:
        config = {"traces_endpoint": f"{backend.url}/in?x=1", "compression": "none", **DIRECT}
        async with chain(factory, config) as exporter:
            await exporter.consume(traces("a"))
    assert backend.requests[0][0] == "/in"
    with pytest.raises(ConfigError, match="either endpoint or logs_endpoint must be specified"):
        assert Bench(factory, config, signal="logs").component


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            PROTOBUF,
            ExportTraceServiceResponse(
                partial_success={"rejected_spans": 1, "error_message": "too old"}
            ).SerializeToString(),
        ),
        (JSON, json.dumps({"partialSuccess": {"rejectedSpans": "1", "errorMessage": "too old"}}).encode()),
    ],
)
async def test_partial_success_is_warned_about(chain, kind, body):
    async with (
        Backend((200, body, kind, {})) as backend,
        chain(factory, {"endpoint": backend.url, **DIRECT}) as exporter,
    ):
        await exporter.consume(traces("a", "b"))
    fields = {"message": "too old", "dropped_spans": 1}
    assert exporter.bench.logged == [("warning", "Partial success response", fields)]
    assert exporter.metric("otelcol_exporter_sent_spans") == 2


@pytest.mark.parametrize(
    ("kind", "body", "fails"),
    [
        (PROTOBUF, b"\xff\xff", True),
        (JSON, b"{", True),
        (JSON, b"[]", True),
        (JSON, b"{}", False),
        ("text/html", b"<html>", False),
        (PROTOBUF, ExportLogsServiceResponse().SerializeToString(), False),
    ],
)
async def test_an_answer_that_can_not_be_read_is_permanent(chain, kind, body, fails):
    async with (
        Backend((200, body, kind, {})) as backend,
        chain(factory, {"endpoint": backend.url, **DIRECT}) as exporter,
    ):
        if fails:
            with pytest.raises(Permanent, match="error parsing the response"):
                await exporter.consume(traces("a"))
        else:
            await exporter.consume(traces("a"))


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        (400, Permanent, 3),
        (401, Permanent, 16),
        (404, Permanent, 12),
        (413, Permanent, None),
        (429, Retryable, 8),
        (500, Permanent, None),
        (502, Retryable, 14),
        (503, Retryable, 14),
        (504, Retryable, 14),
    ],
)
async def test_statuses_are_retryable_or_permanent(chain, status, error, code):
    async with (
        Backend((status, b"", PROTOBUF, {})) as backend,
        chain(factory, {"endpoint": backend.url, **DIRECT}) as exporter,
    ):
        with pytest.raises(error, match=f"responded with HTTP Status Code {status}") as caught:
            await exporter.consume(traces("a"))
    assert caught.value.code == code
    assert exporter.metric("otelcol_exporter_send_failed_spans", **{"error.type": str(status)}) == 1


@pytest.mark.parametrize(("status", "after"), [(429, 7.0), (503, 7.0), (502, None)])
async def test_retry_after_is_honoured_where_it_is_defined(chain, status, after):
    async with (
        Backend((status, b"", PROTOBUF, {"Retry-After": "7"})) as backend,
        chain(factory, {"endpoint": backend.url, **DIRECT}) as exporter,
    ):
        with pytest.raises(Retryable) as caught:
            await exporter.consume(traces("a"))
    assert caught.value.after == after


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        (PROTOBUF, status_pb2.Status(code=3, message="bad id").SerializeToString(), r", Message=bad id, Details=\[\]$"),
        (JSON, b'{"code": 3, "message": "bad id"}', r", Message=bad id, Details=\[\]$"),
        (PROTOBUF, b"\xff\xff", "Code 400$"),
        (JSON, b"nonsense", "Code 400$"),
        ("text/plain", b"bad id", "Code 400$"),
    ],
)
async def test_a_status_body_is_quoted(chain, kind, body, text):
    async with (
        Backend((400, body, kind, {})) as backend,
        chain(factory, {"endpoint": backend.url, **DIRECT}) as exporter,
    ):
        with pytest.raises(Permanent, match=text):
            await exporter.consume(traces("a"))


async def test_an_invalid_payload_takes_no_neighbour_with_it(chain):
    class Strict(Backend):
        async def handle(self, request):
            body = await request.read()
            self.requests.append(body)
            bad = any(span.name == "bad" for span in Traces.from_bytes(body).spans())
            return web.Response(status=400 if bad else 200)

    async with Strict() as backend:
        queue = {"batch": {"min_size": 3}}
        async with chain(factory, {"endpoint": backend.url, "sending_queue": queue}) as exporter:
            for name in ("a", "bad", "b"):
                await exporter.consume(traces(name))
            await exporter.settled()
    assert exporter.metric("otelcol_exporter_sent_spans") == 2
    assert exporter.bench.dropped == {("refused by the destination", ""): 1}


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, "at least one endpoint must be specified"),
        ({"endpoint": "localhost:4318"}, "endpoint must be a valid URL, got 'localhost:4318'"),
        ({"traces_endpoint": "http://x:port"}, "endpoint must be a valid URL"),
        ({"logs_endpoint": "http://"}, "endpoint must be a valid URL"),
        ({"endpoint": "http://x", "encoding": "xml"}, "invalid encoding type: xml"),
        ({"endpoint": "http://x", "compression": "br"}, 'unsupported compression type "br"'),
    ],
)
def test_wrong_settings_are_refused(config, message):
    with pytest.raises(ValidationError, match=message):
        factory.config.model_validate(config)

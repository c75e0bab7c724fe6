import asyncio
import gzip
import json

import aiohttp
import cramjam
import pytest
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from collector.component import Partial, Permanent, Retryable, Signal
from collector.config import gates
from collector.testing import gauge, logs, traces

protobuf = {"Content-Type": "application/x-protobuf"}
as_json = {"Content-Type": "application/json"}


async def request(receiver, body=b"", headers=protobuf, path="/v1/traces", method="POST"):
    """(status, headers, body) of one request."""
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"http://{receiver.http}{path}", data=body, headers=headers) as response,
    ):
        return response.status, response.headers, await response.read()


@pytest.mark.parametrize("payload", [traces("a", "b"), logs("x"), gauge("g", 1, 2, 3)], ids=lambda p: p.signal)
async def test_all_signals_come_in_as_protobuf_and_json(otlp, payload):
    async with otlp(http={}) as receiver:
        path = f"/v1/{payload.signal}"
        status, headers, body = await request(receiver, payload.seal(), path=path)
        assert (status, headers["content-type"], body) == (200, "application/x-protobuf", b"")
        status, headers, body = await request(receiver, payload.to_json(), as_json, path)
        assert (status, headers["content-type"], body) == (200, "application/json", b'{"partialSuccess":{}}')

        assert [taken.to_json() for taken in receiver.emitted] == [payload.to_json()] * 2
        items = {"traces": "spans", "metrics": "metric_points", "logs": "log_records"}[payload.signal]
        name = f"otelcol_receiver_accepted_{items}"
        assert receiver.metric(name, receiver="otlp", transport="http") == payload.item_count * 2


async def test_parameters_of_the_content_type_are_ignored(otlp):
    async with otlp(http={}) as receiver:
        headers = {"Content-Type": "Application/JSON; charset=utf-8"}
        assert (await request(receiver, b"{}", headers))[0] == 200


async def test_a_request_without_items_is_fine_and_goes_nowhere(otlp):
    async with otlp(http={}) as receiver:
        assert (await request(receiver, b""))[0] == 200
        assert (await request(receiver, b"{}", as_json))[0] == 200
        assert receiver.emitted == []


async def test_unknown_paths_and_signals_that_nobody_takes_are_not_found(otlp):
    async with otlp(http={}, signals=[Signal.TRACES]) as receiver:
        assert (await request(receiver, path="/v1/unknown"))[0] == 404
        assert (await request(receiver, path="/v1/logs"))[0] == 404
        assert (await request(receiver, path="/v1/traces?x=1"))[0] == 200


async def test_only_post_is_allowed(otlp):
    async with otlp(http={}) as receiver:
        for method in ("GET", "PUT", "OPTIONS"):
            status, headers, body = await request(receiver, method=method)
            assert (status, body) == (405, b"405 method not allowed, supported: [POST]")
            assert headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("headers", [{"Content-Type": "text/plain"}, {"Content-Type": ""}])
async def test_other_media_types_are_unsupported(otlp, headers):
    async with otlp(http={}) as receiver:
        status, headers, body = await request(receiver, b"x", headers)
        assert status == 415
        assert headers["content-type"].startswith("text/plain")
        assert body == b"415 unsupported media type, supported: [application/json, application/x-protobuf]"


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("zstd", cramjam.zstd.compress),
        ("snappy", cramjam.snappy.compress_raw),
        ("x-snappy-framed", cramjam.snappy.compress),
        ("lz4", cramjam.lz4.compress),
        ("identity", bytes),
    ],
)
async def test_encodings_are_undone(otlp, encoding, pack):
    async with otlp(http={}) as receiver:
        body = bytes(pack(traces("a").seal()))
        assert (await request(receiver, body, {**protobuf, "Content-Encoding": encoding}))[0] == 200
        assert receiver.emitted[0].seal() == traces("a").seal()


async def test_encodings_that_are_not_listed_are_refused(otlp):
    async with otlp(http={"compression_algorithms": ["gzip"]}) as receiver:
        status, _, body = await request(receiver, b"x", {**protobuf, "Content-Encoding": "zstd"})
        assert (status, Status.FromString(body).message) == (400, "unsupported Content-Encoding: zstd")
        assert (await request(receiver, b""))[0] == 400
        assert (await request(receiver, gzip.compress(b""), {**protobuf, "Content-Encoding": "gzip"}))[0] == 200


async def test_bad_bodies_get_400_with_a_status_in_their_own_encoding(otlp):
    async with otlp(http={}) as receiver:
        status, headers, body = await request(receiver, b"\x0f\0")
        assert (status, headers["content-type"], Status.FromString(body).code) == (400, "application/x-protobuf", 3)

        status, headers, body = await request(receiver, b"{", as_json)
        assert (status, headers["content-type"], json.loads(body)["code"]) == (400, "application/json", 3)

        status, _, body = await request(receiver, b"garbage", {**protobuf, "Content-Encoding": "gzip"})
        assert (status, Status.FromString(body).code) == (400, 3)
        assert receiver.emitted == []


async def test_bodies_over_the_limit_get_413_also_when_inflated(otlp):
    async with otlp(http={"max_request_body_size": 1000}) as receiver:
        status, _, body = await request(receiver, bytes(1001))
        assert (status, Status.FromString(body).code) == (413, 8)
        status, _, body = await request(receiver, gzip.compress(bytes(1001)), {**as_json, "Content-Encoding": "gzip"})
        assert (status, json.loads(body)["code"]) == (413, 8)


@pytest.mark.parametrize(
    ("error", "status", "code", "delay"),
    [
        (Permanent("no way"), 500, 13, None),
        (Permanent("who are you", code=16), 401, 16, None),
        (Permanent("not you", code=7), 403, 7, None),
        (Permanent("bad", code=3), 400, 3, None),
        (Permanent("what", code=12), 404, 12, None),
        (Permanent("odd", code=99), 500, 2, None),
        (Retryable("later"), 503, 14, None),
        (Retryable("in a while", after=2.5), 503, 14, 2.5),
        (Retryable("too much", code=8, after=7), 429, 8, 7),
        (Retryable("gone", code=1), 503, 1, None),
        (ValueError("a bug"), 503, 14, None),
    ],
)
async def test_the_pipelines_errors_become_statuses(otlp, error, status, code, delay):
    async with otlp(http={}) as receiver:
        receiver.sink.fail = error
        got, headers, body = await request(receiver, traces("a", "b").seal())
        answer = Status.FromString(body)
        assert (got, answer.code, answer.message) == (status, code, str(error))
        assert receiver.metric("otelcol_receiver_refused_spans", transport="http") == 2

        _, _, body = await request(receiver, traces("a").to_json(), as_json)
        told = json.loads(body)
        assert (told["code"], told["message"]) == (code, str(error))

        if delay is None:
            assert "retry-after" not in headers
            assert not answer.details
        else:
            info = RetryInfo()
            assert answer.details[0].Unpack(info)
            assert info.retry_delay.ToTimedelta().total_seconds() == delay
            assert int(headers["retry-after"]) >= delay
            assert told["details"] == [
                {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{delay:g}s"}
            ]


@pytest.fixture
def new_metrics():
    gates.apply({"receiverhelper.newReceiverMetrics": True})
    yield
    gates.apply({})


async def test_requests_are_counted_behind_the_gate(otlp, new_metrics):
    async with otlp(http={}) as receiver:
        await request(receiver, traces("a", "b").seal())
        receiver.sink.fail = Retryable("later")
        await request(receiver, traces("a", "b").seal())
        await request(receiver, b"\x0f\0")  # what can't be decoded is counted nowhere

        name = "otelcol_receiver_requests"
        assert receiver.metric(name, transport="http", outcome="success") == 1
        assert receiver.metric(name, transport="http", outcome="refused") == 1
        assert receiver.metric("otelcol_receiver_failed_spans", transport="http") == 0


async def test_rejected_items_are_a_partial_success(otlp):
    async with otlp(http={}) as receiver:
        receiver.sink.fail = Partial("one too old", rejected=1)
        status, _, body = await request(receiver, traces("a", "b").seal())
        assert status == 200
        assert ExportTraceServiceResponse.FromString(body).partial_success.rejected_spans == 1

        _, _, body = await request(receiver, gauge("g", 1, 2).to_json(), as_json, "/v1/metrics")
        assert json.loads(body) == {"partialSuccess": {"rejectedDataPoints": "1", "errorMessage": "one too old"}}


async def test_url_paths_can_be_chosen(otlp):
    async with otlp(http={"traces_url_path": "in/spans"}) as receiver:
        assert (await request(receiver, path="/in/spans"))[0] == 200
        assert (await request(receiver, path="/v1/traces"))[0] == 404


async def test_response_headers_are_on_every_answer(otlp):
    async with otlp(http={"response_headers": {"X-Served-By": "me"}}) as receiver:
        for path in ("/v1/traces", "/unknown"):
            _, headers, _ = await request(receiver, path=path)
            assert headers["x-served-by"] == "me"
        _, headers, _ = await request(receiver, b"\x0f\0")
        assert headers["x-served-by"] == "me"


async def test_browsers_of_allowed_origins_may_send(otlp):
    async with otlp(http={"cors": {"allowed_origins": ["https://*.example"]}}) as receiver:
        ask = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
        status, headers, _ = await request(receiver, headers=ask, method="OPTIONS")
        assert (status, headers["access-control-allow-origin"]) == (204, "https://a.example")

        for origin in ("https://a.example", "https://b.example"):
            _, headers, _ = await request(receiver, b"", {**protobuf, "Origin": origin})
            assert headers["access-control-allow-origin"] == origin
        _, headers, _ = await request(receiver, b"", {**protobuf, "Origin": "https://evil.test"})
        assert "access-control-allow-origin" not in headers


async def test_metadata_goes_into_the_context_when_asked_for(otlp):
    async with otlp(http={"include_metadata": True}) as receiver:
        await request(receiver, traces("a").seal(), {**protobuf, "X-Tenant": "one"})

        context = receiver.emitted[0].context
        assert context.metadata["x-tenant"] == ("one",)
        assert context.metadata["host"] == (receiver.http,)
        assert context.client_address == "127.0.0.1"


class Authenticator:
    async def authenticate(self, headers):
        if headers.get("token") != ("good",):
            raise ValueError("invalid token")
        return {"subject": "me"}


async def test_an_authenticator_sees_headers_and_the_named_query_parameters(otlp):
    settings = {"auth": {"authenticator": "token", "request_params": ["token"]}}
    async with otlp(http=settings, extensions={"token": Authenticator()}) as receiver:
        status, _, body = await request(receiver, traces("a").seal())
        assert (status, Status.FromString(body).code, Status.FromString(body).message) == (401, 16, "invalid token")
        assert (await request(receiver, traces("a").seal(), path="/v1/traces?token=good"))[0] == 200
        assert receiver.emitted[0].context.auth == {"subject": "me"}


class Doorman:
    async def admit(self, head):
        raise Retryable("memory is short", code=8, after=3)


async def test_a_middleware_can_refuse(otlp):
    async with otlp(http={"middlewares": [{"id": "doorman"}]}, extensions={"doorman": Doorman()}) as receiver:
        status, headers, _ = await request(receiver, traces("a").seal())
        assert (status, headers["retry-after"]) == (429, "3")

    with pytest.raises(ValueError, match='failed to resolve middleware "doorman": middleware not found'):
        async with otlp(http={"middlewares": [{"id": "doorman"}]}):
            pass


async def test_a_consumer_that_waits_holds_up_only_its_own_request(otlp):
    came, gate = asyncio.Event(), asyncio.Event()

    async def consume(payload):
        if payload.item_count == 2:
            came.set()
            await gate.wait()

    async with otlp(http={}, consume=consume) as receiver:
        slow = asyncio.create_task(request(receiver, traces("a", "b").seal()))
        await came.wait()
        assert (await request(receiver, traces("a").seal()))[0] == 200
        assert not slow.done()
        gate.set()
        assert (await slow)[0] == 200


async def test_requests_in_flight_finish_at_shutdown(otlp):
    came, gate = asyncio.Event(), asyncio.Event()

    async def consume(payload):
        came.set()
        await gate.wait()

    async with otlp(http={}, consume=consume) as receiver:
        slow = asyncio.create_task(request(receiver, traces("a").seal()))
        await came.wait()
        stopping = asyncio.create_task(receiver.component.shutdown())
        await asyncio.sleep(0)
        assert not stopping.done()
        gate.set()
        assert (await slow)[0] == 200
        await stopping


async def test_a_unix_socket_serves_as_well(otlp, tmp_path):
    async with otlp(http={"endpoint": str(tmp_path / "otlp.sock"), "transport": "unix"}) as receiver:
        connector = aiohttp.UnixConnector(receiver.http)
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.post("http://collector/v1/traces", data=traces("a").seal(), headers=protobuf) as response,
        ):
            assert response.status == 200
        assert receiver.emitted[0].context.client_address == ""

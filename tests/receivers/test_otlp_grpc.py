import asyncio
import gzip

import cramjam
import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from collector.component import Partial, Permanent, Retryable, Signal
from collector.testing import gauge, logs, traces

services = {
    "traces": "opentelemetry.proto.collector.trace.v1.TraceService",
    "metrics": "opentelemetry.proto.collector.metrics.v1.MetricsService",
    "logs": "opentelemetry.proto.collector.logs.v1.LogsService",
}


async def call(address, body, *, signal="traces", method="Export", **options):
    """Send one request by grpcio; the answer's bytes."""
    async with grpc.aio.insecure_channel(address) as channel:
        return await channel.unary_unary(f"/{services[signal]}/{method}")(body, timeout=10, **options)


async def refused(address, body, **options):
    with pytest.raises(grpc.RpcError) as error:
        await call(address, body, **options)
    return error.value


def details(error):
    """The `google.rpc.Status` of an error."""
    return Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])


@pytest.mark.parametrize("payload", [traces("a", "b"), logs("x"), gauge("g", 1, 2, 3)], ids=lambda p: p.signal)
async def test_all_signals_come_in(otlp, payload):
    async with otlp(grpc={}) as receiver:
        assert await call(receiver.grpc, payload.seal(), signal=payload.signal) == b""

        assert [taken.seal() for taken in receiver.emitted] == [payload.seal()]
        assert receiver.emitted[0].context.client_address == "127.0.0.1"
        items = {"traces": "spans", "metrics": "metric_points", "logs": "log_records"}[payload.signal]
        name = f"otelcol_receiver_accepted_{items}"
        assert receiver.metric(name, receiver="otlp", transport="grpc") == payload.item_count


async def test_gzip_from_the_client_library_comes_in(otlp):
    async with otlp(grpc={}) as receiver:
        await call(receiver.grpc, traces("a").seal(), compression=grpc.Compression.Gzip)
        await call(receiver.grpc, traces("a").seal(), compression=grpc.Compression.Deflate)

        assert [taken.seal() for taken in receiver.emitted] == [traces("a").seal()] * 2


async def test_messages_larger_than_a_window_come_in(otlp):
    body = traces(*(f"span {i}" * 100 for i in range(5_000))).seal()
    async with otlp(grpc={"max_recv_msg_size_mib": 16}) as receiver:
        await call(receiver.grpc, body)
        assert receiver.emitted[0].seal() == body


async def test_a_request_without_items_is_fine_and_goes_nowhere(otlp):
    async with otlp(grpc={}) as receiver:
        assert await call(receiver.grpc, b"") == b""
        assert receiver.emitted == []


async def test_malformed_messages_are_invalid_arguments(otlp):
    async with otlp(grpc={}) as receiver:
        error = await refused(receiver.grpc, traces("a").seal()[:-3])
        assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert receiver.emitted == []
        await call(receiver.grpc, traces("a").seal())


async def test_a_message_over_the_limit_exhausts_resources(otlp):
    async with otlp(grpc={"max_recv_msg_size_mib": 1}) as receiver:
        for body in (bytes(2 << 20), bytes(20 << 20)):
            error = await refused(receiver.grpc, body)
            assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        error = await refused(receiver.grpc, bytes(20 << 20), compression=grpc.Compression.Gzip)
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_unknown_methods_and_signals_that_nobody_takes_are_unimplemented(otlp):
    async with otlp(grpc={}, signals=[Signal.TRACES]) as receiver:
        unknown = await refused(receiver.grpc, b"", method="Import")
        assert unknown.code() is grpc.StatusCode.UNIMPLEMENTED
        unused = await refused(receiver.grpc, b"", signal="logs")
        assert unused.code() is grpc.StatusCode.UNIMPLEMENTED
        assert unused.details() == f"unknown service {services['logs']}"


@pytest.mark.parametrize(
    ("error", "code", "delay"),
    [
        (Permanent("no way"), grpc.StatusCode.INTERNAL, None),
        (Permanent("who are you", code=16), grpc.StatusCode.UNAUTHENTICATED, None),
        (Retryable("later"), grpc.StatusCode.UNAVAILABLE, None),
        (Retryable("in a while", after=2.5), grpc.StatusCode.UNAVAILABLE, 2.5),
        (Retryable("too much", code=8), grpc.StatusCode.RESOURCE_EXHAUSTED, 1),
        (ValueError("a bug"), grpc.StatusCode.UNAVAILABLE, None),
    ],
)
async def test_the_pipelines_errors_become_statuses(otlp, error, code, delay):
    async with otlp(grpc={}) as receiver:
        receiver.sink.fail = error
        answer = await refused(receiver.grpc, traces("a", "b").seal())

        assert answer.code() is code
        assert answer.details() == str(error)
        if delay is not None:
            info = RetryInfo()
            assert details(answer).details[0].Unpack(info)
            assert info.retry_delay.ToTimedelta().total_seconds() == delay
        assert receiver.metric("otelcol_receiver_refused_spans", transport="grpc") == 2


async def test_rejected_items_are_a_partial_success(otlp):
    async with otlp(grpc={}) as receiver:
        receiver.sink.fail = Partial("one too old", rejected=1)
        answer = ExportTraceServiceResponse.FromString(await call(receiver.grpc, traces("a", "b").seal()))

        assert answer.partial_success.rejected_spans == 1
        assert answer.partial_success.error_message == "one too old"


async def test_messages_of_any_text_survive_the_trailers(otlp):
    async with otlp(grpc={}) as receiver:
        receiver.sink.fail = Permanent("50 % größer\nthan \ud800")
        assert (await refused(receiver.grpc, traces("a").seal())).details() == "50 % größer\nthan ?"


async def test_metadata_goes_into_the_context_when_asked_for(otlp):
    async with otlp(grpc={"include_metadata": True}) as receiver:
        await call(receiver.grpc, traces("a").seal(), metadata=[("x-tenant", "one"), ("x-tenant", "two")])

        context = receiver.emitted[0].context
        assert context.metadata["x-tenant"] == ("one", "two")
        assert context.metadata["host"] == (receiver.grpc,)
        assert context.deadline is not None


async def test_metadata_stays_out_of_the_context_otherwise(otlp):
    async with otlp(grpc={}) as receiver:
        await call(receiver.grpc, traces("a").seal(), metadata=[("x-tenant", "one")])
        assert receiver.emitted[0].context.metadata == {}


class Authenticator:
    async def authenticate(self, headers):
        if headers.get("authorization") != ("Bearer good",):
            raise ValueError("invalid token")
        return {"subject": "me"}


async def test_an_authenticator_decides_who_comes_in(otlp):
    async with otlp(grpc={"auth": {"authenticator": "bearer"}}, extensions={"bearer": Authenticator()}) as receiver:
        error = await refused(receiver.grpc, traces("a").seal())
        assert (error.code(), error.details()) == (grpc.StatusCode.UNAUTHENTICATED, "invalid token")

        await call(receiver.grpc, traces("a").seal(), metadata=[("authorization", "Bearer good")])
        assert receiver.emitted[0].context.auth == {"subject": "me"}


@pytest.mark.parametrize(
    ("extensions", "text"),
    [
        ({}, 'failed to resolve authenticator "bearer": authenticator not found'),
        ({"bearer": object()}, "requested authenticator is not a server authenticator"),
    ],
)
async def test_a_missing_authenticator_fails_the_start(otlp, extensions, text):
    with pytest.raises(ValueError, match=text):
        async with otlp(grpc={"auth": {"authenticator": "bearer"}}, extensions=extensions):
            pass


# ---- what grpcio does not send: requests by hand, through the handler itself


def handler(receiver):
    return receiver.component.ports[0].handler


def framed(message, flag=0):
    return bytes([flag]) + len(message).to_bytes(4, "big") + message


async def answer(receiver, body, **headers):
    from collector.net.exchange import Head

    fields = {"content-type": "application/grpc", **{k.replace("_", "-"): v for k, v in headers.items()}}
    method = fields.pop("method", "POST")
    head = Head(method, f"/{services['traces']}/Export", fields.items())
    response = await handler(receiver).handle(head, [body], "")
    return response.status, dict(response.trailers or response.headers).get("grpc-status")


@pytest.mark.parametrize("encoding", ["snappy", "zstd", "gzip"])
async def test_other_encodings_come_in(otlp, encoding):
    body = traces("a").seal()
    packed = {
        "snappy": lambda: bytes(cramjam.snappy.compress_raw(body)),
        "zstd": lambda: bytes(cramjam.zstd.compress(body)),
        "gzip": lambda: gzip.compress(body),
    }[encoding]()
    async with otlp(grpc={}) as receiver:
        assert await answer(receiver, framed(packed, 1), grpc_encoding=encoding) == (200, "0")
        assert receiver.emitted[0].seal() == body


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", {}, "3"),
        (b"abc", {}, "3"),
        (framed(b"")[:-1] + b"\5", {}, "3"),
        (framed(b"") * 2, {}, "3"),
        (framed(b"", 7), {}, "3"),
        (b"\0\xff\xff\xff\xff", {}, "8"),
        (framed(b"x", 1), {}, "13"),
        (framed(b"garbage", 1), {"grpc_encoding": "gzip"}, "3"),
        (framed(b"x", 1), {"grpc_encoding": "xyz"}, "12"),
        (framed(b""), {"grpc_timeout": "soon"}, "3"),
        (framed(b""), {"content_type": "application/grpc+json"}, "12"),
        (framed(b""), {"content_type": "application/grpc+proto"}, "0"),
        (framed(b""), {"content_type": "application/grpc;x=y"}, "0"),
    ],
)
async def test_odd_requests_get_the_status_that_fits(otlp, body, headers, status):
    async with otlp(grpc={}) as receiver:
        assert await answer(receiver, body, **headers) == (200, status)


async def test_what_is_no_grpc_gets_an_http_status(otlp):
    async with otlp(grpc={}) as receiver:
        assert (await answer(receiver, b"", content_type="text/plain"))[0] == 415
        assert (await answer(receiver, b"", content_type="application/grpcx"))[0] == 415
        assert (await answer(receiver, b"", method="GET"))[0] == 405


async def test_connections_that_are_asked_to_leave_lose_no_request(otlp):
    age = {"server_parameters": {"max_connection_age": "200ms", "max_connection_age_grace": "5s"}}
    async with otlp(grpc={"keepalive": age}) as receiver:
        port, seen = receiver.component.ports[0], set()
        body = traces("a").seal()
        sent = 0
        async with grpc.aio.insecure_channel(receiver.grpc) as channel:
            export = channel.unary_unary(f"/{services['traces']}/Export")
            async with asyncio.timeout(20):
                while len(seen) < 3:
                    await export(body, timeout=5)
                    sent += 1
                    seen |= port.connections
        assert receiver.sink.item_count == sent

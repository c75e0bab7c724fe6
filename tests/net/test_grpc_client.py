import asyncio
import base64
import threading
from concurrent import futures

import grpc
import pytest
import trustme
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2, status_pb2
from pydantic import ValidationError

from collector.net.client_settings import GRPCClientConfig
from collector.net.grpc_client import GRPCClient, RPCError, parse_target
from collector.net.grpc_client.client import timeout_text
from collector.net.http2 import frames as f

METHOD = "/test.Service/Export"


class Peer:
    """A grpcio server. `answer(request, context)` makes the answers; `calls` keeps the metadata of each call."""

    def __init__(self, answer=lambda request, context: b"answer", address="127.0.0.1:0", credentials=None, options=()):
        self.requests = []
        self.calls = []
        self.answer = answer
        limits = [("grpc.max_receive_message_length", -1), ("grpc.so_reuseport", 0), *options]
        self.server = grpc.server(futures.ThreadPoolExecutor(8), options=limits)
        handlers = {"Export": grpc.unary_unary_rpc_method_handler(self.export)}
        self.server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Service", handlers),))
        if credentials is None:
            self.port = self.server.add_insecure_port(address)
        else:
            self.port = self.server.add_secure_port(address, credentials)
        self.server.start()

    def export(self, request, context):
        self.requests.append(request)
        self.calls.append((dict(context.invocation_metadata()), context.time_remaining()))
        return self.answer(request, context)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.server.stop(0).wait()


class Host:
    def __init__(self, **extensions):
        self.extensions = extensions

    def extension(self, name):
        return self.extensions[name]


class Client:
    """A started client; `peer` is a port or an endpoint."""

    def __init__(self, peer, host=None, **config):
        endpoint = f"127.0.0.1:{peer}" if isinstance(peer, int) else peer
        config = {"endpoint": endpoint, "tls": {"insecure": True}, "compression": "none", **config}
        self.client = GRPCClient(GRPCClientConfig.model_validate(config), "1.0")
        self.host = host or Host()

    async def __aenter__(self):
        await self.client.start(self.host)
        return self.client

    async def __aexit__(self, *_error):
        await self.client.close()


async def test_a_message_in_pieces_arrives_whole_and_the_answer_comes_back():
    with Peer() as peer:
        async with Client(peer.port) as client:
            assert await client.unary(METHOD, [b"a" * 10, b"b" * 5]) == b"answer"
    assert peer.requests == [b"a" * 10 + b"b" * 5]


@pytest.mark.parametrize("compression", ["none", "gzip"])
async def test_messages_larger_than_the_windows_arrive(compression):
    pieces = [bytes([number]) * 70_001 for number in range(60)]
    with Peer() as peer:
        async with Client(peer.port, compression=compression) as client:
            await asyncio.gather(*(client.unary(METHOD, pieces) for _ in range(4)))
    assert peer.requests == [b"".join(pieces)] * 4


async def test_metadata_authority_user_agent_and_timeout_are_sent():
    with Peer() as peer:
        headers = {"X-Token": "t", "data-bin": "raw"}
        async with Client(peer.port, headers=headers, user_agent="me/1", authority="other.example") as client:
            await client.unary(METHOD, [b"x"], time_limit=30)
    metadata, remaining = peer.calls[0]
    assert metadata["x-token"] == "t"
    assert metadata["data-bin"] == b"raw"
    assert metadata["user-agent"].startswith("me/1")
    assert 20 < remaining <= 30


async def test_headers_larger_than_a_frame_are_continued():
    options = [("grpc.max_metadata_size", 1 << 20), ("grpc.absolute_max_metadata_size", 1 << 20)]
    with Peer(options=options) as peer:
        async with Client(peer.port, headers={"x-large": "v" * 40_000}) as client:
            await client.unary(METHOD, [b"x"])
    assert peer.calls[0][0]["x-large"] == "v" * 40_000


async def test_an_authenticator_adds_its_headers_to_each_call():
    class Bearer:
        async def client_headers(self):
            return {"Authorization": "Bearer t"}

    with Peer() as peer:
        async with Client(peer.port, Host(bearer=Bearer()), auth={"authenticator": "bearer"}) as client:
            await client.unary(METHOD, [b"x"])
    assert peer.calls[0][0]["authorization"] == "Bearer t"


@pytest.mark.parametrize(
    ("host", "message"),
    [
        (Host(), 'failed to resolve authenticator "bearer": authenticator not found'),
        (Host(bearer=object()), "requested authenticator is not a gRPC client authenticator"),
    ],
)
async def test_an_authenticator_that_can_not_be_used_is_a_start_error(host, message):
    with pytest.raises(Exception, match=message):
        async with Client(1, host, auth={"authenticator": "bearer"}):
            pass


async def test_a_status_becomes_an_error_with_its_message():
    def answer(request, context):
        context.abort(grpc.StatusCode.NOT_FOUND, "no süch thing: 100%")

    with Peer(answer) as peer:
        async with Client(peer.port) as client:
            with pytest.raises(RPCError, match="code = NotFound desc = no süch thing: 100%") as caught:
                await client.unary(METHOD, [b"x"])
    assert caught.value.code == 5


async def test_the_delay_of_a_retry_info_is_read():
    def answer(request, context):
        info = Any()
        info.Pack(error_details_pb2.RetryInfo(retry_delay=Duration(seconds=1, nanos=500_000_000)))
        status = status_pb2.Status(code=14, message="busy", details=[info])
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(grpc.StatusCode.UNAVAILABLE, "busy")

    with Peer(answer) as peer:
        async with Client(peer.port) as client:
            with pytest.raises(RPCError) as caught:
                await client.unary(METHOD, [b"x"])
    assert caught.value.retry_delay == 1.5


async def test_an_answer_in_gzip_is_read():
    def answer(request, context):
        context.set_compression(grpc.Compression.Gzip)
        return b"answer" * 100

    with Peer(answer) as peer:
        async with Client(peer.port, compression="gzip") as client:
            assert await client.unary(METHOD, [b"x"]) == b"answer" * 100


async def test_a_call_that_is_cancelled_ends_at_the_server_and_harms_no_other():
    cancelled = threading.Event()

    def answer(request, context):
        if request == b"slow":
            context.add_callback(cancelled.set)
            cancelled.wait(10)
        return b"answer"

    with Peer(answer) as peer:
        async with Client(peer.port) as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await client.unary(METHOD, [b"slow"])
            assert await client.unary(METHOD, [b"quick"]) == b"answer"
            assert await asyncio.to_thread(cancelled.wait, 5)


async def test_a_server_that_is_down_is_unavailable_and_found_again():
    with Peer() as peer:
        port = peer.port
    async with Client(port) as client:
        with pytest.raises(RPCError, match="connection refused") as caught:
            await client.unary(METHOD, [b"x"])
        assert caught.value.code == 14
        with Peer(address=f"127.0.0.1:{port}"):
            client._channel._links[0].retry_at = 0
            assert await client.unary(METHOD, [b"x"]) == b"answer"


async def test_no_attempt_to_connect_follows_a_failed_one_at_once():
    with Peer() as peer:
        port = peer.port
    async with Client(port) as client:
        with pytest.raises(RPCError):
            await client.unary(METHOD, [b"x"])
        with Peer(address=f"127.0.0.1:{port}") as peer:
            with pytest.raises(RPCError, match="connection refused"):
                await client.unary(METHOD, [b"x"])
            assert peer.requests == []


async def test_with_wait_for_ready_a_call_waits_for_the_server():
    with Peer() as peer:
        port = peer.port
    async with Client(port, wait_for_ready=True) as client:
        call = asyncio.ensure_future(client.unary(METHOD, [b"x"]))
        await asyncio.sleep(0.05)  # for an attempt that fails
        with Peer(address=f"127.0.0.1:{port}"):
            assert await asyncio.wait_for(call, 10) == b"answer"


async def test_connections_that_the_server_ends_lose_no_call():
    options = [("grpc.max_connection_age_ms", 20), ("grpc.max_connection_age_grace_ms", 5000)]
    with Peer(options=options) as peer:
        async with Client(peer.port) as client:
            for _ in range(30):
                assert await client.unary(METHOD, [b"x" * 1000]) == b"answer"
                await asyncio.sleep(0.01)
    assert len(peer.requests) == 30


async def test_no_more_calls_are_open_than_the_server_allows():
    with Peer(options=[("grpc.max_concurrent_streams", 2)]) as peer:
        async with Client(peer.port) as client:
            answers = await asyncio.gather(*(client.unary(METHOD, [b"x"]) for _ in range(20)))
    assert answers == [b"answer"] * 20


async def test_a_unix_socket_is_an_endpoint(tmp_path):
    with Peer(address=f"unix:{tmp_path}/socket") as peer:
        async with Client(f"unix:{tmp_path}/socket") as client:
            assert await client.unary(METHOD, [b"x"]) == b"answer"
    assert peer.requests == [b"x"]


async def test_round_robin_uses_every_address_of_the_name(monkeypatch):
    with Peer(address="127.0.0.2:0") as one, Peer(address=f"127.0.0.3:{one.port}") as two:
        found = [(2, 1, 6, "", ("127.0.0.2", one.port)), (2, 1, 6, "", ("127.0.0.3", one.port))]

        async def getaddrinfo(*_arguments, **_options):
            return found

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
        async with Client(f"dns:///servers.example:{one.port}") as client:
            async with asyncio.timeout(10):
                while min(len(one.requests), len(two.requests)) < 2:
                    await client.unary(METHOD, [b"x"])


async def test_pick_first_stays_with_the_first_that_answers(monkeypatch):
    with Peer(address="127.0.0.3:0") as peer:
        found = [(2, 1, 6, "", ("127.0.0.2", peer.port)), (2, 1, 6, "", ("127.0.0.3", peer.port))]

        async def getaddrinfo(*_arguments, **_options):
            return found

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
        async with Client(f"servers.example:{peer.port}", balancer_name="pick_first") as client:
            for _ in range(3):
                await client.unary(METHOD, [b"x"])
    assert len(peer.requests) == 3


# ---- TLS


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def credentials(authority, *, client_ca=None):
    certificate = authority.issue_cert("127.0.0.1", "server.example")
    chain = b"".join(each.bytes() for each in certificate.cert_chain_pems)
    root = client_ca.cert_pem.bytes() if client_ca else None
    pair = [(certificate.private_key_pem.bytes(), chain)]
    return grpc.ssl_server_credentials(pair, root, require_client_auth=client_ca is not None)


async def test_tls_trusts_the_given_authority(authority):
    with Peer(credentials=credentials(authority)) as peer:
        tls = {"ca_pem": authority.cert_pem.bytes().decode()}
        async with Client(peer.port, tls=tls) as client:
            assert await client.unary(METHOD, [b"x" * 300_000]) == b"answer"
        async with Client(peer.port, tls={}) as client:
            with pytest.raises(RPCError, match="tls: unable to get local issuer certificate"):
                await client.unary(METHOD, [b"x"])
        async with Client(peer.port, tls={"insecure_skip_verify": True}) as client:
            assert await client.unary(METHOD, [b"x"]) == b"answer"
        async with Client(peer.port, tls={**tls, "server_name_override": "server.example"}) as client:
            assert await client.unary(METHOD, [b"x"]) == b"answer"
        async with Client(peer.port, tls={**tls, "server_name_override": "wrong.example"}) as client:
            with pytest.raises(RPCError, match="tls: "):
                await client.unary(METHOD, [b"x"])


async def test_mutual_tls_shows_the_clients_certificate(authority, tmp_path):
    own = authority.issue_cert("client.example")
    own.private_key_pem.write_to_path(tmp_path / "key.pem")
    own.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    with Peer(credentials=credentials(authority, client_ca=authority)) as peer:
        tls = {"ca_pem": authority.cert_pem.bytes().decode()}
        async with Client(peer.port, tls=tls) as client:
            with pytest.raises(RPCError):
                await client.unary(METHOD, [b"x"])
        tls |= {"cert_file": str(tmp_path / "cert.pem"), "key_file": str(tmp_path / "key.pem")}
        async with Client(peer.port, tls=tls) as client:
            assert await client.unary(METHOD, [b"x"]) == b"answer"


# ---- servers that misbehave


class Rogue:
    """A server that does to each connection what `behave(reader, writer)` says."""

    def __init__(self, behave):
        self.behave = behave

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    async def serve(self, reader, writer):
        try:
            await self.behave(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def __aexit__(self, *_error):
        self.server.close()


async def greet(reader, writer):
    """Read the preface and greet with settings; then read to the end of the first request."""
    await reader.readexactly(len(f.preface))
    writer.write(f.settings({}))
    await until_request(reader)


async def until_request(reader):
    """Read to the end of a request."""
    while True:
        head = await reader.readexactly(9)
        await reader.readexactly(int.from_bytes(head[:3], "big"))
        if head[3] == f.DATA and head[4] & f.END_STREAM:
            return


async def garbage(reader, writer):
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await writer.drain()


async def garbage_later(reader, writer):
    await greet(reader, writer)
    writer.write(b"\xff" * 100)
    await writer.drain()


async def goodbye(reader, writer):
    await greet(reader, writer)
    writer.transport.abort()


async def reset_stream(reader, writer):
    await greet(reader, writer)
    writer.write(f.rst_stream(1, f.ErrorCode.PROTOCOL_ERROR))
    await reader.read()


async def bad_block(reader, writer):
    await greet(reader, writer)
    writer.write(f.frame(f.HEADERS, f.END_HEADERS | f.END_STREAM, 1, b"\xff\xff\xff\xff\xff\xff"))
    await reader.read()


async def no_trailers(reader, writer):
    await greet(reader, writer)
    block = b"\x88\x00\x0ccontent-type\x10application/grpc"
    writer.write(f.frame(f.HEADERS, f.END_HEADERS | f.END_STREAM, 1, block))
    await reader.read()


async def html(reader, writer):
    await greet(reader, writer)
    block = b"\x08\x03503\x00\x0ccontent-type\x09text/html"
    writer.write(f.frame(f.HEADERS, f.END_HEADERS | f.END_STREAM, 1, block))
    await reader.read()


async def endless(reader, writer):
    await greet(reader, writer)
    block = b"\x88\x00\x0ccontent-type\x10application/grpc"
    writer.write(f.frame(f.HEADERS, f.END_HEADERS, 1, block))
    while True:
        writer.write(f.frame(f.DATA, 0, 1, bytes(16_000)))
        await writer.drain()


@pytest.mark.parametrize(
    ("behave", "code"),
    [
        (garbage, 14),
        (garbage_later, 14),
        (goodbye, 14),
        (reset_stream, 13),
        (bad_block, 14),
        (no_trailers, 13),
        (html, 14),
        (endless, 8),
    ],
)
async def test_a_misbehaving_server_is_an_error_with_a_code(behave, code):
    async with Rogue(behave) as port, Client(port) as client:
        with pytest.raises(RPCError) as caught:
            await asyncio.wait_for(client.unary(METHOD, [b"x"]), 10)
    assert caught.value.code == code


async def test_a_refused_stream_is_tried_again_at_once():
    again = asyncio.Event()

    async def refuse_first(reader, writer):
        await greet(reader, writer)
        writer.write(f.rst_stream(1, f.ErrorCode.REFUSED_STREAM))
        await until_request(reader)
        again.set()
        await reader.read()

    async with Rogue(refuse_first) as port, Client(port) as client:
        call = asyncio.ensure_future(client.unary(METHOD, [b"x"]))
        await asyncio.wait_for(again.wait(), 5)
        assert not call.done()
        call.cancel()


async def test_a_silent_server_is_given_up_by_keepalive():
    async def silent(reader, writer):
        await greet(reader, writer)
        await reader.read()

    async with Rogue(silent) as port:
        keepalive = {"time": "50ms", "timeout": "50ms"}
        async with Client(port, keepalive=keepalive) as client:
            with pytest.raises(RPCError, match="keepalive"):
                await asyncio.wait_for(client.unary(METHOD, [b"x"]), 5)


async def test_a_server_that_answers_pings_is_not_given_up():
    def answer(request, context):
        threading.Event().wait(0.4)
        return b"answer"

    with Peer(answer, options=[("grpc.http2.min_ping_interval_without_data_ms", 10)]) as peer:
        async with Client(peer.port, keepalive={"time": "50ms", "timeout": "100ms"}) as client:
            assert await client.unary(METHOD, [b"x"]) == b"answer"


# ---- settings


@pytest.mark.parametrize(
    ("endpoint", "authority", "secure"),
    [
        ("localhost:4317", "localhost:4317", False),
        ("http://localhost:4317", "localhost:4317", False),
        ("https://localhost:4317", "localhost:4317", True),
        ("dns:///localhost:4317", "localhost:4317", False),
        ("dns://8.8.8.8/localhost:4317", "localhost:4317", False),
        ("passthrough:///localhost:4317", "localhost:4317", False),
        ("[::1]:4317", "[::1]:4317", False),
        ("unix:/run/x", "localhost", False),
        ("unix:///run/x", "localhost", False),
    ],
)
def test_endpoint_forms(endpoint, authority, secure):
    target = parse_target(endpoint)
    assert (target.authority, target.secure) == (authority, secure)


@pytest.mark.parametrize(
    ("endpoint", "message"),
    [
        ("", 'requires a non-empty "endpoint"'),
        ("localhost", "missing port in address"),
        ("localhost:port", 'invalid port "port"'),
        ("localhost:99999", 'invalid port "99999"'),
        ("::1:4317", "too many colons in address"),
    ],
)
def test_endpoints_that_are_none(endpoint, message):
    with pytest.raises(ValueError, match=message):
        parse_target(endpoint)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"compression": "lz4"}, 'unsupported compression type "lz4"'),
        ({"balancer_name": "x"}, "invalid balancer_name: x"),
        ({"tls": {"ca_file": "a", "ca_pem": "b"}}, "provide either a CA file or the PEM-encoded string"),
    ],
)
def test_wrong_settings_are_refused(config, message):
    with pytest.raises(ValidationError, match=message):
        GRPCClientConfig.model_validate({"endpoint": "localhost:4317", **config})


@pytest.mark.parametrize(
    ("seconds", "text"), [(5, "5000000u"), (0.25, "250000u"), (3600, "3600000m"), (1e9, "99999999S")]
)
def test_timeouts_have_at_most_eight_digits(seconds, text):
    assert timeout_text(seconds) == text


def test_details_without_retry_info_give_no_delay():
    from collector.net.grpc_client.status import retry_delay

    assert retry_delay(base64.b64encode(status_pb2.Status(code=14).SerializeToString()).decode()) is None
    assert retry_delay("!!!") is None
    assert retry_delay(base64.b64encode(b"\xff\xff").decode()) is None


async def test_a_name_is_looked_up_again_when_a_server_goes(monkeypatch):
    one = Peer(address="127.0.0.2:0")
    port = one.port
    with Peer(address=f"127.0.0.3:{port}") as two:
        found = [(2, 1, 6, "", ("127.0.0.2", port))]

        async def getaddrinfo(*_arguments, **_options):
            return list(found)

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
        async with Client(f"servers.example:{port}") as client:
            await client.unary(METHOD, [b"x"])
            found[:] = [(2, 1, 6, "", ("127.0.0.3", port))]
            one.server.stop(0).wait()
            while client._channel._pick() is not None:  # noqa: ASYNC110 - nothing tells the end of a connection
                await asyncio.sleep(0.01)
            await client.unary(METHOD, [b"x"])
    assert two.requests == [b"x"]

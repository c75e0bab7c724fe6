"""A client connection against frames that a server may send, byte for byte."""

import asyncio

import pytest

from collector.net.grpc_client.connection import Connection
from collector.net.grpc_client.status import RPCError
from collector.net.http2 import frames as f
from collector.net.http2.headers import encode

OK = encode((("content-type", "application/grpc"),), 200)
TRAILERS = encode((("grpc-status", "0"),))


class Wire(asyncio.Transport):
    def __init__(self):
        super().__init__()
        self.written = bytearray()
        self.closed = False

    def write(self, data):
        self.written += data

    def writelines(self, pieces):
        self.written += b"".join(pieces)

    def close(self):
        self.closed = True

    abort = close

    def set_write_buffer_limits(self, high=None, low=None):
        pass


class Server:
    """The other end: `frames` are what the client has written since last asked."""

    def __init__(self, **settings):
        self.gone = []
        self.connection = Connection(self.gone.append)
        self.wire = Wire()
        self.connection.connection_made(self.wire)
        self.taken = len(f.preface)
        self.frames()
        self.say(f.settings({getattr(f, name): value for name, value in settings.items()}))
        self.frames()

    def say(self, *frames):
        for frame in frames:
            self.connection.data_received(frame)

    def frames(self):
        found = []
        data = bytes(self.wire.written)
        while self.taken < len(data):
            size = int.from_bytes(data[self.taken : self.taken + 3], "big")
            kind, flags = data[self.taken + 3], data[self.taken + 4]
            stream = int.from_bytes(data[self.taken + 5 : self.taken + 9], "big")
            found.append((kind, flags, stream, data[self.taken + 9 : self.taken + 9 + size]))
            self.taken += 9 + size
        return found

    async def call(self, message=b"message"):
        call = asyncio.ensure_future(self.connection.call(b"\x82", [message], len(message)))
        await asyncio.sleep(0)
        return call

    def body(self):
        return b"".join(payload for kind, _, _, payload in self.frames() if kind == f.DATA)


@pytest.fixture
async def server():
    return Server()


async def test_a_message_is_cut_at_the_frame_size_and_the_window():
    server = Server(MAX_FRAME_SIZE=20_000, INITIAL_WINDOW_SIZE=50_000)
    call = await server.call(b"x" * 60_000)
    sizes = [len(payload) for kind, _, _, payload in server.frames() if kind == f.DATA]
    assert sizes == [20_000, 20_000, 10_000]
    server.say(f.window_update(1, 5_000))
    assert len(server.body()) == 5_000
    server.say(f.settings({f.INITIAL_WINDOW_SIZE: 60_000}))
    assert len(server.body()) == 5_000
    call.cancel()


async def test_a_stream_whose_window_is_closed_does_not_hold_up_others():
    server = Server(INITIAL_WINDOW_SIZE=10)
    first = await server.call(b"a" * 20)
    second = await server.call(b"b" * 10)
    written = server.frames()
    assert [payload for kind, _, _, payload in written if kind == f.DATA] == [b"a" * 10, b"b" * 10]
    for call in (first, second):
        call.cancel()


async def test_the_connections_window_bounds_all_streams(server):
    calls = [await server.call(b"x" * 40_000) for _ in range(2)]
    assert len(server.body()) == 65_535
    server.say(f.window_update(0, 100_000))
    assert len(server.body()) == 80_000 - 65_535
    for call in calls:
        call.cancel()


async def test_writing_stops_while_the_socket_is_full(server):
    server.connection.pause_writing()
    call = await server.call()
    assert server.body() == b""
    server.connection.resume_writing()
    assert server.body() == b"message"
    call.cancel()


async def test_padding_priority_and_continuation_in_answers_are_understood(server):
    call = await server.call()
    server.say(
        f.frame(f.HEADERS, f.PADDED | f.PRIORITY_FLAG, 1, b"\x02" + bytes(5) + OK[:3] + b"\0\0"),
        f.frame(f.CONTINUATION, f.END_HEADERS, 1, OK[3:]),
        f.frame(f.DATA, f.PADDED, 1, b"\x03" + b"body" + bytes(3)),
        f.frame(f.HEADERS, f.END_HEADERS | f.END_STREAM, 1, TRAILERS),
    )
    reply = await call
    assert (reply.fields[":status"], reply.body, reply.trailers["grpc-status"]) == ("200", b"body", "0")


async def test_informational_headers_come_before_the_answer(server):
    call = await server.call()
    server.say(
        f.frame(f.HEADERS, f.END_HEADERS, 1, encode((), 103)),
        f.frame(f.HEADERS, f.END_HEADERS, 1, OK),
        f.frame(f.HEADERS, f.END_HEADERS | f.END_STREAM, 1, TRAILERS),
    )
    assert (await call).fields[":status"] == "200"


async def test_an_answer_before_the_request_is_complete_ends_the_request(server):
    call = await server.call(b"x" * 100_000)
    server.frames()
    server.say(f.frame(f.HEADERS, f.END_HEADERS | f.END_STREAM, 1, TRAILERS))
    assert (await call).trailers == {"grpc-status": "0"}
    assert [kind for kind, _, _, _ in server.frames()] == [f.RST_STREAM]
    server.say(f.window_update(0, 100_000), f.window_update(1, 100_000))
    assert server.body() == b""


async def test_pings_are_answered(server):
    server.say(f.frame(f.PING, 0, 0, b"12345678"))
    assert server.frames() == [(f.PING, f.ACK, 0, b"12345678")]


async def test_windows_are_opened_again_as_answers_are_read(server):
    call = await server.call()
    server.frames()
    server.say(f.frame(f.HEADERS, f.END_HEADERS, 1, OK))
    for _ in range(40):
        server.say(f.frame(f.DATA, 0, 1, bytes(16_000)))
    updates = [(stream, int.from_bytes(payload, "big")) for kind, _, stream, payload in server.frames()]
    assert sum(size for stream, size in updates if stream == 0) >= 600_000
    assert sum(size for stream, size in updates if stream == 1) == 1 << 19
    call.cancel()


async def test_goaway_fails_only_calls_that_were_not_looked_at(server):
    first = await server.call()
    second = await server.call()
    server.say(f.goaway(1, f.ErrorCode.NO_ERROR, "bye"))
    with pytest.raises(RPCError, match="going away bye") as caught:
        await second
    assert caught.value.unsent
    assert server.gone == [server.connection]
    assert not server.wire.closed
    server.say(f.frame(f.HEADERS, f.END_HEADERS | f.END_STREAM, 1, TRAILERS))
    await first
    assert server.wire.closed
    with pytest.raises(RPCError) as caught:
        await server.connection.call(b"\x82", [b"x"], 1)
    assert caught.value.unsent


async def test_a_retired_connection_ends_after_its_last_answer(server):
    call = await server.call()
    server.connection.retire()
    assert not server.wire.closed
    server.say(f.frame(f.HEADERS, f.END_HEADERS | f.END_STREAM, 1, TRAILERS))
    await call
    assert server.wire.closed


async def test_calls_wait_while_the_server_allows_no_more():
    server = Server(MAX_CONCURRENT_STREAMS=1)
    first = await server.call(b"first")
    second = await server.call(b"second")
    assert server.body() == b"first"
    server.say(f.frame(f.HEADERS, f.END_HEADERS | f.END_STREAM, 1, TRAILERS))
    await first
    await asyncio.sleep(0)
    assert server.body() == b"second"
    second.cancel()


async def test_frames_for_streams_that_are_over_are_ignored(server):
    call = await server.call()
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    assert server.frames()[-1][0] == f.RST_STREAM
    server.say(
        f.frame(f.HEADERS, f.END_HEADERS, 1, OK),
        f.frame(f.DATA, 0, 1, b"late"),
        f.rst_stream(1, f.ErrorCode.CANCEL),
        f.window_update(1, 5),
        f.frame(f.PRIORITY, 0, 1, bytes(5)),
        f.frame(0x77, 0, 1, b"unknown"),
        f.frame(f.SETTINGS, f.ACK, 0),
    )
    assert not server.wire.closed


@pytest.mark.parametrize(
    "frame",
    [
        f.frame(f.PUSH_PROMISE, f.END_HEADERS, 1, bytes(4)),
        f.frame(f.SETTINGS, 0, 0, bytes(5)),
        f.settings({f.INITIAL_WINDOW_SIZE: 2**31}),
        f.settings({f.MAX_FRAME_SIZE: 1}),
        f.window_update(0, 2**31 - 1),
        f.frame(f.WINDOW_UPDATE, 0, 0, bytes(3)),
        f.frame(f.CONTINUATION, f.END_HEADERS, 1, b""),
        f.frame(f.HEADERS, f.END_HEADERS | f.PADDED, 1, b"\x09x"),
        f.frame(f.DATA, f.PADDED, 1, b"\x09x"),
        f.frame(f.HEADERS, f.END_HEADERS, 1, b"\xff\xff\xff\xff\xff\xff"),
        f.frame(f.HEADERS, 0, 1, OK) + f.frame(f.DATA, 0, 1, b"x"),
        f.frame(f.HEADERS, 0, 1, OK) + f.frame(f.CONTINUATION, 0, 1, bytes(16_000)) * 300,
    ],
)
async def test_broken_protocol_ends_the_connection_and_its_calls(server, frame):
    call = await server.call()
    server.say(frame)
    with pytest.raises(RPCError, match="broke the protocol") as caught:
        await call
    assert caught.value.code == 14
    assert server.wire.closed
    assert server.gone == [server.connection]


async def test_the_first_frame_must_be_settings():
    connection = Connection(lambda _: None)
    connection.connection_made(Wire())
    connection.data_received(f.frame(f.PING, 0, 0, bytes(8)))
    with pytest.raises(RPCError, match="the first frame is not SETTINGS"):
        await connection.ready


async def test_stream_numbers_run_out(server):
    server.connection.next_id = 2**31 - 1
    call = await server.call()
    assert not server.connection.usable
    call.cancel()

import asyncio

import pytest
from hpack import Encoder

from collector.net.budget import ByteBudget
from collector.net.exchange import Response
from collector.net.http2 import frames as f
from collector.net.http2.frames import ErrorCode
from collector.net.http2.headers import HeaderDecoder, encode
from collector.net.http2.stream import initial_window
from collector.net.options import ServerOptions


async def test_a_request_is_answered_in_one_write(http2):
    peer = await http2()
    await peer.send(peer.request(("content-length", "5")) + peer.data(b"hello"))

    head, body = peer.handler.requests[0]
    assert (head.method, head.path, body) == ("POST", "/v1/x", b"hello")
    assert peer.frames() == [
        (f.HEADERS, f.END_HEADERS, 1, encode((("content-type", "text/plain"),), 200)),
        (f.DATA, f.END_STREAM, 1, b"taken"),
    ]
    assert peer.budget.used == 0
    assert peer.connection.streams == {}


async def test_trailers_end_an_answer(http2, recorder):
    handler = recorder()
    handler.answer = Response(200, (), b"x", (("grpc-status", "0"),))
    peer = await http2(handler)
    await peer.send(peer.request(end=True))

    assert [(kind, flags) for kind, flags, *_ in peer.frames()] == [
        (f.HEADERS, f.END_HEADERS),
        (f.DATA, 0),
        (f.HEADERS, f.END_HEADERS | f.END_STREAM),
    ]


@pytest.mark.parametrize("size", [1, 8, 10, 37])
async def test_frames_may_arrive_in_pieces(http2, size):
    peer = await http2()
    padded = f.frame(f.DATA, f.END_STREAM | f.PADDED, 3, b"\3" + b"padded" + bytes(3))
    data = peer.request() + peer.data(b"hello") + peer.request() + padded
    for at in range(0, len(data), size):
        await peer.send(data[at : at + size])

    assert [body for _, body in peer.handler.requests] == [b"hello", b"padded"]


async def test_a_handler_that_waits_holds_up_nobody(http2):
    peer = await http2()
    peer.handler.gate = asyncio.Event()
    await peer.send(peer.request(end=True))
    slow, peer.handler.gate = peer.handler.gate, None
    await peer.send(peer.request(end=True))
    assert {stream for _, _, stream, _ in peer.frames()} == {3}

    slow.set()
    await peer.settle()
    assert {stream for _, _, stream, _ in peer.frames()} == {1}


async def test_equal_header_blocks_give_the_same_head_until_the_table_changes():
    encoder, decoder = Encoder(), HeaderDecoder()
    fields = [(":method", "POST"), (":scheme", "http"), (":path", "/a"), ("x-one", "1")]
    decoder.decode(encoder.encode(fields))
    block = encoder.encode(fields)
    first = decoder.decode(block)
    assert decoder.decode(block) is first

    decoder.decode(encoder.encode([*fields, ("x-two", "2")]))
    again = decoder.decode(encoder.encode(fields))
    assert again is not first
    assert again.headers == first.headers


async def test_an_answer_waits_for_the_peers_window(http2):
    peer = await http2()
    await peer.send(f.settings({f.INITIAL_WINDOW_SIZE: 2}) + peer.request(end=True))
    assert [p for kind, _, _, p in peer.frames() if kind == f.DATA] == [b"ta"]

    await peer.send(f.window_update(1, 2))
    assert peer.frames() == [(f.DATA, 0, 1, b"ke")]
    await peer.send(f.settings({f.INITIAL_WINDOW_SIZE: 3}))
    assert (f.DATA, f.END_STREAM, 1, b"n") in peer.frames()
    assert peer.connection.streams == {}


# ---- bodies and the byte budget


async def test_a_body_over_the_limit_is_refused_and_the_stream_reset(http2):
    peer = await http2()
    await peer.send(peer.request(("content-length", "1001")))
    kinds = peer.kinds()
    assert kinds[f.HEADERS] == kinds[f.RST_STREAM] == 1

    await peer.send(peer.data(bytes(500)))  # still under way: no fault
    assert peer.kinds() == {}

    await peer.send(peer.request() + peer.data(bytes(600), end=False) + peer.data(bytes(600), end=False))
    assert peer.kinds()[f.RST_STREAM] == 1
    assert peer.handler.requests == []
    assert peer.budget.used == 0


async def test_a_large_body_gets_its_window_when_the_budget_admits_it(http2, recorder):
    size = 3 * initial_window
    peer = await http2(recorder(max_body=2 * size), budget=ByteBudget(64 << 20))
    await peer.send(peer.request(("content-length", str(size))))
    granted = [int.from_bytes(p, "big") for kind, _, stream, p in peer.frames() if kind == f.WINDOW_UPDATE and stream]
    assert granted == [size - initial_window]
    assert peer.budget.used == size

    for _ in range(3):
        await peer.send(peer.data(bytes(initial_window), end=False))
    await peer.send(peer.data(b""))
    assert len(peer.handler.requests[0][1]) == size
    assert peer.budget.used == 0


async def test_a_large_body_that_finds_no_room_is_refused_retryably(http2, recorder, monkeypatch):
    monkeypatch.setattr("collector.net.budget.wait_seconds", 0.01)
    size = 3 * initial_window
    peer = await http2(recorder(max_body=2 * size), budget=ByteBudget(2 * size))
    peer.budget.account(size + 1)
    await peer.send(peer.request(("content-length", str(size))))
    assert peer.kinds() == {}

    await peer.answered()
    kinds = peer.kinds()
    assert kinds[f.HEADERS] == kinds[f.RST_STREAM] == 1
    assert peer.budget.used == size + 1


async def test_the_connections_window_opens_only_while_the_budget_has_room(http2, recorder):
    peer = await http2(recorder(max_body=1 << 20), budget=ByteBudget(1 << 20))
    peer.budget.account(1 << 20)
    await peer.send(peer.request() + peer.data(bytes(70_000)))
    assert f.WINDOW_UPDATE not in peer.kinds()

    peer.budget.release(1 << 20)
    await peer.settle()
    assert peer.kinds()[f.WINDOW_UPDATE] == 1


async def test_requests_that_find_the_window_closed_are_refused_retryably(http2, recorder, monkeypatch):
    monkeypatch.setattr("collector.net.budget.wait_seconds", 0.01)
    peer = await http2(recorder(max_body=1 << 20), budget=ByteBudget(1 << 20))
    peer.budget.account(1 << 20)
    await peer.send(peer.request() + peer.data(bytes(70_000)))
    for _ in range(2):  # the second time no DATA comes at all: there is no window for it
        await peer.send(peer.request())
        peer.frames()
        await peer.answered()
        kinds = peer.kinds()
        assert kinds[f.HEADERS] == kinds[f.RST_STREAM] == 1


async def test_data_beyond_the_window_is_a_flow_control_error(http2, recorder):
    peer = await http2(recorder(max_body=1 << 30))
    await peer.send(peer.request())
    for _ in range(3):
        await peer.send(peer.data(bytes(1 << 20), end=False))
    assert peer.goaway() == ErrorCode.FLOW_CONTROL_ERROR


async def test_a_dripped_body_gives_way_to_those_who_wait_for_its_bytes(http2, recorder):
    size = 3 * initial_window
    peer = await http2(recorder(max_body=size), budget=ByteBudget(size))
    await peer.send(peer.request(("content-length", str(size))) + peer.data(b"a", end=False))
    waiting = asyncio.create_task(peer.budget.admit(size // 2))
    await asyncio.sleep(0)
    peer.frames()
    peer.sweep(10)

    kinds = peer.kinds()
    assert kinds[f.HEADERS] == kinds[f.RST_STREAM] == 1
    assert await waiting


async def test_a_lost_connection_gives_its_bytes_back(http2):
    peer = await http2()
    await peer.send(peer.request() + peer.data(b"hello", end=False))
    assert peer.budget.used == 5
    peer.connection.connection_lost(None)
    assert peer.budget.used == 0


async def test_a_content_length_that_does_not_fit_the_body_is_malformed(http2):
    peer = await http2()
    await peer.send(peer.request(("content-length", "4")) + peer.data(b"hello"))

    assert peer.kinds() == {f.RST_STREAM: 1}
    assert peer.handler.requests == []
    assert peer.budget.used == 0


# ---- what a peer may not do


@pytest.mark.parametrize(
    "flood",
    [
        f.frame(f.PING, 0, 0, bytes(8)),
        f.settings({}),
        f.frame(f.PRIORITY, 0, 1, bytes(5)),
        f.frame(0x55, 0, 0, b"?"),
    ],
    ids=["PING", "SETTINGS", "PRIORITY", "unknown"],
)
async def test_too_many_control_frames_end_the_connection(http2, flood):
    peer = await http2(options=ServerOptions(control_frames=100))
    await peer.send(flood * 99)  # besides the first SETTINGS
    assert not peer.closed
    await peer.send(flood * 10)

    assert peer.goaway() == ErrorCode.ENHANCE_YOUR_CALM
    assert peer.closed


async def test_rapid_resets_end_the_connection(http2):
    peer = await http2(options=ServerOptions(control_frames=100))
    for _ in range(150):
        await peer.send(peer.request() + f.rst_stream(peer.stream, ErrorCode.CANCEL))

    assert peer.closed


async def test_empty_data_frames_are_counted(http2):
    peer = await http2(options=ServerOptions(control_frames=100))
    await peer.send(peer.request() + peer.data(b"", end=False) * 150)

    assert peer.goaway() == ErrorCode.ENHANCE_YOUR_CALM


async def test_requests_pay_for_the_frames_around_them(http2):
    peer = await http2(options=ServerOptions(control_frames=10))
    for _ in range(100):
        await peer.send(peer.request(end=True) + f.frame(f.PING, 0, 0, bytes(8)) * 4)

    assert not peer.closed


async def test_streams_over_the_limit_are_refused(http2):
    peer = await http2(options=ServerOptions(max_streams=2))
    await peer.send(b"".join(peer.request() for _ in range(3)))

    assert peer.frames() == [(f.RST_STREAM, 0, 5, ErrorCode.REFUSED_STREAM.to_bytes(4, "big"))]


async def test_requests_reset_by_the_peer_count_while_their_handlers_run(http2):
    peer = await http2(options=ServerOptions(max_streams=2))
    peer.handler.gate = asyncio.Event()
    for _ in range(2):
        await peer.send(peer.request(end=True) + f.rst_stream(peer.stream, ErrorCode.CANCEL))
    await peer.send(peer.request(end=True))

    assert peer.kinds() == {f.RST_STREAM: 1}
    peer.handler.gate.set()
    await peer.settle()
    assert peer.frames() == []


async def test_header_blocks_are_bounded(http2):
    peer = await http2()
    await peer.send(peer.request(("x-big", "a" * 16_300)))
    assert peer.goaway() == ErrorCode.ENHANCE_YOUR_CALM

    peer = await http2()
    await peer.send(f.frame(f.HEADERS, 0, 1, b"\x82") + f.frame(f.CONTINUATION, 0, 1, bytes(9_000)) * 2)
    assert peer.goaway() == ErrorCode.ENHANCE_YOUR_CALM


async def test_headers_are_bounded_in_number(http2):
    peer = await http2()
    await peer.send(peer.request(*((f"x{i}", "") for i in range(300))))

    assert peer.goaway() == ErrorCode.ENHANCE_YOUR_CALM


# ---- the end of a connection


async def test_a_dripped_header_block_ends_at_the_total_deadline(http2):
    peer = await http2()
    await peer.send(f.frame(f.HEADERS, f.END_HEADERS, 1, bytes(5_000))[:9])
    for second in range(1, 6):
        peer.sweep(second)
        await peer.send(b"a")
    assert not peer.closed

    peer.sweep(7)
    assert peer.closed


async def test_a_connection_without_settings_ends_at_the_header_deadline(http2):
    peer = await http2()
    peer.connection.guard.settled = False
    peer.sweep(6)
    assert peer.closed


async def test_a_dripped_body_ends_at_the_total_deadline(http2):
    peer = await http2()
    await peer.send(peer.request() + peer.data(b"h", end=False))
    peer.sweep(59)
    assert peer.frames() == []

    peer.sweep(61)
    kinds = peer.kinds()
    assert kinds[f.HEADERS] == kinds[f.RST_STREAM] == 1
    assert not peer.closed
    assert peer.budget.used == 0


async def test_draining_asks_the_peer_to_leave_and_finishes_what_is_under_way(http2):
    peer = await http2()
    peer.handler.gate = asyncio.Event()
    await peer.send(peer.request(end=True))
    peer.connection.drain(peer.now)
    (_, _, _, goaway), (_, _, _, ping) = peer.frames()
    assert goaway[:4] == b"\x7f\xff\xff\xff"

    await peer.send(peer.request(end=True))  # sent before GOAWAY arrived: still served
    await peer.send(f.frame(f.PING, f.ACK, 0, ping))
    assert [p[:4] for kind, _, _, p in peer.frames() if kind == f.GOAWAY] == [b"\0\0\0\3"]
    await peer.send(peer.request(end=True))  # too late
    assert len(peer.handler.requests) == 2

    peer.handler.gate.set()
    await peer.settle()
    assert {stream for _, _, stream, _ in peer.frames()} == {1, 3}
    assert peer.closed


async def test_a_connection_of_age_is_asked_to_leave_and_cut_after_the_grace(http2):
    peer = await http2(options=ServerOptions(max_age=100, max_age_grace=20))
    peer.handler.gate = asyncio.Event()
    await peer.send(peer.request(end=True))
    peer.sweep(99)
    assert peer.goaway() is None
    peer.sweep(101)
    assert peer.goaway() == ErrorCode.NO_ERROR
    assert not peer.closed
    peer.sweep(122)
    assert peer.closed
    peer.handler.gate.set()
    await peer.settle()


async def test_idle_connections_are_asked_to_leave(http2):
    peer = await http2(options=ServerOptions(idle_timeout=10))
    peer.sweep(11)
    assert peer.goaway() == ErrorCode.NO_ERROR
    peer.sweep(13)
    assert peer.closed


async def test_a_silent_peer_is_pinged_and_dropped(http2):
    peer = await http2(options=ServerOptions(ping_after=30, ping_timeout=5))
    peer.sweep(31)
    ((kind, _, _, payload),) = peer.frames()
    assert kind == f.PING
    await peer.send(f.frame(f.PING, f.ACK, 0, payload))
    peer.sweep(37)
    assert not peer.closed

    peer.sweep(70)
    peer.sweep(76)
    assert peer.closed


async def test_pings_faster_than_the_enforced_interval_end_the_connection(http2):
    peer = await http2(options=ServerOptions(min_ping_interval=10, pings_without_stream=True))
    await peer.send(f.frame(f.PING, 0, 0, bytes(8)) * 3)
    assert not peer.closed
    await peer.send(f.frame(f.PING, 0, 0, bytes(8)))

    goaway = next(p for kind, _, _, p in peer.frames() if kind == f.GOAWAY)
    assert goaway[4:] == ErrorCode.ENHANCE_YOUR_CALM.to_bytes(4, "big") + b"too_many_pings"


async def test_a_peer_that_does_not_read_is_cut_off(http2):
    peer = await http2()
    peer.connection.pause_writing()
    assert not peer.wire.reading
    peer.sweep(31)
    assert peer.closed


async def test_a_handler_that_fails_is_a_500_and_the_connection_goes_on(http2):
    peer = await http2()
    peer.handler.answer = None
    await peer.send(peer.request(end=True))
    assert peer.frames()[0][3] == encode((), 500)

    peer.handler.gate = asyncio.Event()
    await peer.send(peer.request(end=True))
    peer.handler.gate.set()
    await peer.settle()
    assert peer.frames()[0][3] == encode((), 500)
    assert not peer.closed

import asyncio

import pytest

from collector.net.budget import ByteBudget
from collector.net.options import ServerOptions

post = b"POST /v1/x?q=1 HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
taken = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\ntaken"


def status(answer):
    return answer.split(b" ")[1]


async def test_a_request_reaches_the_handler_and_is_answered(http1):
    peer = http1()
    await peer.send(post)

    head, body = peer.handler.requests[0]
    assert (head.method, head.path, head.query, head.host, body) == ("POST", "/v1/x", "q=1", "a", b"hello")
    assert head.headers["content-type"] == "text/plain"
    assert peer.read() == taken
    assert not peer.closed
    assert peer.budget.used == 0


async def test_heads_seen_before_are_told_apart_by_every_byte_but_the_length(http1):
    peer = http1()
    await peer.send(post)
    await peer.send(post)
    await peer.send(post.replace(b"Length: 5\r\n\r\nhello", b"Length: 2\r\n\r\nhi"))
    await peer.send(post.replace(b"Host: a", b"Host: b"))

    requests = peer.handler.requests
    assert [(head.host, body) for head, body in requests] == [
        ("a", b"hello"),
        ("a", b"hello"),
        ("a", b"hi"),
        ("b", b"hello"),
    ]
    assert requests[0][0] is requests[2][0]
    assert peer.read() == taken * 4


@pytest.mark.parametrize("size", [1, 7, 50])
async def test_requests_may_arrive_in_pieces(http1, size):
    peer = http1()
    data = post * 4
    for at in range(0, len(data), size):
        await peer.send(data[at : at + size])

    assert [body for _, body in peer.handler.requests] == [b"hello"] * 4
    assert peer.read() == taken * 4


async def test_pipelined_requests_are_answered_in_order(http1):
    peer = http1()
    peer.handler.gate = asyncio.Event()
    await peer.send(post * 3 + b"nonsense\r\n\r\n")
    assert len(peer.handler.requests) == 1
    assert not peer.wire.reading

    peer.handler.gate.set()
    await peer.settle()
    await peer.settle()
    answers = peer.read()
    assert answers.startswith(taken * 3 + b"HTTP/1.1 400 ")
    assert peer.wire.ended


async def test_a_chunked_body_is_joined(http1):
    peer = http1()
    await peer.send(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    assert peer.handler.requests[0][1] == b"abcde"


async def test_a_client_that_expects_100_is_told_to_continue(http1):
    peer = http1()
    await peer.send(post.replace(b"\r\n\r\nhello", b"\r\nExpect: 100-continue\r\n\r\n"))
    assert peer.read() == b"HTTP/1.1 100 Continue\r\n\r\n"

    await peer.send(b"hello")
    assert peer.read() == taken


async def test_a_body_over_the_limit_is_refused_before_it_is_read(http1):
    peer = http1()
    await peer.send(post.replace(b"Length: 5", b"Length: 1001"))

    assert status(peer.read()) == b"413"
    assert peer.wire.ended
    await peer.send(bytes(1000))  # what is still under way is thrown away
    assert peer.handler.requests == []
    peer.sweep(6)
    assert peer.closed


async def test_a_chunked_body_over_the_limit_is_refused(http1):
    peer = http1()
    await peer.send(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + bytes(1001))

    assert status(peer.read()) == b"413"
    assert peer.budget.used == 0


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nBad Header: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_malformed_requests_get_400(http1, request_):
    peer = http1()
    await peer.send(request_)

    assert status(peer.read()) == b"400"
    assert peer.wire.ended
    assert peer.handler.requests == []


async def test_what_is_no_http_gets_no_answer(http1):
    peer = http1()
    await peer.send(b"\x16\x03\x01\x02\0\1\0\1\xfc\3\3")

    assert peer.read() == b""
    assert peer.closed


async def test_headers_are_bounded_in_size_and_number(http1):
    large = http1()
    await large.send(b"GET / HTTP/1.1\r\nX-Big: " + b"a" * 70_000)
    assert status(large.read()) == b"431"

    many = http1()
    await many.send(b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: a\r\n" % i for i in range(300)) + b"\r\n")
    assert status(many.read()) == b"431"


async def test_connection_close_is_honoured(http1):
    peer = http1()
    await peer.send(post.replace(b"Host: a", b"Connection: close"))

    assert b"connection: close\r\n" in peer.read()
    assert peer.wire.ended


async def test_keep_alives_can_be_turned_off(http1):
    peer = http1(options=ServerOptions(keep_alives=False))
    await peer.send(post)

    assert b"connection: close\r\n" in peer.read()


async def test_a_head_request_gets_no_body(http1):
    peer = http1()
    await peer.send(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")

    assert peer.read() == taken.removesuffix(b"taken")


async def test_a_handler_that_fails_is_a_500_and_the_connection_goes_on(http1):
    peer = http1()
    peer.handler.answer = None
    await peer.send(post)
    assert status(peer.read()) == b"500"

    peer.handler.gate = asyncio.Event()
    await peer.send(post)
    peer.handler.gate.set()
    await peer.settle()
    assert status(peer.read()) == b"500"
    assert not peer.closed
    assert peer.budget.used == 0


async def test_a_dripped_head_ends_at_the_total_deadline(http1):
    peer = http1()
    await peer.send(post[:30])
    peer.sweep(4)
    await peer.send(post[30:31])
    assert not peer.closed

    peer.sweep(6)
    assert peer.closed


async def test_a_dripped_body_ends_at_the_total_deadline(http1):
    peer = http1()
    await peer.send(post[:-1])
    peer.sweep(59)
    assert not peer.wire.ended

    peer.sweep(61)
    assert status(peer.read()) == b"408"
    assert peer.budget.used == 0


async def test_idle_connections_end(http1):
    peer = http1(options=ServerOptions(idle_timeout=10))
    await peer.send(post)
    peer.sweep(9)
    assert not peer.closed
    peer.sweep(12)
    assert peer.closed


async def test_a_peer_that_does_not_read_is_cut_off(http1):
    peer = http1()
    peer.connection.pause_writing()
    assert not peer.wire.reading
    peer.sweep(31)
    assert peer.closed


async def test_a_body_waits_until_the_budget_has_room(http1):
    peer = http1(budget=ByteBudget(100))
    peer.budget.account(98)
    await peer.send(post)
    assert peer.handler.requests == []
    await peer.send(post[:-5])

    peer.budget.release(50)
    await peer.settle()
    await peer.send(b"hello")
    assert [body for _, body in peer.handler.requests] == [b"hello", b"hello"]
    assert peer.budget.used == 48


async def test_a_body_that_finds_no_room_is_refused_retryably(http1, monkeypatch):
    monkeypatch.setattr("collector.net.budget.wait_seconds", 0.01)
    peer = http1(budget=ByteBudget(100))
    peer.budget.account(98)
    await peer.send(post[:-5])
    assert not peer.wire.reading

    await peer.answered()
    assert status(peer.read()) == b"503"
    assert peer.budget.used == 98


async def test_a_dripped_body_gives_way_to_those_who_wait_for_its_bytes(http1):
    peer = http1(budget=ByteBudget(1000))
    await peer.send(post.replace(b"Length: 5", b"Length: 900"))
    peer.sweep(10)
    assert not peer.wire.ended  # nobody waits

    waiting = asyncio.create_task(peer.budget.admit(500))
    await asyncio.sleep(0)
    peer.sweep(10)
    assert status(peer.read()) == b"408"
    assert await waiting


async def test_draining_ends_an_idle_connection_at_once_and_a_busy_one_after_its_answer(http1):
    idle, busy = http1(), http1()
    busy.handler.gate = asyncio.Event()
    await busy.send(post)
    idle.connection.drain(0)
    busy.connection.drain(0)
    assert idle.closed
    assert not busy.closed

    busy.handler.gate.set()
    await busy.settle()
    assert b"connection: close" in busy.read()
    assert busy.wire.ended


async def test_a_lost_connection_gives_its_bytes_back(http1):
    peer = http1()
    await peer.send(post[:-1])
    assert peer.budget.used == 5
    peer.connection.connection_lost(None)
    assert peer.budget.used == 0

"""Damaged input never breaks a connection in a way that is not an answer, GOAWAY or a close; bytes are given back."""

import asyncio
import random

import pytest

from collector.net.http2 import frames as f


def mutations(data, seed, count):
    """Copies of `data` with bytes changed, cut out, doubled or cut off."""
    r = random.Random(seed)
    for _ in range(count):
        out = bytearray(data)
        for _ in range(r.randint(1, 5)):
            at = r.randrange(len(out))
            how = r.randrange(4)
            if how == 0:
                out[at] = r.randrange(256)
            elif how == 1:
                del out[at : at + r.randint(1, 20)]
            elif how == 2:
                out[at:at] = out[at : at + r.randint(1, 40)]
            else:
                del out[at + 30 :]
            out = out or bytearray(b"x")
        yield bytes(out)


async def feed(peer, data, pieces):
    """Send in pieces; what escapes from the connection's callbacks is raised, what stays accounted for is an error."""
    escaped = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: escaped.append(context.get("exception")))
    for at in range(0, len(data), pieces):
        await peer.send(data[at : at + pieces])
        if peer.closed:
            break
    peer.sweep(100)
    peer.connection.connection_lost(None)
    await peer.settle()
    if escaped:
        raise escaped[0]
    assert peer.budget.used == 0


@pytest.mark.parametrize("seed", range(4))
async def test_damaged_http2(http2, seed):
    model = await http2()
    good = b"".join(
        (
            model.request(("content-length", "5"), ("te", "trailers")),
            model.data(b"hello"),
            f.frame(f.PING, 0, 0, bytes(8)),
            model.request(("x-a", "b" * 200)),
            f.frame(f.DATA, f.PADDED, 3, b"\2ab\0\0"),
            f.window_update(0, 100),
            model.data(b"c" * 50),
            f.settings({f.INITIAL_WINDOW_SIZE: 3}),
            f.frame(f.HEADERS, f.PRIORITY_FLAG, 5, bytes(5) + b"\x83\x86\x84"),
            f.frame(f.CONTINUATION, f.END_HEADERS | f.END_STREAM, 5, b"\x41\x01a"),
            f.window_update(5, 2),
            f.rst_stream(3, f.ErrorCode.CANCEL),
        )
    )
    for number, data in enumerate(mutations(good, seed, 150)):
        await feed(await http2(), data, (1, 7, 10_000)[number % 3])


@pytest.mark.parametrize("seed", range(4))
async def test_damaged_http1(http1, seed):
    good = (
        b"POST /v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" * 2
        + b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        + b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi"
        + b"GET /x?y HTTP/1.0\r\n\r\n"
    )
    for number, data in enumerate(mutations(good, seed, 150)):
        await feed(http1(), data, (1, 7, 10_000)[number % 3])

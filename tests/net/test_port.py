"""A listening port with real sockets."""

import asyncio
import contextlib

import pytest

from collector.net.budget import ByteBudget
from collector.net.endpoint import bind
from collector.net.http2 import frames as f
from collector.net.options import ServerOptions
from collector.net.port import Port

get = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture
def port(recorder):
    @contextlib.asynccontextmanager
    async def listen(**options):
        port = Port(recorder(), ServerOptions(**options), ByteBudget(1 << 20))
        await port.start(bind("127.0.0.1:0"))
        try:
            yield port
        finally:
            await port.stop(1)

    return listen


async def connect(port):
    host, _, number = port.address.rpartition(":")
    return await asyncio.open_connection(host, number)


async def test_it_speaks_what_the_client_starts_with(port):
    async with port() as listening:
        reader, writer = await connect(listening)
        writer.write(get)
        assert (await reader.readline()) == b"HTTP/1.1 200 OK\r\n"
        writer.close()

        reader, writer = await connect(listening)
        for byte in f.preface + f.settings({}):
            writer.write(bytes([byte]))
            await asyncio.sleep(0)
        assert (await reader.readexactly(9))[3] == f.SETTINGS
        writer.close()


async def test_a_port_for_http2_alone_says_so(port):
    async with port(http1=False) as listening:
        reader, writer = await connect(listening)
        writer.write(get)
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 505 ")
        assert answer.endswith(b"\r\n\r\nthis port speaks gRPC (HTTP/2) only.\n")
        assert b"content-length: 37\r\n" in answer
        writer.close()


async def test_connections_are_bounded(port):
    async with port(max_connections=1) as listening:
        first = await connect(listening)
        first[1].write(get)
        await first[0].readline()
        second, writer = await connect(listening)
        with contextlib.suppress(ConnectionError):
            assert await second.read() == b""
        writer.close()
        first[1].close()


async def test_a_silent_connection_ends_at_the_header_deadline(port):
    async with port(header_timeout=0.0) as listening:
        reader, writer = await connect(listening)
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()


async def test_stopping_lets_requests_finish_and_refuses_new_connections(port):
    async with port() as listening:
        listening.handler.gate = asyncio.Event()
        reader, writer = await connect(listening)
        writer.write(get)
        await listening.handler.called.wait()
        address = listening.address
        stopping = asyncio.create_task(listening.stop(5))
        await asyncio.sleep(0)
        host, _, number = address.rpartition(":")
        with pytest.raises(OSError):
            await asyncio.open_connection(host, number)
        listening.handler.gate.set()
        assert (await reader.read()).startswith(b"HTTP/1.1 200 OK\r\n")
        writer.close()
        await asyncio.wait_for(stopping, 10)


async def test_stopping_cuts_what_does_not_finish_in_time(port):
    async with port() as listening:
        listening.handler.gate = asyncio.Event()
        reader, writer = await connect(listening)
        writer.write(get)
        await listening.handler.called.wait()
        await asyncio.wait_for(listening.stop(0.05), 10)
        assert await reader.read() == b""
        listening.handler.gate.set()
        writer.close()

"""A handler that records, a transport in memory, and the two ends of HTTP/2 frames, for the tests of the servers."""

import asyncio
from collections import Counter

import pytest

from collector.net.budget import ByteBudget
from collector.net.exchange import Refusal, Response
from collector.net.http1 import Http1Connection
from collector.net.http2 import Http2Connection
from collector.net.http2 import frames as f
from collector.net.http2.headers import encode
from collector.net.options import ServerOptions
from collector.net.share import Share


class Recorder:
    """A handler: keeps requests, answers `taken`; while `gate` is set it waits for that first."""

    def __init__(self, max_body=1000):
        self.max_body = max_body
        self.requests = []
        self.called = asyncio.Event()
        self.gate = None
        self.answer = Response(200, (("content-type", "text/plain"),), b"taken")

    async def handle(self, head, body, client):
        self.requests.append((head, b"".join(body)))
        self.called.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.answer is None:
            raise RuntimeError("the handler is broken")
        return self.answer

    def refuse(self, head, refusal):
        status = {Refusal.TOO_LARGE: 413, Refusal.BUSY: 503, Refusal.TIMEOUT: 408, Refusal.BROKEN: 500}[refusal]
        return Response(status, (), refusal.name.encode())

    def declared_size(self, start):
        return None


class Wire(asyncio.Transport):
    """A transport whose peer is the test."""

    def __init__(self):
        super().__init__({"peername": ("192.0.2.1", 5000)})
        self.written = bytearray()
        self.closed = False
        self.reading = True
        self.ended = False

    def write(self, data):
        self.written += data

    def close(self):
        self.closed = True

    abort = close

    def can_write_eof(self):
        return True

    def write_eof(self):
        self.ended = True

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        self.reading = True


class Peer:
    """The client's end of one connection to `handler`."""

    kind = Http1Connection

    def __init__(self, handler, options, budget):
        self.handler = handler or Recorder()
        self.wire = Wire()
        self.budget = budget or ByteBudget(1 << 20)
        self.share = Share(self.budget)
        self.share.connections = 1
        self.connection = self.kind(self.handler, options or ServerOptions(), self.budget, self.share, lambda _: None)
        self.now = asyncio.get_running_loop().time()

    async def send(self, data):
        """Have the server receive; in a callback of the loop, as a transport does it."""
        asyncio.get_running_loop().call_soon(self.connection.data_received, data)
        await self.settle()

    async def settle(self):
        for _ in range(5):
            await asyncio.sleep(0)

    async def answered(self):
        """Wait until the server writes."""
        async with asyncio.timeout(10):
            while not self.wire.written:  # noqa: ASYNC110 - the server's timers are real
                await asyncio.sleep(0.001)

    def sweep(self, seconds):
        """Look at the clocks so many seconds from the start."""
        self.connection.sweep(self.now + seconds)

    def read(self):
        """What the server has written since the last time."""
        data = bytes(self.wire.written)
        self.wire.written.clear()
        return data

    @property
    def closed(self):
        return self.wire.closed


class Http2Peer(Peer):
    kind = Http2Connection

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.stream = -1

    def frames(self):
        """(kind, flags, stream, payload) of the frames written since the last time."""
        data, out = self.read(), []
        while data:
            size = int.from_bytes(data[:3], "big")
            out.append((data[3], data[4], int.from_bytes(data[5:9], "big"), data[9 : 9 + size]))
            data = data[9 + size :]
        return out

    def kinds(self):
        return Counter(kind for kind, *_ in self.frames())

    def goaway(self):
        """Error code of the GOAWAY among the frames written."""
        return next((int.from_bytes(p[4:8], "big") for kind, _, _, p in self.frames() if kind == f.GOAWAY), None)

    async def open(self):
        await self.send(f.preface + f.settings({}))
        self.frames()

    def request(self, *fields, end=False, path="/v1/x"):
        """A HEADERS frame on the next stream."""
        self.stream += 2
        block = encode(((":method", "POST"), (":scheme", "http"), (":path", path), *fields))
        return f.frame(f.HEADERS, f.END_HEADERS | (f.END_STREAM if end else 0), self.stream, block)

    def data(self, payload, end=True, stream=None):
        return f.frame(f.DATA, f.END_STREAM if end else 0, stream or self.stream, payload)


@pytest.fixture
def recorder():
    return Recorder


@pytest.fixture
def http1():
    def connect(handler=None, options=None, budget=None):
        peer = Peer(handler, options, budget)
        peer.connection.connection_made(peer.wire)
        return peer

    return connect


@pytest.fixture
def http2():
    async def connect(handler=None, options=None, budget=None):
        peer = Http2Peer(handler, options, budget)
        peer.connection.connection_made(peer.wire)
        await peer.open()
        return peer

    return connect

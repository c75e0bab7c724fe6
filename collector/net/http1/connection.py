"""An HTTP/1.1 server connection (RFC 9112): keep-alive, pipelining answered in order, bodies admitted by the budget."""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from collector.net.budget import ByteBudget
from collector.net.exchange import Handler, Head, Refusal, Response
from collector.net.http1.answer import bad_request, continue_, encode, head_too_large
from collector.net.http1.reader import Listener, Malformed, RequestReader, TooManyHeaders
from collector.net.http1.request import Request
from collector.net.inline import Inline
from collector.net.options import ServerOptions, overdue

if TYPE_CHECKING:  # the share holds a cache of this package
    from collector.net.share import Share

__all__ = ["Http1Connection"]

linger_seconds = 5.0
step = 1 << 20


class Http1Connection(asyncio.Protocol, Listener):
    """Serves requests one after another: `handler` is called when one is complete."""

    def __init__(
        self,
        handler: Handler,
        options: ServerOptions,
        budget: ByteBudget,
        share: "Share",
        gone: Callable[["Http1Connection"], None],
    ) -> None:
        self.handler = handler
        self.options = options
        self.budget = budget
        self.gone = gone
        self.cache = share.heads
        self.reader = RequestReader(self)
        self.request: Request | None = None
        """The request whose body is arriving."""
        self.raw_left = 0
        """Bytes of its body to come, where its head was known and llhttp is not needed."""
        self.queue: deque[Request] = deque()
        """Complete requests behind the one at work, or behind one that waits."""
        self.working = False
        self.held: bytes | None = None
        """What arrived while a body waits for admission."""
        self.waiting: Request | None = None
        """The request that waits for admission."""
        self.first = b""
        """What arrived together with the head that llhttp is reading, if it begins with it."""
        self.last: Response | None = None
        """The answer after which the connection ends; it has to wait for those before it."""
        self.draining = False
        self.closed = False
        self.lingering_since: float | None = None
        self.writing_since: float | None = None
        self.head_since: float | None = None
        self.body_since = 0.0

    # ---- the transport's calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by class
        self.loop = asyncio.get_running_loop()
        self.inline = Inline(self.loop)
        self.idle_since = self.loop.time()
        host = transport.get_extra_info("peername")
        self.client = str(host[0]) if isinstance(host, tuple) else ""

    def data_received(self, data: bytes) -> None:
        if self.closed or self.lingering_since is not None or self.last is not None:
            return
        if self.held is not None:
            self.held += data
            return
        try:
            self.receive(data)
        except Malformed:
            if b" HTTP/1." in data:
                self.fail(bad_request)
            else:  # no HTTP: nobody is there to read an HTTP answer
                self.close()
        except TooManyHeaders:
            self.fail(head_too_large)

    def receive(self, data: bytes) -> None:
        while data:
            request = self.request
            if self.raw_left and request is not None:
                part, data = (
                    (data, b"") if len(data) <= self.raw_left else (data[: self.raw_left], data[self.raw_left :])
                )
                self.raw_left -= len(part)
                self.on_body(part)
                if not self.raw_left:
                    self.on_end()
                continue
            known = self.cache.find(data) if request is None and self.head_since is None else None
            if known is None:
                self.first = data if self.head_since is None and request is None else b""
                self.reader.feed(data)
                return
            head, start, length = known
            end = start + length
            if len(data) >= end and not self.working and length <= self.handler.max_body and self.budget.fits(length):
                request = Request(head, length, keep_alive=True)
                request.chunks.append(data[start:end])
                request.size = request.charged = length
                self.budget.account(length)
                data = data[end:]
                self.dispatch(request)
            else:
                data = data[start:]
                self.raw_left = length
                self.begin(Request(head, length, keep_alive=True))
                if self.request is None:
                    return
                if not length:
                    self.on_end()
                if self.held is not None:
                    self.held += data
                    return

    def eof_received(self) -> bool:
        """The peer sends no more, but may wait for what is due."""
        self.draining = True
        return not self.idle and self.transport.can_write_eof()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.closed = True
        self.gone(self)
        if self.request is not None:
            self.budget.release(self.request.charged)
            self.request = None
        self.forget_queue()

    def forget_queue(self) -> None:
        for request in self.queue:
            self.budget.release(request.charged)
        self.queue.clear()

    def pause_writing(self) -> None:
        self.writing_since = self.loop.time()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        self.writing_since = None
        self.resume()

    # ---- what the reader tells

    def on_begin(self) -> None:
        self.head_since = self.loop.time()

    def on_head(self, head: Head, keep_alive: bool, modern: bool) -> None:
        self.head_since = None
        coding = head.headers.get("transfer-encoding")
        if coding is not None and coding.lower() != "chunked":
            raise Malformed("transfer coding other than chunked")
        length = head.length or 0
        expect = head.headers.get("expect", "").lower() == "100-continue" and modern
        if coding is None and keep_alive and modern and not expect and self.first:
            self.cache.add(self.first, head)
        self.first = b""
        self.begin(Request(head, None if coding else length, keep_alive, expects=expect))

    def on_body(self, body: bytes) -> None:
        request = self.request
        if request is None:
            return
        request.chunks.append(body)
        request.size += len(body)
        if request.size > self.handler.max_body:
            self.refuse(request, Refusal.TOO_LARGE)
        elif request.size > request.charged and self.waiting is None:
            self.ask(request, max(step, request.size - request.charged))

    def on_end(self) -> None:
        request, self.request = self.request, None
        if request is None:
            return
        if request.size > request.charged and self.waiting is not request:
            self.budget.account(request.size - request.charged)
            request.charged = request.size
        if self.waiting is not None or not self.idle:
            self.queue.append(request)
            self.transport.pause_reading()
        else:
            self.dispatch(request)

    # ---- admission

    def begin(self, request: Request) -> None:
        """A head is complete: see whether its body may come."""
        self.request = request
        self.body_since = self.loop.time()
        if request.length is not None and request.length > self.handler.max_body:
            self.refuse(request, Refusal.TOO_LARGE)
        elif request.length:
            self.ask(request, request.length)
        self.encourage(request)

    def ask(self, request: Request, size: int) -> None:
        if self.waiting is not None:
            return  # it came right behind one that waits: accounted for when it is complete
        if self.budget.acquire(size, partial(self.on_admission, request, size)):
            request.charged += size
        else:
            self.waiting = request
            self.held = b""
            self.transport.pause_reading()

    def on_admission(self, request: Request, size: int, admitted: bool) -> None:
        if self.closed or self.waiting is not request:
            if admitted:
                self.budget.release(size)
            return
        self.waiting = None
        held, self.held = self.held or b"", None
        if admitted:
            request.charged += size
            self.encourage(request)
        elif self.request is request:
            self.refuse(request, Refusal.BUSY)
            return
        else:
            request.refusal = Refusal.BUSY
        self.work_off()
        if held:
            self.data_received(held)

    def encourage(self, request: Request) -> None:
        """Answer `Expect: 100-continue` once the body may come."""
        if request.expects and self.request is request and self.held is None and self.idle:
            request.expects = False
            self.transport.write(continue_)

    def resume(self) -> None:
        if not self.closed and self.held is None and self.idle and self.writing_since is None:
            self.transport.resume_reading()

    # ---- answers

    def dispatch(self, request: Request) -> None:
        chunks, request.chunks = request.chunks, []
        try:
            answer = self.inline.start(self.handler.handle(request.head, chunks, self.client))
        except Exception:  # noqa: BLE001 - a handler that fails must not take the connection with it
            answer = self.handler.refuse(request.head, Refusal.BROKEN)
        if isinstance(answer, Response):
            self.answer(request, answer)
        else:
            self.working = True
            self.transport.pause_reading()
            answer.add_done_callback(partial(self.on_answer, request))

    def on_answer(self, request: Request, task: "asyncio.Task[Response]") -> None:
        self.working = False
        broken = task.cancelled() or task.exception() is not None
        response = self.handler.refuse(request.head, Refusal.BROKEN) if broken else task.result()
        self.answer(request, response)
        self.work_off()

    def work_off(self) -> None:
        """Go on with the requests that are complete."""
        while self.queue and not self.working and not self.closed and self.queue[0] is not self.waiting:
            request = self.queue.popleft()
            if request.refusal is not None:
                self.forget_queue()
                self.refuse(request, request.refusal)
                return
            self.dispatch(request)
        if self.idle:
            if self.last is not None and not self.closed:
                self.fail(self.last)
            else:
                self.resume()

    def answer(self, request: Request, response: Response) -> None:
        self.budget.release(request.charged)
        request.charged = 0
        if self.closed or self.lingering_since is not None:
            return
        self.idle_since = self.loop.time()
        closing = not request.keep_alive or (self.draining and not self.queue) or not self.options.keep_alives
        if closing or request.head.method == "HEAD":
            self.transport.write(encode(response, closing=closing, bodiless=request.head.method == "HEAD"))
            if closing:
                self.linger()
            return
        data = response.http1
        if data is None:
            data = response.http1 = encode(response)
        self.transport.write(data)

    def refuse(self, request: Request, refusal: Refusal) -> None:
        """Answer before the request is complete; the connection ends, since the rest of it is not read."""
        self.request = None
        self.budget.release(request.charged)
        request.charged = 0
        self.fail(self.handler.refuse(request.head, refusal))

    def fail(self, response: Response) -> None:
        """End the connection with this answer, after those that are due before it."""
        self.last = response
        if self.idle and self.lingering_since is None:
            self.transport.write(encode(response, closing=True))
            self.linger()

    def linger(self) -> None:
        """End our side; what the peer still sends is thrown away for a while, so that it gets to read the answer."""
        self.held = self.waiting = None
        self.lingering_since = self.loop.time()
        if self.transport.can_write_eof():
            self.transport.write_eof()
            self.transport.resume_reading()
        else:
            self.close()

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.transport.close()

    # ---- the end

    def drain(self, now: float) -> None:  # noqa: ARG002 - as for HTTP/2, which needs it
        """End after the requests that are under way."""
        self.draining = True
        if self.idle and self.request is None and self.head_since is None:
            self.close()

    @property
    def idle(self) -> bool:
        """Whether no complete request waits for its answer."""
        return not self.working and not self.queue

    def sweep(self, now: float) -> None:
        """Look at every clock of the connection."""
        options = self.options
        if self.writing_since is not None:
            if overdue(now, self.writing_since, options.write_timeout):
                self.transport.abort()
        elif self.lingering_since is not None:
            if now - self.lingering_since > linger_seconds:
                self.transport.abort()
        elif self.head_since is not None:
            if overdue(now, self.head_since, options.header_timeout):
                self.transport.abort()
        elif self.request is not None:
            request = self.request
            slow = request.charged > request.size and self.budget.overstays(now - self.body_since, request.size)
            if slow or overdue(now, self.body_since, options.body_timeout):
                self.refuse(request, Refusal.TIMEOUT)
        elif self.idle and (self.draining or overdue(now, self.idle_since, options.idle_timeout)):
            self.close()

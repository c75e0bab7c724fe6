"""A handler as an ASGI application, to be mounted in somebody else's service (FastAPI, Starlette, any ASGI server)."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from collector.net.budget import ByteBudget
from collector.net.exchange import Handler, Head, Refusal, Response

__all__ = ["Application"]

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Gone(Exception):
    """The client left before its request was complete."""


class Application:
    """Serves a handler's requests. Bodies are admitted by the byte budget before they are read.

    Deadlines are the server's that runs the application.
    """

    def __init__(self, handler: Handler, budget: ByteBudget) -> None:
        self.handler = handler
        self.budget = budget

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"unsupported connection type {scope['type']!r}; expected http")
        head = head_of(scope)
        client = scope.get("client")
        try:
            response = await self.respond(head, receive, str(client[0]) if client else "")
        except Gone:
            return
        names = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in response.headers]
        names.append((b"content-length", str(len(response.body)).encode()))
        await send({"type": "http.response.start", "status": response.status, "headers": names})
        await send({"type": "http.response.body", "body": b"" if head.method == "HEAD" else response.body})

    async def respond(self, head: Head, receive: Receive, client: str) -> Response:
        """Read a request's body and have it answered."""
        most = self.handler.max_body
        held = head.length or 0
        if held > most:
            return self.handler.refuse(head, Refusal.TOO_LARGE)
        if not await self.budget.admit(held):
            return self.handler.refuse(head, Refusal.BUSY)
        chunks: list[bytes] = []
        size = 0
        try:
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                chunk, more = message.get("body", b""), message.get("more_body", False)
                size += len(chunk)
                if size > most:
                    return self.handler.refuse(head, Refusal.TOO_LARGE)
                if size > held:
                    if not await self.budget.admit(size - held):
                        return self.handler.refuse(head, Refusal.BUSY)
                    held = size
                if chunk:
                    chunks.append(chunk)
            return await self.handler.handle(head, chunks, client)
        finally:
            self.budget.release(held)


async def lifespan(receive: Receive, send: Send) -> None:
    """Nothing is started here: the handler belongs to a running collector."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def head_of(scope: MutableMapping[str, Any]) -> Head:
    """The head of a request; where the application is mounted, its path is the part below."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    if root and path.startswith(root):
        path = path[len(root) :] or "/"
    query = scope.get("query_string", b"").decode("latin-1")
    fields = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]
    return Head(scope["method"], f"{path}?{query}" if query else path, fields)

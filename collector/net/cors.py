"""Cross-origin requests (components.md 2.2): which origins may send, and what browsers are told."""

import re

from collector.net.exchange import Head, Headers, Response
from collector.net.server_settings import CORSConfig

__all__ = ["CORS"]

methods = {"GET", "HEAD", "POST"}
safelisted = ("accept", "content-type", "x-requested-with")


class CORS:
    """The rules of one server."""

    def __init__(self, config: CORSConfig) -> None:
        self.config = config
        self.everyone = "*" in config.allowed_origins
        patterns = [re.escape(origin.lower()).replace(r"\*", ".*") for origin in config.allowed_origins]
        self.origins = re.compile("|".join(patterns) or r"(?!)")
        self.headers = {
            name.lower() for name in (*config.allowed_headers, *(() if config.allowed_headers else safelisted))
        }

    def allows(self, origin: str) -> bool:
        return self.everyone or self.origins.fullmatch(origin.lower()) is not None

    def preflight(self, head: Head) -> Response | None:
        """The answer to a browser's question, if the request is one."""
        wanted = head.headers.get("access-control-request-method")
        if head.method != "OPTIONS" or wanted is None:
            return None
        out = [("vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")]
        origin = head.headers.get("origin", "")
        names = [name.strip().lower() for name in head.headers.get("access-control-request-headers", "").split(",")]
        names = [name for name in names if name]
        allowed = "*" in self.headers or self.headers.issuperset(names)
        if origin and self.allows(origin) and wanted.upper() in methods and allowed:
            out += [*self.origin(origin), ("access-control-allow-methods", wanted.upper())]
            if names:
                out.append(("access-control-allow-headers", ", ".join(names)))
            if self.config.max_age > 0:
                out.append(("access-control-max-age", str(self.config.max_age)))
        return Response(204, tuple(out))

    def answer(self, head: Head) -> Headers:
        """What is added to the answer of any other request."""
        out = [("vary", "Origin")]
        origin = head.headers.get("origin", "")
        if origin and self.allows(origin):
            out += self.origin(origin)
            if self.config.exposed_headers:
                out.append(("access-control-expose-headers", ", ".join(self.config.exposed_headers)))
        return tuple(out)

    def origin(self, origin: str) -> Headers:
        return (
            ("access-control-allow-origin", "*" if self.everyone else origin),
            ("access-control-allow-credentials", "true"),
        )

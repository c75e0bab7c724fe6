"""Where a gRPC client connects to: the endpoint forms of components.md 2.5."""

import re
from dataclasses import dataclass

__all__ = ["Target", "parse_target"]

largest_port = 65535
host_and_port = re.compile(r"(?:\[(?P<v6>[^\]]*)\]|(?P<host>[^:\[\]]*)):(?P<port>[^:\]]*)")


@dataclass(frozen=True, slots=True)
class Target:
    """A server: a host and port whose name may stand for several addresses, or the path of a unix socket."""

    host: str = ""
    port: int = 0
    path: str = ""
    resolve: bool = True
    """Whether each address of the name is a server of its own."""
    secure: bool = False
    """`https://` was written: TLS whatever else is said."""

    @property
    def authority(self) -> str:
        """What `:authority` says unless it is overridden."""
        if self.path:
            return "localhost"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_target(endpoint: str) -> Target:
    """Read an endpoint.

    Raises:
        ValueError: it has no form that is known; the texts are the Collector's.
    """
    if not endpoint:
        raise ValueError('requires a non-empty "endpoint"')
    scheme, colon, rest = endpoint.partition(":")
    if colon and scheme == "unix":
        path = "/" + rest.lstrip("/") if rest.startswith("//") else rest
        if not path.strip("/"):
            raise ValueError("unix socket path cannot be empty")
        return Target(path=path)
    if colon and scheme == "unix-abstract":
        return Target(path="\0" + rest)
    secure = scheme == "https" and rest.startswith("//")
    address, resolve = endpoint, True
    if rest.startswith("//") and scheme in {"http", "https"}:
        address = rest[2:].rstrip("/")
    elif colon and scheme == "dns":
        address = rest.rpartition("/")[2]
    elif rest.startswith("//") and scheme == "passthrough":
        address, resolve = rest[2:].rpartition("/")[2], False
    match = host_and_port.fullmatch(address)
    if match is None:
        problem = "too many colons in address" if address.count(":") > 1 else "missing port in address"
        raise ValueError(f"address {address}: {problem}; expected host:port")
    port = match["port"]
    if not (port.isascii() and port.isdigit() and int(port) <= largest_port):
        raise ValueError(f'invalid port "{port}"')
    return Target(match["v6"] or match["host"] or "localhost", int(port), resolve=resolve, secure=secure)

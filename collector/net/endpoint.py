"""Addresses to listen on: `host:port`, `:port`, `[::1]:port`, `localhost:port`, or the path of a unix socket."""

import os
import re
import socket
import stat
from contextlib import suppress

__all__ = ["bind", "split"]

form = re.compile(r"(?:\[(?P<v6>[^\]]*)\]|(?P<host>[^:]*)):(?P<port>[0-9a-z-]+)")
families = {"tcp": socket.AF_UNSPEC, "tcp4": socket.AF_INET, "tcp6": socket.AF_INET6}


def split(endpoint: str) -> tuple[str, str]:
    """Host (may be empty: all interfaces) and port of an endpoint.

    Raises:
        ValueError: it has another form.
    """
    match = form.fullmatch(endpoint)
    if match is None:
        raise ValueError(f"invalid endpoint {endpoint!r}; expected host:port")
    return match["v6"] or match["host"] or "", match["port"]


def bind(endpoint: str, transport: str = "tcp") -> socket.socket:
    """A socket bound to an endpoint, ready to listen.

    Raises:
        OSError: the address can't be had; the text names it.
        ValueError: the endpoint has another form.
    """
    try:
        return bind_unix(endpoint) if transport == "unix" else bind_tcp(endpoint, families[transport])
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OSError(error.errno, f"listen {transport} {endpoint}: bind: {reason}") from None


def bind_tcp(endpoint: str, family: socket.AddressFamily) -> socket.socket:
    host, port = split(endpoint)
    if not host and family is socket.AF_UNSPEC:
        with suppress(OSError):  # a host without IPv6
            return bind_tcp(f"[::]:{port}", family)
        family = socket.AF_INET
    found = socket.getaddrinfo(host or None, port, family, socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    # As in Go, a name listens on one address, IPv4 first.
    address = min(found, key=lambda each: each[0] != socket.AF_INET)
    # asyncio turns Nagle's algorithm off only where the protocol is named.
    sock = socket.socket(address[0], socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if address[0] == socket.AF_INET6:
            both = host == "::" and family is socket.AF_UNSPEC
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if both else 1)
        sock.bind(address[4])
    except OSError:
        sock.close()
        raise
    return sock


def bind_unix(path: str) -> socket.socket:
    """A socket left behind by a process that is gone gives way; one that answers does not."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with suppress(FileNotFoundError):
            if stat.S_ISSOCK(os.stat(path).st_mode) and not answers(path):  # noqa: PTH116 - an abstract name is no path
                os.unlink(path)  # noqa: PTH108
        sock.bind(path)
    except OSError:
        sock.close()
        raise
    return sock


def answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(path)
        except OSError:
            return False
    return True

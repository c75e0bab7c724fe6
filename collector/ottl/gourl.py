"""URLs as Go's `net/url` reads them and writes them back (appendix H)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from collector.ottl.errors import EvaluationError
from collector.ottl.values import text_of, utf8

_HEX = b"0123456789abcdefABCDEF"
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")
_KEPT = {
    "path": frozenset(b"$&+,/:;=@"),
    "user": frozenset(b"$&+,;="),
    "query": frozenset(),
    "fragment": frozenset(b"$&+,/:;=?@!()*"),
    "host": frozenset(b"!$&'()*+,;=:[]<>\""),
}
_ENCODED = frozenset(b"!$&'()*+,;=:@[]%")
_USER = re.compile(rb"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*")


@dataclass(slots=True)
class URL:
    """A parsed URL; decoded parts are texts."""

    scheme: str = ""
    opaque: bytes = b""
    user: tuple[bytes, bytes | None] | None = None
    host: bytes = b""
    path: bytes = b""
    raw_path: bytes = b""
    query: bytes = b""
    force_query: bool = False
    fragment: bytes = b""
    raw_fragment: bytes = b""
    omit_host: bool = False

    def hostname(self) -> bytes:
        """Return the host without port and brackets."""
        host = self.host
        at = host.rfind(b":")
        if at >= 0 and re.fullmatch(rb"[0-9]*", host[at + 1 :]) and b"]" not in host[at:]:
            host = host[:at]
        return host[1:-1] if host.startswith(b"[") and host.endswith(b"]") else host

    def port(self) -> bytes:
        """Return the port's digits."""
        at = self.host.rfind(b":")
        rest = self.host[at + 1 :] if at >= 0 else b""
        return rest if re.fullmatch(rb"[0-9]+", rest) and b"]" not in rest else b""

    def user_info(self) -> bytes:
        """Return user and password, escaped."""
        if self.user is None:
            return b""
        name, password = self.user
        return escape(name, "user") + (b":" + escape(password, "user") if password is not None else b"")

    def escaped_path(self) -> bytes:
        """Return the path as it is to be written."""
        if self.raw_path and _valid(self.raw_path, "path"):
            return self.raw_path
        return b"*" if self.path == b"*" else escape(self.path, "path")

    def text(self) -> bytes:
        """Return the URL written back."""
        out = self.scheme.encode() + b":" if self.scheme else b""
        if self.opaque:
            out += self.opaque
        else:
            if (self.scheme or self.host or self.user is not None) and not (
                self.omit_host and not self.host and self.user is None
            ):
                if self.host or self.path or self.user is not None:
                    out += b"//"
                if self.user is not None:
                    out += self.user_info() + b"@"
                out += escape(self.host, "host")
            path = self.escaped_path()
            if path and not path.startswith(b"/") and self.host:
                out += b"/"
            if not out and b":" in path.split(b"/", 1)[0]:
                out += b"./"
            out += path
        if self.force_query or self.query:
            out += b"?" + self.query
        if self.fragment:
            raw = self.raw_fragment
            out += b"#" + (raw if raw and _valid(raw, "fragment") else escape(self.fragment, "fragment"))
        return out


def escape(data: bytes, mode: str) -> bytes:
    """Percent-encode what this part of a URL cannot hold."""
    kept = _KEPT[mode]
    if mode == "query":
        return b"".join(b"+" if b == 0x20 else bytes((b,)) if b in _UNRESERVED else b"%%%02X" % b for b in data)
    return b"".join(bytes((b,)) if b in _UNRESERVED or b in kept else b"%%%02X" % b for b in data)


def unescape(data: bytes, mode: str) -> bytes:
    """Decode percent escapes. Raises `EvaluationError`."""
    out = bytearray()
    at = 0
    while at < len(data):
        b = data[at]
        if b == 0x25:
            pair = data[at + 1 : at + 3]
            if len(pair) < 2 or any(h not in _HEX for h in pair):
                raise EvaluationError(f"invalid URL escape {text_of(data[at : at + 3])!r}")
            value = int(pair, 16)
            if mode == "host" and value < 0x80 and pair != b"25":
                raise EvaluationError(f"invalid URL escape {text_of(data[at : at + 3])!r}")
            out.append(value)
            at += 3
            continue
        if mode == "host" and b < 0x80 and b not in _UNRESERVED and b not in _KEPT["host"]:
            raise EvaluationError(f"invalid character {chr(b)!r} in host name")
        out.append(0x20 if b == 0x2B and mode == "query" else b)
        at += 1
    return bytes(out)


def _valid(data: bytes, mode: str) -> bool:
    kept = _KEPT[mode]
    return all(b in _ENCODED or b in _UNRESERVED or b in kept for b in data)


def parse(text: str) -> URL:
    """Return a parsed URL. Raises `EvaluationError`."""
    data = utf8(text)
    if any(b < 0x20 or b == 0x7F for b in data):
        raise EvaluationError("net/url: invalid control character in URL")
    rest, _, fragment = data.partition(b"#")
    url = URL()
    if rest == b"*":
        url.path = b"*"
    else:
        _parse_rest(url, rest)
    if fragment:
        url.fragment = unescape(fragment, "fragment")
        url.raw_fragment = b"" if escape(url.fragment, "fragment") == fragment else fragment
    return url


def _parse_rest(url: URL, rest: bytes) -> None:
    match = re.match(rb"[A-Za-z][A-Za-z0-9+\-.]*:", rest)
    if match:
        url.scheme, rest = match.group()[:-1].decode().lower(), rest[match.end() :]
    elif rest.startswith(b":"):
        raise EvaluationError("missing protocol scheme")
    if rest.endswith(b"?") and rest.count(b"?") == 1:
        url.force_query, rest = True, rest[:-1]
    else:
        rest, _, url.query = rest.partition(b"?")
    if not rest.startswith(b"/"):
        if url.scheme:
            url.opaque = rest
            return
        if b":" in rest.split(b"/", 1)[0]:
            raise EvaluationError("first path segment in URL cannot contain colon")
    if rest.startswith(b"//") and (url.scheme or not rest.startswith(b"///")):
        authority, slash, path = rest[2:].partition(b"/")
        rest = slash + path
        _parse_authority(url, authority)
    elif url.scheme and rest.startswith(b"/"):
        url.omit_host = True
    url.path = unescape(rest, "path")
    url.raw_path = b"" if escape(url.path, "path") == rest else rest


def _parse_authority(url: URL, authority: bytes) -> None:
    user, at, host = authority.rpartition(b"@")
    if at:
        if not _USER.fullmatch(user):
            raise EvaluationError("net/url: invalid userinfo")
        name, colon, password = user.partition(b":")
        url.user = unescape(name, "user"), unescape(password, "user") if colon else None
    if host.startswith(b"["):
        end = host.rfind(b"]")
        if end < 0:
            raise EvaluationError("missing ']' in host")
        port = host[end + 1 :]
    else:
        colon_at = host.rfind(b":")
        port = host[colon_at:] if colon_at >= 0 else b""
    if port and not re.fullmatch(rb":[0-9]*", port):
        raise EvaluationError(f"invalid port {text_of(port)!r} after host")
    url.host = unescape(host, "host")


def parse_query(text: str) -> dict[str, list[str]]:
    """Return the values of each name in a query string. Raises `EvaluationError`."""
    found: dict[str, list[str]] = {}
    for part in utf8(text).split(b"&"):
        if b";" in part:
            raise EvaluationError("invalid semicolon separator in query")
        if part:
            name, _, value = part.partition(b"=")
            found.setdefault(text_of(unescape(name, "query")), []).append(text_of(unescape(value, "query")))
    return found

"""Functions of spans: `IsRootSpan` and `set_semconv_span_name`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated

from collector.ottl.signature import Literal, SpanItem, function
from collector.ottl.text import as_string
from collector.pdata import Span

_SUPPORTED = ((1, 37, 0, True), (1, 40, 0, True))
_VERSION = re.compile(r"v?(\d+)(?:\.(\d+)(?:\.(\d+))?)?(-[0-9A-Za-z.\-]+)?(?:\+[0-9A-Za-z.\-]+)?")


@function("IsRootSpan", contexts=["span"])
def is_root_span(span: SpanItem) -> bool:
    return not any(span.parent_span_id)


def _version(text: str) -> str:
    match = _VERSION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no semantic version")
    low, high = _SUPPORTED
    major, minor, patch, draft = match.groups("")
    if not low <= (int(major), int(minor or 0), int(patch or 0), not draft) <= high:
        raise ValueError(f"unsupported semconv version {text!r}; supported: 1.37.0 to 1.40.0")
    return text


def _attribute(name: str) -> str:
    if not name:
        raise ValueError("the attribute for the original name must not be empty")
    return name


@function("set_semconv_span_name", contexts=["span"])
def set_semconv_span_name(
    span: SpanItem,
    semconv_version: Annotated[str, Literal("a string", str, convert=_version)],
    original_span_name_attribute: Annotated[str, Literal("a string", str, convert=_attribute)] | None = None,
) -> None:
    del semconv_version
    old = span.name
    new = semconv_name(span)
    if new == old:
        return
    if original_span_name_attribute is not None:
        span.attributes[original_span_name_attribute] = old
    span.name = new


def semconv_name(span: Span) -> str:
    """Return the name that the semantic conventions give a span; its own where they say nothing."""
    attributes = span.attributes

    def text(*keys: str) -> str:
        for key in keys:
            value = attributes.get(key)
            if value is not None:
                return as_string(value)
        return ""

    rules = {2: (_http, _rpc, _messaging), 3: (_http, _rpc, _database, _messaging), 4: (_messaging,), 5: (_messaging,)}
    for rule in rules.get(span.kind, ()):
        name = rule(text, server=span.kind == 2)
        if name:
            return name
    return span.name


_Text = Callable[..., str]


def _http(text: _Text, *, server: bool) -> str:
    method = text("http.request.method", "http.method")
    target = text("http.route") if server else text("url.template")
    return f"{method} {target}" if method and target else method


def _rpc(text: _Text, *, server: bool) -> str:
    del server
    system = text("rpc.system.name", "rpc.system")
    if not system:
        return ""
    method, service = text("rpc.method", "rpc.grpc.method"), text("rpc.service", "rpc.grpc.service")
    if method:
        return f"{service}/{method}" if service else method
    return f"{service}/*" if service else system


def _database(text: _Text, *, server: bool) -> str:
    del server
    system = text("db.system.name", "db.system")
    if not system:
        return ""
    summary = text("db.query.summary")
    if summary:
        return summary
    operation = text("db.operation.name", "db.operation")
    namespace = text("db.namespace", "db.name")
    inner = text("db.collection.name") or text("db.stored_procedure.name")
    target = f"{namespace}.{inner}" if namespace and inner else namespace or inner or _server(text)
    return " ".join(part for part in (operation, target) if part) or system


def _messaging(text: _Text, *, server: bool) -> str:
    del server
    if not text("messaging.system"):
        return ""
    operation = text("messaging.operation.name", "messaging.operation")
    if text("messaging.destination.temporary") == "true":
        destination = "(temporary)"
    elif text("messaging.destination.anonymous") == "true":
        destination = "(anonymous)"
    else:
        destination = (
            text("messaging.destination.template")
            or text("messaging.destination.name", "messaging.destination")
            or _server(text)
        )
    return " ".join(part for part in (operation, destination) if part) or text("messaging.system")


def _server(text: _Text) -> str:
    address, port = text("server.address"), text("server.port")
    return f"{address}:{port}" if address and port else address

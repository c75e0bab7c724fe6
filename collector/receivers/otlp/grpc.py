"""OTLP/gRPC without a transport: a unary call's head and body in, its answer out."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote

from collector.component import Signal
from collector.net.budget import ByteBudget
from collector.net.codes import Code
from collector.net.exchange import Head, Headers, Refusal, Response
from collector.net.gate import Gate
from collector.net.inflate import TooLarge, Undecodable
from collector.net.server_settings import GRPCServerConfig
from collector.receivers.otlp.intake import Intake
from collector.receivers.otlp.requests import Plan, admitted, take_inflated
from collector.receivers.otlp.status import Failure, Rejected, retry_seconds

__all__ = ["GRPCHandler"]

services = {
    Signal.TRACES: "opentelemetry.proto.collector.trace.v1.TraceService",
    Signal.METRICS: "opentelemetry.proto.collector.metrics.v1.MetricsService",
    Signal.LOGS: "opentelemetry.proto.collector.logs.v1.LogsService",
}
accepted_encodings = ("identity", "gzip", "snappy", "zstd", "deflate")
prefix_size = 5
content_type: Headers = (("content-type", "application/grpc"),)
ok_trailers: Headers = (("grpc-status", "0"),)
accept_encoding: Headers = (("grpc-accept-encoding", ",".join(accepted_encodings)),)
wrong_method = Response(
    405, (("content-type", "text/plain"), ("allow", "POST")), b"405 method not allowed, supported: [POST]"
)
wrong_type = Response(
    415, (("content-type", "text/plain"),), b"415 unsupported media type, supported: [application/grpc]"
)
content_types = re.compile(r"application/grpc(?:\+(?P<subtype>[^;]*))?(?:;.*)?")
timeout_form = re.compile(r"([0-9]{1,8})([HMSmun])")
timeout_units = {"H": 3_600.0, "M": 60.0, "S": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9}
printable = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) != "%")


def answer(message: bytes) -> Response:
    """A successful call's answer."""
    return Response(200, content_type, b"\0" + len(message).to_bytes(4, "big") + message, ok_trailers)


def failed(failure: Failure, extra: Headers = ()) -> Response:
    """A failed call's answer: trailers only."""
    fields = [
        *content_type,
        ("grpc-status", str(int(failure.code))),
        ("grpc-message", quote(failure.message, safe=printable)),
    ]
    if failure.retry_after is not None:
        details = base64.b64encode(failure.to_proto()).rstrip(b"=").decode()
        fields.append(("grpc-status-details-bin", details))
    return Response(200, (*fields, *extra))


taken = answer(b"")
refusals = {
    Refusal.BUSY: failed(Failure(Code.UNAVAILABLE, "too many bytes in flight; try again", retry_seconds)),
    Refusal.TIMEOUT: failed(Failure(Code.DEADLINE_EXCEEDED, "the message did not arrive in time")),
    Refusal.BROKEN: failed(Failure(Code.INTERNAL, "internal error")),
}


class GRPCHandler:
    """Answers the Export calls of the signals that have an intake."""

    def __init__(self, config: GRPCServerConfig, intakes: Iterable[Intake], gate: Gate, budget: ByteBudget) -> None:
        self.max_message = config.max_message
        self.max_body = config.max_message + prefix_size
        self.include_metadata = config.include_metadata
        self.methods = {f"/{services[intake.signal]}/Export": intake for intake in intakes}
        self.gate = None if gate.open else gate
        self.budget = budget
        self.too_large = failed(
            Failure(Code.RESOURCE_EXHAUSTED, f"grpc: received message larger than max ({self.max_message} bytes)")
        )

    async def handle(self, head: Head, body: list[bytes], client: str) -> Response:
        """Answer one call."""
        plan = head.plan
        if plan is None:
            plan = head.plan = self.plan(head)
        if type(plan) is Response:
            return plan
        context = plan.context_of(client)
        if self.gate is not None:
            context = await admitted(self.gate, head, context)
            if type(context) is Failure:
                return failed(context)
        prefix, message = unframed(body)
        if len(prefix) < prefix_size or int.from_bytes(prefix[1:], "big") != len(message) or prefix[0] > 1:
            return self.misframed(prefix, message)
        try:
            if not prefix[0]:
                outcome = await plan.intake.take(plan.intake.from_bytes, message, context)
            elif not plan.encoding or plan.encoding == "identity":
                return failed(Failure(Code.INTERNAL, "grpc: compressed flag set with identity or empty encoding"))
            else:
                decode = plan.intake.from_bytes
                outcome = await take_inflated(plan, decode, message, context, self.max_message, self.budget)
        except TooLarge:
            return self.too_large
        except Undecodable as error:
            return failed(Failure(Code.INVALID_ARGUMENT, f"grpc: failed to decompress the received message: {error}"))
        if outcome is None:
            return taken
        return answer(outcome.to_proto()) if isinstance(outcome, Rejected) else failed(outcome)

    def refuse(self, _head: Head, refusal: Refusal) -> Response:
        """The answer to a call that the server gives up on."""
        return refusals.get(refusal, self.too_large)

    def declared_size(self, start: bytes) -> int | None:
        """Size of the body by its message prefix."""
        return int.from_bytes(start[1:prefix_size], "big") + prefix_size if len(start) >= prefix_size else None

    def plan(self, head: Head) -> Plan | Response:
        """What the head says, or the answer to all its requests."""
        if head.method != "POST":
            return wrong_method
        kind = content_types.fullmatch(head.headers.get("content-type", ""))
        if kind is None:
            return wrong_type
        if kind["subtype"] not in (None, "proto"):
            return failed(
                Failure(Code.UNIMPLEMENTED, f'unsupported content-subtype "{kind["subtype"]}", supported: proto')
            )
        intake = self.methods.get(head.path)
        if intake is None:
            service, _, method = head.path[1:].rpartition("/")
            known = any(path.startswith(f"/{service}/") for path in self.methods)
            what = f"unknown method {method} for service {service}" if known else f"unknown service {service}"
            return failed(Failure(Code.UNIMPLEMENTED, what))
        encoding = head.headers.get("grpc-encoding", "")
        if encoding and encoding not in accepted_encodings:
            what = f'grpc: Decompressor is not installed for grpc-encoding "{encoding}"'
            return failed(Failure(Code.UNIMPLEMENTED, what), accept_encoding)
        timeout = None
        if "grpc-timeout" in head.headers:
            form = timeout_form.fullmatch(head.headers["grpc-timeout"])
            if form is None:
                return failed(Failure(Code.INVALID_ARGUMENT, "malformed grpc-timeout"))
            timeout = int(form[1]) * timeout_units[form[2]]
        return Plan(intake, encoding, head, timeout, metadata=self.include_metadata)

    def misframed(self, prefix: bytes, message: bytes) -> Response:
        """The answer to a body that isn't one message."""
        if len(prefix) < prefix_size:
            what = "grpc: the request holds no message"
        elif prefix[0] > 1:
            what = f"grpc: received unexpected payload format {prefix[0]}"
        else:
            size = int.from_bytes(prefix[1:], "big")
            if size > self.max_message:
                return self.too_large
            what = f"grpc: expected one message of {size} bytes, got {len(message)}"
        return failed(Failure(Code.INVALID_ARGUMENT, what))


def unframed(body: list[bytes]) -> tuple[bytes, bytes]:
    """Prefix and message of a body in parts."""
    if len(body) == 1:
        whole = body[0]
        return whole[:prefix_size], whole[prefix_size:]
    if not body or len(body[0]) < prefix_size:
        whole = b"".join(body)
        return whole[:prefix_size], whole[prefix_size:]
    return body[0][:prefix_size], b"".join((memoryview(body[0])[prefix_size:], *body[1:]))

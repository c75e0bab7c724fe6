"""OTLP/HTTP without a transport: a request's head and body in, its answer out."""

import math
from collections.abc import Iterable

from collector.component import Signal
from collector.net.budget import ByteBudget
from collector.net.codes import Code
from collector.net.cors import CORS
from collector.net.exchange import Head, Headers, Refusal, Response
from collector.net.gate import Gate
from collector.net.inflate import TooLarge, Undecodable
from collector.receivers.otlp.config import HTTPConfig
from collector.receivers.otlp.intake import Intake
from collector.receivers.otlp.requests import Plan, admitted, take_inflated
from collector.receivers.otlp.status import Failure, Rejected, http_status, retry_seconds

__all__ = ["HTTPHandler"]

protobuf = "application/x-protobuf"
json = "application/json"
text: Headers = (("content-type", "text/plain; charset=utf-8"),)
not_found = Response(404, text, b"404 page not found\n")
wrong_method = Response(405, (*text, ("allow", "POST")), b"405 method not allowed, supported: [POST]")
wrong_type = Response(415, text, b"415 unsupported media type, supported: [application/json, application/x-protobuf]")
retryable_statuses = {429, 503}
refusal_statuses = {Refusal.TOO_LARGE: 413, Refusal.BUSY: 503, Refusal.TIMEOUT: 408, Refusal.BROKEN: 500}


class HTTPPlan(Plan):
    """What a head says about its request, and the answer when all goes well."""

    __slots__ = ("extra", "is_json", "taken")

    is_json: bool
    extra: Headers
    taken: Response


def failed(failure: Failure, *, is_json: bool, extra: Headers = (), status: int | None = None) -> Response:
    """A `google.rpc.Status` in the encoding of the request."""
    status = http_status(failure.code) if status is None else status
    kind = ("content-type", json if is_json else protobuf)
    if failure.retry_after is not None and status in retryable_statuses:
        extra = (("retry-after", str(math.ceil(failure.retry_after))), *extra)
    return Response(status, (kind, *extra), failure.to_json() if is_json else failure.to_proto())


class HTTPHandler:
    """Answers the requests of the signals that have an intake."""

    def __init__(self, config: HTTPConfig, intakes: Iterable[Intake], gate: Gate, budget: ByteBudget) -> None:
        paths = {
            Signal.TRACES: config.traces_url_path,
            Signal.METRICS: config.metrics_url_path,
            Signal.LOGS: config.logs_url_path,
        }
        self.paths = {paths[intake.signal]: intake for intake in intakes}
        self.max_body = config.max_body
        self.include_metadata = config.include_metadata
        self.encodings = set(config.compression_algorithms)
        self.headers: Headers = tuple(
            (name.lower(), value.get_secret_value()) for name, value in config.response_headers.items()
        )
        self.cors = CORS(config.cors) if config.cors and config.cors.allowed_origins else None
        self.gate = None if gate.open else gate
        self.budget = budget
        self.taken: dict[tuple[bool, Headers], Response] = {}

    async def handle(self, head: Head, body: list[bytes], client: str) -> Response:
        """Answer one request."""
        plan = head.plan
        if plan is None:
            plan = head.plan = self.plan(head)
        if type(plan) is Response:
            return plan
        context = plan.context_of(client)
        if self.gate is not None:
            context = await admitted(self.gate, head, context)
            if type(context) is Failure:
                return failed(context, is_json=plan.is_json, extra=plan.extra)
        data = body[0] if len(body) == 1 else b"".join(body)
        decode = plan.intake.from_json if plan.is_json else plan.intake.from_bytes
        try:
            if plan.encoding:
                outcome = await take_inflated(plan, decode, data, context, self.max_body, self.budget)
            else:
                outcome = await plan.intake.take(decode, data, context)
        except TooLarge:
            return self.refuse(head, Refusal.TOO_LARGE)
        except Undecodable as error:
            failure = Failure(Code.INVALID_ARGUMENT, str(error))
            return failed(failure, is_json=plan.is_json, extra=plan.extra)
        if outcome is None:
            return plan.taken  # type: ignore[no-any-return]
        if isinstance(outcome, Rejected):
            content = outcome.to_json() if plan.is_json else outcome.to_proto()
            return Response(200, plan.taken.headers, content)
        return failed(outcome, is_json=plan.is_json, extra=plan.extra)

    def plan(self, head: Head) -> HTTPPlan | Response:
        """What the head says, or the answer to all its requests."""
        extra = self.common(head)
        if self.cors is not None:
            preflight = self.cors.preflight(head)
            if preflight is not None:
                return preflight.with_headers(self.headers)
        intake = self.paths.get(head.path)
        if intake is None:
            return not_found.with_headers(extra)
        if head.method != "POST":
            return wrong_method.with_headers(extra)
        kind = media_type(head)
        if kind not in (protobuf, json):
            return wrong_type.with_headers(extra)
        is_json = kind == json
        encoding = head.headers.get("content-encoding", "")
        if (encoding if encoding != "identity" else "") not in self.encodings:
            failure = Failure(Code.INVALID_ARGUMENT, f"unsupported Content-Encoding: {encoding}")
            return failed(failure, is_json=is_json, extra=extra)
        plan = HTTPPlan(intake, "" if encoding == "identity" else encoding, head, None, metadata=self.include_metadata)
        plan.is_json = is_json
        plan.extra = extra
        plan.taken = self.success(extra, is_json=is_json)
        return plan

    def success(self, extra: Headers, *, is_json: bool) -> Response:
        """The answer when all goes well: one object for all requests of a kind."""
        response = self.taken.get((is_json, extra))
        if response is None:
            content = b'{"partialSuccess":{}}' if is_json else b""
            response = Response(200, (("content-type", json if is_json else protobuf), *extra), content)
            if extra == self.headers:
                self.taken[is_json, extra] = response
        return response

    def common(self, head: Head) -> Headers:
        """Headers that every answer to this head has."""
        return self.headers if self.cors is None else (*self.headers, *self.cors.answer(head))

    def refuse(self, head: Head, refusal: Refusal) -> Response:
        """The answer to a request that the server gives up on."""
        failure = {
            Refusal.TOO_LARGE: Failure(
                Code.RESOURCE_EXHAUSTED, f"http: request body too large (over {self.max_body} bytes)"
            ),
            Refusal.BUSY: Failure(Code.UNAVAILABLE, "too many bytes in flight; try again", retry_seconds),
            Refusal.TIMEOUT: Failure(Code.DEADLINE_EXCEEDED, "the body did not arrive in time"),
            Refusal.BROKEN: Failure(Code.INTERNAL, "internal error"),
        }[refusal]
        is_json = media_type(head) != protobuf
        return failed(failure, is_json=is_json, extra=self.common(head), status=refusal_statuses[refusal])

    def declared_size(self, _start: bytes) -> int | None:
        """Unknown: only headers tell."""
        return None


def media_type(head: Head) -> str:
    return head.headers.get("content-type", "").partition(";")[0].strip().lower()

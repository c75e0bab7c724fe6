"""Errors as OTLP tells them: gRPC codes, HTTP statuses and `google.rpc.Status` (components.md 2.1, error mapping)."""

import json
import math
from dataclasses import dataclass

from collector.component import DeliveryError, Permanent, Retryable
from collector.net.codes import Code

__all__ = ["Failure", "Rejected", "clean", "http_status", "of_error"]

retry_seconds = 1.0


codes = frozenset(Code)
http_statuses = {
    Code.CANCELLED: 503,
    Code.DEADLINE_EXCEEDED: 503,
    Code.ABORTED: 503,
    Code.OUT_OF_RANGE: 503,
    Code.UNAVAILABLE: 503,
    Code.DATA_LOSS: 503,
    Code.RESOURCE_EXHAUSTED: 429,
    Code.INVALID_ARGUMENT: 400,
    Code.UNAUTHENTICATED: 401,
    Code.PERMISSION_DENIED: 403,
    Code.UNIMPLEMENTED: 404,
}


def http_status(code: Code) -> int:
    """The HTTP status of a gRPC code."""
    return http_statuses.get(code, 500)


@dataclass(frozen=True, slots=True)
class Failure:
    """What a sender is told; `retry_after` is in seconds, None where the sender is to choose or not to retry."""

    code: Code
    message: str
    retry_after: float | None = None

    def to_proto(self) -> bytes:
        """An encoded `google.rpc.Status`, with `RetryInfo` where a delay is known."""
        from google.protobuf.duration_pb2 import Duration  # noqa: PLC0415 - errors only
        from google.rpc.error_details_pb2 import RetryInfo  # noqa: PLC0415
        from google.rpc.status_pb2 import Status  # noqa: PLC0415

        status = Status(code=self.code, message=self.message)
        if self.retry_after is not None:
            fraction, seconds = math.modf(self.retry_after)
            delay = Duration(seconds=int(seconds), nanos=int(fraction * 1e9))
            status.details.add().Pack(RetryInfo(retry_delay=delay))
        return bytes(status.SerializeToString())

    def to_json(self) -> bytes:
        """The same as JSON."""
        status: dict[str, object] = {"code": int(self.code), "message": self.message}
        if self.retry_after is not None:
            delay = f"{self.retry_after:.9f}".rstrip("0").rstrip(".") + "s"
            status["details"] = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}]
        return json.dumps(status, separators=(",", ":")).encode()


rejected_names = {"traces": "rejected_spans", "metrics": "rejected_data_points", "logs": "rejected_log_records"}


@dataclass(frozen=True, slots=True)
class Rejected:
    """The pipeline took a request but for `count` items (OTLP partial success)."""

    signal: str
    count: int
    message: str

    def to_proto(self) -> bytes:
        """An encoded `Export...ServiceResponse`; its fields have the same numbers for all signals."""
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (  # noqa: PLC0415 - rare
            ExportTracePartialSuccess,
            ExportTraceServiceResponse,
        )

        partial = ExportTracePartialSuccess(rejected_spans=self.count, error_message=self.message)
        return bytes(ExportTraceServiceResponse(partial_success=partial).SerializeToString())

    def to_json(self) -> bytes:
        """The same as OTLP/JSON."""
        first, *others = rejected_names[self.signal].split("_")
        name = first + "".join(other.title() for other in others)
        partial = {name: str(self.count), "errorMessage": self.message}
        return json.dumps({"partialSuccess": partial}, separators=(",", ":")).encode()


def of_error(error: BaseException) -> Failure:
    """What a pipeline's error means to the sender."""
    message = clean(str(error) or type(error).__name__)
    code = Code.INTERNAL if isinstance(error, Permanent) else Code.UNAVAILABLE
    if isinstance(error, DeliveryError) and error.code is not None:
        code = Code(error.code) if error.code in codes else Code.UNKNOWN
    after = error.after if isinstance(error, Retryable) else None
    if after is None and code is Code.RESOURCE_EXHAUSTED and isinstance(error, Retryable):
        after = retry_seconds  # without a delay this code means: do not retry
    return Failure(code, message, after)


def clean(message: str) -> str:
    """A text that protobuf takes and a header can hold."""
    return message[:1_000].encode("utf-8", "replace").decode()

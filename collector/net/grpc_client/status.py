"""gRPC status: from answers to errors, with the delay that a server asks for."""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import unquote

from collector.net.codes import Code

__all__ = ["RPCError", "from_http_status", "from_reset", "from_trailers"]


names = (
    *("OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists"),
    *("PermissionDenied", "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented"),
    *("Internal", "Unavailable", "DataLoss", "Unauthenticated"),
)
of_http = {400: 13, 401: 16, 403: 7, 404: 12, 429: 14, 502: 14, 503: 14, 504: 14}
of_reset = {0x7: Code.UNAVAILABLE, 0x8: Code.CANCELLED, 0xB: Code.RESOURCE_EXHAUSTED, 0xC: Code.PERMISSION_DENIED}


class RPCError(Exception):
    """A call that did not succeed.

    `retry_delay`: seconds of a RetryInfo detail, None where there is none. `unsent`: the server has not seen the call,
    so that it may be made again at once.
    """

    def __init__(self, code: int, message: str, *, retry_delay: float | None = None, unsent: bool = False) -> None:
        name = names[code] if 0 <= code < len(names) else f"Code({code})"
        super().__init__(f"rpc error: code = {name} desc = {message}")
        self.code = code
        self.retry_delay = retry_delay
        self.unsent = unsent


def from_trailers(trailers: Mapping[str, str]) -> RPCError | None:
    """The error that trailers tell, None for OK."""
    status = trailers["grpc-status"]
    code = int(status) if status.isascii() and status.isdigit() else Code.UNKNOWN
    if code == Code.OK:
        return None
    message = unquote(trailers.get("grpc-message", ""), errors="replace")
    return RPCError(code, message, retry_delay=retry_delay(trailers.get("grpc-status-details-bin")))


def from_http_status(status: str, content_type: str) -> RPCError:
    """The error of an answer that is no gRPC."""
    code = of_http.get(int(status), Code.UNKNOWN) if status.isascii() and status.isdigit() else Code.UNKNOWN
    return RPCError(code, f"unexpected HTTP status code {status} with content type {content_type!r}")


def from_reset(code: int) -> RPCError:
    """The error of a stream that the server reset."""
    return RPCError(
        of_reset.get(code, Code.INTERNAL), f"stream terminated by RST_STREAM with error code {code}", unsent=code == 7
    )


def retry_delay(details: str | None) -> float | None:
    """Seconds of the RetryInfo in a `grpc-status-details-bin` trailer."""
    if not details:
        return None
    from google.protobuf.message import DecodeError  # noqa: PLC0415 - only errors need it
    from google.rpc import error_details_pb2, status_pb2  # noqa: PLC0415 - only errors need it

    info = error_details_pb2.RetryInfo()
    try:
        status = status_pb2.Status.FromString(
            base64.b64decode(details.rstrip("=") + "=" * (-len(details.rstrip("=")) % 4))
        )
        for detail in status.details:
            if detail.Is(info.DESCRIPTOR) and detail.Unpack(info):
                return float(info.retry_delay.ToNanoseconds() / 1e9)
    except (DecodeError, binascii.Error, ValueError):
        return None
    return None

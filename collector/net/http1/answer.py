"""HTTP/1.1 answers as bytes."""

from http import HTTPStatus

from collector.net.exchange import Response

__all__ = ["bad_request", "continue_", "encode", "head_too_large"]

reasons = {status.value: status.phrase for status in HTTPStatus}
continue_ = b"HTTP/1.1 100 Continue\r\n\r\n"
bad_request = Response(400, (("content-type", "text/plain"),), b"400 bad request")
head_too_large = Response(431, (("content-type", "text/plain"),), b"431 request header fields too large")


def encode(response: Response, *, closing: bool = False, bodiless: bool = False) -> bytes:
    """The bytes of an answer; `bodiless` leaves the body out (HEAD)."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in response.headers)
    close = "connection: close\r\n" if closing else ""
    length = "" if response.status == 204 else f"content-length: {len(response.body)}\r\n"
    start = f"HTTP/1.1 {response.status} {reasons.get(response.status, '')}\r\n{fields}{close}{length}\r\n"
    return start.encode("latin-1", "replace") + (b"" if bodiless else response.body)

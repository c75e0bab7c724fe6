"""Causes of failure that metrics name, and refusals that a part of the payload may not deserve."""

from collections.abc import Awaitable, Callable
from typing import Any

from collector.component import Permanent

__all__ = ["HTTPFailure", "InvalidRequest"]


class HTTPFailure(Exception):
    """The HTTP status of a refusal; the cause of a `DeliveryError`."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP status {status}")
        self.status = status


class InvalidRequest(Permanent):
    """The destination says that the request itself is wrong; some of the payloads that were merged for it may be right.

    `resend` exports some of them without what the destination has taken of the request already; None where that is
    nothing, and exporting them is enough.
    """

    def __init__(
        self, message: str, *, resend: Callable[[Any], Awaitable[None]] | None = None, code: int | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.resend = resend

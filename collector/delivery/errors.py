"""Causes of failure that metrics name."""

__all__ = ["HTTPFailure"]


class HTTPFailure(Exception):
    """The HTTP status of a refusal; the cause of a `DeliveryError`."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP status {status}")
        self.status = status

"""What batching follows: its rules, and the units in which payloads are measured."""

from dataclasses import dataclass
from enum import StrEnum

from collector.pdata import Payload

__all__ = ["BatchRules", "Sizer"]


class Sizer(StrEnum):
    """The unit of a queue's or batch's size."""

    REQUESTS = "requests"
    ITEMS = "items"
    BYTES = "bytes"

    def measure(self, payload: Payload) -> int:
        """The size of a payload in this unit."""
        if self is Sizer.ITEMS:
            return payload.item_count
        return payload.byte_size if self is Sizer.BYTES else 1


@dataclass(frozen=True, slots=True)
class BatchRules:
    """How payloads are joined into requests; equal rules join, unequal ones do not.

    A `batch` processor whose payloads the queue is to join names its own settings this way: the hint of
    `Delivery.consume` (architecture: batch and acknowledgement). `min_size` 0 sends at once, `max_size` 0 never splits.
    `metadata_keys` are lower case; payloads of different values never share a request, and only these keys go on.
    """

    flush_timeout: float = 0.2
    min_size: int = 8192
    max_size: int = 0
    sizer: Sizer = Sizer.ITEMS
    metadata_keys: tuple[str, ...] = ()

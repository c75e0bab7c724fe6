"""Settings of the parts of delivery: retry, queue and batching (components.md 3.2, 3.3)."""

from typing import Self

from pydantic import ValidationInfo, field_validator, model_validator

from collector.config import ComponentConfig, Duration, MetadataKeys, OptionalSection
from collector.delivery.rules import BatchRules, Sizer

__all__ = ["BatchSettings", "PartitionSettings", "QueueSettings", "RetrySettings", "check_timeout"]


def check_timeout(value: float) -> float:
    """A `timeout` field's value, if it can be one; for `field_validator`."""
    if value < 0:
        raise ValueError("'timeout' must be non-negative")
    return value


class RetrySettings(ComponentConfig):
    """Whether and how a failed request is tried again."""

    enabled: bool = True
    """Try again after errors that may pass."""

    initial_interval: Duration = 5.0
    """Wait before the first retry."""

    randomization_factor: float = 0.5
    """Each wait is drawn from `interval * (1 ± factor)`."""

    multiplier: float = 1.5
    """Each interval is so many times the one before."""

    max_interval: Duration = 30.0
    """No interval is longer."""

    max_elapsed_time: Duration = 300.0
    """Give up when the next attempt would be later than this after the first; 0 never gives up."""

    @field_validator("initial_interval", "randomization_factor", "multiplier", "max_interval", "max_elapsed_time")
    @classmethod
    def _in_range(cls, value: float, info: ValidationInfo) -> float:
        if info.data.get("enabled", True):
            if value < 0:
                raise ValueError(f"{info.field_name} value must be greater than or equal to 0")
            if info.field_name == "randomization_factor" and value > 1:
                raise ValueError("randomization_factor value must be less than or equal to 1")
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.enabled and self.max_elapsed_time:
            for name in ("initial_interval", "max_interval"):
                if self.max_elapsed_time < getattr(self, name):
                    raise ValueError(f"'max_elapsed_time' must not be less than '{name}'")
        return self


class PartitionSettings(ComponentConfig):
    """What payloads must have in common to share a batch."""

    metadata_keys: MetadataKeys = []
    """Client metadata: one batch for each combination of their values; only these keys go on."""


class BatchSettings(ComponentConfig):
    """How queued payloads are joined into requests."""

    flush_timeout: Duration = 0.2
    """Send a batch this long after its first payload, however small it is."""

    min_size: int = 8192
    """Send a batch as soon as it is this big, in units of `sizer`."""

    max_size: int = 0
    """Split batches so that none is bigger; 0 is no limit."""

    sizer: Sizer | None = None
    """`items` or `bytes`; default: the queue's, if that is one of them, else `items`."""

    partition: PartitionSettings = PartitionSettings()
    """Which payloads may share a batch."""

    @field_validator("sizer", mode="before")
    @classmethod
    def _sizer_known(cls, value: object) -> object:
        if value == "requests":
            raise ValueError('`batch` supports only `items` or `bytes` sizer, found "requests"')
        return check_sizer(value)

    @field_validator("flush_timeout")
    @classmethod
    def _flush_timeout_positive(cls, value: float) -> float:
        if value <= 0:
            raise ValueError(f"`flush_timeout` must be positive, found {int(value * 1e9)}")
        return value

    @field_validator("min_size", "max_size")
    @classmethod
    def _size_not_negative(cls, value: int, info: ValidationInfo) -> int:
        if value < 0:
            raise ValueError(f"`{info.field_name}` must be non-negative")
        return value

    @model_validator(mode="after")
    def _sizes_in_order(self) -> Self:
        if 0 < self.max_size < self.min_size:
            raise ValueError(f"`max_size` ({self.max_size}) must be greater or equal to `min_size` ({self.min_size})")
        return self


class QueueSettings(ComponentConfig):
    """What waits before an exporter, and how many requests are sent at once."""

    enabled: bool = True
    """Whether there is a queue; without it the caller waits for each request and gets its error."""

    num_consumers: int = 10
    """Requests in flight at once."""

    queue_size: int = 1000
    """Capacity in units of `sizer`; what is in flight counts too."""

    sizer: Sizer = Sizer.REQUESTS
    """`requests`, `items` or `bytes`."""

    block_on_overflow: bool = False
    """Let callers wait for room instead of refusing them."""

    wait_for_result: bool = False
    """Let callers wait for the outcome of the export."""

    storage: str = ""
    """Id of a storage extension for a durable queue. Refused: not available yet."""

    batch: OptionalSection[BatchSettings] = None
    """Join payloads into bigger requests; off unless given."""

    @field_validator("sizer", mode="before")
    @classmethod
    def _sizer_known(cls, value: object) -> object:
        return check_sizer(value)

    @field_validator("num_consumers", "queue_size")
    @classmethod
    def _positive(cls, value: int, info: ValidationInfo) -> int:
        if value <= 0 and info.data.get("enabled", True):
            raise ValueError(f"`{info.field_name}` must be positive")
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if not self.enabled:
            return self
        if self.storage:
            if self.wait_for_result:
                raise ValueError("`wait_for_result` is not supported with a persistent queue configured with `storage`")
            raise ValueError(
                f"`storage` {self.storage!r} asks for a durable queue, which this version does not have; "
                "leave `storage` out to queue in memory"
            )
        batch = self.batch
        if batch is not None and self._batch_sizer(batch) is self.sizer and batch.min_size > self.queue_size:
            raise ValueError("`min_size` must be less than or equal to `queue_size`")
        return self

    @property
    def batch_rules(self) -> BatchRules | None:
        """The batching that is asked for, None where it is off."""
        batch = self.batch
        if batch is None:
            return None
        return BatchRules(
            flush_timeout=batch.flush_timeout,
            min_size=batch.min_size,
            max_size=batch.max_size,
            sizer=self._batch_sizer(batch),
            metadata_keys=tuple(map(str.lower, batch.partition.metadata_keys)),
        )

    def _batch_sizer(self, batch: BatchSettings) -> Sizer:
        if batch.sizer is not None:
            return batch.sizer
        return Sizer.ITEMS if self.sizer is Sizer.REQUESTS else self.sizer


def check_sizer(value: object) -> object:
    if isinstance(value, str) and value not in set(Sizer):
        raise ValueError(f'invalid sizer: "{value}"')
    return value

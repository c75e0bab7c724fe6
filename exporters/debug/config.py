"""Settings of the `debug` exporter (components.md 3.7)."""

from typing import Self

from pydantic import field_validator, model_validator

from collector.config import ComponentConfig, LowerStr, OptionalSection, StringList
from collector.delivery.settings import QueueSettings


class DebugConfig(ComponentConfig):
    """What is shown, how often and where."""

    verbosity: LowerStr = "basic"
    """`basic` (counts), `normal` (a line a record) or `detailed` (every field)."""

    sampling_initial: int = 2
    """Messages of one text shown each second before sampling begins."""

    sampling_thereafter: int = 1
    """Of the messages after those, show every N-th; 1 shows all, 0 none."""

    use_internal_logger: bool = True
    """Write through the service's own logger."""

    output_paths: StringList = ["stdout"]
    """Files, `stdout` or `stderr`; only with `use_internal_logger: false`."""

    sending_queue: OptionalSection[QueueSettings] = None
    """Queue before the exporter; off unless given."""

    @field_validator("verbosity")
    @classmethod
    def _verbosity_known(cls, value: str) -> str:
        if value not in {"basic", "normal", "detailed"}:
            raise ValueError(
                f'verbosity level "{value.capitalize()}" is not supported; choose basic, normal or detailed'
            )
        return value

    @model_validator(mode="after")
    def _output_paths_fit(self) -> Self:
        if self.use_internal_logger and self.output_paths != ["stdout"]:
            raise ValueError("output_paths is not supported when use_internal_logger is true")
        if not self.use_internal_logger and not self.output_paths:
            raise ValueError("output_paths must not be empty when use_internal_logger is false")
        return self

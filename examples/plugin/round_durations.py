"""`round_durations`: give spans their duration as an attribute, in whole milliseconds, and drop those that are short.

Install this package beside Telepipe (`pip install ./examples/plugin`); the entry point in its `pyproject.toml` makes
the type known, and `collector.yaml` uses it.
"""

from typing import Any

from collector.component import ProcessorFactory, Settings, Stability
from collector.config import ComponentConfig, Duration
from collector.pdata import Traces


class RoundDurationsConfig(ComponentConfig):
    """Settings of `round_durations`."""

    attribute: str = "duration_ms"
    """The attribute that is set."""

    shortest: Duration = 0.0
    """Spans that took less are dropped."""


class RoundDurations:
    """A span that ends before it starts took no time."""

    mutates_data = True

    def __init__(self, config: RoundDurationsConfig, settings: Settings) -> None:
        self._attribute = config.attribute.encode()
        self._shortest = round(config.shortest * 1e9)
        self._drop = settings.drop

    def process_traces(self, traces: Traces) -> Traces | None:
        dropped = traces.remove_if(self._is_short)
        self._drop(dropped, reason="filtered", rule="shortest")
        for span in traces.spans():
            span.attributes[self._attribute] = round(duration(span) / 1e6)
        return traces if len(traces) else None

    def _is_short(self, span: Any) -> bool:
        return duration(span) < self._shortest


def duration(span: Any) -> int:
    """Nanoseconds."""
    return max(span.end_time_unix_nano - span.start_time_unix_nano, 0)


factory = ProcessorFactory("round_durations", RoundDurationsConfig, RoundDurations, Stability.ALPHA)

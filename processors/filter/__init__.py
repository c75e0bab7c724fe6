"""`filter`: drop what a condition is true for.

Conditions run on views of the payload's bytes; a payload of which nothing is dropped leaves as the same bytes. The drop
ledger says which condition dropped how many.

    filter:
      trace_conditions:
        - span.attributes["http.route"] == "/healthz"
        - IsMatch(span.name, "^redis")
"""

from collector.component import ConfigError, ProcessorFactory, Retryable, Settings, Stability
from collector.pdata import Payload

from .conditions import older_walk, walks_of_groups
from .config import FilterConfig
from .dropping import Dropper
from .matches import matches_walk

__all__ = ["Filter", "FilterConfig", "factory"]

COUNTED = {"traces": "spans", "metrics": "datapoints", "logs": "logs"}


class Filter:
    """An item whose condition fails under `propagate` stays, and the payload is refused after the walk."""

    mutates_data = True

    def __init__(self, config: FilterConfig, settings: Settings) -> None:
        signal = str(settings.signal)
        self._drop = settings.drop
        self._logger = settings.logger
        try:
            walks = walks_of_groups(config, signal, self._report)
            walks += [older_walk(config, signal, self._report), matches_walk(config, signal)]
        except ValueError as exc:
            raise ConfigError(str(exc)) from exc
        self._counts: dict[str, int] = {}
        self._droppers = [Dropper(walk, signal, self._count) for walk in walks if walk]
        self._filtered = settings.metrics.counter(
            f"otelcol_processor_filter_{COUNTED[signal]}.filtered",
            f"Number of {COUNTED[signal]} dropped by the filter processor",
        ).bind(filter=str(settings.id))

    def process_traces(self, payload: Payload) -> Payload | None:
        before = payload.item_count
        for dropper in self._droppers:
            dropper.run(payload)
            if dropper.errors:
                texts = "; ".join(dict.fromkeys(map(str, dropper.errors)))
                dropper.errors.clear()
                self._counts.clear()
                raise Retryable(texts)
        if self._counts:
            self._filtered.add(before - payload.item_count)
            for rule, count in self._counts.items():
                self._drop(count, reason="filtered", rule=rule)
            self._counts.clear()
            payload.chunks()  # written out: who comes next walks over bytes again
        return payload if not self._droppers or next(iter(payload.resources()), None) is not None else None

    process_metrics = process_logs = process_traces

    def _count(self, rule: str, items: int) -> None:
        self._counts[rule] = self._counts.get(rule, 0) + items

    def _report(self, condition: str, error: Exception) -> None:
        self._logger.error("failed processing condition", condition=condition, error=str(error))


factory = ProcessorFactory("filter", FilterConfig, Filter, Stability.ALPHA)

"""`log_dedup`: pass equal log records on once an interval, with how many there were.

Callers have their answer at once, as with the Collector: what is being gathered is lost if the process dies. The table
of distinct records is bounded; when it is full, it goes on early.

    log_dedup:
      interval: 60s
      exclude_fields: [attributes.request_id]
"""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from collector.component import (
    ConfigError,
    DeliveryError,
    Host,
    Permanent,
    ProcessorFactory,
    Settings,
    ShuttingDown,
    Signal,
    Stability,
)
from collector.ottl.statements import compile_conditions
from collector.pdata import EMPTY_CONTEXT, Logs, attribute_value_as_string

from .config import LogDedupConfig
from .gathering import Gathering, comparison
from .paths import parse_path, read, remove

__all__ = ["LogDedup", "LogDedupConfig", "factory"]

MOST_RECORDS = 100_000
COUNT_BOUNDS = (0.0, 5.0, 10.0, 25.0, 50.0, 75.0, 100.0, 250.0, 500.0, 750.0, 1000.0, 2500.0, 5000.0, 7500.0, 10000.0)


class LogDedup:
    mutates_data = True

    def __init__(self, config: LogDedupConfig, settings: Settings) -> None:
        self._config = config
        self._settings = settings
        self._zone = ZoneInfo(config.timezone)
        self._keys = tuple(key.lower() for key in config.metadata_keys)
        self._excluded = [parse_path(field) for field in config.exclude_fields]
        self._key = comparison([parse_path(f) for f in config.include_fields], read, attribute_value_as_string)
        self._matches = self._condition(config.conditions) if config.conditions else None
        self._gatherings: dict[tuple[tuple[str, ...], ...], Gathering] = {}
        self._stopping = False
        self._aggregated = settings.metrics.histogram(
            "otelcol_dedup_processor_aggregated_logs",
            "Number of log records that were aggregated over the course of the interval",
            COUNT_BOUNDS,
            "{records}",
        )
        if self._keys and not config.metadata_cardinality_limit:
            settings.logger.warning("metadata_cardinality_limit is 0: combinations of metadata values are not limited.")

    async def start(self, _host: Host) -> None:
        self._settings.spawn(self._tick())

    async def shutdown(self) -> None:
        self._stopping = True
        await self._emit()

    @property
    def held(self) -> int:
        """Records gathered and not yet passed on, in the number that they came in."""
        return sum(gathering.records for gathering in self._gatherings.values())

    async def consume_logs(self, logs: Logs) -> None:
        if self._stopping:
            raise ShuttingDown("the log_dedup processor is stopping")
        gathering = self._gathering(logs)
        now = self._settings.clock.time_ns()

        def gathered(record: Any) -> bool:
            if self._matches is not None and not self._matches(record):
                return False
            for path in self._excluded:
                remove(record, path)
            gathering.add(record, self._key(record), now)
            return True

        logs.remove_if(gathered)
        if sum(map(len, self._gatherings.values())) >= MOST_RECORDS:
            await self._emit()
        if logs.item_count:
            await self._settings.emit(logs)

    def _condition(self, conditions: list[str]) -> Callable[[Any], bool]:
        def report(condition: str, error: Exception) -> None:
            self._settings.logger.error("failed to evaluate condition", condition=condition, error=str(error))

        try:
            return compile_conditions(conditions, context="log", on_error=report).matches
        except ValueError as exc:
            raise ConfigError(f"invalid condition: {exc}") from exc

    def _gathering(self, logs: Logs) -> Gathering:
        metadata = logs.context.metadata
        key = tuple(metadata.get(name, ()) for name in self._keys)
        found = self._gatherings.get(key)
        if found is None:
            limit = self._config.metadata_cardinality_limit
            if limit and len(self._gatherings) >= limit:
                raise Permanent("too many metadata-value combinations")
            context = logs.context.only(self._keys) if self._keys else EMPTY_CONTEXT
            found = self._gatherings[key] = Gathering(context)
        return found

    async def _tick(self) -> None:
        while True:
            await self._settings.clock.sleep(self._config.interval)
            await self._emit()

    async def _emit(self) -> None:
        gatherings = [g for g in self._gatherings.values() if len(g)]
        self._gatherings = {}
        now = self._settings.clock.time_ns()
        for gathering in gatherings:
            for count in gathering.counts:
                self._aggregated.record(count)
            self._settings.drop(gathering.records - len(gathering), reason="aggregated into one record")
            logs = gathering.emit(now, self._config.log_count_attribute, self._zone)
            try:
                await self._settings.emit(logs)
            except DeliveryError as error:
                self._settings.logger.warning("Failed to pass on deduplicated records.", error=str(error))
                self._settings.drop(logs.item_count, reason="refused by the next component")


factory = ProcessorFactory("log_dedup", LogDedupConfig, LogDedup, Stability.ALPHA, signals=(Signal.LOGS,))

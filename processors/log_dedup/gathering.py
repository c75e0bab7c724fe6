"""The records gathered since the last emission: one of each, with how many it stands for."""

from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from collector.identity import attributes_identity, canonical
from collector.pdata import Context, LogRecord, Logs

__all__ = ["Gathering", "comparison"]

Key = Callable[[LogRecord], Hashable]


class Seen:
    """One distinct record: its bytes, and when (nanoseconds) and how often it was seen."""

    __slots__ = ("count", "first", "group", "last", "raw")

    def __init__(self, raw: bytes, group: tuple[bytes, bytes], now: int) -> None:
        self.raw = raw
        self.group = group
        self.count = 1
        self.first = self.last = now


class Gathering:
    """What was gathered under one combination of client metadata."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.records = 0
        self._seen: dict[Hashable, Seen] = {}
        self._groups: dict[Hashable, tuple[bytes, bytes]] = {}

    def __len__(self) -> int:
        return len(self._seen)

    def add(self, record: LogRecord, key: Hashable, now: int) -> None:
        """Count a record that is compared by `key` within its resource and scope."""
        self.records += 1
        resource, scope = record.resource, record.scope
        group = (
            attributes_identity(resource.attributes.raw),
            scope.name,
            scope.version,
            canonical(scope.attributes),
        )
        seen = self._seen.get((group, key))
        if seen is not None:
            seen.count += 1
            seen.last = now
            return
        if group not in self._groups:
            self._groups[group] = (resource.attributes.raw, scope.raw)
        self._seen[group, key] = Seen(record.raw, self._groups[group], now)

    def emit(self, now: int, count_attribute: str, zone: ZoneInfo) -> Logs:
        """One record for each distinct one, observed when the first was, and what it stands for as attributes."""
        builder = Logs.builder()
        for seen in self._seen.values():
            resource, scope = seen.group
            record = LogRecord.from_raw(seen.raw)
            record.set(time_unix_nano=now, observed_time_unix_nano=seen.first)
            record.attributes[count_attribute] = seen.count
            record.attributes["first_observed_timestamp"] = rfc3339(seen.first, zone)
            record.attributes["last_observed_timestamp"] = rfc3339(seen.last, zone)
            builder.group(resource, scope).append(record)
        logs: Logs = builder.build(self.context)
        return logs

    @property
    def counts(self) -> list[int]:
        """How many records each distinct one stands for."""
        return [seen.count for seen in self._seen.values()]


def rfc3339(nanoseconds: int, zone: ZoneInfo) -> str:
    """Whole seconds, with the zone's offset (`Z` for UTC)."""
    text = datetime.fromtimestamp(nanoseconds // 1_000_000_000, UTC).astimezone(zone).isoformat()
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def comparison(include: list[Any], read: Callable[[LogRecord, Any], Any], as_text: Callable[[Any], str]) -> Key:
    """What records are compared by: the included fields that they have, or else everything but times and ids."""

    def whole(record: LogRecord) -> Hashable:
        return (
            canonical(record.attributes),
            canonical(record.body),
            record.severity_number,
            record.severity_text,
        )

    if not include:
        return whole

    def chosen(record: LogRecord) -> Hashable:
        values = tuple(as_text(value) for value in (read(record, path) for path in include) if value is not None)
        return values or whole(record)

    return chosen

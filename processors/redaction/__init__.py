"""`redaction`: remove attributes that are not allowed, mask values that are blocked.

Decisions on keys and masked texts come from bounded tables, since both recur. Links of spans
are left alone, as in the Collector.

    redaction:
      allow_all_keys: true
      blocked_values: ["4[0-9]{12}(?:[0-9]{3})?"]
      summary: debug
"""

from collections.abc import Iterator
from typing import Any

from collector.component import ProcessorFactory, Settings, Signal, Stability
from collector.pdata import Logs, Metrics, Traces, attribute_value_as_string

from .body import BodyRedactor
from .config import RedactionConfig
from .databases import Databases
from .masking import IGNORE, MASK, REMOVE, Masking
from .summary import Done
from .urls import Urls, cluster

__all__ = ["Redaction", "RedactionConfig", "factory"]

SYSTEM_KEYS = ("db.system.name", "db.system")


class Redaction:
    mutates_data = True

    def __init__(self, config: RedactionConfig, settings: Settings) -> None:
        self._masking = Masking(config)
        self._all_types = config.redact_all_types
        self._summary = config.summary if config.summary in ("debug", "info") else ""
        self._urls = Urls(config.url_sanitizer) if config.url_sanitizer.enabled else None
        self._databases = Databases(config.db_sanitizer, without_system=settings.signal is Signal.LOGS)
        self._body = BodyRedactor(self._masking, self._rewrite_body)
        self._name_of_urls = self._urls if self._urls and self._urls.sanitize_span_name else None
        self._name_of_databases = self._databases if self._databases and self._databases.sanitize_span_name else None

    def process_traces(self, traces: Traces) -> Traces:
        for span in self._records(traces):
            self._attributes(span.attributes)
            for event in span.events:
                self._attributes(event.attributes)
            if self._name_of_urls or self._name_of_databases:
                self._span_name(span)
        return traces

    def process_metrics(self, metrics: Metrics) -> Metrics:
        for metric in self._records(metrics):
            for point in metric.data_points:
                self._attributes(point.attributes)
        return metrics

    def process_logs(self, logs: Logs) -> Logs:
        for record in self._records(logs):
            self._attributes(record.attributes)
            done = Done()
            self._body.redact(record, done)
            if self._summary:
                done.write(record.attributes, "redaction.body.", self._summary)
        return logs

    def _records(self, payload: Any) -> Iterator[Any]:
        for resource_group in payload.resources():
            self._attributes(resource_group.resource.attributes)
            for scope_group in resource_group.scopes():
                self._attributes(scope_group.scope.attributes)
                yield from scope_group.records()

    def _attributes(self, attributes: Any) -> None:
        masking, all_types = self._masking, self._all_types
        removed: list[str] = []
        done = Done()
        system = self._system(attributes) if self._databases else ""
        for key, value in list(attributes.items()):
            action = masking.key_action(key)
            if action == IGNORE:
                done.ignored.append(key)
                continue
            if action == REMOVE:
                removed.append(key)
                continue
            text = value if isinstance(value, str) else attribute_value_as_string(value) if all_types else ""
            if masking.allowed(text):
                done.allowed.append(key)
                continue
            new = masking.mask(text) if action == MASK else self._rewrite(masking.masked(text), key, system)
            if action == MASK or new != text:
                done.masked.append(key)
                attributes[key] = new
        for key in removed:
            del attributes[key]
        done.redacted = removed
        if self._summary:
            done.write(attributes, "redaction.", self._summary)

    def _rewrite(self, text: str, key: str, system: str) -> str:
        if self._urls is not None:
            text = self._urls.attribute(key, text)
        return self._databases.attribute(key, text, system) if self._databases else text

    def _rewrite_body(self, text: str) -> str:
        if self._urls is not None:
            text = cluster(text)
        return self._databases.body(text)

    def _span_name(self, span: Any) -> None:
        name = span.name
        if self._masking.allowed(name):
            return
        new = self._name_of_urls.span_name(span) if self._name_of_urls else None
        if new is None and self._name_of_databases and span.kind in (1, 2, 3):
            system = self._system(span.attributes)
            new = self._name_of_databases.span_name(name, system) if system else None
        if new and new not in ("...", name):
            span.name = new

    @staticmethod
    def _system(attributes: Any) -> str:
        for key in SYSTEM_KEYS:
            value = attributes.get(key)
            if isinstance(value, str) and value:
                return value.lower()
        return ""


factory = ProcessorFactory("redaction", RedactionConfig, Redaction, Stability.ALPHA)

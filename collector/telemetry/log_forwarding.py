"""Our own log lines sent on, by OTLP or to the console (components.md 1.11, `logs::processors`)."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from collector.telemetry.sending import make_exporter

__all__ = ["LogForwarder"]

severities = {"debug": 5, "info": 9, "warning": 13, "error": 17, "exception": 17, "critical": 21, "fatal": 21}


class LogForwarder:
    """A structlog processor that gives every line to the SDK's log processors and passes it on.

    `processors` are the models of `service::telemetry::logs::processors`.
    """

    def __init__(self, processors: Sequence[Any], resource: Mapping[str, str]) -> None:
        sdk = import_module("opentelemetry.sdk._logs")
        export = import_module("opentelemetry.sdk._logs.export")
        own_resource = import_module("opentelemetry.sdk.resources").Resource(dict(resource))
        api = import_module("opentelemetry._logs")
        self._record = api.LogRecord
        self._severity = api.SeverityNumber
        self._provider = sdk.LoggerProvider(own_resource, shutdown_on_exit=False)
        for processor in processors:
            if processor.simple is not None:
                exporter = make_exporter("logs", processor.simple.exporter)
                self._provider.add_log_record_processor(export.SimpleLogRecordProcessor(exporter))
                continue
            batch = processor.batch
            self._provider.add_log_record_processor(
                export.BatchLogRecordProcessor(
                    make_exporter("logs", batch.exporter),
                    schedule_delay_millis=batch.schedule_delay,
                    max_export_batch_size=batch.max_export_batch_size,
                    export_timeout_millis=batch.export_timeout,
                    max_queue_size=batch.max_queue_size,
                )
            )
        self._logger = self._provider.get_logger("telepipe")

    def __call__(self, _logger: object, method: str, event: Any) -> Any:
        attributes = {key: plain(value) for key, value in event.items() if key not in {"event", "resource", "exc_info"}}
        self._logger.emit(
            self._record(
                severity_number=self._severity(severities.get(method, 9)),
                severity_text=method,
                body=str(event["event"]),
                attributes=attributes,
            )
        )
        return event

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


def plain(value: object) -> str | int | float | bool:
    return value if isinstance(value, str | int | float | bool) else str(value)

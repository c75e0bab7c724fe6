"""`transform`: change telemetry by statements of the OpenTelemetry Transformation Language.

Statements are compiled to Python functions over views: what no statement changes is never encoded again, and a payload
that none of them changes leaves as the same bytes.

    transform:
      trace_statements:
        - set(span.attributes["env"], resource.attributes["deployment.environment.name"])
        - set(span.name, span.attributes["http.route"]) where span.attributes["http.route"] != nil
"""

from typing import Any

from collector.component import ConfigError, ProcessorFactory, Retryable, Settings, Stability
from collector.ottl.errors import EvaluationError
from collector.pdata import Logs, Metrics, Traces

from .config import TransformConfig
from .flattening import flatten, regroup
from .groups import compile_groups

__all__ = ["Transform", "TransformConfig", "factory"]


class Transform:
    """Each group goes over the whole payload before the next one starts."""

    mutates_data = True

    def __init__(self, config: TransformConfig, settings: Settings) -> None:
        self._logger = settings.logger
        self._flatten = config.flatten_data
        try:
            groups = compile_groups(config, str(settings.signal), self._report)
        except ValueError as exc:
            raise ConfigError(str(exc)) from exc
        self._groups = [group.apply for group in groups]

    def process_traces(self, traces: Traces) -> Traces:
        self._apply(traces)
        return traces

    def process_metrics(self, metrics: Metrics) -> Metrics:
        self._apply(metrics)
        return metrics

    def process_logs(self, logs: Logs) -> Logs:
        if not self._flatten:
            self._apply(logs)
            return logs
        flat = flatten(logs)
        self._apply(flat)
        return regroup(flat)

    def _apply(self, payload: Any) -> None:
        try:
            for apply in self._groups:
                apply(payload)
        except EvaluationError as exc:
            raise Retryable(str(exc)) from exc

    def _report(self, statement: str, error: Exception) -> None:
        self._logger.warning("failed to execute statement", statement=statement, error=str(error))


factory = ProcessorFactory("transform", TransformConfig, Transform, Stability.BETA)

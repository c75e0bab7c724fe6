"""The last records that an exporter wrote to a file, each as a line of text."""

import json
from collections import deque
from pathlib import Path
from typing import Any

__all__ = ["Tail"]

MOST_BYTES = 1 << 20  # of what was written since the last look


class Tail:
    """Follows a file of OTLP/JSON lines."""

    def __init__(self, path: Path, kept: int = 2) -> None:
        self.recent = {signal: deque[str](maxlen=kept) for signal in ("traces", "metrics", "logs")}
        self._path = path
        self._read = 0

    def look(self) -> None:
        """Read what is new."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            size = file.seek(0, 2)
            if size - self._read > MOST_BYTES:
                self._read = size - MOST_BYTES
            file.seek(self._read)
            data = file.read()
        whole = data.rfind(b"\n") + 1
        self._read += whole
        for line in data[:whole].splitlines():
            try:
                self._take(json.loads(line))
            except ValueError:  # the rest of a line that was skipped over
                continue

    def _take(self, payload: dict[str, Any]) -> None:
        for resources, scopes, records, signal, describe in (
            ("resourceSpans", "scopeSpans", "spans", "traces", span_text),
            ("resourceMetrics", "scopeMetrics", "metrics", "metrics", metric_text),
            ("resourceLogs", "scopeLogs", "logRecords", "logs", log_text),
        ):
            for resource in payload.get(resources, ()):
                for scope in resource.get(scopes, ()):
                    self.recent[signal].extend(describe(record) for record in scope.get(records, ()))


def attributes_text(owner: dict[str, Any]) -> str:
    pairs = (f"{pair['key']}={next(iter(pair.get('value', {}).values()), '')}" for pair in owner.get("attributes", ()))
    return " ".join(text if len(text) < 40 else text[:36] + "..." for text in pairs)


def span_text(span: dict[str, Any]) -> str:
    took = (int(span.get("endTimeUnixNano", 0)) - int(span.get("startTimeUnixNano", 0))) / 1e6
    failed = " ERROR" if span.get("status", {}).get("code") == 2 else ""
    return f"{span.get('name', '')}  {took:.1f} ms{failed}  {attributes_text(span)}"


def metric_text(metric: dict[str, Any]) -> str:
    kind = next((kind for kind in ("gauge", "sum", "histogram") if kind in metric), "")
    points = metric.get(kind, {}).get("dataPoints", ())
    if not points:
        return f"{metric.get('name', '')}  {kind}"
    point = points[-1]
    value = point.get("asInt", point.get("asDouble"))
    text = f"count={point.get('count')} sum={point.get('sum', 0):.3f}" if value is None else str(value)
    return f"{metric['name']}  {kind}  {text} {metric.get('unit', '')}  {attributes_text(point)}"


def log_text(record: dict[str, Any]) -> str:
    body = next(iter(record.get("body", {}).values()), "")
    return f"{record.get('severityText', '')}  {body}  {attributes_text(record)}"

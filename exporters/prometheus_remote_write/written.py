"""What a Remote Write 2.0 endpoint says it has written (prometheus.md 5.3)."""

from collector.component import Settings
from collector.net.http_client import HTTPResponse

_KINDS = ("samples", "histograms", "exemplars")
_SECONDS_BETWEEN_WARNINGS = 60.0


class WrittenCounters:
    """Adds up the `X-Prometheus-Remote-Write-…-Written` headers of answers."""

    def __init__(self, settings: Settings, url: str) -> None:
        self._url = url
        self._clock = settings.clock
        self._logger = settings.logger
        self._warn_at = 0.0
        self._counters = {
            f"x-prometheus-remote-write-{kind}-written": settings.metrics.counter(
                f"otelcol_exporter_prometheusremotewrite_written_{kind}",
                f"Number of {kind} that the remote endpoint reported as written (Remote Write 2.0).",
                f"{{{kind[:-1]}}}",
            ).bind(endpoint=url)
            for kind in _KINDS
        }

    def count(self, response: HTTPResponse) -> int | None:
        """Add the values of an answer and give their sum; None where none of the headers was there."""
        total: int | None = None
        for name, counter in self._counters.items():
            text = response.headers.get(name)
            if text is not None:
                total = total or 0
            if text is not None and text.isascii() and text.isdigit():
                counter.add(int(text))
                total = (total or 0) + int(text)
            elif response.status // 100 in {2, 4}:
                self._warn(name)
        return total

    def _warn(self, name: str) -> None:
        now = self._clock.monotonic()
        if now < self._warn_at:
            return
        self._warn_at = now + _SECONDS_BETWEEN_WARNINGS
        self._logger.warning(
            "No valid count of what was written in the answer; the endpoint may not understand Remote Write 2.0 "
            "and may be dropping data.",
            header=name,
            endpoint=self._url,
        )

"""`otlp_http`: send telemetry to an OTLP/HTTP server, as protobuf or JSON.

(components.md 3.6)
"""

from collections.abc import Mapping
from typing import Self
from urllib.parse import urlsplit

from pydantic import field_validator, model_validator

from collector.component import (
    ConfigError,
    DeliveryError,
    ExporterFactory,
    Host,
    Partial,
    Permanent,
    Retryable,
    Settings,
    Stability,
)
from collector.config import Duration
from collector.delivery import Parts, QueueSettings, RetrySettings
from collector.delivery.errors import HTTPFailure
from collector.delivery.otlp import partial_success, partial_success_json, status_text
from collector.net.client_settings import HTTPClientConfig
from collector.net.http_client import HTTPClient, HTTPResponse, retry_after
from collector.pdata import Payload

content_types = {"proto": "application/x-protobuf", "json": "application/json"}
retryable = {429, 502, 503, 504}
throttling = {429, 503}
codes = {400: 3, 401: 16, 403: 7, 404: 12, 429: 8, 502: 14, 503: 14, 504: 14}
"""HTTP statuses as gRPC codes, for the answer upstream."""


class OTLPHTTPConfig(HTTPClientConfig):
    """Where to send, how to encode, and what to do when it fails."""

    endpoint: str = ""
    """Base URL; `/v1/traces`, `/v1/metrics` or `/v1/logs` is appended."""

    traces_endpoint: str = ""
    """Whole URL for traces."""

    metrics_endpoint: str = ""
    """Whole URL for metrics."""

    logs_endpoint: str = ""
    """Whole URL for logs."""

    profiles_endpoint: str = ""
    """Accepted for compatibility."""

    encoding: str = "proto"
    """`proto` or `json`."""

    timeout: Duration = 30.0
    """Longest time for one attempt; 0 is no limit."""

    compression: str = "gzip"
    """`gzip`, `zstd`, `zlib`, `deflate`, `snappy`, `x-snappy-framed`, `lz4`, `none`, or empty for none."""

    write_buffer_size: int = 512 << 10
    """Accepted for compatibility; a body is handed over in pieces."""

    retry_on_failure: RetrySettings = RetrySettings()
    """Trying again after errors that may pass."""

    sending_queue: QueueSettings = QueueSettings()
    """The queue before the exporter."""

    @field_validator("encoding")
    @classmethod
    def _encoding_known(cls, value: str) -> str:
        if value not in content_types:
            raise ValueError(f"invalid encoding type: {value}")
        return value

    @field_validator("endpoint", "traces_endpoint", "metrics_endpoint", "logs_endpoint")
    @classmethod
    def _endpoint_is_url(cls, value: str) -> str:
        if value and not is_http_url(value):
            raise ValueError(
                f"endpoint must be a valid URL, got {value!r}; expected http://host:port or https://host:port"
            )
        return value

    @model_validator(mode="after")
    def _endpoint_given(self) -> Self:
        if not (self.endpoint or self.traces_endpoint or self.metrics_endpoint or self.logs_endpoint):
            raise ValueError("at least one endpoint must be specified")
        return self

    def url(self, signal: str) -> str:
        """The URL for a signal, empty where none is given."""
        own: str = getattr(self, f"{signal}_endpoint")
        if own or not self.endpoint:
            return own
        return f"{self.endpoint.rstrip('/')}/v1/{signal}"


class OTLPHTTP:
    """Posts each payload as one request."""

    def __init__(self, config: OTLPHTTPConfig, settings: Settings) -> None:
        signal = str(settings.signal)
        self._url = config.url(signal)
        if not self._url:
            raise ConfigError(f"either endpoint or {signal}_endpoint must be specified")
        self._json = config.encoding == "json"
        self._headers = {"Content-Type": content_types[config.encoding]}
        self._clock = settings.clock
        self._client = HTTPClient(config, settings.build_version)
        parts = urlsplit(self._url)
        self.metric_attributes: Mapping[str, str] = {
            "server.address": parts.hostname or "",
            "server.port": str(parts.port or (443 if parts.scheme == "https" else 80)),
            "url.path": parts.path,
        }

    async def start(self, host: Host) -> None:
        await self._client.start(host)

    async def shutdown(self) -> None:
        await self._client.close()

    async def export_traces(self, payload: Payload) -> None:
        chunks = [payload.to_json()] if self._json else payload.chunks()
        response = await self._client.post(self._url, chunks, self._headers)
        if 200 <= response.status < 300:
            if response.body:
                self._read_answer(payload.signal, response)
            return
        raise self._refusal(response) from HTTPFailure(response.status)

    export_metrics = export_logs = export_traces

    def _read_answer(self, signal: str, response: HTTPResponse) -> None:
        kind = media_type(response)
        if kind == "application/x-protobuf":
            rejected, message = partial_success(signal, response.body)
        elif kind == "application/json":
            rejected, message = partial_success_json(signal, response.body)
        else:
            return
        if rejected or message:
            raise Partial(message, rejected=rejected)

    def _refusal(self, response: HTTPResponse) -> DeliveryError:
        status = response.status
        text = (
            f"error exporting items, request to {self._url} responded with HTTP Status Code {status}"
            f"{status_text(media_type(response), response.body)}"
        )
        if status in retryable:
            delay = None
            if status in throttling:
                delay = retry_after(response.headers.get("retry-after"), self._clock.time_ns() / 1e9)
            return Retryable(text, after=delay, code=codes[status])
        return Permanent(text, code=codes.get(status))


def is_http_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def media_type(response: HTTPResponse) -> str:
    return response.headers.get("content-type", "").partition(";")[0].strip().lower()


def parts(config: OTLPHTTPConfig) -> Parts:
    """Queue and retry; the HTTP client keeps the timeout."""
    return Parts(0, config.retry_on_failure, config.sending_queue)


factory = ExporterFactory("otlp_http", OTLPHTTPConfig, OTLPHTTP, Stability.STABLE, delivery=parts)

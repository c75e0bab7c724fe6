"""Exporters of the OpenTelemetry SDK for our own metrics and logs, made from their settings (components.md 1.11)."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

__all__ = ["make_exporter"]

Signal = Literal["metrics", "logs"]

modules = {"metrics": ("metric_exporter", "OTLPMetricExporter"), "logs": ("_log_exporter", "OTLPLogExporter")}
consoles = {
    "metrics": ("opentelemetry.sdk.metrics.export", "ConsoleMetricExporter"),
    "logs": ("opentelemetry.sdk._logs.export", "ConsoleLogRecordExporter"),
}


def make_exporter(signal: Signal, settings: Any) -> Any:
    """The SDK's exporter of a signal for the settings of a push exporter. Imports the SDK, which is slow."""
    if settings.console is not None:
        module, name = consoles[signal]
        return getattr(import_module(module), name)(out=sys.stdout)
    otlp = settings.otlp
    headers = dict(pair.split("=", 1) for pair in otlp.headers_list.split(",") if "=" in pair)
    headers |= {name: value.get_secret_value() for name, value in otlp.headers.items()}
    make = make_grpc_exporter if otlp.protocol == "grpc" else make_http_exporter
    return make(signal, otlp, headers)


def make_http_exporter(signal: Signal, otlp: Any, headers: dict[str, str]) -> Any:
    module, name = modules[signal]
    compression = import_module("opentelemetry.exporter.otlp.proto.http").Compression
    return getattr(import_module(f"opentelemetry.exporter.otlp.proto.http.{module}"), name)(
        endpoint=http_endpoint(signal, otlp.endpoint),
        headers=headers,
        timeout=otlp.timeout / 1000,
        compression=compression.Gzip if otlp.compression == "gzip" else compression.NoCompression,
        certificate_file=otlp.certificate or None,
        client_certificate_file=otlp.client_certificate or None,
        client_key_file=otlp.client_key or None,
    )


def http_endpoint(signal: Signal, endpoint: str) -> str:
    """The URL to post to: a path that is given is used as it is."""
    url = endpoint or "http://localhost:4318"
    if "://" not in url:
        url = f"http://{url}"
    return url if urlsplit(url).path not in {"", "/"} else f"{url.rstrip('/')}/v1/{signal}"


def make_grpc_exporter(signal: Signal, otlp: Any, headers: dict[str, str]) -> Any:
    grpc = import_module("grpc")
    module, name = modules[signal]
    url = otlp.endpoint or "http://localhost:4317"
    insecure = otlp.insecure or url.startswith("http://")
    files = (otlp.certificate, otlp.client_key, otlp.client_certificate)
    return getattr(import_module(f"opentelemetry.exporter.otlp.proto.grpc.{module}"), name)(
        endpoint=url,
        insecure=insecure,
        credentials=None if insecure else grpc.ssl_channel_credentials(*map(content, files)),
        headers=tuple(headers.items()),
        timeout=otlp.timeout / 1000,
        compression=grpc.Compression.Gzip if otlp.compression == "gzip" else grpc.Compression.NoCompression,
    )


def content(path: str) -> bytes | None:
    return Path(path).read_bytes() if path else None

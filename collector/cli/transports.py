"""How `telepipe send` reaches a receiver: the clients of the exporters, without their queues and retries."""

import argparse
import asyncio
from typing import Any, Protocol

from collector.component import Retryable
from collector.delivery.otlp import partial_success, partial_success_json, services
from collector.net.client_settings import GRPCClientConfig, HTTPClientConfig
from collector.net.grpc_client import GRPCClient
from collector.net.http_client import HTTPClient
from collector.pdata.otlp_json import encode

__all__ = ["GRPC", "HTTP", "Transport"]

DEFAULT_ENDPOINTS = {"grpc": "localhost:4317", "http": "localhost:4318"}


class Transport(Protocol):
    """Sends export requests and knows how to read the answers."""

    async def start(self) -> None: ...
    async def export(self, signal: str, data: bytes) -> int:
        """Items that were rejected; raises for a refusal."""

    async def close(self) -> None: ...


class NoExtensions:
    """The host of a client that needs no extension."""

    def extension(self, id: str) -> Any:
        raise KeyError(id)

    def pipelines(self, signal: str) -> dict[str, Any]:  # noqa: ARG002 -- there are none
        return {}


def client_settings(arguments: argparse.Namespace, protocol: str) -> tuple[dict[str, Any], bool]:
    """Settings common to both clients, and whether they use TLS."""
    files = {name: getattr(arguments, name) for name in ("ca_file", "cert_file", "key_file")}
    secure = arguments.tls or arguments.insecure_skip_verify or any(files.values())
    endpoint = arguments.endpoint or DEFAULT_ENDPOINTS[protocol]
    secure = secure or endpoint.startswith("https://")
    tls = {"insecure": not secure, "insecure_skip_verify": arguments.insecure_skip_verify, **files}
    settings = {
        "endpoint": endpoint,
        "compression": arguments.compression,
        "headers": dict(arguments.header),
        "tls": {name: value for name, value in tls.items() if value},
    }
    return settings, secure


class GRPC:
    """OTLP by gRPC."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        settings, _ = client_settings(arguments, "grpc")
        self._client = GRPCClient(GRPCClientConfig.model_validate(settings))
        self._timeout = arguments.timeout

    async def start(self) -> None:
        await self._client.start(NoExtensions())

    async def export(self, signal: str, data: bytes) -> int:
        async with asyncio.timeout(self._timeout):
            answer = await self._client.unary(services[signal], [data], self._timeout)
        return partial_success(signal, answer)[0] if answer else 0

    async def close(self) -> None:
        await self._client.close()


class HTTP:
    """OTLP by HTTP, in protobuf or JSON."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        settings, secure = client_settings(arguments, "http")
        url = settings["endpoint"]
        if "://" not in url:
            url = f"{'https' if secure else 'http'}://{url}"
        self._url = url.rstrip("/")
        self._json = arguments.encoding == "json"
        self._headers = {"Content-Type": "application/json" if self._json else "application/x-protobuf"}
        settings |= {"endpoint": url, "timeout": round(arguments.timeout * 1e9)}
        self._client = HTTPClient(HTTPClientConfig.model_validate(settings))

    async def start(self) -> None:
        await self._client.start(NoExtensions())

    async def export(self, signal: str, data: bytes) -> int:
        body = encode(signal, data) if self._json else data
        answer = await self._client.post(f"{self._url}/v1/{signal}", [body], self._headers)
        if answer.status != 200:
            raise Retryable(f"HTTP status {answer.status}")
        if not answer.body:
            return 0
        return (partial_success_json if self._json else partial_success)(signal, answer.body)[0]

    async def close(self) -> None:
        await self._client.close()

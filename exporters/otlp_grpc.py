"""`otlp_grpc`: send telemetry to an OTLP/gRPC server.

Connects with the first payload, so it starts while its server is down. (components.md 3.6)
"""

from collections.abc import Mapping

from pydantic import Field, field_validator

from collector.component import ExporterFactory, Host, Partial, Permanent, Retryable, Settings, Stability
from collector.config import Duration
from collector.delivery import Parts, QueueSettings, RetrySettings
from collector.delivery.otlp import partial_success, services
from collector.delivery.settings import check_timeout
from collector.net.client_settings import GRPCClientConfig
from collector.net.codes import Code
from collector.net.grpc_client import GRPCClient, RPCError, parse_target
from collector.pdata import Payload

retryable = {
    Code.CANCELLED,
    Code.DEADLINE_EXCEEDED,
    Code.ABORTED,
    Code.OUT_OF_RANGE,
    Code.UNAVAILABLE,
    Code.DATA_LOSS,
}


class OTLPGRPCConfig(GRPCClientConfig):
    """Where to send, and what to do when it fails."""

    endpoint: str = Field("", validate_default=True)
    """`host:port`, or with a resolver scheme: `dns:///host:port`, `passthrough:///host:port`, `unix:/path`. `https://`
    forces TLS; `http://` means plain text only together with `tls: {insecure: true}`."""

    timeout: Duration = 5.0
    """Longest time for one attempt; 0 is no limit."""

    retry_on_failure: RetrySettings = RetrySettings()
    """Trying again after errors that may pass."""

    sending_queue: QueueSettings = QueueSettings()
    """The queue before the exporter."""

    @field_validator("timeout")
    @classmethod
    def _timeout_in_range(cls, value: float) -> float:
        return check_timeout(value)

    @field_validator("endpoint")
    @classmethod
    def _endpoint_readable(cls, value: str) -> str:
        parse_target(value)
        return value


class OTLPGRPC:
    """Sends each payload as one Export call."""

    def __init__(self, config: OTLPGRPCConfig, settings: Settings) -> None:
        self._timeout = config.timeout
        self._path = services[str(settings.signal)]
        self._client = GRPCClient(config, settings.build_version)
        target = parse_target(config.endpoint)
        self.metric_attributes: Mapping[str, str] = {
            "server.address": target.path or target.host,
            "server.port": str(target.port),
            "url.path": self._path,
        }

    async def start(self, host: Host) -> None:
        await self._client.start(host)

    async def shutdown(self) -> None:
        await self._client.close()

    async def export_traces(self, payload: Payload) -> None:
        try:
            answer = await self._client.unary(self._path, payload.chunks(), self._timeout)
        except RPCError as error:
            raise classified(error) from error
        if answer:
            rejected, message = partial_success(payload.signal, answer)
            if rejected or message:
                raise Partial(message, rejected=rejected)

    export_metrics = export_logs = export_traces


def classified(error: RPCError) -> Permanent | Retryable:
    """Whether a status may pass (components.md 3.6)."""
    delay = error.retry_delay
    if error.code in retryable or (error.code == Code.RESOURCE_EXHAUSTED and delay is not None):
        return Retryable(str(error), after=delay or None, code=error.code)
    return Permanent(str(error), code=error.code)


def parts(config: OTLPGRPCConfig) -> Parts:
    """Queue, retry and timeout."""
    return Parts(config.timeout, config.retry_on_failure, config.sending_queue)


factory = ExporterFactory("otlp_grpc", OTLPGRPCConfig, OTLPGRPC, Stability.STABLE, delivery=parts)

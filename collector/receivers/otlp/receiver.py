"""The component: one port for each protocol, shared by all signals of the id."""

import asyncio

from collector.component import Host, Settings, Status
from collector.net.asgi import Application
from collector.net.budget import budget
from collector.net.endpoint import bind
from collector.net.exchange import Handler
from collector.net.gate import Gate
from collector.net.options import ServerOptions
from collector.net.port import Port
from collector.net.server_settings import ServerConfig
from collector.net.tls_server import ServerTLSContext
from collector.receivers.otlp.config import HTTPConfig, OTLPReceiverConfig
from collector.receivers.otlp.grpc import GRPCHandler
from collector.receivers.otlp.http import HTTPHandler
from collector.receivers.otlp.intake import Intake

__all__ = ["OTLPReceiver"]

grace_seconds = 10.0


class OTLPReceiver:
    """Listens from `start` to `shutdown`. A signal that no pipeline takes from it is not registered.

    `application` serves OTLP/HTTP in somebody else's server, whether this one listens or not.
    """

    def __init__(self, config: OTLPReceiverConfig, settings: Settings) -> None:
        self.config = config
        self.settings = settings
        self.ports: list[Port] = []

    async def start(self, host: Host) -> None:
        """Listen.

        Raises:
            OSError: an address can't be had.
            ValueError: an extension named in the settings is missing.
        """
        try:
            http, grpc = self.config.protocols.http, self.config.protocols.grpc
            if grpc is not None:
                handler = GRPCHandler(grpc, self.intakes("grpc"), Gate(grpc, host), budget)
                await self.listen(grpc, handler, grpc.options())
            if http is not None:
                web = HTTPHandler(http, self.intakes("http"), Gate(http, host), budget)
                await self.listen(http, web, http.options())
        except BaseException:
            await self.stop(0)
            raise
        self.settings.report(Status.OK)

    async def shutdown(self) -> None:
        """Accept no more and let requests in flight finish."""
        await self.stop(grace_seconds)

    def application(self, host: Host) -> Application:
        """OTLP/HTTP as an ASGI application, to be mounted in a service.

        Its settings are those of `protocols::http`, or the defaults where that is off.
        """
        http = self.config.protocols.http or HTTPConfig()
        return Application(HTTPHandler(http, self.intakes("http"), Gate(http, host), budget), budget)

    async def stop(self, grace: float) -> None:
        await asyncio.gather(*(port.stop(grace) for port in self.ports))
        self.ports.clear()

    def intakes(self, transport: str) -> list[Intake]:
        return [Intake(signal, transport, self.settings) for signal in self.settings.consumers]

    async def listen(self, config: ServerConfig, handler: Handler, options: ServerOptions) -> None:
        context = None
        if config.tls is not None:
            context = ServerTLSContext(config.tls, self.certificates_failed).context
        port = Port(handler, options, budget, context)
        self.ports.append(port)
        await port.start(bind(config.endpoint, config.transport))
        self.settings.logger.info("Starting server", endpoint=port.address)

    def certificates_failed(self, error: Exception) -> None:
        self.settings.logger.error("certificates can't be read again, those in use stay", error=str(error))

"""Run a collector until it is told to stop: SIGINT and SIGTERM stop it, SIGHUP reads its configuration anew."""

import argparse
import asyncio
import gc
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from collector.cli.options import add_config_options, size
from collector.component import ConfigError

if TYPE_CHECKING:
    from collector.config.document import Document
    from collector.pipeline.service import Service


def configure(parser: argparse.ArgumentParser) -> None:
    add_config_options(parser)
    parser.add_argument(
        "--memory-budget",
        type=size,
        metavar="SIZE",
        help="bytes of telemetry in flight and in memory queues, such as 256MiB "
        "(default: a quarter of the memory, at most 512MiB)",
    )


def execute(arguments: argparse.Namespace) -> int:
    from collector.cli.lean import import_structlog, keep_large_buffers  # noqa: PLC0415 - not for --help

    keep_large_buffers()
    import_structlog()
    document = _load(arguments)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(Runner(arguments, document).run())


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The loop of uvloop, which takes an eighth off the cost of small requests; asyncio's own where it is absent."""
    try:
        import uvloop  # noqa: PLC0415 - not for --help
    except ImportError:
        return None
    return uvloop.new_event_loop


def _load(arguments: argparse.Namespace) -> "Document":
    from collector.config.document import load  # noqa: PLC0415

    return load(arguments.config, arguments.set, arguments.feature_gates)


class Runner:
    """A service in the foreground: its signals, reloads and end."""

    def __init__(self, arguments: argparse.Namespace, document: "Document") -> None:
        self._arguments = arguments
        self._document = document
        self._wake = asyncio.Event()
        self._stop = False
        self._reload = False

    async def run(self) -> int:
        """Returns the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._on_stop)
        loop.add_signal_handler(signal.SIGHUP, self._on_reload)
        service = await self._started(self._document, "")
        while service is not None:
            gc.collect()
            gc.freeze()
            waiting = asyncio.ensure_future(self._wake.wait())
            await asyncio.wait((waiting, service.fatal), return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            self._wake.clear()
            failed = service.fatal.done()
            if failed or self._stop:
                stopped = await self._stopped(service)
                return 0 if stopped and not failed else 1
            if self._reload:
                service = await self._reloaded(service)
        return 1

    def _on_stop(self) -> None:
        self._stop = True
        self._wake.set()

    def _on_reload(self) -> None:
        self._reload = True
        self._wake.set()

    async def _reloaded(self, service: "Service") -> "Service | None":
        """The service of the new configuration; the old one, still running, where the new one is refused."""
        from collector.pipeline.service import check  # noqa: PLC0415

        self._reload = False
        logger = service.telemetry.logger
        try:
            document = _load(self._arguments)
            check(document)
        except ConfigError as error:
            problems = [str(problem) for problem in error.problems]
            logger.error("Config update refused, the service runs on unchanged", problems=problems)  # noqa: TRY400
            return service
        logger.warning("Config updated, restart service")
        await self._stopped(service)
        gc.unfreeze()
        return await self._started(document, "failed to setup configuration components: ")

    async def _started(self, document: "Document", prefix: str) -> "Service | None":
        from collector.pdata import kernel  # noqa: PLC0415 - costs start-up time
        from collector.pipeline.service import Service, StartError  # noqa: PLC0415

        try:
            service = Service(document, memory_budget=self._arguments.memory_budget)
            for notice in document.notices:
                getattr(service.telemetry.logger, notice.level)(notice.message, **notice.fields)
            service.telemetry.logger.info("Kernel loaded.", build=kernel.build)
            await service.start()
        except (ConfigError, StartError, OSError) as error:
            print(f"{prefix}{error}", file=sys.stderr)
            return None
        return service

    async def _stopped(self, service: "Service") -> bool:
        """Stop the service; whether all of it stopped well."""
        try:
            await service.stop()
        except ExceptionGroup as errors:
            for error in errors.exceptions:
                print(f"failed to shutdown: {error}", file=sys.stderr)
            return False
        return True

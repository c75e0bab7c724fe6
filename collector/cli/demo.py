"""Show a collector at work on what a program makes that is instrumented with the OpenTelemetry SDK.

Needs no network; ends by itself, or with Ctrl-C.
"""

import argparse
import asyncio
import os
import signal
import socket
import sys
import tempfile
from asyncio.subprocess import Process
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from collector.cli.send import duration
from collector.component import TelepipeError

if TYPE_CHECKING:
    from collector.demo.view import View
    from collector.pipeline.service import Service

PORTS = {"TELEPIPE_DEMO_GRPC_PORT": 4317, "TELEPIPE_DEMO_HTTP_PORT": 4318, "TELEPIPE_DEMO_METRICS_PORT": 8888}
REFRESH = 0.25  # seconds
CONFIG = Path(__file__).parents[1] / "demo" / "collector.yaml"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--duration", type=duration, default=10.0, metavar="TIME", help="how long (default: 10s)")


def execute(arguments: argparse.Namespace) -> int:
    try:
        return asyncio.run(demo(arguments.duration))
    except (TelepipeError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def free_ports() -> dict[str, str]:
    """The usual ports, or others where those are taken."""
    found = {}
    with ExitStack() as held:
        for name, usual in PORTS.items():
            probe = held.enter_context(socket.socket())
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", usual))
            except OSError:
                probe.bind(("127.0.0.1", 0))
            found[name] = str(probe.getsockname()[1])
    return found


async def demo(seconds: float) -> int:
    """Run the collector and the program for so long; 0 if both ended well."""
    from collector.config.document import load  # noqa: PLC0415 - not for --help
    from collector.demo.tail import Tail  # noqa: PLC0415
    from collector.demo.view import View  # noqa: PLC0415
    from collector.pipeline.service import Service  # noqa: PLC0415

    ports = free_ports()
    grpc, http, metrics = ports.values()
    output = Path(tempfile.mkdtemp(prefix="telepipe-demo-")) / "telemetry.jsonl"
    os.environ |= {**ports, "TELEPIPE_DEMO_OUTPUT": str(output)}
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    service = Service(load([str(CONFIG)]))
    await service.start()
    places = {
        "configuration": str(CONFIG),
        "receives OTLP": f"127.0.0.1:{grpc} (gRPC), http://127.0.0.1:{http} (HTTP)",
        "writes to": str(output),
        "own metrics": f"http://127.0.0.1:{metrics}/metrics",
    }
    view = View(service, Tail(output), places)
    try:
        shop = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "collector.demo.workload", grpc, http, start_new_session=True
        )
        try:
            loop.call_later(seconds, stop.set)
            await watch(view, stop, shop, places)
        finally:
            code = await end(shop)
    finally:
        await service.stop()
    conclude(service, view)
    return 1 if code else 0


async def watch(view: "View", stop: asyncio.Event, shop: Process, places: dict[str, str]) -> None:
    """Keep the picture up to date until it is time, or until the program ends."""
    from rich.console import Console  # noqa: PLC0415 - not for --help
    from rich.live import Live  # noqa: PLC0415

    console = Console()
    if not console.is_terminal:
        for name, place in places.items():
            print(f"{name}: {place}", flush=True)
        await until(stop, shop)
        return
    with Live(console=console, auto_refresh=False) as live:
        while not await until(stop, shop, REFRESH):
            live.update(view.render(), refresh=True)


async def until(stop: asyncio.Event, shop: Process, patience: float | None = None) -> bool:
    """Wait for the end; False when patience ended first."""
    waiting = [asyncio.ensure_future(stop.wait()), asyncio.ensure_future(shop.wait())]
    done, _ = await asyncio.wait(waiting, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
    for each in waiting:
        each.cancel()
    return bool(done)


async def end(shop: Process) -> int:
    """Let the program send what is left, and end it; its exit code."""
    if shop.returncode is None:
        shop.terminate()
        try:
            await asyncio.wait_for(shop.wait(), 10)
        except TimeoutError:
            shop.kill()
    return await shop.wait()


def conclude(service: "Service", view: "View") -> None:
    """Print the numbers and the books."""
    from rich.console import Console  # noqa: PLC0415 - not for --help

    from collector.demo.view import books  # noqa: PLC0415

    print("\n".join(view.lines()))
    Console().print(books(service))

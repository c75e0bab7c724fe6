"""Generate telemetry and send it to an OTLP receiver; tells what was taken and how long answers took."""

import argparse
import asyncio
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from collector.config.durations import parse_duration

if TYPE_CHECKING:
    from collector.cli.transports import Transport

SIGNALS = ("traces", "metrics", "logs")
ITEMS = {"traces": "spans", "metrics": "data points", "logs": "log records"}


def configure(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "signals",
        nargs="*",
        type=known,
        metavar="SIGNAL",
        help="traces, metrics or logs; several are sent side by side",
    )
    add("--endpoint", metavar="ADDRESS", help="host:port or URL (default: localhost:4317, for http localhost:4318)")
    add("--protocol", choices=("grpc", "http"), help="how to send (default: grpc, http for json)")
    add("--encoding", choices=("protobuf", "json"), default="protobuf", help="json goes by http alone")
    add("--compression", choices=("gzip", "zstd", "snappy", "none"), default="none", help="of requests")
    add("--count", type=natural, default=1000, metavar="N", help="items of each signal; 0 for no end (default: 1000)")
    add("--rate", type=natural, default=0, metavar="N", help="items of each signal a second; 0 for as fast as can be")
    add("--duration", type=duration, metavar="TIME", help="stop after this time, such as 30s")
    add("--batch", type=positive, default=100, metavar="N", help="items a request (default: 100)")
    add("--concurrency", type=positive, default=4, metavar="N", help="requests in flight of a signal (default: 4)")
    add("--timeout", type=duration, default=10.0, metavar="TIME", help="wait so long for an answer (default: 10s)")
    add("--service", default="shop", metavar="NAME", help="service.name of the telemetry (default: shop)")
    add("--attribute", action="append", default=[], type=pair, metavar="KEY=VALUE", help="of the resource; may repeat")
    add("--header", action="append", default=[], type=pair, metavar="NAME=VALUE", help="of requests; may repeat")
    tls = parser.add_argument_group("TLS", "used with --tls, an https:// endpoint, or any of these")
    tls.add_argument("--tls", action="store_true", help="send by TLS, trusting what the system trusts")
    tls.add_argument("--ca-file", default="", metavar="FILE", help="certificates that are trusted")
    tls.add_argument("--cert-file", default="", metavar="FILE", help="own certificate")
    tls.add_argument("--key-file", default="", metavar="FILE", help="own key")
    tls.add_argument("--insecure-skip-verify", action="store_true", help="take any certificate")


def known(text: str) -> str:
    if text not in SIGNALS:
        raise argparse.ArgumentTypeError(f"unknown signal {text!r}; known: {', '.join(SIGNALS)}")
    return text


def natural(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def positive(text: str) -> int:
    if not (value := natural(text)):
        raise argparse.ArgumentTypeError("must be more than 0")
    return value


def duration(text: str) -> float:
    """Seconds of a Go duration, or of a plain number."""
    try:
        return float(text) if text.replace(".", "", 1).isdigit() else parse_duration(text) / 1e9
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not (name and separator):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def execute(arguments: argparse.Namespace) -> int:
    if arguments.encoding == "json" and arguments.protocol == "grpc":
        print("--encoding json goes by http alone", file=sys.stderr)
        return 2
    return asyncio.run(send(arguments))


class Load:
    """Requests of one signal, at a pace."""

    def __init__(self, signal: str, arguments: argparse.Namespace, transport: "Transport") -> None:
        self.signal = signal
        self.sent = self.rejected = self.requests = 0
        self.refused: Counter[str] = Counter()
        self.latencies: list[float] = []
        self.seconds = 0.0
        self._arguments = arguments
        self._transport = transport

    async def run(self, stop: asyncio.Event) -> None:
        from collector.cli.generator import generator  # noqa: PLC0415 - not for --help

        given = self._arguments
        resource = {"service.name": given.service, **dict(given.attribute)}
        makers: dict[int, Callable[[], bytes]] = {}
        slots = asyncio.Semaphore(given.concurrency)
        start = time.monotonic()
        planned = 0
        async with asyncio.TaskGroup() as group:
            while not stop.is_set() and (not given.count or planned < given.count):
                size = min(given.batch, given.count - planned) if given.count else given.batch
                if given.rate:
                    await pause(stop, start + planned / given.rate - time.monotonic())
                await slots.acquire()
                if stop.is_set():
                    break
                maker = makers.get(size) or makers.setdefault(size, generator(self.signal, size, resource))
                planned += size
                group.create_task(self._request(maker(), size, slots))
        self.seconds = time.monotonic() - start

    async def _request(self, data: bytes, size: int, slots: asyncio.Semaphore) -> None:
        from collector.component import DeliveryError  # noqa: PLC0415 - not for --help
        from collector.net.grpc_client import RPCError  # noqa: PLC0415

        begin = time.monotonic()
        try:
            rejected = await self._transport.export(self.signal, data)
        except TimeoutError:
            self.refused[f"no answer within {self._arguments.timeout:g} s"] += size
        except (DeliveryError, RPCError) as error:
            self.refused[str(error)] += size
        else:
            self.sent += size - rejected
            self.rejected += rejected
        finally:
            self.latencies.append(time.monotonic() - begin)
            self.requests += 1
            slots.release()

    def summary(self) -> list[str]:
        rate = self.sent / self.seconds if self.seconds else 0.0
        done = f"{self.sent} {ITEMS[self.signal]} taken in {self.requests} requests"
        lines = [f"{self.signal}: {done}, {self.seconds:.2f} s, {rate:.0f}/s"]
        if self.latencies:
            times = sorted(self.latencies)
            median, high = (times[min(int(len(times) * part), len(times) - 1)] * 1e3 for part in (0.5, 0.99))
            lines.append(f"  answers after {median:.1f} ms (median), {high:.1f} ms (99 %)")
        if self.rejected:
            lines.append(f"  {self.rejected} {ITEMS[self.signal]} rejected")
        lines += [f"  {items} {ITEMS[self.signal]} refused: {reason}" for reason, items in self.refused.most_common(5)]
        return lines


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but not past the stop."""
    if seconds > 0:
        try:
            await asyncio.wait_for(stop.wait(), seconds)
        except TimeoutError:
            return


async def send(arguments: argparse.Namespace) -> int:
    """Send everything; 0 if all of it was taken."""
    from collector.cli.transports import GRPC, HTTP  # noqa: PLC0415 - not for --help

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, stop.set)
    if arguments.duration:
        loop.call_later(arguments.duration, stop.set)
    by_http = arguments.protocol == "http" or arguments.encoding == "json"
    try:
        transport: Transport = HTTP(arguments) if by_http else GRPC(arguments)
        await transport.start()
    except (ValueError, OSError) as error:  # an endpoint that is none, a certificate that can't be read
        print(error, file=sys.stderr)
        return 1
    loads = [Load(name, arguments, transport) for name in dict.fromkeys(arguments.signals) or ["traces"]]
    try:
        await asyncio.gather(*(load.run(stop) for load in loads))
    finally:
        await transport.close()
    for load in loads:
        print("\n".join(load.summary()))
    return 1 if any(load.refused or load.rejected for load in loads) else 0

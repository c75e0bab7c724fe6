"""CPU and memory for each million items, Telepipe and peers side by side in one run.

    python tests/performance/peers.py fwd-10 fwd-100 --otelcol /path/to/otelcol --repeat 3

Telepipe is always measured, rotel where its Python package is installed, the Go Collector where its path is given. The
collector is pinned to the first core, load and back end share the second. Compare only lines of one run: the figures
depend on the machine, their ratios much less.
"""

import argparse
import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import grpc
import payloads
from process import cpu, memory

HERE = Path(__file__).parent
SERVICE = {"traces": "trace.v1.TraceService", "logs": "logs.v1.LogsService", "metrics": "metrics.v1.MetricsService"}
METHOD = {signal: f"/opentelemetry.proto.collector.{service}/Export" for signal, service in SERVICE.items()}


@dataclass(frozen=True)
class Case:
    signal: str
    items: int
    requests: int
    protocol: str
    config: str


CASES = {
    "fwd-10": Case("traces", 10, 6000, "grpc", "forward"),
    "fwd-100": Case("traces", 100, 4000, "grpc", "forward"),
    "fwd-1000": Case("traces", 1000, 600, "grpc", "forward"),
    "gzip-100": Case("traces", 100, 3000, "gzip", "forward-gzip"),
    "gzip-1000": Case("traces", 1000, 400, "gzip", "forward-gzip"),
    "http-10": Case("traces", 10, 6000, "http", "forward"),
    "http-100": Case("traces", 100, 4000, "http", "forward"),
    "http-1000": Case("traces", 1000, 600, "http", "forward"),
    "logs-100": Case("logs", 100, 4000, "grpc", "forward"),
    "logs-1000": Case("logs", 1000, 800, "grpc", "forward"),
    "metrics-100": Case("metrics", 100, 4000, "grpc", "forward"),
    "proc-100": Case("traces", 100, 3000, "grpc", "process"),
    "proc-1000": Case("traces", 1000, 400, "grpc", "process"),
    "rw-100": Case("metrics", 100, 3000, "grpc", "remote-write"),
    "rw-1000": Case("metrics", 1000, 500, "grpc", "remote-write"),
}


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def wait_for(port, process, limit=30.0):
    end = time.monotonic() + limit
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.02)
    return False


async def send_http(port, signal, bodies, requests, at_once=8):
    """Keep-alive connections with requests written by hand, so that the load costs little."""
    heads = [
        f"POST /v1/{signal} HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-protobuf\r\n"
        f"content-length: {len(body)}\r\n\r\n".encode()
        for body in bodies
    ]
    numbers, errors = iter(range(requests)), 0

    async def worker():
        nonlocal errors
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            writer.writelines((heads[number % len(bodies)], bodies[number % len(bodies)]))
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            errors += not head.startswith(b"http/1.1 200")
            if b"content-length:" in head:
                await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
            elif b"chunked" in head:
                await reader.readuntil(b"0\r\n\r\n")
        writer.close()

    await asyncio.gather(*[worker() for _ in range(at_once)])
    return errors


async def send_grpc(port, signal, bodies, requests, compression, at_once=8, channels=4):
    options = [("grpc.use_local_subchannel_pool", 1), ("grpc.max_send_message_length", -1)]
    opened = [
        grpc.aio.insecure_channel(f"127.0.0.1:{port}", compression=compression, options=options)
        for _ in range(channels)
    ]
    calls = [channel.unary_unary(METHOD[signal]) for channel in opened]
    numbers, errors = iter(range(requests)), 0

    async def worker(place):
        nonlocal errors
        for number in numbers:
            try:
                await calls[place % channels](bodies[number % len(bodies)], timeout=30)
            except grpc.RpcError:
                errors += 1

    await asyncio.gather(*[worker(place) for place in range(at_once)])
    for channel in opened:
        await channel.close()
    return errors


def send(case, grpc_port, http_port, bodies, requests):
    if case.protocol == "http":
        return asyncio.run(send_http(http_port, case.signal, bodies, requests))
    compression = grpc.Compression.Gzip if case.protocol == "gzip" else None
    return asyncio.run(send_grpc(grpc_port, case.signal, bodies, requests, compression))


def stats(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/stats") as answer:
        return json.load(answer)


def settle(port, quiet=2.0, limit=90.0):
    """Wait until the back end has seen nothing new for a while: only then is all the work in the figure."""
    end, last, since = time.monotonic() + limit, None, time.monotonic()
    while time.monotonic() < end and time.monotonic() - since < quiet:
        now = stats(port)["requests"]
        if now != last:
            last, since = now, time.monotonic()
        time.sleep(0.1)


def bodies_of(case):
    if case.signal == "metrics":
        return [payloads.metrics(case.items, seed, tick) for tick in range(10) for seed in range(8)]
    return [getattr(payloads, case.signal)(case.items, seed) for seed in range(40)]


def measure(name, case, command, label):
    """Run one case against one collector, print its line and return CPU seconds for a million items."""
    grpc_port, http_port, own_port, sink_grpc, sink_http = free_ports(5)
    text = (HERE / f"configs/{case.config}.yaml").read_text()
    sink_port = sink_http if case.config == "remote-write" else sink_grpc
    for mark, port in (("@GRPC@", grpc_port), ("@HTTP@", http_port), ("@SINK@", sink_port), ("@SELF@", own_port)):
        text = text.replace(mark, str(port))
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        config = Path(folder, "config.yaml")
        config.write_text(text)
        log = stack.enter_context(Path(folder, "log").open("w+"))
        bodies = bodies_of(case)
        sink = stack.enter_context(
            running(["taskset", "-c", "1", sys.executable, str(HERE / "sink.py"), str(sink_grpc), str(sink_http)])
        )
        if not (wait_for(sink_grpc, sink) and wait_for(sink_http, sink)):
            raise SystemExit("the back end did not start")
        values = {"config": config, "grpc": grpc_port, "http": http_port, "sink": sink_grpc}
        values["compression"] = "gzip" if case.protocol == "gzip" else "none"
        began = time.monotonic()
        collector = stack.enter_context(
            running(["taskset", "-c", "0", *[part.format(**values) for part in command]], log)
        )
        if not wait_for(grpc_port, collector):
            log.seek(0)
            print(f"{name:12} {label:9} did not start: {log.read()[-600:]}")
            return None
        ready = time.monotonic() - began
        time.sleep(1)
        idle = memory(collector.pid, "VmRSS")
        send(case, grpc_port, http_port, bodies, max(50, case.requests // 10))
        settle(sink_http)
        seen, spent = stats(sink_http)["items"], cpu(collector.pid)
        began = time.monotonic()
        errors = send(case, grpc_port, http_port, bodies, case.requests)
        wall = time.monotonic() - began
        settle(sink_http)
        spent = cpu(collector.pid) - spent
        items = case.items * case.requests
        figure = 1e6 * spent / items
        print(
            f"{name:12} {label:9} cpu {figure:6.2f} s/1M items  {items / wall:9.0f} items/s  "
            f"rss idle {idle:4.0f} peak {memory(collector.pid, 'VmHWM'):4.0f} MB  ready {ready:.2f} s  "
            f"errors {errors}  delivered {stats(sink_http)['items'] - seen} of {items}",
            flush=True,
        )
        return figure


@contextlib.contextmanager
def running(command, log=subprocess.DEVNULL):
    process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env={**os.environ, "GOMAXPROCS": "1"})
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def rotel():
    """The command of rotel's agent, where its package is installed."""
    spec = find_spec("rotel")
    if spec is None or not spec.submodule_search_locations:
        return None
    library = sysconfig.get_config_var("LIBDIR")
    agent = Path(spec.submodule_search_locations[0], "rotel-agent")
    command = f"env LD_LIBRARY_PATH={library} {agent} start --otlp-grpc-endpoint 127.0.0.1:{{grpc}}"
    command += " --otlp-http-endpoint 127.0.0.1:{http} --otlp-grpc-max-recv-msg-size-mib 64 --exporter otlp"
    command += " --otlp-exporter-endpoint http://127.0.0.1:{sink} --otlp-exporter-protocol grpc"
    return [*command.split(), "--otlp-exporter-compression", "{compression}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="+", help=f"{', '.join(CASES)}, or all")
    parser.add_argument("--otelcol", help="path of a Go Collector with the components that the case needs")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--memory-budget", help="Telepipe's, such as 64MiB")
    options = parser.parse_args()
    os.sched_setaffinity(0, {1})
    commands = {"telepipe": [str(Path(sys.executable).with_name("telepipe")), "run", "--config", "{config}"]}
    if options.memory_budget:
        commands["telepipe"] += ["--memory-budget", options.memory_budget]
    if options.otelcol:
        commands["otelcol"] = [options.otelcol, "--config", "{config}"]
    if rotel():
        commands["rotel"] = rotel()
    for name in CASES if options.cases == ["all"] else options.cases:
        case, figures = CASES[name], {}
        for _ in range(options.repeat):
            for label, command in commands.items():
                if label == "rotel" and case.config not in ("forward", "forward-gzip"):
                    continue
                figure = measure(name, case, command, label)
                if figure is not None:
                    figures.setdefault(label, []).append(figure)
        best = {label: min(values) for label, values in figures.items()}
        peers = [value for label, value in best.items() if label != "telepipe"]
        if "telepipe" in best and peers:
            print(f"{name:12} ratio to the better peer: {best['telepipe'] / min(peers):.2f}")


if __name__ == "__main__":
    main()

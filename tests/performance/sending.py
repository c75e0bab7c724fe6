"""CPU that sending costs: microseconds of the client's process per span, by protocol and compression.

usage: python tests/performance/sending.py [--spans 8000] [--requests 100]

The server is another process and is not counted. Compare only lines of one run.
"""

import argparse
import asyncio
import multiprocessing
import os
import time
from concurrent import futures
from functools import partial

from collector.delivery.otlp import services
from collector.net.client_settings import GRPCClientConfig, HTTPClientConfig
from collector.net.grpc_client import GRPCClient
from collector.net.http_client import HTTPClient
from collector.pdata import Traces

attributes = {
    "http.request.method": "GET",
    "http.route": "/api/items/{id}",
    "http.response.status_code": 200,
    "url.scheme": "https",
    "server.address": "shop.example.com",
    "network.protocol.version": "1.1",
    "user_agent.original": "Mozilla/5.0 (X11; Linux x86_64)",
    "client.address": "10.1.2.3",
    "thread.id": 17,
    "sampled": True,
}


def make_payload(spans):
    builder = Traces.builder()
    scope = builder.resource({"service.name": "shop", "host.name": "node-1"}).scope({"name": "library"})
    for number in range(spans):
        scope.add(
            trace_id=os.urandom(16),
            span_id=os.urandom(8),
            name=f"operation {number % 50}",
            kind=2,
            start_time_unix_nano=1_700_000_000_000_000_000 + number * 1_000_003,
            end_time_unix_nano=1_700_000_000_005_000_000 + number * 1_000_003,
            attributes={**attributes, "request.id": f"{number:032x}"},
        )
    return builder.build()


def serve_grpc(port):
    import grpc

    class Handler(grpc.GenericRpcHandler):
        def service(self, details):
            return grpc.unary_unary_rpc_method_handler(lambda request, context: b"")

    server = grpc.server(futures.ThreadPoolExecutor(4), options=[("grpc.max_receive_message_length", -1)])
    server.add_generic_rpc_handlers((Handler(),))
    port.send(server.add_insecure_port("127.0.0.1:0"))
    server.start()
    server.wait_for_termination()


def serve_http(port):
    from aiohttp import web

    async def handle(request):
        async for _ in request.content.iter_any():
            pass
        return web.Response()

    async def main():
        server = web.ServerRunner(web.Server(handle, auto_decompress=False))
        await server.setup()
        site = web.TCPSite(server, "127.0.0.1", 0)
        await site.start()
        port.send(site._server.sockets[0].getsockname()[1])
        await asyncio.Event().wait()

    asyncio.run(main())


def start(target):
    mine, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=target, args=(theirs,), daemon=True)
    process.start()
    return process, mine.recv()


async def measure(name, client, send, payload, requests):
    await client.start(None)
    await send()
    began, began_at = time.process_time(), time.perf_counter()
    for _ in range(requests):
        await send()
    cpu, wall = time.process_time() - began, time.perf_counter() - began_at
    await client.close()
    spans = payload.item_count * requests
    print(f"{name:16} {cpu / spans * 1e6:8.3f} us/span {spans / wall:12,.0f} spans/s", flush=True)


async def call(client, path, payload):
    await client.unary(path, payload.chunks(), 30)


async def post(client, url, payload):
    await client.post(url, payload.chunks(), {})


async def run(payload, requests, grpc_port, http_port):
    path = services["traces"]
    for compression in ("none", "gzip"):
        config = {"endpoint": f"127.0.0.1:{grpc_port}", "tls": {"insecure": True}, "compression": compression}
        client = GRPCClient(GRPCClientConfig.model_validate(config))
        await measure(f"grpc {compression}", client, partial(call, client, path, payload), payload, requests)
    url = f"http://127.0.0.1:{http_port}/v1/traces"
    for compression in ("none", "gzip", "zstd"):
        client = HTTPClient(HTTPClientConfig.model_validate({"compression": compression}))
        await measure(f"http {compression}", client, partial(post, client, url, payload), payload, requests)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--spans", type=int, default=8_000, help="spans in a request")
    parser.add_argument("--requests", type=int, default=100)
    parser.add_argument("--parts", type=int, default=1, help="merge so many payloads for each request")
    options = parser.parse_args()
    parts = [make_payload(options.spans // options.parts) for _ in range(options.parts)]
    payload = Traces.merge(parts) if len(parts) > 1 else parts[0]
    print(f"{payload.item_count} spans, {payload.byte_size / payload.item_count:.0f} bytes each")
    servers = [start(serve_grpc), start(serve_http)]
    try:
        asyncio.run(run(payload, options.requests, servers[0][1], servers[1][1]))
    finally:
        for process, _ in servers:
            process.kill()


if __name__ == "__main__":
    main()

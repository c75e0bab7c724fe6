"""The same servers on another event loop: a service may run on uvloop."""

import asyncio
import importlib
import sys

import aiohttp
import pytest

from collector.testing import bench, traces

if sys.platform not in ("linux", "darwin"):
    pytest.skip("uvloop is for Linux and macOS", allow_module_level=True)
uvloop = importlib.import_module("uvloop")


async def exchange():
    protocols = {"grpc": {"endpoint": "127.0.0.1:0"}, "http": {"endpoint": "127.0.0.1:0"}}
    async with bench("otlp", {"protocols": protocols}, kind="receiver") as receiver:
        rpc, web = (port.address for port in receiver.component.ports)
        url, headers = f"http://{web}/v1/traces", {"Content-Type": "application/x-protobuf"}
        async with aiohttp.ClientSession() as session:
            for _ in range(2):
                async with session.post(url, data=traces("a").seal(), headers=headers) as response:
                    assert response.status == 200
        reader, writer = await asyncio.open_connection(*rpc.split(":"))
        writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))
        assert (await reader.readexactly(9))[3] == 4
        writer.close()
        return receiver.sink.item_count


def test_receiving_works_on_uvloop():
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(exchange()) == 2

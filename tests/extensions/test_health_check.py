import asyncio
import http.client
import json
import socket

import pytest
from pydantic import ValidationError

from collector.testing import bench


def check(config=None):
    return bench("health_check", {"endpoint": "127.0.0.1:0", **(config or {})})


async def fetch(health, path="/", method="GET"):
    def get():
        connection = http.client.HTTPConnection(*health.component.server.address, timeout=5)
        try:
            connection.request(method, path)
            response = connection.getresponse()
            return response.status, response.getheader("content-type"), response.read().decode()
        finally:
            connection.close()

    return await asyncio.to_thread(get)


async def test_it_is_unavailable_until_the_pipelines_are_ready():
    async with check() as health:
        status, kind, body = await fetch(health)

        assert (status, kind) == (503, "application/json")
        assert json.loads(body) == {"status": "Server not available", "upSince": "0001-01-01T00:00:00Z", "uptime": ""}


async def test_it_tells_since_when_the_pipelines_run():
    async with check() as health:
        health.component.ready()
        await health.clock.advance(90.5)

        status, kind, body = await fetch(health)

        assert (status, kind) == (200, "application/json")
        assert body == '{"status":"Server available","upSince":"2023-11-14T22:13:20Z","uptime":"1m30.5s"}'


async def test_it_is_unavailable_from_the_beginning_of_shutdown():
    async with check() as health:
        health.component.ready()
        health.component.not_ready()

        assert (await fetch(health))[0] == 503
        assert [line[2]["status"] for line in health.logged] == ["ready", "unavailable"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
async def test_any_method_is_answered(method):
    async with check() as health:
        health.component.ready()

        assert (await fetch(health, method=method))[0] == 200


async def test_texts_of_the_user_replace_the_document():
    async with check({"response_body": {"healthy": "fine", "unhealthy": "ill"}}) as health:
        assert (await fetch(health))[::2] == (503, "ill")
        health.component.ready()
        assert (await fetch(health))[::2] == (200, "fine")


async def test_only_the_path_of_the_settings_is_found():
    async with check({"path": "/live"}) as health:
        health.component.ready()

        assert (await fetch(health, "/"))[0] == 404
        assert (await fetch(health, "/live"))[0] == 200


async def test_a_busy_port_fails_at_start():
    with socket.create_server(("127.0.0.1", 0)) as busy:
        health = check({"endpoint": f"127.0.0.1:{busy.getsockname()[1]}"})
        with pytest.raises(OSError, match="address already in use"):
            await health.start()


async def test_shutdown_may_come_twice_and_without_start():
    health = check()
    await health.shutdown()
    await health.start()
    await health.shutdown()
    await health.shutdown()


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"path": "x"}, "path must start with /"),
        ({"endpoint": ""}, "http endpoint required"),
        ({"use_v2": True}, "must specify at least one protocol"),
        ({"http": {"endpoint": "localhost:1"}}, "v2 healthcheck configuration"),
        ({"grpc": {"endpoint": "localhost:1"}}, "extension.healthcheck.useComponentStatus"),
        ({"response_body": {"x": "a"}}, "x"),
    ],
)
def test_wrong_settings_are_refused(config, text):
    with pytest.raises(ValidationError) as caught:
        check(config)

    assert text in str(caught.value)


def test_keys_without_effect_are_accepted():
    check({"check_collector_pipeline": {"enabled": True, "interval": "x", "exporter_failure_threshold": -5}})
    check({"component_health": {}})


async def test_it_may_be_on_a_unix_socket(tmp_path):
    path = tmp_path / "health"
    health = bench("health_check", {"endpoint": str(path), "transport": "unix"})
    async with health:
        assert health.component.server.address == str(path)
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 503")
        writer.close()
        await writer.wait_closed()

import httpx
import pytest
from fastapi import FastAPI

from collector.net.asgi import Application
from collector.net.budget import ByteBudget
from collector.testing import bench, traces

protobuf = {"Content-Type": "application/x-protobuf"}


@pytest.fixture
async def service():
    """A receiver that listens nowhere, mounted in a FastAPI service, and a client of that service."""
    receiver = bench("otlp", {"protocols": {"http": {"max_request_body_size": 10_000}}}, kind="receiver")
    api = FastAPI()

    @api.get("/hello")
    def hello():
        return "hello"

    api.mount("/telemetry", receiver.component.application(receiver.host))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://service") as client:
        yield receiver, client


async def test_a_service_takes_telemetry_beside_its_own_requests(service):
    receiver, client = service
    answer = await client.post("/telemetry/v1/traces", content=traces("a").seal(), headers=protobuf)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-protobuf")
    assert receiver.emitted[0].seal() == traces("a").seal()
    assert receiver.emitted[0].context.client_address == "127.0.0.1"
    assert (await client.get("/hello")).json() == "hello"


async def test_refusals_are_those_of_the_receivers_own_ports(service):
    _, client = service
    assert (await client.get("/telemetry/v1/traces")).status_code == 405
    assert (await client.post("/telemetry/v1/other")).status_code == 404
    assert (await client.post("/telemetry/v1/traces", content=b"\x0f\0", headers=protobuf)).status_code == 400
    assert (await client.post("/telemetry/v1/traces", content=bytes(10_001), headers=protobuf)).status_code == 413


async def test_bodies_without_a_length_are_bounded(service):
    _, client = service

    async def body():
        for _ in range(11):
            yield bytes(1_000)

    assert (await client.post("/telemetry/v1/traces", content=body(), headers=protobuf)).status_code == 413


async def test_the_byte_budget_is_asked_first(service, monkeypatch):
    monkeypatch.setattr("collector.net.budget.wait_seconds", 0.01)
    receiver, _ = service
    budget = ByteBudget(100)
    budget.account(99)
    app = Application(receiver.component.application(receiver.host).handler, budget)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        answer = await client.post("/v1/traces", content=traces("a").seal(), headers=protobuf)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        budget.release(99)
        assert (await client.post("/v1/traces", content=traces("a").seal(), headers=protobuf)).status_code == 200
    assert budget.used == 0

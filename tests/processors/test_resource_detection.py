import json
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from pydantic import ValidationError

from collector.testing import bench, traces
from processors.resource_detection.environment import parse_attributes


@asynccontextmanager
async def service(pages):
    """A stand-in for a metadata service: path -> body (str or JSON), or (headers required, body)."""
    asked = []

    async def answer(request):
        asked.append(request)
        body = pages.get(request.path)
        if body is None:
            return web.Response(status=404)
        return web.Response(text=body if isinstance(body, str) else json.dumps(body))

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", asked
    finally:
        await runner.cleanup()


async def detected(config, payload=None):
    async with bench("resource_detection", config, signal="traces") as processor:
        out = processor.run(payload or traces("a"))
        return next(out.resources()).resource.attributes.to_dict()


async def test_env_reads_percent_encoded_attributes(monkeypatch):
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", " a = 1 , b=x%20y,c=")

    assert await detected({"detectors": ["env"]}) == {"a": "1", "b": "x y"}


@pytest.mark.parametrize("text", ["a", "=b", "a=1,b", "a=1=2"])
def test_env_refuses_what_is_no_list_of_pairs(text):
    with pytest.raises(ValueError, match="invalid resource format"):
        parse_attributes(text)


async def test_the_first_detector_wins_and_override_replaces(monkeypatch):
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "host.name=from-env,x=1")
    payload = traces("a", resource={"x": "old", "y": "2"})

    found = await detected({"detectors": ["env", "system"]}, payload)

    assert found["host.name"] == "from-env"
    assert (found["x"], found["y"], found["os.type"]) == ("1", "2", "linux")


async def test_without_override_attributes_are_only_added(monkeypatch):
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "x=1,z=3")

    found = await detected({"override": False}, traces("a", resource={"x": "old"}))

    assert found == {"x": "old", "z": "3"}


async def test_system_attributes_are_switched_one_by_one():
    switches = {"host.arch": {"enabled": True}, "host.name": {"enabled": False}}

    found = await detected({"detectors": ["system"], "system": {"resource_attributes": switches}})

    assert set(found) == {"os.type", "host.arch"}


async def test_process_names_this_process():
    found = await detected({"detectors": ["process"]})

    assert found["process.runtime.name"] == "cpython"
    assert found["process.pid"] > 0


async def test_ec2_asks_with_a_token():
    document = {"accountId": "7", "region": "eu-west-1", "availabilityZone": "eu-west-1a", "instanceId": "i-1"}
    pages = {"/latest/api/token": "t", "/latest/dynamic/instance-identity/document": document}
    async with service(pages) as (url, asked):
        found = await detected({"detectors": ["ec2"], "endpoint": url})

    assert found == {
        "cloud.provider": "aws",
        "cloud.platform": "aws_ec2",
        "cloud.account.id": "7",
        "cloud.region": "eu-west-1",
        "cloud.availability_zone": "eu-west-1a",
        "host.id": "i-1",
    }
    assert [r.method for r in asked] == ["PUT", "GET", "GET"]
    assert asked[1].headers["X-aws-ec2-metadata-token"] == "t"


async def test_gcp_names_zone_region_and_cluster():
    root = "/computeMetadata/v1"
    pages = {
        f"{root}/project/project-id": "p",
        f"{root}/instance/zone": "projects/1/zones/europe-west1-b",
        f"{root}/instance/attributes/cluster-name": "c",
    }
    async with service(pages) as (url, asked):
        found = await detected({"detectors": ["gcp"], "endpoint": url})

    assert found["cloud.availability_zone"] == "europe-west1-b"
    assert (found["cloud.region"], found["k8s.cluster.name"]) == ("europe-west1", "c")
    assert {r.headers["Metadata-Flavor"] for r in asked} == {"Google"}


@pytest.mark.parametrize(
    ("detector", "pages", "expected"),
    [
        ("azure", {"/metadata/instance/compute": {"vmId": "v", "name": "n", "location": "l"}}, "v"),
        ("digitalocean", {"/metadata/v1/id": "d"}, "d"),
        ("hetzner", {"/hetzner/v1/metadata/instance-id": "h"}, "h"),
        ("oraclecloud", {"/opc/v2/instance/": {"id": "o"}}, "o"),
        ("scaleway", {"/conf": {"id": "s", "location": {"zone_id": "fr-par-1"}}}, "s"),
        ("vultr", {"/v1.json": {"instanceid": "u"}}, "u"),
        (
            "alibaba_ecs",
            {"/latest/api/token": "t", "/latest/dynamic/instance-identity/document": {"instance-id": "a"}},
            "a",
        ),
    ],
)
async def test_other_clouds_give_the_host_id(detector, pages, expected):
    async with service(pages) as (url, _):
        found = await detected({"detectors": [detector], "endpoint": url})

    assert found["host.id"] == expected


async def test_docker_names_host_and_container():
    pages = {"/info": {"Name": "engine", "OSType": "linux"}}
    async with service(pages) as (url, _):
        found = await detected({"detectors": ["docker"], "docker": {"endpoint": url}})

    assert found == {"host.name": "engine", "os.type": "linux"}


async def test_ecs_reads_task_and_container(monkeypatch):
    pages = {"/v4/task": {"TaskARN": "arn:aws:ecs:eu-west-1:7:task/c/t1", "Cluster": "c"}, "/v4": {}}
    async with service(pages) as (url, _):
        monkeypatch.setenv("ECS_CONTAINER_METADATA_URI_V4", f"{url}/v4")
        found = await detected({"detectors": ["ecs"]})

    assert found["aws.ecs.cluster.arn"] == "arn:aws:ecs:eu-west-1:7:cluster/c"
    assert (found["aws.ecs.task.id"], found["cloud.account.id"]) == ("t1", "7")


async def test_platforms_are_told_by_their_environment(monkeypatch):
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "f")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
    monkeypatch.setenv("HEROKU_DYNO_ID", "d")

    found = await detected({"detectors": ["lambda", "heroku", "elastic_beanstalk"]})

    assert (found["faas.name"], found["faas.max_memory"], found["heroku.dyno.id"]) == ("f", 134217728, "d")


async def test_a_detector_without_an_answer_fails_the_start():
    async with service({}) as (url, _):
        processor = bench(
            "resource_detection", {"detectors": ["ec2"], "endpoint": url, "timeout": "500ms"}, signal="logs"
        )
        with pytest.raises(RuntimeError, match=r'detector type "ec2".*answered 404'):
            await processor.start()


async def test_a_refresh_takes_over_and_a_failed_one_keeps_the_last_result(monkeypatch):
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "x=1")
    async with bench("resource_detection", {"refresh_interval": "10s"}, signal="traces") as processor:
        monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "x=2")
        await processor.clock.advance(10)
        assert next(processor.run(traces("a")).resources()).resource.attributes["x"] == "2"

        monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "broken")
        await processor.clock.advance(30)

        assert next(processor.run(traces("a")).resources()).resource.attributes["x"] == "2"


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"detectors": ["nope"]}, "invalid detector key: nope"),
        ({"detectors": ["eks"]}, "detector eks is not supported"),
        ({"system": {"hostname_sources": ["x"]}}, "hostname_sources contains invalid value"),
    ],
)
def test_wrong_settings_are_refused(config, text):
    with pytest.raises(ValidationError, match=text):
        bench("resource_detection", config)

"""Detectors of platforms that tell about themselves by environment variables or a file."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from .fetch import Fetcher

__all__ = ["PLATFORMS"]

Attributes = dict[str, Any]
BEANSTALK = Path("/var/elasticbeanstalk/xray/environment.conf")


def _named(**sources: str) -> Attributes:
    """Attributes (`_` for `.`) from the environment variables that are set."""
    return {name.replace("__", "."): os.environ[key] for name, key in sources.items() if os.environ.get(key)}


async def _lambda(_seconds: float) -> Attributes:
    if not os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
        return {}
    found: Attributes = {"cloud.provider": "aws", "cloud.platform": "aws_lambda"} | _named(
        cloud__region="AWS_REGION",
        faas__name="AWS_LAMBDA_FUNCTION_NAME",
        faas__version="AWS_LAMBDA_FUNCTION_VERSION",
        faas__instance="AWS_LAMBDA_LOG_STREAM_NAME",
        aws__log__stream__names="AWS_LAMBDA_LOG_STREAM_NAME",
        aws__log__group__names="AWS_LAMBDA_LOG_GROUP_NAME",
    )
    if memory := os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", ""):
        found["faas.max_memory"] = int(memory) * 1024 * 1024
    for name in ("aws.log.stream.names", "aws.log.group.names"):
        if name in found:
            found[name] = [found[name]]
    return found


async def _heroku(_seconds: float) -> Attributes:
    if not os.environ.get("HEROKU_DYNO_ID"):
        return {}
    return {"cloud.provider": "heroku"} | _named(
        heroku__app__id="HEROKU_APP_ID",
        heroku__dyno__id="HEROKU_DYNO_ID",
        service__instance__id="HEROKU_DYNO_ID",
        service__name="HEROKU_APP_NAME",
        service__version="HEROKU_RELEASE_VERSION",
        heroku__release__creation_timestamp="HEROKU_RELEASE_CREATED_AT",
        heroku__release__commit="HEROKU_SLUG_COMMIT",
    )


async def _elastic_beanstalk(_seconds: float) -> Attributes:
    try:
        environment = json.loads(await asyncio.to_thread(BEANSTALK.read_text, "utf-8"))
    except FileNotFoundError:
        return {}
    return {
        "cloud.provider": "aws",
        "cloud.platform": "aws_elastic_beanstalk",
        "service.instance.id": str(environment.get("deployment_id", "")),
        "deployment.environment": environment.get("environment_name", ""),
        "service.version": environment.get("version_label", ""),
    }


async def _ecs(seconds: float) -> Attributes:
    base = os.environ.get("ECS_CONTAINER_METADATA_URI_V4") or os.environ.get("ECS_CONTAINER_METADATA_URI")
    if not base:
        return {}
    async with Fetcher(base, seconds) as service:
        task = await service.json("/task")
        container = await service.json("")
    arn = task.get("TaskARN", "")
    parts = arn.split(":")
    region, account = (parts[3], parts[4]) if len(parts) > 5 else ("", "")
    cluster = task.get("Cluster", "")
    options = container.get("LogOptions") or {}
    found = {
        "cloud.provider": "aws",
        "cloud.platform": "aws_ecs",
        "cloud.region": region,
        "cloud.account.id": account,
        "cloud.availability_zone": task.get("AvailabilityZone", ""),
        "aws.ecs.cluster.arn": cluster
        if cluster.startswith("arn:") or not region
        else f"arn:aws:ecs:{region}:{account}:cluster/{cluster}",
        "aws.ecs.task.arn": arn,
        "aws.ecs.task.id": arn.rsplit("/", 1)[-1],
        "aws.ecs.task.family": task.get("Family", ""),
        "aws.ecs.task.revision": task.get("Revision", ""),
        "aws.ecs.launchtype": str(task.get("LaunchType", "")).lower(),
    }
    if options.get("awslogs-group"):
        found["aws.log.group.names"] = [options["awslogs-group"]]
    if options.get("awslogs-stream"):
        found["aws.log.stream.names"] = [options["awslogs-stream"]]
    return found


PLATFORMS: dict[str, Callable[[float], Awaitable[Attributes]]] = {
    "ecs": _ecs,
    "elastic_beanstalk": _elastic_beanstalk,
    "heroku": _heroku,
    "lambda": _lambda,
}

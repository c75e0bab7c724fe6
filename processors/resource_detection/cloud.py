"""Detectors that ask a cloud's metadata service: what each one asks, and what it makes of the answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from .fetch import Fetcher

__all__ = ["CLOUDS", "Cloud"]

LINK_LOCAL = "http://169.254.169.254"
Attributes = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cloud:
    """One metadata service: where it lies, headers of every request, and the questions."""

    base: str
    ask: Callable[[Fetcher], Awaitable[Attributes]]
    headers: tuple[tuple[str, str], ...] = ()


def _last(path: str) -> str:
    return path.rsplit("/", 1)[-1]


async def _ec2(service: Fetcher) -> Attributes:
    token = await service.text(
        "/latest/api/token", method="PUT", headers={"X-aws-ec2-metadata-token-ttl-seconds": "60"}
    )
    headers = {"X-aws-ec2-metadata-token": token}
    document = await service.json("/latest/dynamic/instance-identity/document", headers=headers)
    return {
        "cloud.provider": "aws",
        "cloud.platform": "aws_ec2",
        "cloud.account.id": document.get("accountId", ""),
        "cloud.region": document.get("region", ""),
        "cloud.availability_zone": document.get("availabilityZone", ""),
        "host.id": document.get("instanceId", ""),
        "host.image.id": document.get("imageId", ""),
        "host.type": document.get("instanceType", ""),
        "host.name": await service.optional("/latest/meta-data/hostname", headers=headers),
    }


async def _gcp(service: Fetcher) -> Attributes:
    root = "/computeMetadata/v1"
    found = {
        "cloud.provider": "gcp",
        "cloud.platform": "gcp_compute_engine",
        "cloud.account.id": await service.text(f"{root}/project/project-id"),
        "host.id": await service.optional(f"{root}/instance/id"),
        "host.name": await service.optional(f"{root}/instance/name"),
        "host.type": _last(await service.optional(f"{root}/instance/machine-type")),
    }
    zone = _last(await service.optional(f"{root}/instance/zone"))
    found["cloud.availability_zone"] = zone
    found["cloud.region"] = zone.rsplit("-", 1)[0]
    cluster = await service.optional(f"{root}/instance/attributes/cluster-name")
    if cluster:
        found |= {"cloud.platform": "gcp_kubernetes_engine", "k8s.cluster.name": cluster}
    return found


async def _azure(service: Fetcher) -> Attributes:
    compute = await service.json("/metadata/instance/compute?api-version=2020-09-01&format=json")
    return {
        "cloud.provider": "azure",
        "cloud.platform": "azure_vm",
        "cloud.region": compute.get("location", ""),
        "cloud.account.id": compute.get("subscriptionId", ""),
        "cloud.availability_zone": compute.get("zone", ""),
        "host.id": compute.get("vmId", ""),
        "host.name": (compute.get("osProfile") or {}).get("computerName", "") or compute.get("name", ""),
        "azure.vm.name": compute.get("name", ""),
        "azure.vm.size": compute.get("vmSize", ""),
        "azure.vm.scaleset.name": compute.get("vmScaleSetName", ""),
        "azure.resourcegroup.name": compute.get("resourceGroupName", ""),
        "azure.vm.tags": compute.get("tags", ""),
    }


async def _digitalocean(service: Fetcher) -> Attributes:
    return {
        "cloud.provider": "digitalocean",
        "cloud.region": await service.optional("/metadata/v1/region"),
        "host.id": await service.text("/metadata/v1/id"),
        "host.name": await service.optional("/metadata/v1/hostname"),
    }


async def _hetzner(service: Fetcher) -> Attributes:
    root = "/hetzner/v1/metadata"
    return {
        "cloud.provider": "hetzner",
        "cloud.region": await service.optional(f"{root}/region"),
        "cloud.availability_zone": await service.optional(f"{root}/availability-zone"),
        "host.id": await service.text(f"{root}/instance-id"),
        "host.name": await service.optional(f"{root}/hostname"),
    }


async def _oraclecloud(service: Fetcher) -> Attributes:
    instance = await service.json("/opc/v2/instance/")
    return {
        "cloud.provider": "oracle_cloud",
        "cloud.platform": "oracle_cloud_compute",
        "cloud.region": instance.get("canonicalRegionName") or instance.get("region", ""),
        "cloud.availability_zone": instance.get("availabilityDomain", ""),
        "host.id": instance.get("id", ""),
        "host.name": instance.get("hostname") or instance.get("displayName", ""),
        "host.type": instance.get("shape", ""),
        "oci.fault_domain": instance.get("faultDomain", ""),
    }


async def _scaleway(service: Fetcher) -> Attributes:
    server = await service.json("/conf?format=json")
    zone = (server.get("location") or {}).get("zone_id", "")
    return {
        "cloud.provider": "scaleway_cloud",
        "cloud.platform": "scaleway_cloud_compute",
        "cloud.account.id": server.get("organization", ""),
        "cloud.availability_zone": zone,
        "cloud.region": zone.rsplit("-", 1)[0],
        "host.id": server.get("id", ""),
        "host.name": server.get("hostname") or server.get("name", ""),
        "host.type": server.get("commercial_type", ""),
        "host.image.id": (server.get("image") or {}).get("id", ""),
        "host.image.name": (server.get("image") or {}).get("name", ""),
    }


async def _vultr(service: Fetcher) -> Attributes:
    instance = await service.json("/v1.json")
    return {
        "cloud.provider": "vultr",
        "cloud.platform": "vultr_cloud_compute",
        "cloud.region": str((instance.get("region") or {}).get("regioncode", "")).lower(),
        "host.id": instance.get("instance-v2-id") or instance.get("instanceid", ""),
        "host.name": instance.get("hostname", ""),
    }


async def _alibaba_ecs(service: Fetcher) -> Attributes:
    token = await service.text(
        "/latest/api/token", method="PUT", headers={"X-aliyun-ecs-metadata-token-ttl-seconds": "60"}
    )
    headers = {"X-aliyun-ecs-metadata-token": token}
    document = await service.json("/latest/dynamic/instance-identity/document", headers=headers)
    return {
        "cloud.provider": "alibaba_cloud",
        "cloud.platform": "alibaba_cloud_ecs",
        "cloud.account.id": document.get("owner-account-id", ""),
        "cloud.region": document.get("region-id", ""),
        "cloud.availability_zone": document.get("zone-id", ""),
        "host.id": document.get("instance-id", ""),
        "host.image.id": document.get("image-id", ""),
        "host.type": document.get("instance-type", ""),
        "host.name": await service.optional("/latest/meta-data/hostname", headers=headers),
    }


CLOUDS = {
    "ec2": Cloud(LINK_LOCAL, _ec2),
    "gcp": Cloud("http://metadata.google.internal", _gcp, (("Metadata-Flavor", "Google"),)),
    "azure": Cloud(LINK_LOCAL, _azure, (("Metadata", "True"),)),
    "digitalocean": Cloud(LINK_LOCAL, _digitalocean),
    "hetzner": Cloud(LINK_LOCAL, _hetzner),
    "oraclecloud": Cloud(LINK_LOCAL, _oraclecloud, (("Authorization", "Bearer Oracle"),)),
    "scaleway": Cloud("http://169.254.42.42", _scaleway),
    "vultr": Cloud(LINK_LOCAL, _vultr),
    "alibaba_ecs": Cloud("http://100.100.100.200", _alibaba_ecs),
}

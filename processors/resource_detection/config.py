"""Settings of the `resource_detection` processor (components.md 4.19)."""

from typing import Any

from pydantic import Field, field_validator

from collector.config import ComponentConfig, Duration, StringList
from collector.net.client_settings import HTTPClientConfig

from .attributes import DEFAULT_OFF, DEFAULT_ON
from .cloud import CLOUDS
from .platforms import PLATFORMS

__all__ = ["ResourceDetectionConfig", "SystemConfig", "switched_on"]

LOCAL = ("docker", "env", "process", "system")
SUPPORTED = frozenset({*LOCAL, *CLOUDS, *PLATFORMS})
UNSUPPORTED = frozenset(
    {
        *("aks", "akamai", "consul", "dynatrace", "eks", "ibmcloud_classic", "ibmcloud_vpc", "k8s_api", "k8snode"),
        *("kubeadm", "nova", "openshift", "tencent_cvm", "upcloud"),
    }
)
HOSTNAME_SOURCES = ("cname", "dns", "lookup", "os")


class Switch(ComponentConfig):
    enabled: bool = True
    """Whether the attribute is set."""


class DetectorConfig(ComponentConfig):
    resource_attributes: dict[str, Switch] = {}
    """Switches single attributes on or off, by name."""


class SystemConfig(DetectorConfig):
    hostname_sources: StringList = ["dns", "os"]
    """Where `host.name` comes from, tried in order: `dns`, `os`, `cname`, `lookup`."""

    @field_validator("hostname_sources")
    @classmethod
    def _known(cls, sources: list[str]) -> list[str]:
        for source in sources:
            if source not in HOSTNAME_SOURCES:
                raise ValueError(f'hostname_sources contains invalid value: "{source}"; valid: {HOSTNAME_SOURCES}')
        return sources


class DockerConfig(DetectorConfig):
    endpoint: str = "unix:///var/run/docker.sock"
    """Where the Docker engine listens: `unix://` or `http://`."""


class ResourceDetectionConfig(HTTPClientConfig):
    detectors: StringList = ["env"]
    """Detectors in order of precedence: the first to give an attribute wins."""

    override: bool = True
    """Detected values replace those that a resource has; otherwise they are only added."""

    timeout: Duration = 5.0
    """For all detectors at start, and for each request."""

    refresh_interval: Duration = 0.0
    """Detect again this often; 0 detects once. A refresh that fails keeps the last good result."""

    system: SystemConfig = SystemConfig()
    """Detector `system`."""

    docker: DockerConfig = DockerConfig()
    """Detector `docker`."""

    process: DetectorConfig = DetectorConfig()
    """Detector `process`."""

    ec2: DetectorConfig = DetectorConfig()
    """Detector `ec2`."""

    gcp: DetectorConfig = DetectorConfig()
    """Detector `gcp`."""

    azure: DetectorConfig = DetectorConfig()
    """Detector `azure`."""

    digitalocean: DetectorConfig = DetectorConfig()
    """Detector `digitalocean`."""

    hetzner: DetectorConfig = DetectorConfig()
    """Detector `hetzner`."""

    oraclecloud: DetectorConfig = DetectorConfig()
    """Detector `oraclecloud`."""

    scaleway: DetectorConfig = DetectorConfig()
    """Detector `scaleway`."""

    vultr: DetectorConfig = DetectorConfig()
    """Detector `vultr`."""

    alibaba_ecs: DetectorConfig = DetectorConfig()
    """Detector `alibaba_ecs`."""

    ecs: DetectorConfig = DetectorConfig()
    """Detector `ecs`."""

    elastic_beanstalk: DetectorConfig = DetectorConfig()
    """Detector `elastic_beanstalk`."""

    heroku: DetectorConfig = DetectorConfig()
    """Detector `heroku`."""

    lambda_: DetectorConfig = Field(default=DetectorConfig(), alias="lambda")
    """Detector `lambda`."""

    @field_validator("detectors")
    @classmethod
    def _known(cls, detectors: list[str]) -> list[str]:
        for name in detectors:
            if name in UNSUPPORTED:
                raise ValueError(f"detector {name} is not supported; supported: {', '.join(sorted(SUPPORTED))}")
            if name not in SUPPORTED:
                raise ValueError(f"invalid detector key: {name}; supported: {', '.join(sorted(SUPPORTED))}")
        return detectors


def switched_on(detector: str, attributes: dict[str, Any], switches: dict[str, Switch]) -> dict[str, Any]:
    """The attributes that are on, by default or by a switch."""
    on, off = DEFAULT_ON.get(detector), DEFAULT_OFF.get(detector, frozenset())
    kept = {}
    for name, value in attributes.items():
        switch = switches.get(name)
        if switch.enabled if switch is not None else (name in on if on is not None else name not in off):
            kept[name] = value
    return kept

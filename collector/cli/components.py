"""List the components that can be configured, with their stability, as YAML."""

import argparse
import sys
from collections.abc import Mapping

from collector.component import ComponentFactory, ConnectorFactory, Kind, Signal
from collector.config import registry
from collector.config.providers import SCHEMES


def configure(_parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def execute(_arguments: argparse.Namespace) -> int:
    from importlib.metadata import version  # noqa: PLC0415 - not for --help

    import yaml  # noqa: PLC0415

    listing: dict[str, object] = {
        "buildinfo": {
            "command": "telepipe",
            "description": "A telemetry pipeline, wired by the OpenTelemetry Collector's own YAML",
            "version": version("telepipe"),
        }
    }
    failed = False
    for kind in Kind:
        found = []
        for name in registry.known_types(kind):
            try:
                found.append(_described(registry.load(kind, name), registry.entries(kind)[name][0].module))
            except registry.RegistryError as error:
                print(error, file=sys.stderr)
                failed = True
        listing[f"{kind}s"] = sorted(found, key=lambda item: str(item["name"]))
    listing["providers"] = [{"scheme": scheme, "module": "collector.config.providers"} for scheme in SCHEMES]
    listing["converters"] = []
    yaml.safe_dump(listing, sys.stdout, sort_keys=False)
    return 1 if failed else 0


def _described(factory: ComponentFactory, module: str) -> dict[str, object]:
    return {"name": factory.type, "module": module, "stability": _stability(factory)}


def _stability(factory: ComponentFactory) -> dict[str, str]:
    if factory.kind is Kind.EXTENSION:
        keys: list[tuple[str, Signal | None]] = [("extension", None)]
    elif isinstance(factory, ConnectorFactory):
        keys = [(f"{source}-to-{target}", source) for source, target in factory.pairs]
    else:
        keys = [(str(signal), signal) for signal in Signal if factory.supports(signal)]
    levels = factory.stability
    if isinstance(levels, Mapping):
        return {key: str(levels[signal]) for key, signal in keys if signal is not None and signal in levels}
    return {key: str(levels) for key, _ in keys}

"""Telepipe: a telemetry pipeline, wired by the OpenTelemetry Collector's own YAML, in its own process or in yours.

    async with Collector.from_file("collector.yaml") as collector:
        ...

Components are written against `collector.component`, `collector.config` and `collector.pdata`, and tested with
`collector.testing`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collector.embed import Collector

__all__ = ["Collector"]


def __getattr__(name: str) -> Any:
    if name == "Collector":
        from collector.embed import Collector  # noqa: PLC0415 - importing a part of the package must stay cheap

        return Collector
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""`file`: write telemetry to files, as OTLP/JSON lines or length-prefixed protobuf.

All signals of one exporter write to the same file, so a writer belongs to the configuration, not to the instance.
(components.md 3.8)
"""

from exporters.file.exporter import factory

__all__ = ["factory"]

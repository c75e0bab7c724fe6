"""A script that keeps its own telemetry: a collector in a background thread, no port and no sidecar.

    python examples/script.py spans.jsonl

The configuration could as well be a file: `Collector.from_file("collector.yaml", listen=False)`.
"""

import sys
import time

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from collector import Collector

CONFIG = """
receivers:
  otlp: {protocols: {http: }}
processors:
  attributes:
    actions: [{key: user, action: hash}]
  batch:
exporters:
  file: {path: "${env:OUTPUT}"}
service:
  pipelines:
    traces: {receivers: [otlp], processors: [attributes, batch], exporters: [file]}
"""


def main(output: str) -> None:
    with Collector.from_file("yaml:" + CONFIG.replace("${env:OUTPUT}", output), listen=False) as collector:
        provider = TracerProvider(resource=Resource.create({"service.name": "nightly-report"}))
        provider.add_span_processor(BatchSpanProcessor(collector.span_exporter()))
        tracer = provider.get_tracer("report")
        with tracer.start_as_current_span("report"):
            for user in ("ann", "bob", "eve"):
                with tracer.start_as_current_span("mail", attributes={"user": user}):
                    time.sleep(0.01)
        provider.shutdown()
    print(f"spans are in {output}")


if __name__ == "__main__":
    main(*sys.argv[1:] or ["spans.jsonl"])

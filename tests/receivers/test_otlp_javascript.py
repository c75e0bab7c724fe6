"""The JavaScript SDK as a client: OTLP/JSON, protobuf over HTTP, and gRPC (grpc-js)."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest

program = """
const { BasicTracerProvider, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base');
const [kind, url] = process.argv.slice(2);
const { OTLPTraceExporter } = require(`@opentelemetry/exporter-trace-otlp-${kind}`);
const exporter = new OTLPTraceExporter({ url });
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
for (const name of ['a', 'b', 'c']) {
  const span = provider.getTracer('t').startSpan(name, { attributes: { n: name, i: 7, f: 1.5, l: ['x', 'y'] } });
  span.addEvent('e', { k: true });
  span.end();
}
provider.shutdown();
"""


@pytest.fixture
def sdk():
    """The folder whose `node_modules` has the SDK."""
    folder = os.environ.get("TELEPIPE_JS_PEERS")
    if folder is None or shutil.which("node") is None:
        missing = "needs node and TELEPIPE_JS_PEERS, a folder where npm has installed the JavaScript SDK"
        if os.environ.get("TELEPIPE_REQUIRE_PEERS") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return Path(folder)


@pytest.mark.parametrize("kind", ["http", "proto", "grpc"])
async def test_the_javascript_sdk_sends_spans(otlp, sdk, tmp_path, kind):
    async with otlp(grpc={}, http={}) as receiver:
        url = f"http://{receiver.grpc}" if kind == "grpc" else f"http://{receiver.http}/v1/traces"
        (tmp_path / "send.js").write_text(program)
        environment = {**os.environ, "NODE_PATH": str(sdk / "node_modules")}
        process = await asyncio.create_subprocess_exec("node", tmp_path / "send.js", kind, url, env=environment)
        assert await asyncio.wait_for(process.wait(), 30) == 0

        spans = [span for payload in receiver.emitted for span in payload.spans()]
        assert sorted(span.name for span in spans) == ["a", "b", "c"]
        for span in spans:
            assert span.attributes.to_dict() == {"n": span.name, "i": 7, "f": 1.5, "l": ["x", "y"]}
            assert [(event.name, event.attributes["k"]) for event in span.events] == [("e", True)]
            assert len(span.trace_id) == 16

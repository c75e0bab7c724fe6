"""The OpenTelemetry JavaScript SDK, as in browsers and Node.js services."""

import asyncio
import os
from pathlib import Path

import pytest

from collector.pdata import Traces


@pytest.mark.parametrize("how", ["json", "proto", "grpc"])
async def test_spans_of_the_javascript_sdk_arrive_whole(how, program, node_modules, sink):
    node = program("node", "the Debian package nodejs")
    async with sink() as running:
        url = f"http://127.0.0.1:{running.grpc}" if how == "grpc" else f"http://127.0.0.1:{running.http}/v1/traces"
        process = await asyncio.create_subprocess_exec(
            node,
            str(Path(__file__).with_name("send.cjs")),
            how,
            url,
            env=os.environ | {"NODE_PATH": str(node_modules)},
            stderr=asyncio.subprocess.PIPE,
        )
        _, errors = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode == 0, errors.decode()
        spans = list((await running.arrived(Traces, 3)).spans())
    assert [span.name for span in spans] == ["one", "two", "drei ✓"]
    span = spans[0]
    assert span.attributes.to_dict() == {
        "text": "x",
        "whole": 7,
        "negative": -1,
        "half": 2.5,
        "yes": True,
        "numbers": [1, 2],
    }
    assert (span.kind, span.status.code, span.status.message) == (3, 2, "bad")
    assert [event.name for event in span.events] == ["happened"]
    assert (len(span.trace_id), len(span.span_id)) == (16, 8)
    assert 0 < span.start_time_unix_nano <= span.end_time_unix_nano
    resource = span.resource.attributes.to_dict()
    wanted = {"service.name": "browser", "count": 3, "ratio": 0.5, "on": True, "list": ["a", "b"]}
    assert wanted.items() <= resource.items()
    assert (span.scope.name, span.scope.version) == ("peers", "1.0")

import pytest
from pydantic import ValidationError

from collector.component import ConfigError
from collector.config.document import from_mapping
from collector.pipeline.service import check
from collector.testing import bench, gauge, logs, traces


@pytest.mark.parametrize("payload", [logs("a"), traces("a"), gauge("a", 1)], ids=lambda payload: payload.signal)
async def test_a_payload_is_passed_on_as_it_is(payload):
    forward = bench("forward", None)

    await forward.consume(payload)

    assert forward.emitted == [payload]
    assert forward.emitted[0] is payload


def test_any_key_is_refused():
    with pytest.raises(ValidationError, match="a"):
        bench("forward", {"a": 1})


def test_signals_are_not_changed():
    document = from_mapping(
        {
            "receivers": {"otlp": {"protocols": {"http": None}}},
            "exporters": {"nop": None},
            "connectors": {"forward": None},
            "service": {
                "pipelines": {
                    "traces": {"receivers": ["otlp"], "exporters": ["forward"]},
                    "metrics": {"receivers": ["forward"], "exporters": ["nop"]},
                }
            },
        }
    )

    with pytest.raises(ConfigError, match=r"used as exporter in \[traces\] pipeline but not used in any supported"):
        check(document)

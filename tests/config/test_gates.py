import pytest

from collector.component import ConfigError
from collector.config import gates


@pytest.fixture(autouse=True)
def untouched():
    yield
    gates.apply({})


def test_gates_are_on_or_off_by_their_stage_until_flags_change_them():
    assert not gates.enabled("transform.flatten.logs")
    assert gates.enabled("processor.filter.defaultErrorModeIgnore")

    gates.apply(
        gates.parse(["transform.flatten.logs,-processor.filter.defaultErrorModeIgnore", "+service.AllowNoPipelines"])
    )

    assert gates.enabled("transform.flatten.logs")
    assert not gates.enabled("processor.filter.defaultErrorModeIgnore")
    assert gates.enabled("service.AllowNoPipelines")


def test_gates_of_the_go_collector_that_are_not_known_are_accepted_and_named():
    assert gates.apply(gates.parse(["telemetry.newPipelineTelemetry"])) == ["telemetry.newPipelineTelemetry"]


def test_asking_for_an_unknown_gate_is_a_mistake():
    with pytest.raises(KeyError):
        gates.enabled("no.such.gate")


@pytest.mark.parametrize(
    ("flag", "message"),
    [
        ("a,,b", "empty feature gate identifier at index 1"),
        ("-", "empty feature gate identifier at index 0"),
        ("a b", 'no such feature gate "a b". valid gates: [confmap.enableMergeAppendOption'),
    ],
)
def test_bad_flags_are_refused(flag, message):
    with pytest.raises(ConfigError) as caught:
        gates.parse([flag])

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("stage", "flag", "message"),
    [
        (gates.Stage.STABLE, "-old.gate", 'feature gate "old.gate" is stable, can not be disabled'),
        (gates.Stage.DEPRECATED, "old.gate", 'feature gate "old.gate" is deprecated, can not be enabled'),
    ],
)
def test_finished_gates_can_not_be_moved(monkeypatch, stage, flag, message):
    monkeypatch.setitem(gates.GATES, "old.gate", gates.Gate("old.gate", stage, ""))

    with pytest.raises(ConfigError) as caught:
        gates.parse([flag])

    assert str(caught.value) == message

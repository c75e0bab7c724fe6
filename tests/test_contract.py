"""What every component owes, checked for every entry point of this distribution: a new one gets these tests free."""

import ast
import inspect
from importlib.metadata import entry_points

import pytest
from pydantic import BaseModel, ValidationError

from collector.component import Kind, Signal
from collector.config.describe import descriptions
from collector.testing import Bench, gauge, logs, traces
from collector.testing.clock import settle

ENDPOINT = "http://127.0.0.1:9"
NEEDED = {
    "receiver/otlp": {"protocols": {"http": {"endpoint": "127.0.0.1:0"}, "grpc": {"endpoint": "127.0.0.1:0"}}},
    "processor/attributes": {"actions": [{"key": "a", "value": 1, "action": "insert"}]},
    "processor/groupbyattrs": {"keys": ["k"]},
    "processor/memory_limiter": {"check_interval": "1s", "limit_mib": 60_000},
    "processor/resource": {"attributes": [{"key": "a", "value": 1, "action": "insert"}]},
    "processor/resource_detection": {"detectors": ["env"]},
    "processor/span": {"name": {"from_attributes": ["k"]}},
    "exporter/file": {"path": "out.jsonl"},
    "exporter/otlp_grpc": {"endpoint": ENDPOINT, "sending_queue": {"enabled": False}},
    "exporter/otlp_http": {"endpoint": ENDPOINT, "sending_queue": {"enabled": False}},
    "exporter/prometheus_remote_write": {"endpoint": ENDPOINT},
    "extension/health_check": {"endpoint": "127.0.0.1:0"},
}
"""Settings of components that can't run with their defaults alone."""

PAYLOADS = {
    Signal.TRACES: lambda: traces("a", "b", resource={"service.name": "s"}, attributes={"k": "v"}),
    Signal.METRICS: lambda: gauge("g", 1, 2, resource={"service.name": "s"}),
    Signal.LOGS: lambda: logs("a", "b", resource={"service.name": "s"}, attributes={"k": "v"}),
}


def every():
    for kind in Kind:
        for entry in sorted(entry_points(group=f"telepipe.{kind}s"), key=lambda entry: entry.name):
            if entry.dist is not None and entry.dist.name == "telepipe":
                yield kind, entry


ENTRIES = [pytest.param(kind, entry, id=f"{kind}-{entry.name}") for kind, entry in every()]
COMPONENTS = list({param.values[1].value: param for param in ENTRIES}.values())
"""Each component once."""


def of_kinds(*kinds):
    return [param for param in COMPONENTS if param.values[0] in kinds]


@pytest.fixture
def factory(entry):
    return entry.load()


def make(kind, factory, tmp_path, signal):
    config = NEEDED.get(f"{kind}/{factory.type}")
    if config and "path" in config:
        config = {**config, "path": str(tmp_path / config["path"])}
    return Bench(factory, config, signal=signal)


def signals(factory):
    return [signal for signal in Signal if factory.supports(signal)]


def models(model, seen=None):
    """A settings model and all models inside it."""
    seen = set() if seen is None else seen
    if model in seen:
        return seen
    seen.add(model)
    for field in model.model_fields.values():
        for part in parts(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                models(part, seen)
    return seen


def parts(annotation):
    yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from parts(argument)


@pytest.mark.parametrize(("kind", "entry"), ENTRIES)
def test_the_factory_is_of_its_kind_and_supports_something(kind, entry, factory):
    assert factory.kind is kind
    assert kind is Kind.EXTENSION or signals(factory)


@pytest.mark.parametrize(("kind", "entry"), ENTRIES)
def test_the_canonical_type_is_an_entry_point_too(kind, entry, factory):
    found = {each.name: each.value for each in entry_points(group=f"telepipe.{kind}s")}

    assert found[factory.type] == entry.value


@pytest.mark.parametrize(("kind", "entry"), COMPONENTS)
def test_the_module_says_in_its_first_line_what_the_component_does(kind, entry, factory):
    text = ast.get_docstring(ast.parse(inspect.getsource(inspect.getmodule(factory.component))))
    package = ast.get_docstring(ast.parse(inspect.getsource(__import__(entry.module, fromlist=["x"]))))

    assert any(line and line.startswith(f"`{factory.type}`") for line in (text, package))


@pytest.mark.parametrize(("kind", "entry"), COMPONENTS)
def test_every_setting_is_described(kind, entry, factory):
    for model in models(factory.config):
        missing = set(model.model_fields) - set(descriptions(model))
        assert not missing, f"{model.__name__} has settings without a docstring: {sorted(missing)}"


@pytest.mark.parametrize(("kind", "entry"), COMPONENTS)
def test_the_defaults_do_or_the_missing_setting_is_named(kind, entry, factory):
    try:
        factory.config.model_validate(None)
    except ValidationError as error:
        named = str(error)
        assert any(field.removesuffix("s") in named for field in factory.config.model_fields), named


@pytest.mark.parametrize(("kind", "entry"), COMPONENTS)
def test_an_unknown_setting_is_refused(kind, entry, factory):
    with pytest.raises(ValidationError, match="no_such_setting"):
        factory.config.model_validate({**NEEDED.get(f"{kind}/{factory.type}", {}), "no_such_setting": 1})


@pytest.mark.parametrize(("kind", "entry"), of_kinds(Kind.PROCESSOR, Kind.CONNECTOR))
def test_it_is_declared_whether_payloads_are_edited(kind, entry, factory):
    assert isinstance(factory.component.mutates_data, bool)


@pytest.mark.parametrize(("kind", "entry"), COMPONENTS)
async def test_shutdown_may_come_twice_and_without_a_start(kind, entry, factory, tmp_path):
    for signal in signals(factory) or [None]:
        for steps in (["shutdown"], ["start", "shutdown", "shutdown"]):
            one = make(kind, factory, tmp_path, signal)
            assert one.component is not None
            for step in steps:
                await getattr(one, step)()


@pytest.mark.parametrize(("kind", "entry"), COMPONENTS)
async def test_no_task_outlives_its_component(kind, entry, factory, tmp_path):
    async with make(kind, factory, tmp_path, (signals(factory) or [None])[0]) as one:
        await settle()

    assert all(task.done() for task in one.tasks)


@pytest.mark.parametrize(("kind", "entry"), of_kinds(Kind.PROCESSOR, Kind.CONNECTOR))
async def test_payloads_of_others_are_left_alone_unless_declared(kind, entry, factory, tmp_path):
    for signal in signals(factory):
        async with make(kind, factory, tmp_path, signal) as one:
            payload = PAYLOADS[signal]()
            before, context = payload.seal(), payload.context
            await give(one, payload)
            await settle()

            if not one.component.mutates_data:
                assert payload.seal() is before
                assert payload.context is context


@pytest.mark.parametrize(("kind", "entry"), of_kinds(Kind.PROCESSOR, Kind.CONNECTOR))
async def test_nothing_is_lost_on_shutdown(kind, entry, factory, tmp_path):
    for signal in signals(factory):
        one = make(kind, factory, tmp_path, signal)
        await one.start()
        passed = await give(one, PAYLOADS[signal]())
        await one.shutdown()

        out = passed + sum(payload.item_count for payload in one.emitted)
        assert out + sum(one.dropped.values()) >= 2


@pytest.mark.parametrize(("kind", "entry"), of_kinds(Kind.PROCESSOR, Kind.CONNECTOR))
async def test_an_empty_payload_does_no_harm(kind, entry, factory, tmp_path):
    for signal in signals(factory):
        payload = type(PAYLOADS[signal]()).from_bytes(b"")
        async with make(kind, factory, tmp_path, signal) as one:
            assert await give(one, payload) == 0


async def give(one, payload):
    """Hand over a payload; how many items a plain processor gives back."""
    if hasattr(one.component, f"process_{payload.signal}"):
        result = one.run(payload)
        return 0 if result is None else result.item_count
    await one.consume(payload)
    return 0

import asyncio

import pytest

from collector.component import ConfigError, Permanent, Retryable, Status
from collector.pipeline.service import StartError
from collector.testing import logs


async def test_exporters_start_first_and_receivers_last(run, journal):
    await run({"logs": "source | mark, hold | join", "logs/2": "join | look | sink"}, extensions=["beside"])

    names = [name for what, name in journal() if what == "start"]
    assert names == [
        "extension:beside",
        "exporter:sink",
        "processor:look",
        "connector:join",
        "processor:hold",
        "processor:mark",
        "receiver:source",
    ]
    assert journal()[-1] == ("ready", "extension:beside")


async def test_receivers_stop_first_and_extensions_last(run, journal):
    running = await run({"logs": "source | mark, hold | sink"}, extensions=["beside", "beside/2"])
    journal().clear()

    await running.service.stop()

    assert journal() == [
        ("not_ready", "extension:beside"),
        ("not_ready", "extension:beside/2"),
        ("stop", "receiver:source"),
        ("stop", "processor:mark"),
        ("stop", "processor:hold"),
        ("stop", "exporter:sink"),
        ("stop", "extension:beside/2"),
        ("stop", "extension:beside"),
    ]


async def test_what_a_processor_holds_reaches_the_exporter_at_stop(run):
    running = await run({"logs": "source | hold | sink"})
    sink = running.component("sink")
    await running.send(logs("a"))
    assert sink.payloads == []

    await running.service.stop()

    assert [payload.item_count for payload in sink.payloads] == [1]


async def test_a_start_error_stops_what_has_started(run, journal):
    with pytest.raises(StartError, match='cannot start pipelines: failed to start "mark" processor: no such port'):
        await run({"logs": "source | mark | sink"}, {"mark": {"fail_start": True}})

    assert journal() == [
        ("start", "exporter:sink"),
        ("start", "processor:mark"),
        ("stop", "processor:mark"),
        ("stop", "exporter:sink"),
    ]


async def test_an_extension_that_fails_to_start_is_named(run):
    with pytest.raises(StartError, match='failed to start extensions: failed to start "beside" extension: no such'):
        await run({"logs": "source | | sink"}, {"beside": {"fail_start": True}}, extensions=["beside"])


async def test_an_extension_that_cannot_be_made_is_a_config_error(run):
    with pytest.raises(ConfigError, match='failed to build extensions: failed to create "beside" extension: can\'t'):
        await run({"logs": "source | | sink"}, {"beside": {"fail_make": True}}, extensions=["beside"])


async def test_all_shutdown_errors_are_collected_and_nothing_is_left_running(run, journal):
    broken = {"fail_stop": True}
    running = await run({"logs": "source | mark | sink"}, {"source": broken, "sink": broken})
    journal().clear()

    with pytest.raises(ExceptionGroup) as caught:
        await running.service.stop()

    assert len(caught.value.exceptions) == 2
    assert [name for _, name in journal()] == ["receiver:source", "processor:mark", "exporter:sink"]
    await running.service.stop()


async def test_a_component_that_does_not_stop_is_left_behind_at_the_deadline(run, journal):
    running = await run({"logs": "source | hold | sink"}, drain_timeout=0)
    never = asyncio.Event()
    running.component("hold").shutdown = never.wait

    with pytest.raises(ExceptionGroup) as caught:
        await running.service.stop()

    assert isinstance(caught.value.exceptions[0], TimeoutError)
    assert ("stop", "exporter:sink") in journal()


async def test_status_follows_the_life_of_a_component(run):
    running = await run({"logs": "source | mark | sink"})
    (node,) = running.nodes("mark")
    assert node.status.status is Status.OK

    await running.service.stop()

    assert node.status.status is Status.STOPPED


async def test_a_component_that_fails_to_stop_has_a_permanent_error(run):
    running = await run({"logs": "source | mark | sink"}, {"mark": {"fail_stop": True}})
    (node,) = running.nodes("mark")

    with pytest.raises(ExceptionGroup):
        await running.service.stop()

    assert node.status.status is Status.PERMANENT_ERROR


async def test_a_reported_status_is_kept_at_start(run):
    class Reporting:
        mutates_data = False

        def __init__(self, config, settings):
            self.settings = settings

        async def start(self, host):
            self.settings.report(Status.RECOVERABLE_ERROR, Retryable("not there yet"))

        def process_logs(self, payload):
            return payload

    from collector.component import ProcessorFactory
    from collector.config import ComponentConfig

    factory = ProcessorFactory("reporting", ComponentConfig, Reporting)
    running = await run({"logs": "source | reporting | sink"}, factories={"reporting": factory})

    (node,) = running.nodes("reporting")
    assert node.status.status is Status.RECOVERABLE_ERROR
    assert str(node.status.event.error) == "not there yet"


async def test_a_fatal_status_asks_for_the_end_of_the_process(run):
    running = await run({"logs": "source | | sink"})
    error = OSError("server is gone")

    running.component("source").settings.report(Status.FATAL_ERROR, error)

    assert await running.service.fatal is error


async def test_a_task_that_fails_gives_its_component_a_permanent_error(run):
    running = await run({"logs": "source | look | sink"})
    (node,) = running.nodes("look")

    async def broken():
        raise ZeroDivisionError

    node.component.settings.spawn(broken())
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert node.status.status is Status.PERMANENT_ERROR


async def test_tasks_end_with_their_component(run):
    running = await run({"logs": "source | look | sink"})
    task = running.component("look").settings.spawn(asyncio.Event().wait())

    await running.service.stop()

    assert task.cancelled()


async def test_without_listening_receivers_do_not_start(run, journal):
    running = await run({"logs": "source | | sink"}, listen=False)

    assert ("start", "receiver:source") not in journal()
    await running.send(logs("a"))
    assert running.component("sink").payloads[0].item_count == 1


async def test_the_host_gives_extensions_by_id(run):
    running = await run({"logs": "source | | sink"}, extensions=["beside/2"])
    host = running.component("source").host

    assert host.extension("beside/2").settings.id.name == "2"
    with pytest.raises(KeyError):
        host.extension("beside")


def counts(running, direction, kind, **attributes):
    registry = running.service.telemetry.registry
    name = f"otelcol.{kind}.{direction}.items"
    return {
        outcome: registry.value(name, {**attributes, "outcome": outcome})
        for outcome in ("success", "failure", "refused")
    }


async def test_items_are_counted_at_every_border(run):
    running = await run({"logs": "source | mark | sink"})

    await running.send(logs("a", "b"))

    passed = {"success": 2, "failure": 0, "refused": 0}
    assert counts(running, "produced", "receiver") == passed
    assert counts(running, "consumed", "processor") == passed
    assert counts(running, "produced", "processor") == passed
    assert counts(running, "consumed", "exporter") == passed


async def test_an_error_is_a_failure_where_it_arose_and_refused_before(run):
    running = await run({"logs": "source | mark, look | sink"})
    running.component("sink").error = Permanent("no")
    with pytest.raises(Permanent):
        await running.send(logs("a", "b"))

    refused = {"success": 0, "failure": 0, "refused": 2}
    assert counts(running, "produced", "receiver") == refused
    assert counts(running, "consumed", "processor", **{"otelcol.component.id": "mark"}) == refused
    assert counts(running, "consumed", "processor", **{"otelcol.component.id": "look"}) == refused
    assert counts(running, "consumed", "exporter") == {"success": 0, "failure": 2, "refused": 0}


async def test_a_processor_in_several_pipelines_is_counted_as_one(run):
    running = await run({"logs": "source | look | sink", "logs/2": "source | look | sink/2"})

    await running.send(logs("a", "b", "c"))

    registry = running.service.telemetry.registry
    assert registry.value("otelcol_processor_incoming_items", {"processor": "look"}) == 6
    assert registry.value("otelcol_processor_outgoing_items", {"processor": "look"}) == 6


async def test_work_is_timed_at_the_detailed_level(run):
    running = await run({"logs": "source | look | sink"}, level="detailed")

    await running.send(logs("a"))

    registry = running.service.telemetry.registry
    attributes = {"processor": "look", "otel.signal": "logs"}
    assert registry.value("otelcol_processor_internal_duration", attributes) == 1

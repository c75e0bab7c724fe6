import pytest

from collector.component import ConfigError, DeliveryError, Permanent, Retryable
from collector.pipeline.service import check
from collector.testing import logs, traces


def bodies(sink):
    return [record.body for payload in sink.payloads for record in payload.records()]


def marks(payload):
    return [sorted(record.attributes) for record in payload.records()]


async def test_a_payload_passes_through_the_processors_in_order_to_the_exporter(run):
    running = await run({"logs": "source | mark, look, mark/2 | sink"})

    await running.send(logs("a", "b"))

    sink = running.component("sink")
    assert bodies(sink) == ["a", "b"]
    assert marks(sink.payloads[0]) == [["mark", "mark/2"]] * 2


async def test_a_receiver_is_one_instance_for_all_signals_and_pipelines(run):
    running = await run({"logs": "source | | sink", "logs/2": "source | | sink/2", "traces": "source | | sink"})

    assert len(running.nodes("source")) == 1
    await running.send(traces("t"))
    await running.send(logs("l"))
    assert [len(node.component.payloads) for node in running.nodes("sink")] == [1, 1]
    assert bodies(running.component("sink/2")) == ["l"]


async def test_an_exporter_is_one_instance_for_each_signal(run):
    running = await run({"logs": "source | | sink", "logs/2": "source/2 | | sink", "traces": "source | | sink"})

    assert sorted(str(node.signal) for node in running.nodes("sink")) == ["logs", "traces"]


async def test_a_processor_is_an_instance_of_its_own_in_each_pipeline(run):
    running = await run({"logs": "source | look | sink", "logs/2": "source | look | sink"})

    assert [node.pipeline for node in running.nodes("look")] == ["logs", "logs/2"]


async def test_a_repeated_exporter_gets_a_payload_once(run):
    running = await run({"logs": "source, source | | sink, sink"})

    await running.send(logs("a"))

    assert bodies(running.component("sink")) == ["a"]


async def test_edits_of_one_pipeline_do_not_show_in_another(run):
    running = await run({"logs": "source | mark | sink", "logs/2": "source | look | sink/2"})
    payload = logs("a")
    before = payload.seal()

    await running.send(payload)

    assert marks(running.component("sink").payloads[0]) == [["mark"]]
    assert running.component("sink/2").payloads[0].seal() == before


async def test_edits_of_two_editing_pipelines_stay_apart(run):
    running = await run({"logs": "source | mark | sink", "logs/2": "source | mark/2 | sink/2"})

    await running.send(logs("a"))

    assert marks(running.component("sink").payloads[0]) == [["mark"]]
    assert marks(running.component("sink/2").payloads[0]) == [["mark/2"]]


async def test_all_consumers_are_called_when_one_of_them_fails(run):
    running = await run({"logs": "source | | sink, sink/2, sink/3"})
    running.component("sink").error = Retryable("first is down", after=3)
    running.component("sink/3").error = Retryable("third is down", after=7)

    with pytest.raises(Retryable) as caught:
        await running.send(logs("a"))

    assert bodies(running.component("sink/2")) == ["a"]
    assert str(caught.value) == "first is down; third is down"
    assert caught.value.after == 7


async def test_a_joined_error_is_permanent_if_any_of_them_is(run):
    running = await run({"logs": "source | | sink, sink/2"})
    running.component("sink").error = Retryable("down")
    running.component("sink/2").error = Permanent("refused", code=3)

    with pytest.raises(Permanent) as caught:
        await running.send(logs("a"))

    assert caught.value.code == 3


async def test_the_error_of_the_exporter_comes_back_to_the_receiver_unchanged(run):
    running = await run({"logs": "source | look | sink"})
    error = Permanent("refused", code=9)
    running.component("sink").error = error

    with pytest.raises(DeliveryError) as caught:
        await running.send(logs("a"))

    assert caught.value is error


async def test_a_bug_of_a_processor_is_a_permanent_error_that_names_it(run):
    running = await run({"logs": "source | look | sink"})
    bug = ZeroDivisionError("by zero")
    running.component("look").error = bug

    with pytest.raises(Permanent, match='processor "look" in pipeline "logs": ZeroDivisionError: by zero') as caught:
        await running.send(logs("a"))
    assert caught.value.__cause__ is bug


async def test_a_processor_that_gives_none_ends_the_way_without_an_error(run):
    running = await run({"logs": "source | look | sink"})
    running.component("look").drop = True

    await running.send(logs("a"))

    assert running.component("sink").payloads == []


async def test_a_connector_feeds_all_pipelines_behind_it(run):
    running = await run({"logs": "source | | join", "logs/a": "join | mark | sink", "logs/b": "join | | sink/2"})

    await running.send(logs("x"))

    assert marks(running.component("sink").payloads[0]) == [["mark"]]
    assert marks(running.component("sink/2").payloads[0]) == [[]]


async def test_a_connector_is_one_instance_for_each_pair_of_signals(run):
    running = await run(
        {"logs": "source | | join", "traces": "source | | join", "logs/a": "join | | sink", "traces/a": "join | | sink"}
    )

    assert [(node.signal, node.signal_out) for node in running.nodes("join")] == [
        ("logs", "logs"),
        ("traces", "traces"),
    ]
    await running.send(traces("t"))
    assert {str(node.signal): len(node.component.payloads) for node in running.nodes("sink")} == {
        "logs": 0,
        "traces": 1,
    }


async def test_routing_connectors_find_the_pipelines_by_id(run):
    running = await run({"logs": "source | | join", "logs/a": "join | | sink", "logs/b": "join | | sink/2"})
    host = running.component("join").host

    await host.pipelines("logs")["logs/b"](logs("x"))

    assert set(host.pipelines("logs")) == {"logs", "logs/a", "logs/b"}
    assert bodies(running.component("sink/2")) == ["x"]
    assert running.component("sink").payloads == []


def problems(document):
    with pytest.raises(ConfigError) as caught:
        check(document)
    return [problem.message for problem in caught.value.problems]


def test_a_component_without_the_signal_is_refused(wire):
    document = wire({"metrics": "source | mark | sink", "traces": "source | mark | sink"})

    assert problems(document) == [
        (
            'failed to build pipelines: failed to create "source" receiver for data type "metrics": '
            "telemetry type is not supported"
        ),
        (
            'failed to build pipelines: failed to create "mark" processor, in pipeline "metrics": '
            "telemetry type is not supported"
        ),
        (
            'failed to build pipelines: failed to create "sink" exporter for data type "metrics": '
            "telemetry type is not supported"
        ),
        (
            'failed to build pipelines: failed to create "mark" processor, in pipeline "traces": '
            "telemetry type is not supported"
        ),
    ]


def test_a_connector_needs_a_counterpart_of_its_signals(wire):
    document = wire({"logs": "source | | join", "logs/2": "source | | join", "traces": "join | | sink"})

    assert problems(document) == [
        (
            'failed to build pipelines: connector "join" used as exporter in [logs logs/2] pipeline '
            "but not used in any supported receiver pipeline"
        ),
        (
            'failed to build pipelines: connector "join" used as receiver in [traces] pipeline '
            "but not used in any supported exporter pipeline"
        ),
    ]


def test_a_cycle_is_refused_with_its_nodes(wire):
    document = wire({"traces": "source | | join/a", "traces/2": "join/a | look | join/a, sink"})

    assert problems(document) == [
        (
            'failed to build pipelines: cycle detected: connector "join/a" (traces to traces) -> '
            'processor "look" in pipeline "traces/2" -> connector "join/a" (traces to traces)'
        )
    ]


def test_a_cycle_through_two_connectors_is_refused(wire):
    document = wire({"traces": "source, join/b | look | join/a", "traces/2": "join/a | | join/b, sink"})

    assert problems(document) == [
        (
            'failed to build pipelines: cycle detected: connector "join/b" (traces to traces) -> '
            'processor "look" in pipeline "traces" -> connector "join/a" (traces to traces) -> '
            'connector "join/b" (traces to traces)'
        )
    ]


def test_a_diamond_is_no_cycle(wire):
    check(
        wire(
            {
                "logs": "source | | join/a, join/b",
                "logs/a": "join/a | | join/c",
                "logs/b": "join/b | | join/c",
                "logs/c": "join/c | | sink",
            }
        )
    )


def test_all_components_that_cannot_be_made_are_named_at_once(wire):
    broken = {"fail_make": True}
    document = wire({"logs": "source | mark, hold | sink"}, {"mark": broken, "hold": broken, "sink": broken})

    assert sorted(problems(document)) == [
        'failed to build pipelines: failed to create "hold" processor, in pipeline "logs": can\'t be made',
        'failed to build pipelines: failed to create "mark" processor, in pipeline "logs": can\'t be made',
        'failed to build pipelines: failed to create "sink" exporter for data type "logs": can\'t be made',
    ]


def test_check_starts_nothing(wire, journal):
    check(wire({"logs": "source | mark | sink"}))

    assert journal() == []


async def test_a_batch_before_queues_that_answer_is_done_by_the_queues(run):
    from processors.batch import factory

    running = await run(
        {"logs": "source | batch | sink, sink/2"},
        {"sink": {"wait_for_result": True}, "sink/2": {"wait_for_result": True}, "batch": {"timeout": "10ms"}},
        factories={"batch": factory},
    )

    await running.send(logs("a"))

    assert bodies(running.component("sink")) == ["a"]
    assert bodies(running.component("sink/2")) == ["a"]
    assert running.component("batch").held == 0


async def test_a_batch_holds_payloads_where_one_queue_does_not_answer(run):
    from processors.batch import factory

    running = await run(
        {"logs": "source | batch | sink, sink/2"}, {"sink": {"wait_for_result": True}}, factories={"batch": factory}
    )

    await running.send(logs("a"))

    assert running.component("batch").held == 1

import asyncio

import pytest
from pydantic import ValidationError

from collector.component import Permanent, Retryable, ShuttingDown
from collector.net.budget import budget
from collector.pdata import Context
from collector.testing import RecordingSink, bench, gauge, logs, traces
from collector.testing.clock import settle


def sizes(batch):
    return [payload.item_count for payload in batch.emitted]


def bodies(batch):
    return [record.body for payload in batch.emitted for record in payload.records()]


def metric(batch, name):
    return batch.metric(f"otelcol_processor_batch_{name}")


async def test_a_batch_goes_out_when_its_time_is_up():
    async with bench("batch", {"timeout": "1s"}) as batch:
        await batch.consume(logs("a"))
        await batch.consume(logs("b"))
        await batch.clock.advance(0.9)
        assert batch.emitted == []

        await batch.clock.advance(0.1)

        assert sizes(batch) == [2]
        assert metric(batch, "timeout_trigger_send") == 1
        assert metric(batch, "batch_size_trigger_send") == 0


async def test_a_batch_goes_out_when_it_is_big_enough():
    async with bench("batch", {"timeout": "60s", "send_batch_size": 3}) as batch:
        await batch.consume(logs("a", "b"))
        await batch.consume(logs("c", "d"))
        await settle()

        assert sizes(batch) == [4]
        assert metric(batch, "batch_size_trigger_send") == 1
        assert metric(batch, "batch_send_size") == 1


async def test_the_timer_starts_anew_with_each_send():
    async with bench("batch", {"timeout": "1s", "send_batch_size": 2}) as batch:
        await batch.consume(logs("a"))
        await batch.clock.advance(0.8)
        await batch.consume(logs("b"))
        await settle()
        assert sizes(batch) == [2]
        await batch.consume(logs("c"))

        await batch.clock.advance(0.9)
        assert sizes(batch) == [2]
        await batch.clock.advance(0.1)

        assert sizes(batch) == [2, 1]


async def test_after_silence_the_timer_keeps_its_step():
    async with bench("batch", {"timeout": "1s"}) as batch:
        await batch.clock.advance(10.7)
        await batch.consume(logs("a"))

        await batch.clock.advance(0.3)

        assert sizes(batch) == [1]


@pytest.mark.parametrize("settings", [{"timeout": 0}, {"send_batch_size": 0}])
async def test_without_timeout_or_size_payloads_go_on_at_once(settings):
    async with bench("batch", settings) as batch:
        await batch.consume(logs("a"))
        await settle()
        await batch.consume(logs("b"))
        await settle()

        assert sizes(batch) == [1, 1]


async def test_a_big_batch_is_split_and_its_end_waits_for_the_timer():
    async with bench("batch", {"timeout": "1s", "send_batch_size": 2, "send_batch_max_size": 3}) as batch:
        await batch.consume(logs(*"abcdefg"))
        await settle()
        assert sizes(batch) == [3, 3]

        await batch.clock.advance(1)

        assert sizes(batch) == [3, 3, 1]
        assert bodies(batch) == list("abcdefg")


async def test_the_points_of_one_metric_are_split_with_its_descriptor():
    async with bench("batch", {"send_batch_size": 2, "send_batch_max_size": 2}) as batch:
        await batch.consume(gauge("g", 1, 2, 3, 4))
        await settle()

        metrics = [metric for payload in batch.emitted for metric in payload.metrics()]
        assert [(metric.name, [point.value for point in metric.data_points]) for metric in metrics] == [
            ("g", [1, 2]),
            ("g", [3, 4]),
        ]


async def test_resources_stay_apart_and_in_order():
    async with bench("batch", {"send_batch_size": 3}) as batch:
        for name in ("x", "y", "x"):
            await batch.consume(traces("s", resource={"service.name": name}))
        await settle()

        assert [group.resource.attributes["service.name"] for group in batch.emitted[0].resources()] == ["x", "y", "x"]


async def test_a_batch_does_not_use_up_the_byte_budget(monkeypatch):
    payload = logs("x" * 1000)
    monkeypatch.setattr(budget, "limit", 8 * payload.byte_size)
    async with bench("batch", {"timeout": "60s"}) as batch:
        before = budget.used
        await batch.consume(payload)
        assert budget.used == before + payload.byte_size
        await batch.consume(logs("x" * 1000))
        await settle()

        assert sizes(batch) == [2]
        assert budget.used == before


@pytest.mark.parametrize("most", [0, 2])
async def test_nobody_is_let_in_for_what_only_moves_on(most, monkeypatch):
    """What the next component takes over and accounts for is no room in the byte budget."""
    queue = RecordingSink()

    async def take(payload):
        budget.account(payload.byte_size)
        await queue(payload)

    before = budget.used
    batch = bench("batch", {"send_batch_size": 2, "send_batch_max_size": most})
    batch.sink = take
    async with batch:
        monkeypatch.setattr(budget, "limit", before + logs("a").byte_size)
        admitted = []
        await batch.consume(logs("a"))
        assert not budget.acquire(0, admitted.append)
        await batch.consume(logs("b", "c"))
        await settle()
        assert not admitted

    await settle()
    assert queue.item_count == 3
    assert budget.used == before + sum(payload.byte_size for payload in queue.payloads)
    budget.release(budget.used - before)
    await settle()
    assert admitted == [True]


async def test_a_batch_stays_accounted_for_until_it_was_taken():
    before = budget.used
    gate = asyncio.Event()

    async def take(_payload):
        await gate.wait()

    batch = bench("batch", {"send_batch_size": 1})
    batch.sink = take
    async with batch:
        await batch.consume(logs("a"))
        await settle()
        assert budget.used == before + logs("a").byte_size
        gate.set()
        await settle()
        assert budget.used == before


async def test_the_last_batch_goes_out_at_shutdown():
    batch = bench("batch", {"timeout": "60s"})
    await batch.start() if hasattr(batch.component, "start") else None
    await batch.consume(logs("a", "b"))

    await batch.shutdown()
    await batch.shutdown()

    assert sizes(batch) == [2]
    assert batch.component.held == 0


async def test_what_comes_after_shutdown_is_refused():
    batch = bench("batch", None, signal="logs")
    await batch.shutdown()

    with pytest.raises(ShuttingDown):
        await batch.consume(logs("a"))


async def test_a_batch_that_is_refused_is_lost_logged_and_in_the_ledger():
    async with bench("batch", {"send_batch_size": 2}) as batch:
        batch.sink.fail = Retryable("sending queue is full")
        await batch.consume(logs("a", "b"))
        await settle()

        assert batch.logged == [("warning", "Sender failed", {"error": "sending queue is full", "dropped_items": 2})]
        assert batch.dropped == {("refused by the next component", ""): 2}
        assert batch.component.held == 0


async def test_callers_wait_while_two_batches_are_held_up():
    async with bench("batch", {"timeout": "60s", "send_batch_size": 2}) as batch:
        gate = batch.sink.hold()
        await batch.consume(logs("a", "b"))
        await settle()
        await batch.consume(logs("c", "d"))
        await batch.consume(logs("e", "f"))
        waiting = asyncio.ensure_future(batch.consume(logs("g")))
        await settle()
        assert not waiting.done()

        gate.set()
        await waiting
        await settle()

        assert sizes(batch) == [2, 4]


async def test_a_caller_that_gives_up_waiting_leaves_nothing_behind():
    async with bench("batch", {"timeout": "60s", "send_batch_size": 1}) as batch:
        gate = batch.sink.hold()
        for body in "abc":
            await batch.consume(logs(body))
            await settle()
        waiting = asyncio.ensure_future(batch.consume(logs("d")))
        await settle()
        waiting.cancel()
        gate.set()
        await settle()

        assert sorted(bodies(batch)) == ["a", "b", "c"]


def of_tenant(body, tenant):
    payload = logs(body)
    metadata = {"tenant": (tenant,), "other": ("x",)} if tenant else {}
    payload.context = Context(client_address="10.0.0.1:1", metadata=metadata, deadline=1.0)
    return payload


async def test_each_combination_of_metadata_has_a_batch_and_only_its_keys_go_on():
    async with bench("batch", {"timeout": "1s", "metadata_keys": ["Tenant"]}) as batch:
        for body, tenant in (("a", "x"), ("b", "y"), ("c", "x"), ("d", "")):
            await batch.consume(of_tenant(body, tenant))
        await batch.clock.advance(1)

        found = {
            payload.context.metadata.get("tenant", ()): [record.body for record in payload.records()]
            for payload in batch.emitted
        }
        assert found == {("x",): ["a", "c"], ("y",): ["b"], (): ["d"]}
        assert all(set(payload.context.metadata) <= {"tenant"} for payload in batch.emitted)
        assert all(payload.context.client_address == "" for payload in batch.emitted)
        assert all(payload.context.deadline is None for payload in batch.emitted)
        assert metric(batch, "metadata_cardinality") == 3


async def test_too_many_combinations_are_refused_for_good():
    async with bench("batch", {"metadata_keys": ["tenant"], "metadata_cardinality_limit": 1}) as batch:
        await batch.consume(of_tenant("a", "x"))
        await batch.consume(of_tenant("b", "x"))

        with pytest.raises(Permanent, match="too many batcher metadata-value combinations"):
            await batch.consume(of_tenant("c", "y"))


async def test_a_payload_that_others_share_keeps_its_context():
    async with bench("batch", {"send_batch_size": 1}) as batch:
        payload = of_tenant("a", "x")
        await batch.consume(payload)
        await settle()

        assert payload.context.client_address == "10.0.0.1:1"
        assert batch.emitted[0].context.client_address == ""


async def test_sizes_in_bytes_are_a_detailed_metric():
    async with bench("batch", {"send_batch_size": 1}) as batch:
        await batch.consume(logs("a"))
        await settle()
        assert metric(batch, "batch_send_size_bytes") == 1

    async with bench("batch", {"send_batch_size": 1}, metrics_level="normal") as batch:
        await batch.consume(logs("a"))
        with pytest.raises(KeyError):
            metric(batch, "batch_send_size_bytes")


async def test_what_cannot_be_sent_before_the_deadline_is_in_the_ledger():
    batch = bench("batch", {"timeout": "60s"})
    await batch.consume(logs("a", "b"))
    batch.sink.hold()

    stopping = asyncio.ensure_future(batch.shutdown())
    await settle()
    stopping.cancel()
    await asyncio.gather(stopping, return_exceptions=True)
    for task in batch.tasks:
        task.cancel()
    await settle()

    assert batch.dropped == {("not sent before the deadline of shutdown", ""): 2}


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"timeout": "-1s"}, "timeout must be greater or equal to 0"),
        ({"send_batch_size": 10, "send_batch_max_size": 5}, "send_batch_max_size must be greater or equal to"),
        ({"send_batch_max_size": 100}, "send_batch_max_size must be greater or equal to send_batch_size"),
        ({"metadata_keys": ["a", "A"]}, 'duplicate entry in metadata_keys: "a" (case-insensitive)'),
        ({"send_batch_size": -1}, "overflows uint"),
        ({"timeout": "1d"}, 'unknown unit "d"'),
        ({"send_batch_size": "10"}, "unconvertible type 'string'"),
        ({"max_size": 5}, "max_size"),
    ],
)
def test_wrong_settings_are_refused(settings, text):
    with pytest.raises(ValidationError) as caught:
        bench("batch", settings)

    assert text in str(caught.value)

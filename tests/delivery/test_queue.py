import asyncio
from dataclasses import replace

import pytest

from collector.component import Permanent, Retryable, ShuttingDown
from collector.delivery import BatchRules
from collector.net.budget import budget
from collector.pdata import Context
from collector.testing import traces


async def test_a_payload_goes_from_the_queue_to_the_destination(rig):
    rig = rig(queue={})
    await rig.consume(traces("a", "b"))
    assert rig.delivery.held == 2
    await rig.settle()
    assert rig.requests == [["a", "b"]]
    assert rig.metric("otelcol_exporter_sent_spans") == 2
    assert rig.metric("otelcol_exporter_queue_size", data_type="traces") == 0
    assert rig.metric("otelcol_exporter_queue_capacity", data_type="traces") == 1000
    assert rig.delivery.held == 0


async def test_an_empty_payload_is_not_sent(rig):
    rig = rig(queue={})
    await rig.consume(traces())
    await rig.settle()
    assert rig.requests == []


async def test_a_full_queue_refuses_retryably_and_counts_what_is_in_flight(rig):
    rig = rig(queue={"queue_size": 2})
    gate = rig.hold()
    await rig.consume(traces("a"))
    await rig.settle()
    await rig.consume(traces("b"))
    with pytest.raises(Retryable, match="sending queue is full"):
        await rig.consume(traces("c"))
    assert rig.metric("otelcol_exporter_enqueue_failed_spans") == 1
    assert rig.logged[-1] == (
        "error",
        "Exporting failed. Rejecting data.",
        {"error": "sending queue is full", "rejected_items": 1},
    )
    gate.set()
    await rig.shutdown()
    assert rig.requests == [["a"], ["b"]]
    assert rig.dropped == {}


@pytest.mark.parametrize(("sizer", "size", "room"), [("items", 3, 3), ("bytes", 100, None), ("requests", 1, 1)])
async def test_capacity_is_in_units_of_the_sizer(rig, sizer, size, room):
    rig = rig(queue={"sizer": sizer, "queue_size": size})
    rig.hold()
    payload = traces(*"abc")
    if room is None:
        with pytest.raises(Permanent, match="element size too large"):
            await rig.consume(payload)
    else:
        await rig.consume(payload)
        assert rig.metric("otelcol_exporter_queue_size") == room
        with pytest.raises(Retryable):
            await rig.consume(traces("d"))
    await asyncio.wait_for(abandon(rig), 5)


async def abandon(rig):
    stopping = asyncio.ensure_future(rig.shutdown())
    await rig.settle()
    stopping.cancel()
    await asyncio.gather(stopping, return_exceptions=True)


async def test_no_more_requests_than_consumers_are_in_flight(rig):
    rig = rig(queue={"num_consumers": 2})
    gate = rig.hold()
    for name in "abcd":
        await rig.consume(traces(name))
    await rig.settle()
    assert rig.metric("otelcol_exporter_in_flight_requests") == 2
    gate.set()
    await rig.shutdown()
    assert rig.requests == [["a"], ["b"], ["c"], ["d"]]


async def test_a_blocked_caller_goes_on_when_there_is_room(rig):
    rig = rig(queue={"queue_size": 1, "block_on_overflow": True})
    gate = rig.hold()
    await rig.consume(traces("a"))
    blocked = asyncio.ensure_future(rig.consume(traces("b")))
    await rig.settle()
    assert not blocked.done()
    gate.set()
    await blocked
    await rig.shutdown()
    assert rig.requests == [["a"], ["b"]]


async def test_a_blocked_caller_is_refused_when_its_deadline_passes(rig):
    rig = rig(queue={"queue_size": 1, "block_on_overflow": True})
    gate = rig.hold()
    await rig.consume(traces("a"))
    late = traces("b")
    late.context = replace(late.context, deadline=asyncio.get_running_loop().time() + 0.01)
    with pytest.raises(Retryable, match="deadline"):
        await rig.consume(late)
    gate.set()
    await rig.shutdown()
    assert rig.requests == [["a"]]


async def test_a_caller_who_gives_up_while_blocked_leaves_no_trace(rig):
    rig = rig(queue={"queue_size": 1, "block_on_overflow": True})
    gate = rig.hold()
    await rig.consume(traces("a"))
    blocked = asyncio.ensure_future(rig.consume(traces("b")))
    await rig.settle()
    blocked.cancel()
    await rig.settle()
    gate.set()
    await rig.shutdown()
    assert rig.requests == [["a"]]
    assert rig.delivery.held == 0


async def test_wait_for_result_gives_the_outcome_to_the_caller(rig):
    rig = rig(None, Permanent("no"), queue={"wait_for_result": True})
    await rig.consume(traces("a"))
    with pytest.raises(Permanent, match="no"):
        await rig.consume(traces("b"))
    assert rig.dropped == {}
    assert rig.metric("otelcol_exporter_send_failed_spans") == 1


async def test_a_final_failure_is_logged_counted_and_entered_in_the_ledger(rig):
    rig = rig(Permanent("no", code=7), queue={})
    await rig.consume(traces("a", "b"))
    await rig.settle()
    assert rig.dropped == {"refused by the destination": 2}
    failed = {"error.type": "PermissionDenied", "error.permanent": "true"}
    assert rig.metric("otelcol_exporter_send_failed_spans", **failed) == 2
    level, text, fields = rig.logged[-1]
    assert (level, fields) == ("error", {"error": "no", "dropped_items": 2})
    assert text.startswith("Exporting failed. Dropping data. Try enabling retry_on_failure")


async def test_batches_flush_at_min_size_and_after_the_timeout(rig):
    rig = rig(queue={"batch": {"min_size": 3, "flush_timeout": "1s"}})
    await rig.consume(traces("a", "b"))
    await rig.consume(traces("c", "d"))
    await rig.consume(traces("e"))
    await rig.clock.advance(0.5)
    assert rig.requests == [["a", "b", "c", "d"]]
    await rig.clock.advance(0.6)
    assert rig.requests == [["a", "b", "c", "d"], ["e"]]


async def test_batches_are_split_at_max_size_and_the_rest_waits(rig):
    rig = rig(queue={"batch": {"min_size": 3, "max_size": 3, "flush_timeout": "1s"}})
    await rig.consume(traces(*"abcde"))
    await rig.consume(traces("f"))
    await rig.consume(traces("g"))
    await rig.settle()
    assert rig.requests == [["a", "b", "c"], ["d", "e", "f"]]
    await rig.clock.advance(1)
    assert rig.requests == [["a", "b", "c"], ["d", "e", "f"], ["g"]]
    assert rig.delivery.held == 0


async def test_an_item_too_big_for_any_request_is_dropped_alone(rig):
    size = traces("a").byte_size + 20
    rig = rig(queue={"batch": {"sizer": "bytes", "min_size": 0, "max_size": size}})
    await rig.consume(traces("a", "b" * 100, "c"))
    await rig.settle()
    assert rig.requests == [["a"], ["c"]]
    assert rig.dropped == {"too large for a request": 1}
    assert any(text.startswith("one span size is greater than max size") for _, text, _ in rig.logged)
    assert rig.metric("otelcol_exporter_queue_size") == 0


def of_tenant(name, tenant, extra="x"):
    payload = traces(name)
    payload.context = Context(metadata={"tenant": (tenant,), "other": (extra,)})
    return payload


async def test_partitions_share_no_request_and_keep_only_their_keys(rig):
    rig = rig(queue={"batch": {"min_size": 2, "partition": {"metadata_keys": ["Tenant"]}}})
    for payload in (of_tenant("a", "1"), of_tenant("b", "2"), of_tenant("c", "1", "y")):
        await rig.consume(payload)
    await rig.shutdown()
    assert rig.requests == [["a", "c"], ["b"]]
    assert [dict(context.metadata) for context in rig.destination.contexts] == [{"tenant": ("1",)}, {"tenant": ("2",)}]


async def test_a_queue_without_batching_keeps_the_context(rig):
    rig = rig(queue={})
    await rig.consume(of_tenant("a", "1"))
    await rig.settle()
    assert rig.destination.contexts[0].metadata["other"] == ("x",)


async def test_entries_of_equal_hint_merge_and_count_as_one_request(rig):
    rig = rig(queue={"wait_for_result": True, "queue_size": 2})
    hint = BatchRules(flush_timeout=1, min_size=3)
    callers = [asyncio.ensure_future(rig.consume(traces(name), hint)) for name in "ab"]
    await rig.settle()
    assert rig.metric("otelcol_exporter_queue_size") == 1
    assert not any(caller.done() for caller in callers)
    await rig.clock.advance(1)
    await asyncio.gather(*callers)
    assert rig.requests == [["a", "b"]]


async def test_the_queues_own_batch_wins_over_the_hint(rig):
    rig = rig(queue={"batch": {"min_size": 2}})
    await rig.consume(traces("a"), BatchRules(min_size=1))
    await rig.settle()
    assert rig.requests == []
    await rig.consume(traces("b"))
    await rig.settle()
    assert rig.requests == [["a", "b"]]


def refuse_bad(payload):
    names = [span.name for span in payload.spans()]
    return Permanent("invalid", code=3) if any(name.startswith("bad") for name in names) else None


async def test_an_invalid_payload_takes_no_neighbour_with_it(rig):
    rig = rig(queue={"batch": {"min_size": 7}})
    rig.destination.always = refuse_bad
    for names in (["a"], ["b", "c"], ["bad", "d"], ["e"], ["f"]):
        await rig.consume(traces(*names))
    await rig.settle()
    delivered = [names for names in rig.requests if not any(name.startswith("bad") for name in names)]
    assert sorted(name for names in delivered for name in names) == ["a", "b", "c", "e", "f"]
    assert rig.dropped == {"refused by the destination": 2}
    assert rig.metric("otelcol_exporter_sent_spans") == 5
    assert rig.metric("otelcol_exporter_send_failed_spans") == 2


async def test_each_waiting_caller_hears_of_its_own_payload(rig):
    rig = rig(queue={"wait_for_result": True, "batch": {"min_size": 3}})
    rig.destination.always = refuse_bad
    callers = [asyncio.ensure_future(rig.consume(traces(name))) for name in ("a", "bad", "c")]
    outcomes = await asyncio.gather(*callers, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [type(None), Permanent, type(None)]


async def test_shutdown_sends_what_is_left_once(rig):
    rig = rig(Retryable("down"), retry={}, queue={"num_consumers": 1, "batch": {"min_size": 100}})
    await rig.consume(traces("a"))
    await rig.shutdown()
    assert rig.requests == [["a"]]
    assert rig.dropped == {"shutdown": 1}
    with pytest.raises(ShuttingDown):
        await rig.consume(traces("b"))


async def test_shutdown_interrupts_waits_between_retries(rig):
    rig = rig(
        Retryable("down"), retry={"initial_interval": "1h", "max_interval": "1h", "max_elapsed_time": 0}, queue={}
    )
    await rig.consume(traces("a"))
    await rig.settle()
    await rig.shutdown()
    assert rig.dropped == {"shutdown": 1}
    assert rig.metric("otelcol_exporter_send_failed_spans", **{"error.type": "Shutdown"}) == 1


async def test_a_shutdown_that_is_cancelled_drops_what_is_left(rig):
    rig = rig(queue={"num_consumers": 1})
    rig.hold()
    await rig.consume(traces("a"))
    await rig.consume(traces("b", "c"))
    await rig.settle()
    await abandon(rig)
    assert rig.dropped == {"shutdown": 3}
    assert rig.delivery.held == 0
    assert rig.metric("otelcol_exporter_queue_size") == 0


async def test_what_is_queued_is_in_the_byte_budget(rig):
    rig = rig(queue={"num_consumers": 1})
    gate = rig.hold()
    before = budget.used
    payload = traces("a")
    await rig.consume(payload)
    assert budget.used - before == payload.byte_size
    gate.set()
    await rig.shutdown()
    assert budget.used == before


async def test_partitions_are_bounded(rig):
    rig = rig(
        queue={"queue_size": 20_000, "batch": {"partition": {"metadata_keys": ["tenant"]}, "flush_timeout": "1h"}}
    )
    for tenant in range(10_005):
        await rig.consume(of_tenant("a", str(tenant)))
    assert len(rig.delivery._queued._batcher._partitions) == 10_000
    await rig.settle()
    assert len(rig.requests) == 5


async def test_payloads_stay_apart_in_batches_that_are_split(rig):
    rig = rig(queue={"batch": {"min_size": 4, "max_size": 4}})
    rig.destination.always = refuse_bad
    for names in (["a", "b"], ["c"], ["d", "e"], ["bad"], ["f", "g"]):
        await rig.consume(traces(*names))
    await rig.settle()
    assert rig.requests[0] == ["a", "b", "c", "d"]
    assert rig.requests[1] == ["e", "bad", "f", "g"]
    assert rig.dropped == {"refused by the destination": 1}
    assert rig.metric("otelcol_exporter_sent_spans") == 7


async def test_a_destination_that_refuses_on_principle_is_not_asked_about_every_part(rig):
    rig = rig(queue={"batch": {"min_size": 16}})
    rig.destination.always = Permanent("invalid", code=3)
    for _ in range(3 * 16):
        await rig.consume(traces("x"))
    await rig.settle()
    assert len(rig.requests) == 3 * 31
    for _ in range(16):
        await rig.consume(traces("x"))
    await rig.settle()
    assert len(rig.requests) == 3 * 31 + 2
    assert rig.dropped == {"refused by the destination": 64}
    assert rig.metric("otelcol_exporter_send_failed_spans") == 64

    rig.destination.always = refuse_bad
    for name in ["bad", *["good"] * 15] * 8:
        await rig.consume(traces(name))
    await rig.settle()
    assert rig.metric("otelcol_exporter_sent_spans") >= 15
    assert rig.delivery.held == 0

"""Whatever a queue is told and whatever the destination answers: items in = items sent + items dropped."""

import asyncio
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.component import DeliveryError, Partial, Permanent, Retryable
from collector.delivery import BatchRules
from collector.net.budget import budget
from collector.pdata import Context
from collector.testing import traces

batches = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {
            "min_size": st.integers(0, 6),
            "max_size": st.sampled_from([0, 6, 7]),
            "partition": st.sampled_from([{}, {"metadata_keys": ["t"]}]),
        }
    ),
)
queues = st.fixed_dictionaries(
    {
        "num_consumers": st.integers(1, 3),
        "queue_size": st.integers(1, 8),
        "sizer": st.sampled_from(["requests", "items"]),
        "block_on_overflow": st.booleans(),
        "wait_for_result": st.booleans(),
    }
)
payloads = st.lists(st.tuples(st.integers(1, 9), st.sampled_from("12")), min_size=1, max_size=12)
answers = st.lists(st.sampled_from(["ok", "retry", "invalid", "no", "partial"]), max_size=20)
hints = st.sampled_from([None, BatchRules(flush_timeout=1, min_size=4, max_size=5), BatchRules(min_size=0)])
errors = {
    "ok": None,
    "retry": Retryable("down"),
    "invalid": Permanent("invalid", code=3),
    "no": Permanent("no"),
    "partial": Partial("some", rejected=1),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(queue=queues, batch=batches, sent=payloads, told=answers, hint=hints, cut=st.booleans())
def test_items_in_are_items_sent_plus_items_dropped(rig, queue, batch, sent, told, hint, cut):
    if batch is not None and queue["sizer"] == "items":
        batch = {**batch, "min_size": min(batch["min_size"], queue["queue_size"])}
    asyncio.run(exercise(rig, {**queue, "batch": batch}, sent, told, hint, cut))


async def exercise(rig, queue, sent, told, hint, cut):
    rig = rig(*(errors[word] for word in told), retry={"max_elapsed_time": "40s"}, queue=queue)
    before = budget.used
    callers = []
    names = iter(f"s{number}" for number in range(1000))
    offered = [[next(names) for _ in range(size)] for size, _ in sent]
    for spans, (_, tenant) in zip(offered, sent, strict=True):
        payload = traces(*spans)
        payload.context = Context(metadata={"t": (tenant,)})
        callers.append(asyncio.ensure_future(rig.consume(payload, hint)))
        await asyncio.sleep(0)
    if not cut:
        await rig.clock.advance(100)
    await rig.shutdown()
    outcomes = await asyncio.gather(*callers, return_exceptions=True)
    assert all(outcome is None or isinstance(outcome, DeliveryError) for outcome in outcomes)
    refused = rig.metric("otelcol_exporter_enqueue_failed_spans")
    delivered, failed = rig.delivery.metrics.sent, rig.delivery.metrics.failed
    assert sum(map(len, offered)) == refused + delivered + failed
    if not queue["wait_for_result"]:
        assert sum(rig.dropped.values()) == failed
        taken = sum(len(spans) for spans, outcome in zip(offered, outcomes, strict=True) if outcome is None)
        assert taken == delivered + failed
    once = Counter(name for names in rig.requests for name in names)
    assert set(once) <= {name for spans in offered for name in spans}
    assert rig.metric("otelcol_exporter_queue_size") == 0
    assert rig.delivery.held == 0
    assert budget.used == before

import asyncio
from dataclasses import replace

import pytest

from collector.component import Partial, Permanent, Retryable
from collector.delivery import HTTPFailure, RetrySettings
from collector.delivery.retry import Backoff
from collector.testing import traces


def test_intervals_grow_up_to_the_longest():
    settings = RetrySettings.model_validate({"initial_interval": "5s", "multiplier": 1.5, "max_interval": "10s"})
    backoff = Backoff(settings, draw=lambda low, high: (low, high))
    assert [backoff.next() for _ in range(4)] == [(2.5, 7.5), (3.75, 11.25), (5, 15), (5, 15)]


async def test_a_retryable_error_is_tried_again_after_the_interval(rig):
    rig = rig(Retryable("down"), retry={"initial_interval": "5s"}, queue={})
    await rig.consume(traces("a"))
    await rig.clock.advance(4.9)
    assert len(rig.requests) == 1
    await rig.clock.advance(0.2)
    assert len(rig.requests) == 2
    assert rig.logged == [
        ("info", "Exporting failed. Will retry the request after interval.", {"error": "down", "interval": "5s"})
    ]
    assert rig.metric("otelcol_exporter_sent_spans") == 1


async def test_the_servers_delay_is_the_least_that_is_waited(rig):
    rig = rig(Retryable("busy", after=60), retry={}, queue={})
    await rig.consume(traces("a"))
    await rig.clock.advance(59)
    assert len(rig.requests) == 1
    await rig.clock.advance(2)
    assert len(rig.requests) == 2


async def test_a_permanent_error_is_not_tried_again(rig):
    rig = rig(Permanent("no"), retry={})
    with pytest.raises(Permanent, match="not retryable error: no"):
        await rig.consume(traces("a"))
    assert len(rig.requests) == 1


async def test_no_attempt_begins_after_the_longest_time(rig):
    rig = rig(
        retry={"initial_interval": "5s", "multiplier": 1, "max_interval": "5s", "max_elapsed_time": "12s"}, queue={}
    )
    rig.destination.always = Retryable("down")
    await rig.consume(traces("a"))
    await rig.clock.advance(60)
    assert len(rig.requests) == 3
    assert rig.dropped == {"not delivered in time": 1}
    assert rig.logged[-1][2]["error"] == "no more retries left: down"


async def test_zero_tries_for_ever(rig):
    rig = rig(retry={"max_elapsed_time": 0}, queue={})
    rig.destination.always = Retryable("down")
    await rig.consume(traces("a"))
    await rig.clock.advance(3600)
    assert len(rig.requests) > 100
    await rig.shutdown()


async def test_without_a_queue_the_callers_deadline_ends_the_retries(rig):
    rig = rig(Retryable("down"), retry={})
    payload = traces("a")
    payload.context = replace(payload.context, deadline=asyncio.get_running_loop().time() + 1)
    with pytest.raises(Retryable, match="request will be cancelled before next retry: down"):
        await rig.consume(payload)
    _, text, fields = rig.logged[-1]
    assert text == "Exporting failed. Rejecting data. Try enabling sending_queue to survive temporary failures."
    assert fields["rejected_items"] == 1


async def test_without_retry_there_is_one_attempt(rig):
    rig = rig(Retryable("down", code=14), retry={"enabled": False})
    with pytest.raises(Retryable, match=r"^down$"):
        await rig.consume(traces("a"))


async def test_only_the_leftover_is_tried_again(rig):
    rig = rig(lambda payload: Partial("some", leftover=traces("b")), retry={}, queue={})
    await rig.consume(traces("a", "b"))
    await rig.clock.advance(6)
    assert rig.requests == [["a", "b"], ["b"]]
    assert rig.metric("otelcol_exporter_sent_spans") == 2


async def test_what_was_taken_before_a_final_failure_counts_as_sent(rig):
    rig = rig(lambda payload: Partial("some", leftover=traces("b")), Permanent("no"), retry={}, queue={})
    await rig.consume(traces("a", "b"))
    await rig.clock.advance(6)
    assert rig.metric("otelcol_exporter_sent_spans") == 1
    assert rig.metric("otelcol_exporter_send_failed_spans") == 1


async def test_rejected_items_count_as_sent_and_are_warned_about(rig):
    rig = rig(Partial("too old", rejected=1), retry={})
    await rig.consume(traces("a", "b"))
    assert rig.logged == [("warning", "Partial success response", {"message": "too old", "dropped_spans": 1})]
    assert rig.metric("otelcol_exporter_sent_spans") == 2


async def test_an_attempt_that_takes_too_long_is_retryable(rig):
    rig = rig(timeout=0.01)
    rig.hold()
    with pytest.raises(Retryable, match="deadline exceeded"):
        await rig.consume(traces("a"))


async def test_any_other_exception_may_pass(rig):
    rig = rig(ValueError("odd"), retry={}, queue={})
    await rig.consume(traces("a"))
    await rig.clock.advance(6)
    assert len(rig.requests) == 2


def raise_http(payload):
    error = Permanent("gone")
    error.__cause__ = HTTPFailure(410)
    return error


async def test_failures_name_their_cause_at_the_detailed_level(rig):
    rig = rig(raise_http, retry={}, queue={})
    await rig.consume(traces("a"))
    await rig.settle()
    assert rig.metric("otelcol_exporter_send_failed_spans", **{"error.type": "410", "error.permanent": "true"}) == 1


async def test_failures_do_not_name_their_cause_at_other_levels(rig):
    rig = rig(Permanent("no"), queue={}, level="normal")
    await rig.consume(traces("a"))
    await rig.settle()
    (attributes,) = [
        key for key, series in rig.registry.families["otelcol_exporter_send_failed_spans"] if series.read()
    ]
    assert dict(attributes) == {"exporter": "x"}

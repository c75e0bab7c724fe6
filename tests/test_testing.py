import asyncio

import pytest

from collector.testing import FakeClock, RecordingSink, bench, gauge, logs, traces
from collector.testing.clock import settle


async def test_sleepers_wake_in_the_order_of_their_time():
    clock = FakeClock()
    woken = []

    async def sleeper(name, seconds):
        await clock.sleep(seconds)
        woken.append((name, clock.monotonic()))

    tasks = [asyncio.ensure_future(sleeper("b", 2)), asyncio.ensure_future(sleeper("a", 1))]
    await clock.advance(1.5)
    assert woken == [("a", 1.0)]

    await clock.advance(1.5)

    assert woken == [("a", 1.0), ("b", 2.0)]
    await asyncio.gather(*tasks)


async def test_a_sleeper_may_sleep_again_within_one_advance():
    clock = FakeClock()
    ticks = []

    async def ticker():
        while True:
            await clock.sleep(1)
            ticks.append(clock.monotonic())

    task = asyncio.ensure_future(ticker())
    await clock.advance(3)
    task.cancel()

    assert ticks == [1, 2, 3]


async def test_the_wall_clock_moves_with_it():
    clock = FakeClock(start=100)

    await clock.advance(0.25)

    assert clock.time_ns() == 100_250_000_000
    assert clock.now() == 100.25


async def test_a_sink_keeps_payloads_or_fails():
    sink = RecordingSink()
    await sink(logs("a", "b"))
    assert sink.item_count == 2

    sink.fail = OSError("full")
    with pytest.raises(OSError, match="full"):
        await sink(logs("c"))


async def test_a_sink_that_holds_lets_go_when_told():
    sink = RecordingSink()
    gate = sink.hold()
    handing_on = asyncio.ensure_future(sink(logs("a")))
    await settle()
    assert (handing_on.done(), sink.payloads) == (False, [])

    gate.set()
    await handing_on
    assert sink.item_count == 1


def test_payload_builders_make_items():
    assert next(record.body for record in logs("a", {"b": 1}).records()) == "a"
    assert [span.name for span in traces("x", "y", attributes={"k": 1}).spans()] == ["x", "y"]
    assert gauge("g", 1, 2.5, resource={"service.name": "s"}).item_count == 2


def test_an_unknown_type_is_named():
    with pytest.raises(LookupError, match="no component 'nothing_like_it'"):
        bench("nothing_like_it")


def test_a_processor_runs_on_the_bench_as_a_user_configures_it():
    limiter = bench("memory_limiter", {"check_interval": "1s", "limit_mib": 60000})

    assert limiter.run(logs("a")).item_count == 1
    assert limiter.metric("otelcol_processor_memory_limiter_accepted_log_records") == 1
    assert limiter.entries == []

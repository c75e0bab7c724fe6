import pytest
from pydantic import ValidationError

from collector.component import Retryable, Status
from collector.testing import bench, logs
from processors.memory_limiter import Gauge, MemoryLimiterConfig, mib, total_memory

SETTINGS = {"check_interval": "1s", "limit_mib": 100, "spike_limit_mib": 20}


class Memory:
    """A process that uses as much memory as the test says, and frees what it is told to."""

    def __init__(self, used=0, garbage=0):
        self.used = used
        self.garbage = garbage
        self.collections = 0

    def measure(self):
        return self.used * mib

    def free(self):
        self.collections += 1
        self.used -= self.garbage
        self.garbage = 0


def limiter(memory, **settings):
    one = bench("memory_limiter", {**SETTINGS, **settings}, signal="logs")
    component = one.component
    gauge = component._gauge
    gauge._measure, gauge._free = memory.measure, memory.free
    return one


async def test_payloads_pass_below_the_soft_limit():
    memory = Memory(79)
    async with limiter(memory) as one:
        await one.clock.advance(3)
        payload = logs("a", "b")

        assert one.run(payload) is payload
        assert one.metric("otelcol_processor_memory_limiter_accepted_log_records") == 2
        assert memory.collections == 0


async def test_payloads_are_refused_retryably_from_the_soft_limit_on():
    async with limiter(Memory(80)) as one:
        await one.clock.advance(1)
        payload = logs("a")
        before = payload.seal()

        with pytest.raises(Retryable, match=r"^data refused due to high memory usage$"):
            one.run(payload)
        assert payload.seal() is before
        assert one.metric("otelcol_processor_memory_limiter_refused_log_records") == 1
        assert one.status is Status.RECOVERABLE_ERROR


async def test_it_recovers_when_memory_falls_below_the_soft_limit():
    memory = Memory(90)
    async with limiter(memory) as one:
        await one.clock.advance(1)
        memory.used = 50
        await one.clock.advance(1)

        one.run(logs("a"))
        assert one.status is Status.OK
        assert [line[1] for line in one.logged if "Memory usage" in line[1]][-1] == (
            "Memory usage back within limits. Resuming normal operation."
        )


async def test_garbage_is_collected_before_anything_is_refused():
    memory = Memory(95, garbage=60)
    async with limiter(memory, min_gc_interval_when_soft_limited="1s") as one:
        await one.clock.advance(1)

        one.run(logs("a"))
        assert memory.collections == 1


async def test_above_the_hard_limit_collections_need_not_wait():
    memory = Memory(120)
    async with limiter(memory, max_gc_interval_when_hard_limited=0) as one:
        await one.clock.advance(3)

        assert memory.collections == 3


async def test_collections_that_free_little_come_ever_more_seldom():
    memory = Memory(120)
    async with limiter(memory, max_gc_interval_when_hard_limited="4s") as one:
        await one.clock.advance(20)

        # at 1, 2, 4, 8, 12, 16, 20
        assert memory.collections == 7


async def test_all_limiters_of_one_id_share_a_measurement():
    config = MemoryLimiterConfig.model_validate(SETTINGS)
    memory = Memory(90)
    first, second = bench("memory_limiter", SETTINGS, signal="logs"), bench("memory_limiter", SETTINGS, signal="traces")
    first.config = second.config = config
    second.clock = first.clock
    gauge = first.component._gauge
    gauge._measure, gauge._free = memory.measure, memory.free
    await first.start()
    await second.start()

    await first.clock.advance(1)
    assert second.component._gauge is gauge
    for one in (first, second):
        assert one.status is Status.RECOVERABLE_ERROR
    await first.shutdown()
    memory.used = 10
    await first.clock.advance(1)

    assert second.status is Status.OK
    await second.shutdown()


@pytest.mark.parametrize(
    ("settings", "soft", "hard"),
    [
        ({"limit_mib": 100}, 80 * mib, 100 * mib),
        ({"limit_mib": 100, "spike_limit_mib": 30}, 70 * mib, 100 * mib),
        ({"limit_percentage": 50}, 400, 500),
        ({"limit_percentage": 50, "spike_limit_percentage": 30}, 200, 500),
        ({"limit_mib": 1, "limit_percentage": 50}, mib - mib // 5, mib),
    ],
)
def test_limits_follow_from_the_settings(settings, soft, hard):
    config = MemoryLimiterConfig.model_validate({"check_interval": "1s", **settings})

    assert config.limits(lambda: 1000) == (soft, hard)


def test_the_memory_there_is_is_known():
    assert total_memory() > 64 * mib


def test_the_process_is_measured_by_default():
    one = bench("memory_limiter", SETTINGS, signal="logs")
    gauge = Gauge(one.config, one._settings())

    gauge.check()

    assert gauge._measure() > mib


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (None, "'check_interval' must be greater than zero"),
        ({"limit_mib": 100}, "'check_interval' must be greater than zero"),
        ({"check_interval": "1s"}, "'limit_mib' or 'limit_percentage' must be greater than zero"),
        ({"limit_mib": 100, "spike_limit_mib": 100}, "'spike_limit_mib' must be smaller than 'limit_mib'"),
        (
            {"limit_percentage": 101, "spike_limit_percentage": 5},
            "must be greater than zero and less than or equal to hundred",
        ),
        (
            {"limit_percentage": 50, "spike_limit_percentage": 60},
            "'spike_limit_percentage' must be smaller than 'limit_percentage'",
        ),
        (
            {
                "limit_mib": 100,
                "min_gc_interval_when_soft_limited": "1s",
                "min_gc_interval_when_hard_limited": "5s",
            },
            "'min_gc_interval_when_soft_limited' should be larger than 'min_gc_interval_when_hard_limited'",
        ),
        (
            {"limit_mib": 100, "max_gc_interval_when_soft_limited": "1s"},
            "'max_gc_interval_when_soft_limited' must be greater than or equal to 'min_gc_interval_when_soft_limited'",
        ),
        ({"limit_mib": 100, "max_gc_interval_when_hard_limited": "-1s"}, "must be non-negative"),
        (
            {"limit_mib": 100, "max_gc_interval_when_soft_limited": "10s"},
            "'max_gc_interval_when_soft_limited' should be larger than or equal to 'max_gc_interval_when_hard_limited'",
        ),
        ({"limit_mib": -5}, "overflows uint"),
        ({"limit": 5}, "limit"),
    ],
)
def test_wrong_settings_are_refused(settings, text):
    if settings and "check_interval" not in settings and settings != {"limit_mib": 100}:
        settings = {"check_interval": "1s", **settings}

    with pytest.raises(ValidationError) as caught:
        bench("memory_limiter", settings)

    assert text in str(caught.value)

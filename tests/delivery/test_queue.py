import asyncio

import pytest

from collector.component import ComponentID, Kind, Retryable, Settings, Signal
from collector.delivery import Delivery, Parts, QueueSettings, RetrySettings
from collector.telemetry.ledger import Ledger
from collector.telemetry.metrics import Registry
from collector.testing import FakeClock, LogRecorder, traces


class Destination:
    """An exporter that answers as told; `answers` are errors to raise, in order, then None."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []
        self.gate = None

    async def export_traces(self, payload):
        if self.gate is not None:
            await self.gate.wait()
        self.requests.append([span.name for span in payload.spans()])
        self.contexts = [*getattr(self, "contexts", []), payload.context]
        answer = self.answers.pop(0) if self.answers else None
        if callable(answer):
            answer = answer(payload)
        if answer is not None:
            raise answer


class Rig:
    """A delivery before a destination, on a fake clock."""

    def __init__(self, destination, **parts):
        self.clock = FakeClock()
        self.registry = Registry("detailed")
        self.ledger = Ledger()
        self.recorder = LogRecorder()
        self.tasks = []
        settings = Settings(
            id=ComponentID("x"),
            kind=Kind.EXPORTER,
            signal=Signal.TRACES,
            logger=self.recorder.logger(),
            metrics=self.registry.meter(exporter="x"),
            clock=self.clock,
            spawn=self.spawn,
            drop=self.ledger.bound("exporter:x"),
            report=lambda *_: None,
            emit=None,
            metrics_level="detailed",
        )
        self.delivery = Delivery(Parts(**parts), destination, settings)
        self.consume = self.delivery.consume
        self.shutdown = self.delivery.shutdown

    def spawn(self, coroutine):
        task = asyncio.ensure_future(coroutine)
        self.tasks.append(task)
        return task

    def metric(self, name, **attributes):
        return self.registry.value(name, attributes)


def queue(**keys):
    return QueueSettings.model_validate(keys)


def retry(**keys):
    return RetrySettings.model_validate({"randomization_factor": 0.0, **keys})


async def test_a_payload_goes_from_the_queue_to_the_destination():
    destination = Destination()
    rig = Rig(destination, queue=queue())

    await rig.consume(traces("a", "b"))
    assert rig.delivery.held == 2
    await rig.clock.advance(0)

    assert destination.requests == [["a", "b"]]
    assert rig.metric("otelcol_exporter_sent_spans") == 2
    assert rig.metric("otelcol_exporter_queue_size", data_type="traces") == 0
    assert rig.delivery.held == 0


async def test_a_full_queue_refuses_retryably():
    destination = Destination()
    destination.gate = asyncio.Event()
    rig = Rig(destination, queue=queue(queue_size=2))

    await rig.consume(traces("a"))
    await rig.consume(traces("b"))
    with pytest.raises(Retryable, match="sending queue is full"):
        await rig.consume(traces("c"))

    assert rig.metric("otelcol_exporter_enqueue_failed_spans") == 1
    destination.gate.set()
    await rig.shutdown()
    assert destination.requests == [["a"], ["b"]]


async def test_no_more_requests_than_consumers_are_in_flight():
    destination = Destination()
    destination.gate = asyncio.Event()
    rig = Rig(destination, queue=queue(num_consumers=2))

    for name in "abcd":
        await rig.consume(traces(name))
    await rig.clock.advance(0)

    assert rig.metric("otelcol_exporter_in_flight_requests") == 2
    destination.gate.set()
    await rig.shutdown()
    assert len(destination.requests) == 4


async def test_a_blocked_caller_goes_on_when_there_is_room():
    destination = Destination()
    destination.gate = asyncio.Event()
    rig = Rig(destination, queue=queue(queue_size=1, block_on_overflow=True))

    await rig.consume(traces("a"))
    blocked = asyncio.ensure_future(rig.consume(traces("b")))
    await rig.clock.advance(0)
    assert not blocked.done()

    destination.gate.set()
    await blocked
    await rig.shutdown()
    assert destination.requests == [["a"], ["b"]]


async def test_batches_flush_at_min_size_and_after_the_timeout():
    destination = Destination()
    rig = Rig(destination, queue=queue(batch={"min_size": 3, "flush_timeout": "1s"}))

    await rig.consume(traces("a", "b"))
    await rig.consume(traces("c", "d"))
    await rig.consume(traces("e"))
    await rig.clock.advance(0.5)
    assert destination.requests == [["a", "b", "c", "d"]]
    await rig.clock.advance(0.6)
    assert destination.requests == [["a", "b", "c", "d"], ["e"]]


async def test_batches_are_split_at_max_size_and_the_rest_waits():
    destination = Destination()
    rig = Rig(destination, queue=queue(batch={"min_size": 3, "max_size": 3, "flush_timeout": "1s"}))

    await rig.consume(traces(*"abcde"))
    await rig.consume(traces("f"))
    await rig.consume(traces("g"))
    await rig.clock.advance(0)
    assert destination.requests == [["a", "b", "c"], ["d", "e", "f"]]
    await rig.shutdown()
    assert destination.requests == [["a", "b", "c"], ["d", "e", "f"], ["g"]]
    assert rig.delivery.held == 0

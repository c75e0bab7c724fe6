import asyncio

import pytest

from collector.component import ComponentID, Kind, Settings, Signal
from collector.delivery import Delivery, Parts, QueueSettings, RetrySettings
from collector.telemetry.ledger import Ledger
from collector.telemetry.metrics import Registry
from collector.testing import FakeClock
from collector.testing.recording import LogRecorder


class Destination:
    """An exporter that answers as told: `answers` are errors to raise, in order, or functions of the payload to one."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.always = None
        self.requests = []
        self.contexts = []
        self.gate = None

    async def export_traces(self, payload):
        self.requests.append([span.name for span in payload.spans()])
        self.contexts.append(payload.context)
        if self.gate is not None:
            await self.gate.wait()
        answer = self.answers.pop(0) if self.answers else self.always
        if callable(answer):
            answer = answer(payload)
        if answer is not None:
            raise answer


class Rig:
    """A delivery before a destination, on a fake clock. `queue` and `retry` are as a user writes them."""

    def __init__(self, *answers, timeout=0, retry=None, queue=None, level="detailed"):
        self.destination = Destination(*answers)
        self.clock = FakeClock()
        self.registry = Registry(level)
        self.ledger = Ledger()
        self.recorder = LogRecorder()
        settings = Settings(
            id=ComponentID("x"),
            kind=Kind.EXPORTER,
            signal=Signal.TRACES,
            logger=self.recorder.logger(),
            metrics=self.registry.meter(exporter="x"),
            clock=self.clock,
            spawn=asyncio.ensure_future,
            drop=self.ledger.bound("exporter:x"),
            report=lambda *_: None,
            emit=None,
            metrics_level=level,
        )
        retry = None if retry is None else RetrySettings.model_validate({"randomization_factor": 0.0, **retry})
        queue = None if queue is None else QueueSettings.model_validate(queue)
        self.delivery = Delivery(Parts(timeout, retry, queue), self.destination, settings)
        self.consume = self.delivery.consume
        self.shutdown = self.delivery.shutdown

    @property
    def requests(self):
        return self.destination.requests

    @property
    def dropped(self):
        return {entry.reason: entry.count for entry in self.ledger}

    @property
    def logged(self):
        return self.recorder.lines

    def metric(self, name, **attributes):
        return self.registry.value(name, attributes)

    def hold(self):
        """Let requests wait until the returned event is set."""
        self.destination.gate = asyncio.Event()
        return self.destination.gate

    async def settle(self):
        await self.clock.advance(0)


@pytest.fixture
def rig():
    return Rig

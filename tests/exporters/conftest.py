import asyncio

import pytest

from collector.delivery import Delivery
from collector.testing import Bench


class Chain:
    """An exporter of a bench behind the parts of delivery that its factory names, as the engine puts them together."""

    def __init__(self, factory, config, signal="traces", **options):
        self.bench = Bench(factory, config, signal=signal, **options)
        settings = self.bench._settings()
        self.bench._component = factory.component(self.bench.config, settings)
        parts = factory.delivery(self.bench.config) if factory.delivery else None
        self.delivery = Delivery(parts, self.bench.component, settings)
        self.consume = self.delivery.consume

    async def __aenter__(self):
        await self.bench.start()
        return self

    async def __aexit__(self, *_error):
        await self.delivery.shutdown()
        await self.bench.shutdown()

    async def settled(self):
        """Wait until nothing is in the queue or in flight."""
        async with asyncio.timeout(10):
            while self.delivery.held:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.005)

    def metric(self, name, **attributes):
        return self.bench.metric(name, **attributes)


@pytest.fixture
def chain():
    return Chain

from collector.testing import gauge, logs, traces
from exporters.nop import factory


async def test_everything_is_taken(chain):
    for payload in (traces("a"), gauge("g", 1.0), logs("x")):
        async with chain(factory, None, payload.signal) as exporter:
            await exporter.consume(payload)
        assert exporter.delivery.metrics.sent == 1

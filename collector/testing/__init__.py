"""What authors of components need to test them: a bench for one component, a fake clock, payload builders, a sink.

    async def test_a_batch_goes_out_after_the_timeout():
        batch = bench("batch", {"timeout": "1s"})

        await batch.consume(logs("a", "b"))
        await batch.clock.advance(1)

        assert batch.emitted[0].item_count == 2

Sources: components.md 1.2 (factories), 1.8 (lifecycle).
"""

from collector.testing.benches import Bench, bench
from collector.testing.clock import FakeClock
from collector.testing.payloads import gauge, logs, traces
from collector.testing.recording import RecordingSink

__all__ = ["Bench", "FakeClock", "RecordingSink", "bench", "gauge", "logs", "traces"]

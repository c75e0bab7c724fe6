from round_durations import factory

from collector.testing import Bench, traces


def test_durations_become_attributes_and_short_spans_are_dropped():
    bench = Bench(factory, {"shortest": "1ms"})
    payload = traces("long", "short")
    list(payload.spans())[1].end_time_unix_nano = 1_700_000_000_000_000_001

    (span,) = bench.run(payload).spans()

    assert (span.name, span.attributes["duration_ms"]) == ("long", 5)
    assert bench.dropped == {("filtered", "shortest"): 1}

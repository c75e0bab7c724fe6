"""A push that is refused for what is in it is sent again by the payloads that made it (prometheus.md 5)."""

import asyncio

import pytest
import snappy

from collector.component import DeliveryError
from collector.delivery import Delivery
from collector.pdata import Metrics

PREFIX = "otelcol_exporter_prometheusremotewrite_"
SECOND = {"protobuf_message": "io.prometheus.write.v2.Request"}
ONE_BY_ONE = {"max_batch_request_parallelism": 1, "disable_scope_info": True}
BASE = 1_700_000_000_000_000_000


def series(**values):
    """A payload of gauges; each value has the time `BASE` and as many milliseconds as it says."""
    builder = Metrics.builder()
    scope = builder.resource({}).scope({})
    for name, value in values.items():
        metric = scope.add(name=name, type="gauge")
        metric.data_points.add(time_unix_nano=BASE + int(value) * 1_000_000, value=float(value))
    return builder.build()


class Sent:
    """An exporter behind its queue."""

    def __init__(self, one):
        self.one = one
        self.delivery = Delivery(one.factory.delivery(one.config), one.component, one._settings())

    async def __call__(self, *payloads):
        """Send the payloads as one merged payload, and wait for what becomes of it."""
        await self.delivery.consume(Metrics.merge(payloads))
        async with asyncio.timeout(5):
            while self.delivery.held:  # noqa: ASYNC110 - requests travel on the real clock
                await asyncio.sleep(0.001)

    @property
    def sent(self):
        return self.delivery.metrics.sent

    @property
    def failed(self):
        return self.delivery.metrics.failed

    @property
    def lost(self):
        return {reason: count for (reason, _), count in self.one.dropped.items()}


@pytest.fixture
async def sent(exporter):
    made = []

    async def make(config=None):
        made.append(Sent(await exporter({**ONE_BY_ONE, **(config or {})})))
        return made[-1]

    yield make
    for one in made:
        await one.delivery.shutdown()


def refusing(text, status=400, **headers):
    """A judge who refuses requests that hold this text; the others have 2.0's headers, so that they serve both."""
    written = {f"x-prometheus-remote-write-{kind}-written": "0" for kind in ("samples", "histograms", "exemplars")}

    def judge(body):
        if text.encode() in snappy.uncompress(body):
            return status, written | headers, b"bad sample"
        return 204, written, b""

    return judge


def taken(endpoint):
    """The bodies that were answered with success."""
    return [body for body in endpoint.bodies if endpoint.judge(body)[0] == 204]


@pytest.mark.parametrize("config", [{}, SECOND], ids=["1.0", "2.0"])
@pytest.mark.parametrize("status", [400, 413, 422])
async def test_a_bad_payload_takes_no_neighbour_with_it(config, status, sent, endpoint):
    endpoint.judge = refusing("bad", status)
    send = await sent(config)
    await send(series(a=1), series(b=2, c=2), series(bad=3, d=3), series(e=4), series(f=5))
    endpoint.requests = [request for request in endpoint.requests if request[1] in taken(endpoint)]
    decoded = endpoint.second if config else endpoint.first
    assert decoded.values == {"a": [1.0], "b": [2.0], "c": [2.0], "e": [4.0], "f": [5.0]}
    assert send.lost == {"refused by the destination": 2}
    assert (send.sent, send.failed) == (5, 2)


async def test_samples_of_a_series_stay_in_order_and_go_once(sent, endpoint):
    endpoint.judge = refusing("bad")
    send = await sent()
    await send(*(series(x=number) if number != 3 else series(x=number, bad=number) for number in range(1, 8)))
    endpoint.requests = [request for request in endpoint.requests if request[1] in taken(endpoint)]
    assert endpoint.first.values == {"x": [1.0, 2.0, 4.0, 5.0, 6.0, 7.0]}
    assert send.lost == {"refused by the destination": 2}


@pytest.mark.parametrize("config", [{}, SECOND], ids=["1.0", "2.0"])
async def test_requests_that_were_taken_are_not_sent_again(config, sent, endpoint):
    endpoint.judge = refusing("bad")
    send = await sent({"max_batch_size_bytes": 10, **config})
    await send(series(a=1, good=1), series(a=2, bad=2), series(a=3, bad=3, d=3), series(e=4))
    bodies = taken(endpoint)
    endpoint.requests = [request for request in endpoint.requests if request[1] in bodies]
    decoded = endpoint.second if config else endpoint.first
    assert decoded.values == {"a": [1.0, 2.0, 3.0], "good": [1.0], "d": [3.0], "e": [4.0]}
    assert len(bodies) == 4
    assert send.lost == {"refused by the destination": 5}, "the two payloads that are refused alone"
    assert send.sent == 3


@pytest.mark.parametrize("status", [401, 403, 404, 409, 429])
async def test_an_answer_that_does_not_speak_of_the_data_is_final(status, sent, endpoint):
    endpoint.judge = refusing("bad", status)
    send = await sent()
    await send(series(a=1), series(bad=2))
    assert len(endpoint.requests) == 1
    assert send.lost == {"refused by the destination": 2}


async def test_a_single_payload_is_not_sent_again(sent, endpoint):
    endpoint.judge = refusing("bad")
    send = await sent()
    await send(series(a=1, bad=1))
    assert len(endpoint.requests) == 1
    assert send.lost == {"refused by the destination": 2}


async def test_what_was_written_in_part_is_not_sent_again(sent, endpoint):
    endpoint.judge = refusing("bad", **{"x-prometheus-remote-write-samples-written": "1"})
    send = await sent(SECOND)
    await send(series(a=1), series(bad=2))
    assert len(endpoint.requests) == 1
    assert send.lost == {"refused by the destination": 2}
    assert send.one.metric(f"{PREFIX}written_samples", endpoint=endpoint.url) == 1


async def test_what_was_written_is_counted_over_all_requests(sent, endpoint):
    def judge(body):
        bad = b"bad" in snappy.uncompress(body)
        count = {"x-prometheus-remote-write-samples-written": "0" if bad else "1"}
        return 400 if bad else 204, count, b""

    endpoint.judge = judge
    send = await sent(SECOND)
    await send(series(a=1), series(bad=2), series(b=3))
    assert send.one.metric(f"{PREFIX}written_samples", endpoint=endpoint.url) == 2
    assert send.one.metric(f"{PREFIX}translated_time_series", endpoint=endpoint.url) == 3
    assert send.one.metric(f"{PREFIX}sent_batches", endpoint=endpoint.url) == len(endpoint.requests) == 5


async def test_points_that_cannot_be_series_are_counted_once(sent, endpoint):
    endpoint.judge = refusing("bad")
    send = await sent()
    delta = Metrics.builder()
    metric = delta.resource({}).scope({}).add(name="delta", type="sum")
    metric.set(aggregation_temporality=1)
    metric.data_points.add(time_unix_nano=BASE, value=1.0)
    await send(series(a=1), delta.build(), series(bad=2))
    assert send.lost == {"refused by the destination": 1, "no Prometheus series": 1}
    assert send.one.metric(f"{PREFIX}failed_translations", endpoint=endpoint.url) == 1


async def test_refused_metadata_is_sent_again_alone(sent, endpoint):
    endpoint.answer(204)
    endpoint.answer(400)
    send = await sent({"send_metadata": True})
    await send(series(a=1), series(b=2))
    assert endpoint.first.values == {"a": [1.0], "b": [2.0]}
    assert [name for _, name, _, _ in endpoint.first.families] == ["a", "b", "a", "b"]
    assert (send.sent, send.lost) == (2, {})


async def test_an_endpoint_that_fails_besides_gets_nothing_again(sent, endpoint):
    endpoint.answer(503)
    endpoint.answer(400)
    send = await sent({"max_batch_size_bytes": 10, "retry_on_failure": {"enabled": False}})
    await send(series(a=1), series(b=2))
    assert len(endpoint.requests) == 2
    assert send.lost == {"refused by the destination": 2}


async def test_all_of_a_push_ends_with_its_timeout(sent, endpoint):
    endpoint.answer(400)
    send = await sent({"timeout": "100ms"})

    def judge(body):
        endpoint.delay = 60
        return 204, {}, b""

    endpoint.judge = judge
    began = asyncio.get_running_loop().time()
    await send(*(series(a=number) for number in range(1, 9)))
    assert asyncio.get_running_loop().time() - began < 1
    assert send.lost == {"not delivered in time": 4}
    assert send.sent == 4


async def test_an_endpoint_that_refuses_on_principle_is_not_asked_about_every_payload(sent, endpoint):
    endpoint.judge = refusing("x")
    send = await sent()
    for _ in range(3):
        await send(*(series(x=number) for number in range(1, 9)))
    assert len(endpoint.requests) == 3 * 15
    await send(*(series(x=number) for number in range(1, 9)))
    assert len(endpoint.requests) == 3 * 15 + 2
    assert send.lost == {"refused by the destination": 32}


async def test_a_large_payload_stops_at_a_failure_that_may_pass(exporter, endpoint, monkeypatch):
    from exporters.prometheus_remote_write import exporter as module

    monkeypatch.setattr(module, "_LARGEST_PUSH", 100)
    endpoint.answer(204)
    endpoint.answer(503)
    send = Sent(await exporter({"retry_on_failure": {"enabled": False}}))
    await send(*(series(**{"n" * 60: number}) for number in range(1, 6)))
    assert len(endpoint.requests) == 2
    assert send.sent == 1
    assert send.lost == {"not delivered in time": 4}
    await send.delivery.shutdown()


async def test_without_a_queue_the_caller_hears_of_the_refusal(exporter, endpoint):
    endpoint.judge = refusing("bad")
    send = Sent(await exporter({"remote_write_queue": {"enabled": False}}))
    with pytest.raises(DeliveryError, match="HTTP status 400"):
        await send(series(a=1), series(bad=2), series(c=3))
    assert (send.sent, send.failed) == (2, 1)

"""Requests, answers and retries, by sections 4, 5 and 11 of the reference."""

import asyncio
import ssl

import pytest
import trustme

from collector.component import DeliveryError, Permanent, Retryable, ShuttingDown
from collector.config import gates
from collector.delivery import Delivery
from collector.pdata import Context, Metrics
from collector.testing import gauge
from exporters.prometheus_remote_write import exporter as module

PREFIX = "otelcol_exporter_prometheusremotewrite_"
SECOND = {"protobuf_message": "io.prometheus.write.v2.Request"}
ONE_ATTEMPT = {"retry_on_failure": {"enabled": False}}
SOON = {"retry_on_failure": {"initial_interval": "1ms", "max_interval": "1ms", "randomization_factor": 0}}
PAYLOAD = gauge("g", 1.0)


@pytest.fixture
def gate():
    yield lambda name: gates.apply({f"exporter.prometheusremotewritexporter.{name}": True})
    gates.apply({})


async def advance(one, seconds=60, times=20):
    """Let retries pass on the fake clock while requests run on the real one."""
    for _ in range(times):
        await one.clock.advance(seconds)
        await asyncio.sleep(0.002)


async def test_a_request_says_what_it_is(exporter, endpoint):
    one = await exporter({"headers": {"X-Tenant": "t7", "content-encoding": "identity", "USER-AGENT": "x"}})
    await one.export(PAYLOAD)
    (headers,) = endpoint.headers
    expected = {
        "content-encoding": "snappy",
        "content-type": "application/x-protobuf",
        "x-prometheus-remote-write-version": "0.1.0",
        "x-tenant": "t7",
    }
    assert expected.items() <= headers.items()
    assert headers["user-agent"].startswith("telepipe/")


async def test_a_request_of_2_0_says_so(exporter, endpoint):
    one = await exporter(SECOND)
    await one.export(PAYLOAD)
    (headers,) = endpoint.headers
    assert headers["content-type"] == "application/x-protobuf;proto=io.prometheus.write.v2.Request"
    assert headers["x-prometheus-remote-write-version"] == "2.0.0"


async def test_client_metadata_becomes_headers(exporter, endpoint):
    one = await exporter({"include_metadata_keys": ["X-Tenant", "absent"]})
    context = Context(metadata={"x-tenant": ("a", "b"), "other": ("c",)})
    await one.export(Metrics.from_bytes(PAYLOAD.seal(), context))
    (headers,) = endpoint.headers
    assert headers["x-tenant"] == "a,b"
    assert not {"absent", "other"} & headers.keys()


async def test_an_authenticator_adds_its_headers(exporter, endpoint):
    class Token:
        async def client_headers(self):
            return {"Authorization": "Bearer abc"}

    one = await exporter()
    await one.shutdown()
    from collector.testing import bench

    one = bench(
        "prometheus_remote_write", {"endpoint": endpoint.url, "auth": {"authenticator": "token"}}, signal="metrics"
    )
    one.host.extensions["token"] = Token()
    async with one:
        await one.export(PAYLOAD)
    assert endpoint.headers[0]["authorization"] == "Bearer abc"


async def test_an_https_endpoint_is_trusted_by_its_ca(exporter, endpoint, tmp_path):
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    server = await asyncio.start_server(endpoint.serve, "127.0.0.1", 0, ssl=context)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/write"
    trusting = await exporter({"endpoint": url, "tls": {"ca_file": str(tmp_path / "ca.pem")}})
    await trusting.export(PAYLOAD)
    assert endpoint.first.values == {"g": [1.0]}
    other = await exporter({"endpoint": url, **ONE_ATTEMPT})
    with pytest.raises(DeliveryError):
        await other.export(PAYLOAD)
    server.close()


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_any_2xx_is_success(status, exporter, endpoint):
    endpoint.answer(status, text=b"" if status == 204 else b"ignored")
    await (await exporter()).export(PAYLOAD)
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 408, 413, 415, 429, 499, 600, 999])
async def test_other_answers_are_permanent(status, exporter, endpoint):
    endpoint.answer(status, {"location": endpoint.url}, b"x" * 2000)
    one = await exporter(SOON)
    with pytest.raises(Permanent, match=f"HTTP status {status} \\(attempt 1\\): x+$") as caught:
        await one.export(PAYLOAD)
    assert str(caught.value).count("x") < 1100
    assert endpoint.url in str(caught.value)
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
async def test_5xx_is_tried_again(status, exporter, endpoint):
    endpoint.answer(status)
    endpoint.answer(status)
    one = await exporter(SOON)
    export = asyncio.create_task(one.export(PAYLOAD))
    await advance(one)
    await export
    assert len(endpoint.requests) == 3
    assert one.metric(f"{PREFIX}sent_batches", endpoint=endpoint.url) == 3


async def test_without_retries_there_is_one_attempt(exporter, endpoint):
    endpoint.answer(503)
    one = await exporter(ONE_ATTEMPT)
    with pytest.raises(Retryable, match="HTTP status 503"):
        await one.export(PAYLOAD)
    assert len(endpoint.requests) == 1


async def test_429_is_tried_again_with_its_gate(gate, exporter, endpoint):
    gate("RetryOn429")
    endpoint.answer(429, {"Retry-After": "7"})
    one = await exporter(SOON | {"timeout": "0s"})
    export = asyncio.create_task(one.export(PAYLOAD))
    await advance(one, 0.1, 10)
    assert len(endpoint.requests) == 1
    await advance(one, 1, 10)
    await export
    assert len(endpoint.requests) == 2


async def test_a_closed_port_can_be_tried_again(exporter):
    one = await exporter(ONE_ATTEMPT | {"endpoint": "http://127.0.0.1:9/"})
    with pytest.raises(Retryable):
        await one.export(PAYLOAD)


async def test_an_unknown_scheme_fails_when_sending(exporter):
    one = await exporter(ONE_ATTEMPT | {"endpoint": "invalid://localhost:9999"})
    with pytest.raises(DeliveryError):
        await one.export(PAYLOAD)


async def test_a_push_ends_with_its_timeout(exporter, endpoint):
    endpoint.delay = 5
    one = await exporter({"timeout": "50ms"})
    with pytest.raises(Retryable):
        await one.export(PAYLOAD)
    assert len(endpoint.requests) == 0


async def test_no_retry_begins_after_the_timeout(exporter, endpoint):
    endpoint.answer(503, {"Retry-After": "100"})
    one = await exporter({"timeout": "1s"})
    with pytest.raises(Retryable, match="request will be cancelled before next retry"):
        await one.export(PAYLOAD)


def many(count):
    builder = Metrics.builder()
    metric = builder.resource({}).scope({}).add(name="g", type="gauge")
    for number in range(count):
        metric.data_points.add(time_unix_nano=number * 1_000_000, value=number, attributes={"series": f"{number:04d}"})
    return builder.build()


@pytest.mark.parametrize(("config", "limit"), [({}, 600), ({}, 10), (SECOND, 600)])
async def test_a_push_is_cut_by_size_and_a_series_is_in_one_request(config, limit, exporter, endpoint):
    one = await exporter({"max_batch_size_bytes": limit, "disable_scope_info": True, **config})
    payload = Metrics.merge([many(40), many(40)])
    await one.export(payload)
    decoded = endpoint.second if config else endpoint.first
    assert len(decoded.samples) == 40
    assert all(len(samples) == 1 for samples in decoded.samples.values()), "equal times: the last sample stays"
    assert len(endpoint.requests) > 1


@pytest.mark.parametrize("config", [{}, SECOND], ids=["1.0", "2.0"])
async def test_series_and_pushes_may_be_large(config, exporter, endpoint):
    """More samples than there was room for, a series larger than a piece of a request, many labels."""
    builder = Metrics.builder()
    metric = builder.resource({}).scope({}).add(name="g", type="gauge")
    for number in range(5000):
        metric.data_points.add(time_unix_nano=number * 1_000_000, value=number, attributes={"k": "one"})
        metric.data_points.add(time_unix_nano=10**9, value=number, attributes={"k": f"{number}"})
    metric.data_points.add(value=1, attributes={f"label{number}": "x" * 500 for number in range(150)})
    one = await exporter(config)
    await one.export(builder.build())
    decoded = endpoint.second if config else endpoint.first
    assert len(decoded.samples) == 5002
    assert max(len(labels) for labels in decoded.samples) == 151
    assert [value for value, _ in decoded.named("g")[(("k", "one"),)]] == list(range(5000))


async def test_metadata_is_cut_by_size(exporter, endpoint, metrics, make):
    one = await exporter({"send_metadata": True, "max_batch_size_bytes": 60})
    await one.export(metrics(*(make.gauge(f"gauge_{number}", description="d" * 20) for number in range(6))))
    assert [name for _, name, _, _ in endpoint.first.families] == [f"gauge_{number}" for number in range(6)]
    assert len(endpoint.requests) >= 9


async def test_bytes_that_are_no_payload_are_refused_for_good(exporter):
    one = await exporter()
    with pytest.raises(Permanent, match="no metrics payload"):
        await one.export(Metrics.trusted(b"\x0a\x7f", 1))


@pytest.mark.parametrize("parallel", [1, 3])
async def test_so_many_requests_of_a_push_travel_at_once(parallel, exporter, endpoint):
    endpoint.delay = 0.01
    one = await exporter({"max_batch_size_bytes": 100, "max_batch_request_parallelism": parallel})
    await one.export(many(12))
    assert endpoint.most_in_flight == parallel
    assert one.metric(f"{PREFIX}consumers") == parallel


async def test_a_failed_request_does_not_stop_the_others(exporter, endpoint):
    endpoint.answer(503)
    endpoint.answer(400)
    config = {"max_batch_size_bytes": 100, "max_batch_request_parallelism": 1, **ONE_ATTEMPT}
    one = await exporter(config)
    with pytest.raises(Permanent, match=r"503.*; .*400"):
        await one.export(many(8))
    assert len(endpoint.requests) > 2


async def test_a_large_payload_goes_as_several_pushes(exporter, endpoint, monkeypatch):
    monkeypatch.setattr(module, "_LARGEST_PUSH", 1000)
    one = await exporter()
    delivery = Delivery(one.factory.delivery(one.config), one.component, one._settings())
    await delivery.consume(many(60))
    await delivery.shutdown()
    assert len(endpoint.requests) > 1
    assert endpoint.most_in_flight == 1
    assert sorted(endpoint.first.values["g"]) == list(range(60))


async def test_pushes_of_one_exporter_do_not_mix(exporter, endpoint):
    one = await exporter({"max_batch_size_bytes": 200})
    await asyncio.gather(*(one.export(many(20)) for _ in range(5)))
    assert len(endpoint.first.samples) == 20
    assert all(len(samples) == 5 for samples in endpoint.first.samples.values())


async def test_what_was_written_is_counted(exporter, endpoint):
    names = ("samples", "histograms", "exemplars")
    headers = {f"X-Prometheus-Remote-Write-{name.title()}-Written": str(n) for n, name in enumerate(names, 1)}
    endpoint.answer(204, headers)
    endpoint.answer(400, headers)
    one = await exporter(SECOND)
    await one.export(PAYLOAD)
    with pytest.raises(Permanent):
        await one.export(PAYLOAD)
    assert [one.metric(f"{PREFIX}written_{name}") for name in names] == [2, 4, 6]
    assert not one.logged


async def test_a_missing_count_is_warned_about_now_and_then(exporter, endpoint):
    one = await exporter(SECOND)
    for _ in range(3):
        await one.export(PAYLOAD)
    ((level, _, fields),) = one.logged
    assert level == "warning"
    assert fields["header"] == "x-prometheus-remote-write-samples-written"
    await one.clock.advance(61)
    await one.export(PAYLOAD)
    assert len(one.logged) == 2


@pytest.mark.parametrize("status", [415, 204])
async def test_an_endpoint_of_1_0_can_be_fallen_back_to(status, exporter, endpoint):
    endpoint.answer(status)
    one = await exporter(SECOND | {"fallback_to_v1_on_415": True})
    await one.export(PAYLOAD)
    await one.export(PAYLOAD)
    assert [each["x-prometheus-remote-write-version"] for each in endpoint.headers] == ["2.0.0", "0.1.0", "0.1.0"]


async def test_series_are_counted(exporter, endpoint):
    one = await exporter()
    await one.export(many(7))
    assert one.metric(f"{PREFIX}translated_time_series", endpoint=endpoint.url) == 7


async def test_nothing_is_sent_for_nothing(exporter, endpoint, metrics, make):
    one = await exporter({"send_metadata": True})
    await one.export(metrics(make.sum("d", make.point(asInt="1"), temporality=1)))
    assert not endpoint.requests


async def test_shutdown_ends_waits_and_spares_a_failing_endpoint(exporter, endpoint):
    endpoint.answer(503)
    one = await exporter(SOON)
    delivery = Delivery(one.factory.delivery(one.config), one.component, one._settings())
    await delivery.consume(PAYLOAD)
    await delivery.consume(PAYLOAD)
    async with asyncio.timeout(5):
        while not one.logged:  # noqa: ASYNC110 - the request travels on the real clock
            await asyncio.sleep(0.001)
    await delivery.shutdown()
    assert len(endpoint.requests) == 1
    assert one.dropped == {("shutdown", ""): 2}


async def test_shutdown_sends_what_is_queued(exporter, endpoint):
    endpoint.delay = 0.01
    one = await exporter()
    delivery = Delivery(one.factory.delivery(one.config), one.component, one._settings())
    for _ in range(3):
        await delivery.consume(PAYLOAD)
    await delivery.shutdown()
    assert len(endpoint.requests) == 3
    assert endpoint.most_in_flight == 1, "one push at a time"


async def test_no_attempt_follows_an_interruption_while_the_endpoint_fails(exporter, endpoint):
    endpoint.answer(503)
    one = await exporter(ONE_ATTEMPT)
    with pytest.raises(Retryable):
        await one.export(PAYLOAD)
    one.component.interrupt()
    with pytest.raises(ShuttingDown):
        await one.export(PAYLOAD)
    assert len(endpoint.requests) == 1

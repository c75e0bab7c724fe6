import threading
from concurrent import futures

import grpc
import pytest
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2, status_pb2
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from pydantic import ValidationError

from collector.component import Permanent, Retryable
from collector.pdata import Logs, Metrics, Traces
from collector.testing import gauge, logs, traces
from exporters.otlp_grpc import factory

RESPONSES = {
    "traces": (ExportTraceServiceResponse, "rejected_spans", "dropped_spans"),
    "metrics": (ExportMetricsServiceResponse, "rejected_data_points", "dropped_data_points"),
    "logs": (ExportLogsServiceResponse, "rejected_log_records", "dropped_log_records"),
}


class Backend:
    """An OTLP/gRPC server on grpcio; `answers` are functions of the context, used up in order, then empty answers."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []
        self.server = grpc.server(futures.ThreadPoolExecutor(4), options=[("grpc.so_reuseport", 0)])
        self.server.add_generic_rpc_handlers((self,))
        self.port = self.server.add_insecure_port("127.0.0.1:0")

    def service(self, details):
        return grpc.unary_unary_rpc_method_handler(
            lambda request, context: self.export(details.method, request, context)
        )

    def export(self, method, request, context):
        self.requests.append((method.split("/")[1].rpartition(".")[2], request))
        answer = self.answers.pop(0) if self.answers else None
        return (answer(context) if answer else None) or b""

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *_error):
        self.server.stop(0).wait()

    def config(self, **more):
        return {"endpoint": f"127.0.0.1:{self.port}", "tls": {"insecure": True}, **more}


DIRECT = {"sending_queue": {"enabled": False}, "retry_on_failure": {"enabled": False}}


@pytest.mark.parametrize(
    ("payload", "service", "kind"),
    [
        (traces("a"), "TraceService", Traces),
        (gauge("g", 1.0), "MetricsService", Metrics),
        (logs("x"), "LogsService", Logs),
    ],
)
@pytest.mark.parametrize("compression", ["gzip", "none"])
async def test_each_signal_goes_to_its_service(chain, payload, service, kind, compression):
    with Backend() as backend:
        async with chain(factory, backend.config(compression=compression), payload.signal) as exporter:
            await exporter.consume(payload)
            await exporter.settled()
    ((name, request),) = backend.requests
    assert name == service
    assert kind.from_bytes(request).item_count == 1


async def test_it_starts_while_its_server_is_down(chain):
    async with chain(factory, {"endpoint": "127.0.0.1:1", "tls": {"insecure": True}}) as exporter:
        await exporter.consume(traces("a"))
    assert exporter.bench.dropped == {("shutdown", ""): 1}


async def test_sent_items_carry_the_servers_address(chain):
    with Backend() as backend:
        async with chain(factory, backend.config()) as exporter:
            await exporter.consume(traces("a"))
            await exporter.settled()
        attributes = {
            "server.address": "127.0.0.1",
            "server.port": str(backend.port),
            "url.path": "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        }
        assert exporter.metric("otelcol_exporter_sent_spans", **attributes) == 1


@pytest.mark.parametrize("payload", [traces("a", "b"), gauge("g", 1.0, 2.0), logs("x", "y")])
async def test_partial_success_is_warned_about_and_not_regiven_up(chain, payload):
    response, field, word = RESPONSES[payload.signal]
    partial = response(partial_success={field: 1, "error_message": "too old"}).SerializeToString()
    with Backend(lambda context: partial) as backend:
        async with chain(factory, backend.config(), payload.signal) as exporter:
            await exporter.consume(payload)
            await exporter.settled()
    assert len(backend.requests) == 1
    assert exporter.bench.logged == [("warning", "Partial success response", {"message": "too old", word: 1})]


async def test_an_answer_that_can_not_be_read_is_permanent(chain):
    with Backend(lambda context: b"\xff\xff") as backend:
        async with chain(factory, backend.config(**DIRECT)) as exporter:
            with pytest.raises(Permanent, match="error parsing the response"):
                await exporter.consume(traces("a"))


RETRYABLE = {"CANCELLED", "DEADLINE_EXCEEDED", "ABORTED", "OUT_OF_RANGE", "UNAVAILABLE", "DATA_LOSS"}


@pytest.mark.parametrize("status", [status for status in grpc.StatusCode if status is not grpc.StatusCode.OK])
async def test_statuses_are_retryable_or_permanent(chain, status):
    with Backend(lambda context: context.abort(status, "why")) as backend:
        async with chain(factory, backend.config(**DIRECT)) as exporter:
            with pytest.raises(Retryable if status.name in RETRYABLE else Permanent, match="why") as caught:
                await exporter.consume(traces("a"))
    assert caught.value.code == status.value[0]


def busy(context, code=grpc.StatusCode.RESOURCE_EXHAUSTED, seconds=2):
    detail = Any()
    detail.Pack(error_details_pb2.RetryInfo(retry_delay=Duration(seconds=seconds)))
    status = status_pb2.Status(code=code.value[0], message="busy", details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(code, "busy")


async def test_resource_exhausted_with_retry_info_is_regiven_up_after_its_delay(chain):
    with Backend(busy) as backend:
        async with chain(factory, backend.config(**DIRECT)) as exporter:
            with pytest.raises(Retryable) as caught:
                await exporter.consume(traces("a"))
    assert caught.value.after == 2.0


async def test_a_throttled_payload_gets_through_in_the_end(chain):
    retry = {"initial_interval": "1s", "randomization_factor": 0}
    with Backend(busy) as backend:
        async with chain(factory, backend.config(retry_on_failure=retry)) as exporter:
            await exporter.consume(traces("a"))
            while not exporter.bench.logged:
                await exporter.bench.clock.advance(0)
            await exporter.bench.clock.advance(1.9)
            assert len(backend.requests) == 1
            await exporter.bench.clock.advance(0.2)
            await exporter.settled()
    assert len(backend.requests) == 2
    assert exporter.metric("otelcol_exporter_sent_spans") == 1


async def test_a_server_that_hangs_is_given_up_after_the_timeout(chain):
    given_up = threading.Event()
    with Backend(lambda context: given_up.wait(10) and None) as backend:
        async with chain(factory, backend.config(timeout="50ms", **DIRECT)) as exporter:
            with pytest.raises(Retryable, match="deadline exceeded"):
                await exporter.consume(traces("a"))
        given_up.set()


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, 'requires a non-empty "endpoint"'),
        ({"endpoint": "x:y"}, 'invalid port "y"'),
        ({"endpoint": "x:1", "timeout": "-1s"}, "'timeout' must be non-negative"),
        ({"endpoint": "x:1", "compression": "deflate"}, 'unsupported compression type "deflate"'),
        ({"endpoint": "x:1", "sending_queue": {"storage": "f"}}, "durable queue"),
        ({"endpoint": "x:1", "timout": 1}, "timout"),
    ],
)
def test_wrong_settings_are_refused(config, message):
    with pytest.raises(ValidationError, match=message):
        factory.config.model_validate(config)


def test_queue_and_retry_are_on_and_can_be_turned_off():
    parts = factory.delivery(factory.config.model_validate({"endpoint": "x:1"}))
    assert (parts.timeout, parts.retry.enabled, parts.queue.enabled) == (5.0, True, True)
    off = factory.config.model_validate({"endpoint": "x:1", **DIRECT, "timeout": 0})
    assert (off.timeout, off.retry_on_failure.enabled, off.sending_queue.enabled) == (0.0, False, False)

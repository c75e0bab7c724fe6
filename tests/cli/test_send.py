import argparse
import json
import socket

import pytest
import trustme

from collector.cli import main, send
from collector.cli.generator import generator
from collector.embed import Collector
from collector.pdata import Logs, Metrics, Traces


def arguments(*words):
    parser = argparse.ArgumentParser()
    send.configure(parser)
    return parser.parse_args(words)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def receiving(port, protocol, output, **server):
    return Collector.from_mapping(
        {
            "receivers": {"otlp": {"protocols": {protocol: {"endpoint": f"127.0.0.1:{port}", **server}}}},
            "exporters": {"file": {"path": str(output)}},
            "service": {
                "telemetry": {"logs": {"level": "error"}},
                "pipelines": {
                    signal: {"receivers": ["otlp"], "exporters": ["file"]} for signal in ("traces", "metrics", "logs")
                },
            },
        }
    )


WAYS = [
    ("grpc", []),
    ("grpc", ["--compression", "gzip"]),
    ("http", ["--protocol", "http"]),
    ("http", ["--encoding", "json", "--compression", "zstd"]),
]


@pytest.mark.parametrize(("protocol", "options"), WAYS)
async def test_all_signals_arrive(protocol, options, tmp_path, capsys):
    port, output = free_port(), tmp_path / "out"
    async with receiving(port, protocol, output) as collector:
        words = ["traces", "metrics", "logs", "--count", "25", "--batch", "10", "--endpoint", f"127.0.0.1:{port}"]
        assert await send.send(arguments(*words, *options, "--service", "x", "--attribute", "env=test")) == 0
        for name in ("spans", "metric_points", "log_records"):
            assert collector.metric(f"otelcol_receiver_accepted_{name}") == 25
    told = capsys.readouterr().out
    assert "traces: 25 spans taken in 3 requests" in told
    assert "metrics: 25 data points taken in 3 requests" in told
    first = json.loads(output.read_text().splitlines()[0])
    (resource,) = next(iter(first.values()))
    values = {pair["key"]: pair["value"]["stringValue"] for pair in resource["resource"]["attributes"]}
    assert values == {"service.name": "x", "env": "test"}


@pytest.mark.parametrize("protocol", ["grpc", "http"])
async def test_tls_with_a_given_authority(protocol, tmp_path):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    tls = {"cert_file": str(tmp_path / "server.pem"), "key_file": str(tmp_path / "server.pem")}
    port = free_port()
    words = ["--protocol", protocol, "--count", "5", "--endpoint", f"localhost:{port}"]
    async with receiving(port, protocol, tmp_path / "out", tls=tls):
        assert await send.send(arguments(*words, "--ca-file", str(tmp_path / "ca.pem"))) == 0
        assert await send.send(arguments(*words, "--insecure-skip-verify")) == 0
        assert await send.send(arguments(*words, "--tls")) == 1


async def test_a_rate_paces_the_requests(tmp_path, capsys):
    port = free_port()
    async with receiving(port, "grpc", tmp_path / "out"):
        words = ["--count", "0", "--rate", "1000", "--batch", "50", "--duration", "300ms"]
        assert await send.send(arguments(*words, "--endpoint", f"127.0.0.1:{port}")) == 0
    taken = int(capsys.readouterr().out.split()[1])
    assert 50 <= taken <= 350


async def test_what_is_refused_is_told_and_fails(capsys):
    assert await send.send(arguments("--count", "5", "--endpoint", f"127.0.0.1:{free_port()}")) == 1
    assert "5 spans refused: rpc error: code = Unavailable" in capsys.readouterr().out


async def test_a_certificate_that_is_not_there_is_told(tmp_path, capsys):
    assert await send.send(arguments("--ca-file", str(tmp_path / "none.pem"))) == 1
    assert "No such file" in capsys.readouterr().err


def test_json_by_grpc_is_wrong_usage(capsys):
    assert main(["send", "--encoding", "json", "--protocol", "grpc"]) == 2
    assert "--encoding json goes by http alone" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["spans"], ["--count", "-1"], ["--batch", "0"], ["--duration", "1d"], ["--header", "x"]]
)
def test_wrong_usage_ends_with_2(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["send", *words])
    assert ended.value.code == 2
    assert "error: argument" in capsys.readouterr().err


@pytest.mark.parametrize(("signal", "payload"), [("traces", Traces), ("metrics", Metrics), ("logs", Logs)])
def test_every_request_has_the_size_asked_for_and_is_new(signal, payload):
    fresh = generator(signal, 17, {"service.name": "x"})
    one, other = payload.from_bytes(fresh()), payload.from_bytes(fresh())
    assert one.item_count == other.item_count == 17
    assert one.seal() != other.seal()


def test_spans_of_a_trace_keep_together():
    payload = Traces.from_bytes(generator("traces", 10, {})())
    spans = list(payload.spans())
    assert len({span.trace_id for span in spans}) == 2
    assert {span.parent_span_id for span in spans[1:5]} == {spans[0].span_id}
    assert len({span.span_id for span in spans}) == 10
    assert all(span.start_time_unix_nano < span.end_time_unix_nano for span in spans)

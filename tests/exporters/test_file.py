import json
import os
import struct
import sys
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from collector.component import Permanent
from collector.config import gates
from collector.pdata import Traces
from collector.testing import Bench, logs, traces
from exporters.file import factory
from exporters.file.config import RotationSettings
from exporters.file.grouping import grouped_path, split_pattern
from exporters.file.sinks import RotatingSink, WriteTooLong

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def exporter(path, signal="traces", **config):
    return Bench(factory, {"path": str(path), **config}, signal=signal)


def names(line):
    (group,) = json.loads(line)["resourceSpans"]
    return [span["name"] for scope in group["scopeSpans"] for span in scope["spans"]]


def messages(data):
    """The frames behind big-endian lengths."""
    out = []
    while data:
        (size,) = struct.unpack(">I", data[:4])
        out.append(data[4 : 4 + size])
        data = data[4 + size :]
    return out


async def test_each_payload_is_a_line_of_json(tmp_path):
    async with exporter(tmp_path / "out") as file:
        await file.export(traces("a", "b"))
        await file.export(traces("c"))
    assert [names(line) for line in (tmp_path / "out").read_text().splitlines()] == [["a", "b"], ["c"]]
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o644 & ~current_umask()


def current_umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


async def test_buffered_lines_reach_the_file_after_the_interval(tmp_path):
    async with exporter(tmp_path / "out", flush_interval="100ms") as file:
        await file.clock.advance(0)
        await file.export(traces("a"))
        assert (tmp_path / "out").read_text() == ""
        await file.clock.advance(0.2)
        assert (tmp_path / "out").read_text().count("\n") == 1


@pytest.mark.parametrize(("append", "lines"), [(False, 1), (True, 2)])
async def test_an_existing_file_is_truncated_unless_appended_to(tmp_path, append, lines):
    (tmp_path / "out").write_text("old\n")
    async with exporter(tmp_path / "out", append=append) as file:
        await file.export(traces("a"))
    assert len((tmp_path / "out").read_text().splitlines()) == lines


async def test_all_signals_of_an_exporter_share_the_file(tmp_path):
    spans, records = exporter(tmp_path / "out"), exporter(tmp_path / "out", signal="logs")
    async with spans, records:
        await spans.export(traces("a"))
        await records.export(logs("b"))
    lines = (tmp_path / "out").read_text().splitlines()
    assert [next(iter(json.loads(line))) for line in lines] == ["resourceSpans", "resourceLogs"]


async def test_protobuf_messages_follow_their_length(tmp_path):
    payload = traces("a")
    async with exporter(tmp_path / "out", format="proto") as file:
        await file.export(payload)
        await file.export(payload)
    assert messages((tmp_path / "out").read_bytes()) == [payload.seal()] * 2


@pytest.mark.parametrize("format", ["json", "proto"])
async def test_compressed_messages_follow_their_length(tmp_path, format):
    payload = traces("a")
    config = {"format": format, "compression": "zstd", "compression_params": {"level": 3}}
    async with exporter(tmp_path / "out", **config) as file:
        await file.export(payload)
    (message,) = messages((tmp_path / "out").read_bytes())
    content = zstd.decompress(message)
    assert (Traces.from_json(content) if format == "json" else Traces.from_bytes(content)).seal() == payload.seal()


@pytest.fixture
def native_compression():
    before = gates.enabled("exporter.file.nativeCompression")
    gates.apply({"exporter.file.nativeCompression": True})
    yield
    gates.apply({"exporter.file.nativeCompression": before})


async def test_native_compression_makes_a_file_that_zstd_reads(tmp_path, native_compression):
    async with exporter(tmp_path / "out", compression="zstd") as file:
        await file.export(traces("a"))
        await file.clock.advance(2)
        partial = zstd.ZstdDecompressor().decompress((tmp_path / "out").read_bytes())
        assert names(partial) == ["a"]
        await file.export(traces("b"))
    lines = zstd.decompress((tmp_path / "out").read_bytes()).splitlines()
    assert [names(line) for line in lines] == [["a"], ["b"]]


async def test_native_compression_with_rotation_makes_a_frame_of_each_write(tmp_path, native_compression):
    async with exporter(tmp_path / "out", compression="zstd", format="proto", rotation={}) as file:
        await file.export(traces("a"))
        (message,) = messages(zstd.decompress((tmp_path / "out").read_bytes()))
    assert message == traces("a").seal()


async def test_directories_are_made_when_asked_for(tmp_path):
    path = tmp_path / "new" / "deep" / "out"
    with pytest.raises(FileNotFoundError):
        await exporter(path).start()
    async with exporter(path, create_directory=True, directory_permissions="0700") as file:
        await file.export(traces("a"))
    assert path.parent.stat().st_mode & 0o777 == 0o700


# ---- rotation


class Clock:
    def __init__(self):
        self.time = datetime(2022, 9, 14, 5, 2, 14, 173_000, tzinfo=UTC)

    def __call__(self):
        return int(self.time.timestamp()) * 1_000_000_000 + self.time.microsecond * 1000


def rotating(path, clock=None, **settings):
    return RotatingSink(path, RotationSettings.model_validate({"max_megabytes": 1, **settings}), clock or Clock())


def test_a_full_file_is_put_aside_under_its_time(tmp_path):
    sink = rotating(tmp_path / "data.json")
    for letter in (b"a", b"b", b"c"):
        sink.write(letter * 600_000)
    sink.close()
    found = {path.name: path.read_bytes()[:1] for path in tmp_path.iterdir()}
    assert found == {
        "data-2022-09-14T05-02-14.173.json": b"a",
        "data-2022-09-14T05-02-14.174.json": b"b",
        "data.json": b"c",
    }


def test_an_existing_file_is_continued(tmp_path):
    (tmp_path / "data.json").write_bytes(bytes(600_000))
    sink = rotating(tmp_path / "data.json")
    sink.write(bytes(600_000))
    sink.close()
    assert len(list(tmp_path.iterdir())) == 2


def test_old_files_beyond_the_bound_are_removed(tmp_path):
    sink = rotating(tmp_path / "data.json", max_backups=2)
    (tmp_path / "data-other.json").write_text("not ours")
    for _ in range(6):
        sink.write(bytes(600_000))
    sink.close()
    assert len(list(tmp_path.iterdir())) == 4


def test_files_older_than_the_limit_are_removed(tmp_path):
    clock = Clock()
    old = tmp_path / "data-2022-09-10T00-00-00.000.json"
    old.write_text("old")
    sink = rotating(tmp_path / "data.json", clock, max_days=3)
    sink.write(bytes(600_000))
    sink.write(bytes(600_000))
    sink.close()
    assert not old.exists()
    assert len(list(tmp_path.iterdir())) == 2


def test_a_write_larger_than_a_file_may_be_is_refused(tmp_path):
    sink = rotating(tmp_path / "data.json")
    with pytest.raises(WriteTooLong, match="write length 1048577 exceeds maximum file size 1048576"):
        sink.write(bytes((1 << 20) + 1))
    sink.close()


async def test_the_key_alone_turns_rotation_on_and_writes_are_not_buffered(tmp_path):
    async with exporter(tmp_path / "out", rotation=None) as file:
        await file.export(traces("a"))
        assert (tmp_path / "out").read_text().count("\n") == 1


# ---- grouping


def grouped(tmp_path, **more):
    return exporter(
        tmp_path / "*.json",
        group_by={"enabled": True, "resource_attribute": "file", **more.pop("group_by", {})},
        **more,
    )


async def test_each_value_has_its_own_file(tmp_path):
    payload = Traces.merge([traces("a", resource={"file": "x"}), traces("b", resource={"file": "y/z"})])
    async with grouped(tmp_path) as file:
        await file.export(payload)
        await file.export(traces("c", resource={"file": "x"}))
    assert [names(line) for line in (tmp_path / "x.json").read_text().splitlines()] == [["a"], ["c"]]
    assert [names(line) for line in (tmp_path / "y" / "z.json").read_text().splitlines()] == [["b"]]


async def test_resources_without_a_text_value_are_dropped(tmp_path):
    payload = Traces.merge([traces("a", resource={"file": 7}), traces("b", "c"), traces("d", resource={"file": "x"})])
    async with grouped(tmp_path) as file:
        await file.export(payload)
    assert file.dropped == {("no grouping attribute", "file"): 3}
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]


async def test_no_more_files_are_open_than_allowed_and_closed_ones_are_continued(tmp_path):
    async with grouped(tmp_path, group_by={"max_open_files": 1}) as file:
        for value in ("x", "y", "x"):
            await file.export(traces(value, resource={"file": value}))
        assert (tmp_path / "y.json").read_text().count("\n") == 1
    assert (tmp_path / "x.json").read_text().count("\n") == 2


async def test_a_value_that_is_no_file_name_is_permanent(tmp_path):
    async with grouped(tmp_path) as file:
        for value in ("x" * 300, "a\0b"):
            with pytest.raises(Permanent):
                await file.export(traces("a", resource={"file": value}))


@pytest.mark.parametrize(
    ("segment", "path"),
    [
        ("a", "/data/a.json"),
        ("a/b", "/data/a/b.json"),
        ("./a", "/data/a.json"),
        ("../etc/x", "/data/etc/x.json"),
        ("a/../../../etc/x", "/data/etc/x.json"),
        ("/etc/x", "/data/etc/x.json"),
        ("..", "/data/...json"),
    ],
)
def test_no_value_leaves_the_prefix(segment, path):
    assert grouped_path(*reorder(split_pattern("/data/*.json"), segment)) == path


def reorder(pattern, segment):
    prefix, suffix = pattern
    return prefix, segment, suffix


# ---- settings


class Encoding:
    def marshal_traces(self, payload):
        return b"encoded"


async def test_an_encoding_extension_writes_the_payloads(tmp_path):
    file = exporter(tmp_path / "out", encoding="mine")
    with pytest.raises(Exception, match='unknown encoding "mine"'):
        await file.start()
    file.host.extensions["mine"] = Encoding()
    async with file:
        await file.export(traces("a"))
    assert (tmp_path / "out").read_bytes() == b"encoded\n"
    other = exporter(tmp_path / "other", signal="logs", encoding="mine")
    other.host.extensions["mine"] = Encoding()
    with pytest.raises(Exception, match="logs are not supported by encoding"):
        await other.start()


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"path": ""}, "path must be non-empty"),
        ({"format": "x"}, "format type is not supported"),
        ({"compression": "gzip"}, "compression is not supported"),
        ({"compression": "zstd", "compression_params": {"level": 2}}, "invalid compression_params"),
        ({"format": None}, "format type is not supported"),
        ({"flush_interval": "-1s"}, "flush_interval must be larger than zero"),
        ({"append": True, "rotation": {}}, "append and rotation enabled at the same time is not supported"),
        ({"directory_permissions": "0755"}, "directory_permissions requires create_directory to be true"),
        ({"create_directory": True, "directory_permissions": "9"}, "must be a valid octal representation"),
        ({"create_directory": True, "directory_permissions": "1777"}, "contain invalid bits for file access"),
        ({"group_by": {"enabled": True}}, r"path must contain exactly one \* when group_by is enabled"),
        ({"path": "*x", "group_by": {"enabled": True}}, r"path must not start with \* when group_by is enabled"),
        (
            {"path": "x*", "group_by": {"enabled": True, "resource_attribute": ""}},
            "resource_attribute must not be empty when group_by is enabled",
        ),
    ],
)
def test_wrong_settings_are_refused(config, message):
    with pytest.raises(ValidationError, match=message):
        factory.config.model_validate({"path": "x", **config})


def test_a_missing_path_is_refused():
    with pytest.raises(ValidationError, match="path must be non-empty"):
        factory.config.model_validate({})


def test_zero_stands_for_the_default_interval():
    assert factory.config.model_validate({"path": "x", "flush_interval": 0}).flush_interval == 1.0


async def test_grouped_files_are_flushed_after_the_interval(tmp_path):
    async with grouped(tmp_path, flush_interval="100ms") as file:
        await file.clock.advance(0)
        await file.export(traces("a", resource={"file": "x"}))
        assert (tmp_path / "x.json").read_text() == ""
        await file.clock.advance(0.2)
        assert (tmp_path / "x.json").read_text().count("\n") == 1


async def test_a_file_that_can_not_be_written_is_reported_and_tried_again():
    file = exporter("/dev/full", append=True, flush_interval="100ms")
    await file.start()
    await file.clock.advance(0)
    await file.export(traces("a"))
    await file.clock.advance(0.25)
    assert [(level, text) for level, text, _ in file.logged] == [("error", "Can't write to the file.")] * 2
    with pytest.raises(OSError, match="No space left"):
        await file.shutdown()


async def test_a_refused_write_is_raised_to_the_caller():
    file = exporter("/dev/full", rotation={})
    await file.start()
    with pytest.raises(OSError, match="No space left"):
        await file.export(traces("a"))

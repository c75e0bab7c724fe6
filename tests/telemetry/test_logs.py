import json

import pytest

from collector.telemetry.logs import LogOutput, Sampler, make_logger


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log"

    output = LogOutput([str(path)])

    def make(**options):
        return make_logger(output, **options)

    make.lines = lambda: path.read_text().splitlines()
    yield make
    output.close()


def test_a_line_is_json_where_there_is_no_terminal(log):
    log().bind(**{"otelcol.component.id": "otlp"}).info("Starting server", endpoint="localhost:4317")

    line = json.loads(log.lines()[0])
    assert line.pop("ts")
    assert line == {
        "level": "info",
        "msg": "Starting server",
        "otelcol.component.id": "otlp",
        "endpoint": "localhost:4317",
    }


def test_console_lines_have_time_level_message_and_fields(log):
    log(encoding="console").warning("Odd.", items=3)

    ts, level, message, fields = log.lines()[0].split("\t")
    assert ts
    assert (level, message, fields) == ("warn", "Odd.", '{"items": 3}')


def test_lines_below_the_level_are_left_out(log):
    logger = log(level="error")
    logger.warning("no")
    logger.error("yes")

    assert [json.loads(line)["msg"] for line in log.lines()] == ["yes"]


def test_initial_fields_are_on_every_line(log):
    log(initial_fields={"zone": "a"}).info("hello")

    assert json.loads(log.lines()[0])["zone"] == "a"


def test_an_exception_is_text_and_stack(log):
    log().error("Failed.", exc_info=ValueError("broken"))

    line = json.loads(log.lines()[0])
    assert line["error"] == "ValueError: broken"
    assert line["stacktrace"].startswith("ValueError")


def test_stacks_can_be_left_out(log):
    log(stacks=False).error("Failed.", exc_info=ValueError("broken"))

    line = json.loads(log.lines()[0])
    assert line["error"] == "ValueError: broken"
    assert "stacktrace" not in line


def test_json_lines_carry_the_resource_and_console_lines_do_not(log):
    log(resource={"service.name": "telepipe"}).info("a")
    log(resource={"service.name": "telepipe"}, encoding="console").info("b")

    first, second = log.lines()
    assert json.loads(first)["resource"] == {"service.name": "telepipe"}
    assert second.endswith("\tb")


def test_repeated_messages_are_sampled(log):
    logger = log(sampler=Sampler(1000, 2, 3))
    for number in range(9):
        logger.info("same", number=number)
    logger.info("other")

    lines = [json.loads(line) for line in log.lines()]
    assert [line.get("number") for line in lines] == [0, 1, 4, 7, None]


def test_values_that_json_does_not_know_are_text(log):
    log().info("x", value={1, 2}.__class__)

    assert "set" in log.lines()[0]

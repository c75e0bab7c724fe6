import json

import pytest
import yaml

from collector.cli import main
from collector.cli.options import size
from collector.config import gates

GOOD = """
receivers: {otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}}
processors: {batch: {timeout: 1s}}
exporters: {nop: }
service:
  telemetry: {metrics: {level: none}}
  pipelines: {traces: {receivers: [otlp], processors: [batch], exporters: [nop]}}
"""


@pytest.fixture(autouse=True)
def untouched():
    yield
    gates.apply({})


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.yaml"
    path.write_text(GOOD)
    return str(path)


def test_a_good_configuration_validates_in_silence(good, capsys):
    assert main(["validate", "--config", good]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_bad_configuration_is_explained_on_stderr(good, capsys):
    assert main(["validate", "--config", good, "--set", "processors.batch.timeout=1d", "--set=exporters.nop.a=1"]) == 1
    assert capsys.readouterr() == (
        "",
        (
            "--set exporters.nop.a: exporters::nop: '' has invalid keys: a\n"
            '--set processors.batch.timeout: processors::batch::timeout: time: unknown unit "d" in duration "1d"\n'
        ),
    )


def test_validate_builds_the_graph(good, capsys):
    code = main(["validate", "--config", good, "--config", "yaml:connectors: {forward: }",
                 "--set", "service.pipelines.traces.exporters=[forward]"])  # fmt: skip

    assert code == 1
    assert (
        'connector "forward" used as exporter in [traces] pipeline but not used in any supported receiver pipeline'
        in capsys.readouterr().err
    )


def test_without_a_configuration_there_is_an_error(capsys):
    assert main(["validate"]) == 1
    assert capsys.readouterr().err == "at least one config flag must be provided\n"


@pytest.mark.parametrize(
    "words", [["validate", "--nosuch"], ["--nosuch"], ["run", "--memory-budget", "x", "--config", "y"]]
)
def test_wrong_usage_ends_with_2(words, capsys):
    with pytest.raises(SystemExit) as caught:
        main(words)

    assert caught.value.code == 2
    assert "usage: telepipe" in capsys.readouterr().err


def test_an_unknown_command_ends_with_2_and_a_suggestion(capsys):
    assert main(["validat"]) == 2
    assert capsys.readouterr().err == 'unknown command "validat"; did you mean "validate"?\n'


def test_help_lists_every_command(capsys):
    assert main(["--help"]) == 0
    out = capsys.readouterr().out

    for command in ("run", "validate", "components", "print-config", "featuregate", "demo", "send"):
        assert f"  {command} " in out


def test_the_version_names_the_kernel_build(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.endswith((" (pure kernel)\n", " (compiled kernel)\n"))


def test_gates_are_listed(capsys):
    assert main(["featuregate"]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert lines[0].split() == ["ID", "Enabled", "Stage", "Description"]
    assert len(lines) == len(gates.GATES) + 1


def test_one_gate_is_listed(capsys):
    assert main(["featuregate", "transform.flatten.logs"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split()[:3] == ["transform.flatten.logs", "false", "Alpha"]


def test_an_unknown_gate_is_not_found(capsys):
    assert main(["featuregate", "x"]) == 1
    assert capsys.readouterr().err == 'feature "x" not found\n'


def test_a_gate_may_be_turned_off_behind_a_blank(good):
    assert main(["validate", "--config", good, "--feature-gates", "-processor.filter.defaultErrorModeIgnore"]) == 0
    assert not gates.enabled("processor.filter.defaultErrorModeIgnore")


def test_components_are_listed_as_yaml(capsys):
    main(["components"])
    listing = yaml.safe_load(capsys.readouterr().out)

    assert listing["buildinfo"]["command"] == "telepipe"
    assert {"name": "forward", "module": "collector.connectors.forward"}.items() <= listing["connectors"][0].items()
    assert "traces-to-traces" in listing["connectors"][0]["stability"]
    nop = next(each for each in listing["exporters"] if each["name"] == "nop")
    assert set(nop["stability"]) == {"traces", "metrics", "logs"}
    assert {"scheme": "env", "module": "collector.config.providers"} in listing["providers"]
    assert listing["converters"] == []


@pytest.mark.parametrize("command", ["print-config", "print-initial-config"])
def test_the_resolved_configuration_is_printed(good, capsys, command):
    assert main([command, "--config", good, "--set", "processors.batch.timeout=2s"]) == 0
    assert yaml.safe_load(capsys.readouterr().out)["processors"] == {"batch": {"timeout": "2s"}}


def test_the_configuration_is_printed_as_json(good, capsys):
    assert main(["print-config", "--config", good, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["exporters"] == {"nop": None}


def test_printing_checks_first_unless_told_otherwise(good, capsys):
    bad = ["print-config", "--config", good, "--set", "exporters.nop.headers={a: PRIVATE}"]

    assert main(bad) == 1
    assert main([*bad, "--validate=false"]) == 0
    assert "PRIVATE" not in capsys.readouterr().out
    assert main([*bad, "--validate=false", "--mode", "unredacted"]) == 0
    assert "PRIVATE" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (["--mode", "x"], 'invalid mode "x": modes are: redacted, unredacted'),
        (["--format", "x"], "unrecognized print format: x"),
    ],
)
def test_unknown_ways_of_printing_are_refused(good, capsys, option, message):
    assert main(["print-config", "--config", good, *option]) == 2
    assert capsys.readouterr().err.strip() == message


@pytest.mark.parametrize(
    ("text", "number"),
    [("67108864", 64 << 20), ("64MiB", 64 << 20), ("64M", 64 << 20), ("1.5g", 3 << 29), ("10kb", 10 << 10)],
)
def test_sizes_have_units_of_1024(text, number):
    assert size(text) == number


@pytest.mark.parametrize("text", ["", "x", "-1", "0", "64 apples"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(Exception, match="is no size"):
        size(text)

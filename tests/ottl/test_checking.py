import os
import subprocess
import sys

import pytest

from collector import ottl
from collector.ottl import ConfigError


def problems(statements, **options):
    options.setdefault("context", "log")
    with pytest.raises(ConfigError) as caught:
        ottl.compile_statements(statements, **options)
    return caught.value.problems


def test_all_problems_of_all_statements_are_reported_at_once():
    found = problems(
        [
            'set(attribute["a"], NOPE)',
            'set(attributes["a"], 1)',
            'sett(attributes["a"], 1)',
            'set(attributes["a"], 1) where IsMatc(body, "x") and severity_txt == "a"',
        ]
    )
    assert [(p.index, p.statement[p.start : p.end]) for p in found] == [
        (0, 'attribute["a"]'),
        (0, "NOPE"),
        (2, "sett"),
        (3, "IsMatc"),
        (3, "severity_txt"),
    ]


def test_a_problem_shows_the_place_with_a_caret_and_the_nearest_name():
    (problem,) = problems(['set(attributes["a"], 1) where IsMatc(body, "x")'])
    assert str(problem).splitlines() == [
        "undefined function 'IsMatc'; did you mean 'IsMatch'?",
        '    set(attributes["a"], 1) where IsMatc(body, "x")',
        "                                  ^^^^^^",
    ]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ('set(attributes["a"])', "incorrect number of arguments"),
        ('set(attributes["a"], 1, 2)', "incorrect number of arguments"),
        ("set(1, 2)", "must be a path"),
        ('set(target=attributes["a"], 1)', "unnamed argument used after named argument"),
        ('set(targt=attributes["a"], value=1)', "no such parameter"),
        ("limit(attributes, -1, [])", "written as a literal"),
        ('set(attributes["a"], IsString(1))', "expected string but got int64"),
        ('set(attributes["a"], Substring("abc", "1", 1))', "expected int64 but got string"),
        ('set(attributes["a"], IsMatch(body, "("))', "error parsing regexp"),
        ('replace_match(body, "[", "x")', "glob"),
        ('set(attributes["a"], Time("1", "%Q"))', "unsupported directive"),
        ('set(attributes["a"], GetXML(body, "//["))', "invalid XPath"),
        ('set(attributes["a"], ExtractGrokPatterns(body, "%{NOPE}"))', "unknown"),
        ('set(attributes["a"], ParseCSV(body, "h", mode="x"))', "unknown mode"),
        ('set(attributes["a"], Double("abc"))', "invalid syntax"),
        ('set(attributes["a"], Coalesce([]))', "at least one"),
        ('replace_pattern(body, "a", "b", Nope)', "undefined function"),
        ('set(attributes["a"], set(body, 1))', "converter names must start with an uppercase letter"),
        ('Concat(["a"], "")', "editor names must start with a lowercase letter"),
        ('set(severity_text["a"], 1)', "keys are not allowed"),
        ('set(span.name, "a")', "segment"),
        ('set(attributes["a"], {"t": [[{"a": 1}]]})', "Invalid value type"),
    ],
)
def test_wrong_statements_are_refused_while_loading(statement, message):
    assert message in problems([statement])[0].message


def test_with_a_context_the_prefix_may_be_left_out():
    with_prefix = ottl.compile_statements(['set(log.attributes["a"], log.severity_text)'], context="log")
    without = ottl.compile_statements(['set(attributes["a"], severity_text)'], context="log")
    record = {"severity_text": "WARN"}
    assert with_prefix.apply_to(record) == without.apply_to(record)


@pytest.mark.parametrize(
    ("statements", "signal", "context"),
    [
        (['set(resource.attributes["a"], 1)'], "logs", "resource"),
        (['set(scope.name, "a")'], "logs", "scope"),
        (['set(log.attributes["a"], resource.attributes["b"])'], "logs", "log"),
        (['set(span.name, "a")', 'set(spanevent.name, "b")'], "traces", "spanevent"),
        (['set(resource.attributes["a"], SPAN_KIND_SERVER)'], "traces", "spanevent"),
        (['set(resource.attributes["a"], 1) where IsRootSpan()'], "traces", "span"),
        (['convert_sum_to_gauge() where metric.name == "a"'], "metrics", "metric"),
        (['set(metric.name, "a") where FLAG_NONE == 0'], "metrics", "datapoint"),
        (['set(datapoint.attributes["a"], 1)'], "metrics", "datapoint"),
        (['set(exemplar.filtered_attributes["a"], 1)'], "metrics", "exemplar"),
    ],
)
def test_the_context_is_inferred_from_paths_functions_and_enums(statements, signal, context):
    assert ottl.compile_statements(statements, signal=signal).context == context


@pytest.mark.parametrize(
    ("statement", "signal"),
    [
        ("convert_sum_to_gauge()", "metrics"),
        ('set(attributes["a"], 1)', "logs"),
        ('set(span.name, "a")', "logs"),
        ('set(instrumentation_scope.name, "a")', "logs"),
        ('set(log.attributes["a"], SPAN_KIND_SERVER)', "logs"),
        ('replace_pattern(log.body, "a", "b", SHA256)', "logs"),
        ('set(datapoint.attributes["a"], 1) where IsMatch(metric.cache["a"], "x")', "metrics"),
    ],
)
def test_what_fits_no_context_is_refused(statement, signal):
    with pytest.raises(ConfigError):
        ottl.compile_statements([statement], signal=signal)


def test_unknown_contexts_are_refused():
    with pytest.raises(ConfigError, match="unknown context 'span'; known: resource, scope, log"):
        ottl.compile_statements(['set(name, "a")'], context="span", signal="logs")


def test_a_plugin_function_is_made_of_a_typed_python_function():
    @ottl.function("Reverse")
    def reverse(target: str, times: int = 1) -> str:
        return target[::-1] * times

    statements = ottl.compile_statements(
        ["set(body, Reverse(body, times=2))"], context="log", functions=[reverse], error_mode="propagate"
    )
    assert statements.apply_to({"body": "abc"})["body"] == "cbacba"


def test_a_plugin_function_without_annotations_is_refused():
    with pytest.raises(TypeError, match="parameter 'target' needs an annotation"):

        @ottl.function("Reverse")
        def reverse(target):
            return target


def test_functions_of_other_distributions_come_in_by_entry_point(tmp_path):
    info = tmp_path / "shout-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shout\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[telepipe.ottl_functions]\nShout = shout:shout\nmute = shout:mute\n")
    (tmp_path / "shout.py").write_text(
        "from collector.ottl.signature import LogItem, StringLike\n"
        "def shout(target: StringLike, mark: str = '!') -> str:\n    return (target or '').upper() + mark\n"
        "def mute(log: LogItem) -> None:\n    log.body = ''\n"
    )
    program = (
        "from collector import ottl\n"
        "s = ottl.compile_statements(['set(severity_text, Shout(body))', 'mute()'], context='log')\n"
        "print(s.apply_to({'body': 'hey'}))\n"
    )
    path = os.pathsep.join([str(tmp_path), *sys.path])
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True)
    assert done.stdout == "{'severity_text': 'HEY!', 'resource': {}, 'scope': {}}\n"

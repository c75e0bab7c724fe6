"""Hostile statements and data: refused with a clear text, in bounded time."""

import pytest

from collector import ottl
from collector.ottl import ConfigError, EvaluationError
from collector.pdata import Logs


def log(**fields):
    builder = Logs.builder()
    builder.resource({}).scope({}).add(**fields)
    return builder.build()


def apply(payload, *statements):
    ottl.compile_statements(statements, context="log", error_mode="propagate").apply(payload)
    return next(payload.records())


def test_long_chains_are_computed():
    record = apply(log(flags=1), f'set(attributes["sum"], {" + ".join(["flags"] * 3_000)})')
    assert record.attributes["sum"] == 3_000
    many = " or ".join(["flags == 2"] * 1_000)
    assert not ottl.compile_conditions([many], context="log").matches(record)


@pytest.mark.parametrize(
    "statement",
    [
        f'set(attributes["a"], {"ToLowerCase(" * 25}severity_text{")" * 25})',
        f'set(attributes["a"], {"attributes[" * 50}"k"{"]" * 50})',
        f'set(attributes["a"], severity_text) where {"(" * 50}flags == 0{")" * 50}',
        f'set(attributes["a"], {"(" * 50}1 + flags{")" * 50})',
    ],
)
def test_nesting_within_the_limit_works(statement):
    apply(log(severity_text="X", attributes={"k": "k"}), statement)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)*c", "(.*)*x"])
def test_no_regular_expression_takes_long(pattern):
    record = apply(log(body="a" * 50_000 + "b"), f'set(attributes["hit"], IsMatch(body, "{pattern}"))')
    assert record.attributes["hit"] is False


def test_no_glob_takes_long():
    assert apply(log(body="a" * 5_000), f'replace_match(body, "{"*a" * 30}b", "x")').body == "a" * 5_000


def test_repeat_counts_are_bounded():
    with pytest.raises(ConfigError, match="invalid repetition size"):
        ottl.compile_conditions(['IsMatch(body, "(a{1000}){1000}")'], context="log")


@pytest.mark.parametrize(
    ("fields", "statement", "times"),
    [
        ({"body": "a"}, 'replace_pattern(body, "a*$", "$0$0$0$0$0$0$0$0x")', 30),
        ({"body": "a"}, 'set(body, Concat([body, body, body, body], ""))', 30),
        ({"attributes": {"a": "b"}}, 'set(attributes[Concat(["k", String(Len(attributes))], "")], attributes)', 40),
        ({"attributes": {"a": "b"}}, 'set(cache[Concat(["k", String(Len(cache))], "")], cache)', 40),
        ({}, 'set(attributes["l"][1000000000], 1)', 1),
    ],
)
def test_nothing_grows_without_end(fields, statement, times):
    with pytest.raises(EvaluationError, match=r"grown|more than|nested"):
        apply(log(**fields), *['set(cache["k"], "v")', *[statement] * times])


@pytest.mark.parametrize(
    "statement",
    [
        'keep_keys(attributes, ["k5"])', 'delete_matching_keys(attributes, "1")', "truncate_all(attributes, 2)",
        "flatten(attributes)", "limit(attributes, 5, [])", 'merge_maps(attributes, body, "insert")',
        'replace_all_patterns(attributes, "value", "v", "w")', 'replace_all_patterns(attributes, "key", "k", "w")',
        'replace_all_matches(attributes, "v*", "w")', "stringify_all(attributes)",
    ],
)  # fmt: skip
def test_huge_maps_take_linear_time(statement):
    apply(log(attributes={f"k{n}": f"v{n}" for n in range(5_000)}, body={f"b{n}": n for n in range(3_000)}), statement)


@pytest.mark.parametrize(
    ("body", "expression"),
    [
        ("[" * 50_000, "ParseJSON(body)"),
        ("[" * 300 + "]" * 300, "ParseJSON(body)"),
        ("<a>" * 20_000, "ParseXML(body)"),
        ("<a>" * 300 + "</a>" * 300, "ParseSimplifiedXML(body)"),
        ("9" * 50_000, "ParseInt(body, 10)"),
        ("9" * 50_000 + "h", "Duration(body)"),
        ("a," * 50_000, 'ParseCSV(body, "a,b")'),
        ("'" * 50_001, "ParseKeyValue(body)"),
    ],
)
def test_hostile_texts_are_refused(body, expression):
    with pytest.raises(EvaluationError):
        apply(log(body=body), f'set(attributes["x"], {expression})')


def test_many_elements_of_xml_take_linear_time():
    record = apply(log(body=f"<a>{'<b/>' * 20_000}</a>"), 'set(body, RemoveXML(body, "//b"))')
    assert record.body == "<a></a>"

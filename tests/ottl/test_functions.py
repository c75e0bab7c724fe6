# ruff: noqa: E501 - one rule a line
"""Values of converters: one line a rule of the function reference."""

import math
import re

import pytest

from collector import ottl
from collector.ottl import ConfigError, EvaluationError
from collector.pdata import Logs


@pytest.fixture(scope="module")
def record():
    builder = Logs.builder()
    builder.resource({}).scope({}).add(
        body={"b": [1, "x", None]},
        trace_id=bytes(range(16)),
        time_unix_nano=1_600_000_000_123_456_789,
        attributes={
            "s": "Grüße",
            "i": 12,
            "d": 2.5,
            "t": True,
            "y": b"hi",
            "e": None,
            "l": [3, 1, 2],
            "m": {"k": "v", "n": {"j": 1}},
            "json": '{"a": [1, {"b": null}], "c": "<&>"}',
        },
    )
    payload = builder.build()
    return next(payload.records())


def value(text, record):
    return ottl.compile_value(text, context="log").of(record)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Concat(["a", 1, nil, 2.50, true], "-")', "a-1-<nil>-2.5-true"),
        ('Hex(Double("NaN"))', "7ff8000000000001"),
        ('ParseCSV("a,\\"b\n", "x,y", mode="ignoreQuotes")', {"x": "a", "y": '"b\n'}),
        ('Format("%5d|%+v|%.2f|%#v", ["a", 7, "bcd", "q"])', '%!d(string=    a)|7|%!f(string=bc)|"q"'),
        ('IsInCIDR("192.168.1.5", ["::ffff:192.168.0.0/112"])', True),
        ('IsInCIDR("no address", [attributes["s"]])', False),
        ('UnixSeconds(Time("2023-11-05 14:03:02 GMT+3", "%Y-%m-%d %H:%M:%S %Z"))', 1699192982),
        ("RemoveXML(\"<?xml version='1.0'?><!DOCTYPE a><a x='1' n:x='2'/>\", \"//@*\")",
         '<?xml version="1.0"?><!DOCTYPE a><a n:x="2"></a>'),
        ('ParseSimplifiedXML("<n:a><n:b>v</n:b></n:a>")', {"a": {"b": "v"}}),
        ('Concat([attributes["m"], attributes["y"]], " ")', '{"k":"v","n":{"j":1}} 6869'),
        ('ConvertCase("HTTPServer v2", "snake")', "http_server_v_2"),
        ('ToCamelCase("http_server_name")', "HttpServerName"),
        ('ToUpperCase("straße ǆ")', "STRAßE Ǆ"),
        ('HasPrefix("abc", "ab") == true', None),
        ('Index(attributes["s"], "e")', 6),
        ('Index(attributes["l"], 2.0)', 2),
        ('Len(attributes["s"])', 7),
        ('Substring(attributes["s"], 0, 2)', "Gr"),
        ('Trim("--a-b--", "-")', "a-b"),
        ('TrimPrefix("aab", "a")', "ab"),
        ('TrimSuffix("abb", "b")', "ab"),
        ('IsMatch(12, "^1")', True),
        ('IsMatch(attributes["zz"], ".*")', False),
        ('ExtractPatterns("k=v", "(?P<key>\\\\w)=(?<value>\\\\w)(?P<rest>x)?")', {"key": "k", "value": "v", "rest": ""}),
        ('Format("%05d|%-4s|%.2f|%x|%q|%v", [42, "ab", 3.14159, "hi", "q", 1000000.0])', '00042|ab  |3.14|6869|"q"|1e+06'),
        ('Format("%d %s", ["a"])', "%!d(string=a) %!s(MISSING)"),
        ('Format("%v %v", [Duration("1h1m1.5s"), nil])', "1h1m1.5s <nil>"),
        ('Format("%[2]*[1]d|%+d|%t|%T", [7, 4, true])', "   7|+4|true|%!T(MISSING)"),
        ('Int("12.5")', None),
        ("Int(-1.9)", -1),
        ('Double("0x1p-2")', 0.25),
        ('Bool("T")', True),
        ("String(1.0e21)", "1e+21"),
        ('String(attributes["json"])', '{"a": [1, {"b": null}], "c": "<&>"}'),
        ('String([1, "<", {"a": 1}])', '[1,"\\u003c",{}]'),
        ("Hex(12)", "000000000000000c"),
        ('ParseInt("-0x1F", 0)', -31),
        ('IsEmpty(attributes["e"])', True),
        ('IsList(Split("a,b", ","))', True),
        ('IsMap(attributes["m"])', True),
        ('IsString(attributes["i"])', False),
        ('MD5("a")', "0cc175b9c0f1b6a831c399e269772661"),
        ('SHA1("a")', "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
        ('FNV("a")', -5808556873153909620),
        ('Murmur3Hash("")', "00000000"),
        ('XXH3("")', "2d06800538d394c2"),
        ('XXH128("")', "99aa06d3014798d86001c324468d497f"),
        ('Base64Encode("a?>", "base64-raw-url")', "YT8-"),
        ('Decode("YT8+", "base64")', "a?>"),
        ('Decode(0xe9, "iso-8859-1")', "é"),
        ('IsInCIDR("::ffff:10.1.2.3", ["10.0.0.0/8"])', True),
        ('IsValidLuhn("4539 1488 0343 6467")', True),
        ('ParseKeyValue("a=1 b=\'x y\'")', {"a": "1", "b": "x y"}),
        ('ToKeyValueString({"b": "x y", "a": 1}, sort_output=true)', 'a=1 b="x y"'),
        ('ParseCSV("1,\\"a,b\\"", "x,y")', {"x": "1", "y": "a,b"}),
        ('ParseJSON(attributes["json"])["a"][0]', 1.0),
        ('ParseJSON("[01, 2.]")[0]', 1.0),
        ('ParseXML("<a x=\'1\'> t <b/></a>")', {"tag": "a", "attributes": {"x": "1"}, "content": "t", "children": [{"tag": "b"}]}),
        ('GetXML("<a><b i=\'1\'/><b i=\'2\'>x</b></a>", "//b[@i=2]/text()")', "x"),
        ('RemoveXML("<a><b/>t</a>", "/a/b")', "<a>t</a>"),
        ('InsertXML("<a/>", "/a", "<b/>")', "<a><b></b></a>"),
        ('ConvertAttributesToElementsXML("<a b=\'&lt;\'/>")', "<a><b>&lt;</b></a>"),
        ('ParseSimplifiedXML("<a><b>1</b><b>2</b></a>")["a"]["b"][1]', "2"),
        ('URL("HTTP://u:p@h.example:80/a%20b.txt?q#f")["url.path"]', "/a b.txt"),
        ('ParseSeverity(404, {"error": [{"range": "4xx"}], "info": [{"equals": ["i"]}]})', "error"),
        ('ExtractGrokPatterns("10.0.0.1 GET 7", "%{IP:ip} %{WORD:verb} %{INT:n:int}", true)', {"ip": "10.0.0.1", "verb": "GET", "n": 7}),
        ('SliceToMap(ParseJSON("[{\\"k\\": \\"a\\", \\"v\\": 1}]"), ["k"], ["v"])', {"a": 1.0}),
        ('Sort([3, "a", 1.5])', [1.5, 3, "a"]),
        ('Sort(attributes["l"], "desc")', [3, 2, 1]),
        ('Keys(attributes["m"])', ["k", "n"]),
        ('ContainsValue(attributes["l"], 1.0)', True),
        ('Coalesce([attributes["zz"], attributes["e"], "x"])', "x"),
        ('UnixSeconds(Time("2020-02-30", "%Y-%m-%d"))', EvaluationError),
        ('UnixNano(Time("Mar 5 2021 14:07:09.5 +0200", "%b %e %Y %H:%M:%S %z"))', 1614946029500000000),
        ('FormatTime(Time("2021-07-01 12:00", "%Y-%m-%d %H:%M", "America/New_York"), "%c %Z %z")', "Thu Jul 01 12:00:00 2021 EDT -0400"),
        ('FormatTime(log.time, "%FT%T.%L%j")', "2020-09-13T12:26:40.123+00:00"),
        ('UnixMilli(TruncateTime(log.time, Duration("1h")))', 1599998400000),
        ("Weekday(log.time) * 100 + Hour(log.time)", 12),
        ('Milliseconds(Duration("-1.9999ms"))', -1),
        ('Hours(Duration("90m"))', 1.5),
        ("Log(1)", 0.0),
        ('TraceID("000102030405060708090a0b0c0d0e0f") == trace_id', None),
        ("String(trace_id)", "[" + ",".join(map(str, range(16))) + "]"),
        ('body["b"][1]', "x"),
        ("1 / 3 - 7 / -2", 3),
        ("9223372036854775807 + 1", -(2**63)),
        ('UnixSeconds(log.time - Duration("1s"))', 1599999999),
    ],
)  # fmt: skip
def test_values(text, expected, record):
    if expected is None and " == " in text:
        assert ottl.compile_conditions([text], context="log", error_mode="propagate").matches(record)
    elif expected is EvaluationError:
        with pytest.raises(EvaluationError):
            value(text, record)
    else:
        result = value(text, record)
        assert result == expected
        assert type(result) is not bool or type(expected) is bool


@pytest.mark.parametrize(
    "text",
    [
        'Substring("abc", 2, 2)', 'Len(attributes["i"])', 'Split(attributes["i"], ",")', 'ParseJSON("1")',
        'ParseJSON("[1,]")', 'ParseKeyValue("a")', 'URL("http://[::1")', 'Duration("1d")', "Log(0)",
        'ParseInt("", 10)', 'Decode("%", "base64")', 'Base64Decode("a")', 'CommunityID("x", 1, "10.0.0.1", 2)',
        'ExtractPatterns("a", "a")', 'attributes["m"]["k"]["x"]', 'attributes["l"][3]', 'Split("a", ",")[1]',
        'attributes["s"] + 1', "1 / 0.0", '-attributes["s"]', 'SliceToMap(attributes["l"], ["k"])',
        'ParseXML("<a/> ")', 'String(Double("NaN"))', 'IsValidLuhn("12x")',
        'ParseSeverity(1.5, {"a": [{"equals": ["b"]}]})', 'Hex(attributes["m"])',
    ],
)  # fmt: skip
def test_failures_while_an_item_is_processed(text, record):
    with pytest.raises(EvaluationError):
        value(text, record)


def test_not_a_number_compares_with_nothing(record):
    assert math.isnan(value('Double("nan")', record))
    matches = ottl.compile_conditions(['Double("nan") == Double("nan")'], context="log").matches
    assert not matches(record)


def test_identifiers_are_new_every_time(record):
    first, second = value("UUIDv7()", record), value("UUIDv7()", record)
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", first)
    assert first != second
    assert value("UUID()", record) != value("UUID()", record)


EDITS = [
    ('append(attributes["l"], 4, [5])', {"l": [3, 1, 2, 4, 5]}),
    ('append(attributes["new"], "a")', {"new": ["a"]}),
    ('append(attributes["l"], nil)', {"l": [3, 1, 2, None]}),
    ('append(attributes["l"], values=[nil, 4])', {"l": [3, 1, 2, None, 4]}),
    ('delete_index(attributes["l"], 1)', {"l": [3, 2]}),
    ('delete_index(attributes["l"], 0, 3)', {"l": []}),
    ('delete_matching_keys(attributes["m"], "^k")', {"m": {"n": {"j": 1}}}),
    ('keep_matching_keys(attributes["m"], "^k")', {"m": {"k": "v"}}),
    ('keep_keys(attributes["m"], ["n"])', {"m": {"n": {"j": 1}}}),
    ('flatten(attributes["m"], "p")', {"m": {"p.k": "v", "p.n.j": 1}}),
    ('limit(attributes["m"], 1, ["n"])', {"m": {"n": {"j": 1}}}),
    ('merge_maps(attributes["m"], {"k": 2, "z": 3}, "insert")', {"m": {"k": "v", "n": {"j": 1}, "z": 3}}),
    ('merge_maps(attributes["m"], {"k": 2, "z": 3}, "update")', {"m": {"k": 2, "n": {"j": 1}}}),
    ('replace_all_matches(attributes, "Gr*", "x")', {"s": "x"}),
    ('replace_all_patterns(attributes["m"], "key", "^(.)", "${1}1$$")', {"m": {"k1$": "v", "n1$": {"j": 1}}}),
    ('replace_all_patterns(attributes["m"], "key", ".", "same")', {"m": {"same": {"j": 1}}}),
    ('replace_all_patterns(attributes, "value", "ü(.)", "[a$1]", ToUpperCase, "<%s>")', {"s": "Gr<[Aß]>e"}),
    ('replace_match(attributes["s"], "G?*", "x", SHA1, "sha:%s")', {"s": "sha:11f6ad8ec52a2984abaafd7c3b516503785c2072"}),
    ('replace_pattern(attributes["s"], "(?i)g(.)", "$1$1-")', {"s": "rr-üße"}),
    ('replace_pattern(attributes["i"], "1", "2")', {}),
    ('set(attributes["deep"]["a"][1], "x")', {"deep": {"a": [None, "x"]}}),
    ('set(attributes["i"], attributes["m"])', {"i": {"k": "v", "n": {"j": 1}}}),
    ('set(attributes["x"], attributes["e"])', {}),
    ('stringify_all(attributes["m"])', {"m": {"k": "v", "n": '{"j":1}'}}),
    ("truncate_all(attributes, 3)", {"s": "Gr"}),
    ('truncate_all(attributes, 4, truncation_marker="~")', {"s": "Gr~"}),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "changes"), EDITS)
def test_editors(statement, changes):
    before = {"s": "Grüße", "i": 12, "e": None, "l": [3, 1, 2], "m": {"k": "v", "n": {"j": 1}}}
    statements = ottl.compile_statements([statement], context="log", error_mode="propagate")
    assert statements.apply_to({"attributes": before})["attributes"] == {**before, **changes}


@pytest.mark.parametrize(
    "statement",
    [
        'append(attributes["s"])', "flatten(attributes, depth=0)", 'limit(attributes, 1, ["a", "b"])',
        'merge_maps(attributes, {}, "x")', 'truncate_all(attributes, 1, truncation_marker="ab")',
        'replace_all_patterns(attributes, "both", "a", "b")',
    ],
)  # fmt: skip
def test_editors_that_cannot_work_are_refused_while_loading(statement):
    with pytest.raises(ConfigError):
        ottl.compile_statements([statement], context="log")


def test_nested_lists_are_flattened_by_position():
    nested = {"a": [[1, [2, 3]], 4], "a.00": 5}
    flat = ottl.compile_statements(["flatten(attributes)"], context="log", error_mode="propagate")
    kept = ottl.compile_statements(
        ["flatten(attributes, resolve_conflicts=true)"], context="log", error_mode="propagate"
    )

    assert flat.apply_to({"attributes": nested})["attributes"] == {"a.00": 5, "a.01.0": 2, "a.01.1": 3, "a.1": 4}
    assert kept.apply_to({"attributes": nested})["attributes"] == {
        "a.00": 1, "a.01": 2, "a.01.0": 3, "a": 4, "a.00.0": 5,
    }  # fmt: skip


def test_attributes_can_be_put_into_themselves():
    statements = ottl.compile_statements(['set(attributes["all"], attributes)'], context="log", error_mode="propagate")
    assert statements.apply_to({"attributes": {"a": 1}})["attributes"] == {"a": 1, "all": {"a": 1, "all": {}}}


def test_small_doubles_have_short_exponents_as_text():
    statements = ottl.compile_statements(["stringify_all(attributes)"], context="log", error_mode="propagate")
    made = statements.apply_to({"attributes": {"d": 1e-9, "m": {"x": 1e-7}, "n": {"x": math.nan}}})["attributes"]
    assert made == {"d": "1e-9", "m": '{"x":1e-7}', "n": ""}


def test_what_is_decided_while_loading_is_never_evaluated():
    condition = 'attributes["l"]["no"] == 1 or 1 < 2'
    statements = ottl.compile_statements(
        [f'set(attributes["x"], 1) where {condition}'], context="log", error_mode="propagate"
    )
    assert statements.apply_to({"attributes": {"l": [1]}})["attributes"] == {"l": [1], "x": 1}

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.config.scalars import resolve
from collector.config.yaml12 import YamlError, read_yaml


def read(text):
    return read_yaml(text, "file.yaml")[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[(word, True) for word in ("true", "True", "TRUE")],
        *[(word, False) for word in ("false", "False", "FALSE")],
        *[(word, word) for word in ("yes", "no", "on", "off", "y", "n", "Yes", "tRUE", "nULL")],
        *[(word, None) for word in ("null", "Null", "NULL", "~", "")],
        ("5_000", 5000),
        ("0x1F", 31),
        ("-0x1f", -31),
        ("0b101", 5),
        ("0o17", 15),
        ("017", 15),
        ("0123", 83),
        ("00", 0),
        ("+5", 5),
        ("9223372036854775807", (1 << 63) - 1),
        ("18446744073709551615", (1 << 64) - 1),
        ("08", 8.0),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("-1_2.5", -12.5),
        (".inf", math.inf),
        ("-.Inf", -math.inf),
        ("99999999999999999999", 99999999999999999999.0),
        *[(word, word) for word in ("12:30:45", "1.2.3", "0.0.0.0:4317", "_5", "+", "-", "1s", "0x", "0xg", "1e", ".")],
        ("2020-01-01", datetime(2020, 1, 1, tzinfo=UTC)),
        ("2020-1-2 3:4:5", datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2020-01-02T03:04:05.25Z", datetime(2020, 1, 2, 3, 4, 5, 250_000, tzinfo=UTC)),
        ("2020-01-02t03:04:05+01:30", datetime(2020, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(minutes=90)))),
        ("2020-13-01", "2020-13-01"),
    ],
)
def test_plain_scalars_follow_yaml_1_2_with_gos_leniencies(text, value):
    got = resolve(text)

    assert got == value
    assert type(got) is type(value)


def test_not_a_number_is_a_float():
    assert math.isnan(resolve(".NaN"))


@given(st.text(alphabet="0123456789abcdefxo+-_.:eETZ ", max_size=25))
def test_any_plain_scalar_resolves_to_something(text):
    assert isinstance(resolve(text), str | int | float | datetime | None)


def test_quotes_and_tags_decide_over_the_text():
    text = "[\"5\", '5', !!str 5, !!int 5, !!float 5, !!int \"0x10\", !!null '', !!bool true, !own 5, !!binary aGk=]"

    assert read(text) == ["5", "5", "5", 5, 5.0, 16, None, True, "5", "hi"]


def test_only_the_first_document_is_read():
    assert read("a: 1\n---\na: 2\n") == {"a": 1}


def test_no_document_is_nothing():
    assert read("") is None
    assert read("# only a comment\n") is None


def test_merge_keys_give_way_to_own_keys_wherever_they_stand():
    text = """
base: &base {a: 1, b: 1}
more: &more {b: 2, c: 2}
one: {b: 3, <<: *base}
both: {<<: [*more, *base]}
quoted: {"<<": 1}
"""
    got = read(text)

    assert got["one"] == {"b": 3, "a": 1}
    assert got["both"] == {"b": 2, "c": 2, "a": 1}
    assert got["quoted"] == {"<<": 1}


def test_keys_are_texts():
    assert read("1: a\ntrue: b\n0x10: c\n1.5: d\n") == {"1": "a", "true": "b", "16": "c", "1.5": "d"}


def test_keys_and_values_have_places():
    _, marks = read_yaml("a:\n  - b: 1\n  -  2\n", "f.yaml")

    assert marks["a",].key() == "f.yaml:1:1"
    assert marks["a",].value() == "f.yaml:1:1"
    assert marks["a", 0, "b"].value() == "f.yaml:2:8"
    assert marks["a", 1].value() == "f.yaml:3:6"


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"b{i}: &b{i} [{', '.join([f'*b{i - 1}' if i else '*a'] * 10)}]\n" for i in range(9)
)


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("a: 1\nb: 2\na: 3", 'mapping key "a" already defined at line 1', 3),
        ("a: {b: 1, b: 2}", 'mapping key "b" already defined at line 1', 1),
        ("a: b: c", "mapping values are not allowed in this context", 1),
        ("a: {b: ${env:X}}", "need quotes", 1),
        ("a: [::1]", "need quotes", 1),
        ("a: {e: :4317}", "need quotes", 1),
        ("? [1]\n: 2", "invalid map key", 1),
        ("a: *nope", "found undefined alias", 1),
        ("a: {<<: 5}", "map merge requires map or sequence of maps as the value", 1),
        ("a: !!int x", "cannot decode 'x' as a !!int", 1),
        ("a: !!binary '*'", "invalid base64", 1),
        ("a: 'x", "found unexpected end of stream", 1),
        ("a: \x01", "control characters are not allowed", 1),
        ("\ta: 1", "cannot start any token", 1),
    ],
)
def test_what_is_not_valid_says_so_with_its_line(text, message, line):
    with pytest.raises(YamlError) as caught:
        read(text)

    assert message in str(caught.value)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000, "exceeded maximum nesting depth"),
        ("[" * 300, "exceeded max depth of 200"),
        ("\n".join(" " * i + "a:" for i in range(300)), "exceeded max depth of 200"),
        (BOMB, "document contains excessive aliasing"),
        ("a: &a [*a]", "anchor contains itself"),
        ("a: &a {b: &b {c: *a}}", "anchor contains itself"),
        ("a: &a {<<: *a}", "anchor contains itself"),
        ("x" * ((16 << 20) + 1), "is too large"),
    ],
    ids=["absurd depth", "flow depth", "block depth", "bomb", "cycle", "long cycle", "merge cycle", "size"],
)
def test_hostile_documents_are_refused_quickly(text, message):
    with pytest.raises(YamlError) as caught:
        read(text)

    assert message in str(caught.value)


plain_data = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 63) - 1)
    | st.text(max_size=8)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=12,
)


@given(plain_data)
def test_what_json_can_write_is_read_back(data):
    import json

    try:
        text = json.dumps(data)
        assert read(text) == data
    except YamlError as error:  # libyaml does not take lone escapes of surrogates
        assert "\\ud" in text.lower(), error


@given(st.text(alphabet="ab:{}[]-&*!|>'\"\n #%@,?0~<\t", max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        read(text)
    except YamlError as error:
        assert error.line >= 1

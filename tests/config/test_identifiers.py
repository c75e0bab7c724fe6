import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.component import ComponentID, Signal
from collector.config import gates
from collector.config.identifiers import parse_id, parse_pipeline_id


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("otlp", ComponentID("otlp")),
        ("otlp/a/b", ComponentID("otlp", "a/b")),
        (" otlp / x ", ComponentID("otlp", "x")),
        ("attributes/über.a-b/c_1", ComponentID("attributes", "über.a-b/c_1")),
        ("batch/\U000e0fff", ComponentID("batch", "\U000e0fff")),
        ("batch/" + "n" * 1024, ComponentID("batch", "n" * 1024)),
    ],
)
def test_ids_are_a_type_and_a_name_trimmed(text, expected):
    assert parse_id(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "id must not be empty"),
        ("  ", "id must not be empty"),
        ("/x", 'in "/x" id: the part before / should not be empty'),
        ("x/", 'in "x/" id: the part after / should not be empty'),
        ("x/ ", 'in "x/ " id: the part after / should not be empty'),
        ("1x", 'in "1x" id: invalid character(s) in type "1x"'),
        ("a-b/c", 'in "a-b/c" id: invalid character(s) in type "a-b"'),
        ("t" * 64, f'in "{"t" * 64}" id: invalid character(s) in type "{"t" * 64}"'),
        ("x/a b", 'in "x/a b" id: invalid character(s) in name "a b"'),
        ("x/€", 'in "x/€" id: invalid character(s) in name "€"'),
        ("x/a+b", 'in "x/a+b" id: invalid character(s) in name "a+b"'),
        ("x/" + "n" * 1025, "is longer than 1024 characters (1025 characters)"),
    ],
)
def test_bad_ids_say_what_is_wrong(text, message):
    with pytest.raises(ValueError) as caught:
        parse_id(text)

    assert message in str(caught.value)


@given(st.text(max_size=30))
def test_what_reads_as_an_id_prints_as_the_same_id(text):
    try:
        parsed = parse_id(text)
    except ValueError:
        return

    assert parse_id(str(parsed)) == parsed


def test_pipeline_ids_begin_with_a_signal():
    assert parse_pipeline_id("traces/ a ") == (Signal.TRACES, "traces/a")
    with pytest.raises(ValueError, match='in "spans/y" id: unknown pipeline signal: "spans"'):
        parse_pipeline_id("spans/y")


def test_profiles_need_their_gate():
    with pytest.raises(ValueError, match=r'is at alpha level, gated under the "service.profilesSupport" feature gate'):
        parse_pipeline_id("profiles")

    gates.apply({"service.profilesSupport": True})
    try:
        with pytest.raises(ValueError, match="the signal profiles is not supported"):
            parse_pipeline_id("profiles")
    finally:
        gates.apply({})

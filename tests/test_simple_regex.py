"""Simple patterns answer as RE2 does, and hostile ones are not simple."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from collector.pdata import Span, Traces, attr_matches, attr_replace, rewriting
from collector.regex import compile_pattern, replace_all
from collector.simple_regex import plain_pattern, simple_pattern

ATOMS = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", "[a-c0-9]", r"\d", r"\w", r"\s", r"\.", "/", "[0-9]", "A", r"[\w-]"]
)
REPEATS = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{1,3}", "*?", "+?", "??"])
PARTS = st.tuples(ATOMS, REPEATS).map("".join) | st.sampled_from(["(a)", "(?:b)", "(?P<n>ab)", "|", r"\b", "(a+)?"])
PATTERNS = st.tuples(
    st.sampled_from(["", "^", "(?i)", "(?i)^"]), st.lists(PARTS, max_size=5).map("".join), st.sampled_from(["", "$"])
).map("".join)
TEXTS = st.text(alphabet="abcAB01/. \n\v_-", max_size=12)


@settings(max_examples=1000, deadline=None)
@given(PATTERNS, TEXTS)
def test_simple_patterns_find_what_re2_finds(pattern, text):
    simple = simple_pattern(pattern)
    if simple is None:
        return
    expected = compile_pattern(pattern).search(text.encode())

    found = simple.search(text)

    groups = range(simple.groups + 1)
    assert (found and [found.span(i) for i in groups]) == (expected and [expected.span(i) for i in groups])


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a|a)*b",
        "a*a*b",
        "^a*b*c*$",
        "(a*)*",
        "[[:alpha:]]",
        r"\pL",
        r"(?s).",
        "é",
        r"a{1000}",
        r"\z",
        "(?i:a)",
    ],
)
def test_what_may_take_long_or_means_something_else_is_not_simple(pattern):
    assert simple_pattern(pattern) is None


@pytest.mark.parametrize(
    "pattern", ["/[0-9]+", "^redis", r"^/api/v[0-9]+/users/\d+$", "a|b", "(?i)error", "4[0-9]{12}(?:[0-9]{3})?"]
)
def test_usual_patterns_are_simple(pattern):
    assert isinstance(simple_pattern(pattern), re.Pattern)


def span_with(text):
    traces = Traces.from_proto(
        ExportTraceServiceRequest(resource_spans=[{"scope_spans": [{"spans": [{"name": text}, {"name": "other"}]}]}])
    )
    span = next(traces.spans())
    span.attributes["a"] = text
    traces.seal()
    return traces, next(rewriting(next(traces.resources()).scopes()[0].records()))


@settings(max_examples=1000, deadline=None)
@given(PATTERNS, TEXTS | st.text(max_size=6))
def test_plain_patterns_match_what_re2_matches(pattern, text):
    plain = plain_pattern(pattern)
    if plain is None:
        return
    expected = compile_pattern(pattern).search(text.encode()) is not None
    _traces, span = span_with(text)

    for found in (plain.test(text.encode()), attr_matches(span, b"a", plain), Span.name.matches(span, plain)):
        assert found == expected or (not text.isascii() and found in (None, -1))


@settings(max_examples=1000, deadline=None)
@given(PATTERNS, TEXTS, st.sampled_from(["", "x", "{id}"]))
def test_plain_patterns_are_replaced_as_re2_does(pattern, text, replacement):
    plain = plain_pattern(pattern)
    if plain is None:
        return
    expected = replace_all(compile_pattern(pattern), text.encode(), lambda _: replacement.encode()).decode()
    traces, span = span_with(text)

    assert attr_replace(span, b"a", plain, replacement.encode())
    assert Span.name.replace(span, plain, replacement.encode()) == bool(text)

    assert (span.attributes["a"], span.name) == (expected, expected)
    sent = traces.to_proto().resource_spans[0].scope_spans[0].spans[0]
    assert (sent.attributes[0].value.string_value, sent.name) == (expected, expected)


@pytest.mark.parametrize("pattern", ["/[0-9]+", "^redis", r"^/api/v[0-9]+/users/\d+$", "(?i)error", "a{2,3}b?"])
def test_usual_patterns_are_plain(pattern):
    assert plain_pattern(pattern) is not None


@pytest.mark.parametrize("pattern", ["a*", "a+?", "a+a", "[a-z]*z", "a|b", r"\bx", "(ab)?c", "a?ab", ".*x", "$", "^"])
def test_what_needs_going_back_is_not_plain(pattern):
    assert plain_pattern(pattern) is None

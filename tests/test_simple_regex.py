"""Simple patterns answer as RE2 does, and hostile ones are not simple."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.regex import compile_pattern
from collector.simple_regex import simple_pattern

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

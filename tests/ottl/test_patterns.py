"""Regular expressions, globs, grok."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.ottl.errors import EvaluationError
from collector.ottl.glob import glob
from collector.ottl.grok import compile_grok
from collector.ottl.grok.library import library
from collector.ottl.regex import regex


@pytest.mark.parametrize(
    ("pattern", "text", "template", "expected"),
    [
        ("x*", "abxd", "-", "-a-b-d-"),
        ("(a)(b)?", "a ab", "[$1|$2]", "[a|] [a|b]"),
        ("(?P<n>a)", "a", "$n $nx ${n}x $$ $", "a  ax $ $"),
        ("(?P<n>a)|(?P<n>b)", "b", "<${n}>", "<b>"),
        ("", "é", "-", "-é-"),
        (r"\d+$", "1 22\n", "#", "1 22\n"),
        ("(?m)^a", "a\na", "b", "b\nb"),
        (r"\pL", "1ä", "x", "1x"),
        ("(?U)a+", "aa", "b", "bb"),
    ],
)
def test_replacement_follows_go(pattern, text, template, expected):
    assert regex(pattern).replace_all(text, template) == expected


@pytest.mark.parametrize("pattern", ["(?=a)", r"(a)\1", "a**", "(", r"\C", "(?P<a b>x)"])
def test_what_re2_does_not_have_is_refused(pattern):
    with pytest.raises(EvaluationError, match="error parsing regexp"):
        regex(pattern)


def test_without_re2_the_standard_module_is_used_with_a_warning():
    program = (
        "import sys, warnings; sys.modules['re2'] = None\n"
        "from collector.ottl.regex import regex\n"
        "with warnings.catch_warnings(record=True) as caught:\n"
        "    warnings.simplefilter('always')\n"
        "    r = regex(r'(?P<n>\\d+)$')\n"
        "print(r.replace_all('a 12', '<$n>'), r.test('12\\n'), 'not linear' in str(caught[0].message))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["a", "<12>", "False", "True"]


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("*.example", ["a.example", "a/b.example"], ["a.example.org", "A.EXAMPLE/"]),
        ("a?c", ["abc", "aéc"], ["ac", "abbc"]),
        ("{one,two*}!", ["one!", "two and more!"], ["three!"]),
        ("[a-c]x", ["bx"], ["dx", "-x"]),
        ("[xa-]", ["x", "-"], ["b"]),
        ("[!a-c]", ["d"], ["b"]),
        (r"\*\[", ["*["], ["a["]),
        ("a,b}", ["a,b}"], ["a"]),
        ("x{a,b", ["xa", "xb"], ["x{a,b", "x"]),
        ("{a*,b", ["a", "ab", "b"], ["{a"]),
        ("[-a]", ["-", "a"], ["b"]),
    ],
)
def test_globs_match_whole_texts(pattern, yes, no):
    compiled = glob(pattern)
    assert [compiled.matches(text) for text in yes + no] == [True] * len(yes) + [False] * len(no)


@pytest.mark.parametrize("pattern", ["[", "[]", "[b-a]", "[a-cx]", "[a-]", "[!a-]", "[a-"])
def test_malformed_globs_are_refused(pattern):
    with pytest.raises(EvaluationError, match="glob"):
        glob(pattern)


@given(st.text(alphabet="ab*?[]{},!-\\é.", max_size=12), st.text(alphabet="ab.é,", max_size=8))
def test_any_text_is_a_glob_or_refused(pattern, text):
    try:
        compiled = glob(pattern)
    except EvaluationError:
        return
    assert compiled.matches(text) in (True, False)


@pytest.mark.parametrize("name", sorted(library()))
def test_every_named_expression_compiles(name):
    compile_grok(f"%{{{name}}}", (), False)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (
            "%{SYSLOGBASE} %{GREEDYDATA:message}",
            "Mar  7 04:02:16 web1 sshd[1234]: hello",
            {"timestamp": "Mar  7 04:02:16", "host.name": "web1", "message": "hello"},
        ),
        (
            "%{COMMONAPACHELOG}",
            '192.0.2.1 - - [05/Mar/2021:14:07:09 +0000] "GET /a?b HTTP/1.0" 200 -',
            {"source.address": "192.0.2.1", "timestamp": "05/Mar/2021:14:07:09 +0000", "http.request.method": "GET",
             "url.original": "/a?b", "http.version": "1.0", "http.response.status_code": 200},
        ),
        ("%{WORD:w}-(?<rest>.*)", "ab-", {"w": "ab"}),
        ("%{INT:n}", "none", {}),
    ],
)  # fmt: skip
def test_captures_become_entries(pattern, text, expected):
    assert compile_grok(pattern, (), True).extract(text) == expected


def test_definitions_come_before_the_library_and_may_refer_to_each_other():
    compiled = compile_grok("%{CODE:code}", ("CODE=E%{DIGITS}", "DIGITS=[0-9]{2}"), False)
    assert compiled.extract("x E42") == {"code": "E42", "DIGITS": "42"}


@pytest.mark.parametrize(
    ("pattern", "definitions"),
    [("%{NOPE}", ()), ("%{A}", ("A=%{A}",)), ("a", ("A",)), ("(", ()), ("%{A}", ("A=%{B}%{B}", "B=%{A}%{A}"))],
)
def test_patterns_that_cannot_be_expanded_are_refused(pattern, definitions):
    with pytest.raises(EvaluationError):
        compile_grok(pattern, definitions, False)

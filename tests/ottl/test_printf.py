"""`Format` under the odder verbs, with the texts of the Go Collector."""

import pytest

from collector import ottl

ID = bytes(range(1, 17))


def text(form, value):
    record = {
        "time_unix_nano": 1_600_000_000_123_456_789, "trace_id": ID, "span_id": ID[:8], "attributes": {"z": -0.0},
    }  # fmt: skip
    return ottl.compile_value(f'Format("{form}", [{value}])', context="log").of(record)


def replaced(form):
    statement = f'replace_pattern(attributes["r"], "l+", "a", ToUpperCase, "{form}")'
    statements = ottl.compile_statements([statement], context="log", error_mode="propagate")
    return statements.apply_to({"attributes": {"r": "Hello"}})["attributes"]["r"]


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        ("%#v", "0x6869", "[]byte{0x68, 0x69}"),
        ("%o %[1]b %[1]c %[1]U", "0x6869", "[150 151] [1101000 1101001] [h i] [U+0068 U+0069]"),
        ("%8.3f", "0x6869", "[%!f(uint8=     104) %!f(uint8=     105)]"),
        ("%5c", "0x6869", "[    h     i]"),
        ("%#v", '[1, "a", nil, 2.5, true]', '[]interface {}{1, "a", interface {}(nil), 2.5, true}'),
        ("%#x", '[1, "a", nil, 2.5]', "[0x1 0x61 <nil> 0x1.4000p+01]"),
        ("%10s", '[1, "a", nil]', "[%!s(int64=         1)          a <nil>]"),
        ("%w", '[1, "a", nil]', "%!w([]interface {}=[1 a <nil>])"),
        ("%w", '[Duration("1s")]', "%!w([]interface {}=[1000000000])"),
        ("%#v", 'Split("a b", " ")', '[]string{"a", "b"}'),
        ("%#v", 'Duration("1.5s")', "1500000000"),
        ("%8.3f", 'Duration("1.5s")', "%!f(time.Duration=1500000000)"),
        ("%t", 'Duration("1.5s")', "%!t(time.Duration=1500000000)"),
        ("%#v", "time", "time.Date(2020, time.September, 13, 12, 26, 40, 123456789, time.UTC)"),
        ("%05d", "time", "{123456789 63735596800 00000}"),
        ("%O", "time", "{0o726746425 0o732674003400 %!O(*time.Location=<nil>)}"),
        ("%08.2f", "time", "{%!f(uint64=123456789) %!f(int64=63735596800) %!f(*time.Location=000<nil>)}"),
        ("%p", "time", "%!p(time.Time={123456789 63735596800 <nil>})"),
        ("%#v", "span_id", "pcommon.SpanID{0x1, 0x2, 0x3, 0x4, 0x5, 0x6, 0x7, 0x8}"),
        ("%.2f", "span_id", "[" + " ".join(f"%!f(uint8={i:02})" for i in range(1, 9)) + "]"),
        ("%p", "span_id", "%!p(pcommon.SpanID=[1 2 3 4 5 6 7 8])"),
        ("%b", 'attributes["z"]', "-0p-1074"),
        ("%#v %#[1]q", '"a"', '"a" `a`'),
    ],
)
def test_verbs_show_values_as_go_does(form, value, expected):
    assert text(form, value) == expected


@pytest.mark.parametrize(
    ("form", "expected"),
    [("%s%s", "HeA%!s(MISSING)o"), ("%s%", "HeA%!(NOVERB)o"), ("x%sx", "HexAxo")],
)
def test_a_replacement_format_may_repeat_its_verb(form, expected):
    assert replaced(form) == expected


@pytest.mark.parametrize("form", ["%d", "%%s", "%s%%", "x", ""])
def test_a_replacement_format_of_other_verbs_fails(form):
    with pytest.raises(ottl.EvaluationError, match="replacementFormat"):
        replaced(form)


def test_logarithms_have_the_last_digit_of_go():
    assert ottl.compile_value("Log(3.0)", context="log").of({}) == 1.0986122886681096

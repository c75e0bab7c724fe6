import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.config.durations import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("0", 0),
        ("300ms", 300_000_000),
        ("1.5s", 1_500_000_000),
        ("2h45m", 9_900_000_000_000),
        ("0h0m0.05s50ms100us", 100_100_000),
        ("1µs", 1_000),
        ("1μs", 1_000),
        (".5s", 500_000_000),
        ("1.s", 1_000_000_000),
        ("-1m", -60_000_000_000),
        ("+1ns", 1),
        ("1.0000000000000000000001ns", 1),
    ],
)
def test_go_durations_are_read(text, nanoseconds):
    assert parse_duration(text) == nanoseconds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x", 'time: invalid duration "x"'),
        ("", 'time: invalid duration ""'),
        ("-", 'time: invalid duration "-"'),
        ("1s x", 'time: unknown unit "s x" in duration "1s x"'),
        (".s", 'time: invalid duration ".s"'),
        ("1d", 'time: unknown unit "d" in duration "1d"'),
        ("5", 'time: missing unit in duration "5"'),
        ("1m5", 'time: missing unit in duration "1m5"'),
        ("9999999h", 'time: invalid duration "9999999h"'),
        ("9" * 5000 + "s", f'time: invalid duration "{"9" * 5000}s"'),
    ],
)
def test_what_is_no_duration_is_refused_in_gos_words(text, message):
    with pytest.raises(ValueError) as caught:
        parse_duration(text)

    assert str(caught.value) == message


@given(st.integers(-(1 << 62), 1 << 62))
def test_formatted_durations_read_back_as_they_were(nanoseconds):
    assert parse_duration(format_duration(nanoseconds)) == nanoseconds


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        assert isinstance(parse_duration(text), int)
    except ValueError as error:
        assert str(error).startswith("time: ")

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.numbers import format_fixed, parse_float, parse_int


@given(st.floats(allow_nan=False))
def test_a_number_in_fixed_form_reads_back_and_has_no_exponent(value):
    text = format_fixed(value)
    assert "e" not in text
    assert parse_float(text) == value


@given(st.floats(allow_nan=False))
def test_the_shortest_digits_read_back(value):
    assert parse_float(repr(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [(1e21, "1" + "0" * 21), (1e-7, "0.0000001"), (2.0, "2"), (-0.0, "-0"), (1.5e300, "15" + "0" * 299)],
)
def test_fixed_form(value, text):
    assert format_fixed(value) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("1_0", 10), ("0x1p4", 16), ("0x_1.8p0", 1.5), (".5", 0.5), ("5.", 5), ("1e5", 1e5), ("+1", 1)],
        *[("Inf", math.inf), ("-infinity", -math.inf)],
    ],
)
def test_floats_of_go(text, value):
    assert parse_float(text) == value


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "_1", "1_", "1__0", "1._5", "0x1", "0x", "1e", "1e999", "+nan", "i", "\u0661", "0x1p99999"]
)
def test_texts_that_are_no_floats_of_go(text):
    assert parse_float(text) is None


@pytest.mark.parametrize("text", ["NaN", "nan"])
def test_not_a_number_reads_as_such(text):
    assert math.isnan(parse_float(text))


@pytest.mark.parametrize(("text", "value"), [("7", 7), ("+7", 7), ("-007", -7), (str(-(2**63)), -(2**63))])
def test_integers(text, value):
    assert parse_int(text) == value


@pytest.mark.parametrize("text", ["", "7.0", "1e3", "0x7", " 7", "1_0", "\u0667", str(2**63), "9" * 10_000])
def test_texts_that_are_no_64_bit_integers(text):
    assert parse_int(text) is None


def test_nan_of_a_text_has_go_s_bits():
    assert struct.pack(">d", parse_float("NaN")).hex() == "7ff8000000000001"

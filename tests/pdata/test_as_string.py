"""Values as text, as the Collector writes them."""

import math

import pytest

from collector.pdata import EMPTY, LogRecord, attribute_value_as_string


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("text", "text"),
        (True, "true"),
        (False, "false"),
        (-7, "-7"),
        (1.0, "1"),
        (1.5, "1.5"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.5e300, "1.5e+300"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (1.25e-5, "0.0000125"),
        (-0.0, "-0"),
        (math.nan, "NaN"),
        (-math.inf, "-Infinity"),
        (b"\x00\xff", "AP8="),
        (EMPTY, ""),
        ([], "[]"),
        ({"b": [1, 2.0, None], "a": {"x": b"\x01"}}, '{"a":{"x":"AQ=="},"b":[1,2,null]}'),
        (["<&>\u2028"], '["<&>\\u2028"]'),
        ([math.inf], ""),
    ],
)
def test_values_read_as_go_writes_them(value, text):
    assert attribute_value_as_string(value) == text


def test_live_values_read_like_plain_ones():
    record = LogRecord.new(body={"z": [EMPTY, "ü"], "a": 1})

    assert attribute_value_as_string(record.body) == '{"a":1,"z":[null,"ü"]}'

"""The getters of evaluated parameters: strict ones check a type, lenient ones convert and let nil through."""

from __future__ import annotations

import math
import re
import struct
from typing import Any

from collector.ottl.errors import EvaluationError
from collector.ottl.text import json_text
from collector.ottl.values import INT64_MAX, INT64_MIN, MAPS, Duration, Time, mismatch, telemetry_list, type_name, utf8

_FLOAT = re.compile(
    r"[+-]?(?:(?:[0-9](?:_?[0-9])*)?(?:\.(?:[0-9](?:_?[0-9])*)?)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?"
    r"|(?P<hex>0[xX](?:_?[0-9a-fA-F])*(?:\.(?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?)?[pP][+-]?[0-9]+)"
    r"|(?P<word>inf(?:inity)?|nan))",
    re.IGNORECASE | re.ASCII,
)
_GO_NAN: float = struct.unpack(">d", b"\x7f\xf8\x00\x00\x00\x00\x00\x01")[0]
_INT = re.compile(r"[+-]?[0-9]+", re.ASCII)
_BOOLS = dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True) | dict.fromkeys(
    ("0", "f", "F", "FALSE", "false", "False"), False
)


def string(value: Any) -> str:
    if type(value) is str:
        return value
    raise mismatch("string", value)


def integer(value: Any) -> int:
    if type(value) is int:
        return value
    raise mismatch("int64", value)


def floating(value: Any) -> float:
    if type(value) is float:
        return value
    raise mismatch("float64", value)


def boolean(value: Any) -> bool:
    if type(value) is bool:
        return value
    raise mismatch("bool", value)


def time(value: Any) -> Time:
    if type(value) is Time:
        return value
    raise mismatch("time", value)


def duration(value: Any) -> Duration:
    if type(value) is Duration:
        return value
    raise mismatch("duration", value)


def mapping(value: Any) -> Any:
    if type(value) in MAPS:
        return value
    raise mismatch("pcommon.Map", value)


def anything(value: Any) -> Any:
    return value


sequence = telemetry_list


def string_like(value: Any) -> str | None:
    """Return text, nil, hex of bytes, or JSON text of anything else."""
    kind = type(value)
    if kind is str or value is None:
        return value  # type: ignore[no-any-return]
    if kind is bytes:
        return value.hex()  # type: ignore[no-any-return]
    return json_text(value)


def float_like(value: Any) -> float | None:
    """Return a float of any number, bool or text of a number."""
    kind = type(value)
    if kind is float or value is None:
        return value  # type: ignore[no-any-return]
    if kind is int or kind is bool:
        return float(value)
    if kind is str:
        return parse_float(value)
    raise mismatch("float64", value)


def parse_float(text: str) -> float:
    """Return the number that Go's ParseFloat reads.

    Raises `EvaluationError` for malformed text and for numbers outside the range.
    """
    match = _FLOAT.fullmatch(text)
    if match is None or not any(c.isalnum() for c in text):
        raise EvaluationError(f"strconv.ParseFloat: parsing {text!r}: invalid syntax")
    if match["word"]:
        if text.lower().endswith("nan"):
            return _nan(text)
        return float(text)
    try:
        number = float.fromhex(text.replace("_", "")) if match["hex"] else float(text.replace("_", ""))
    except OverflowError:
        number = math.inf
    except ValueError:
        raise EvaluationError(f"strconv.ParseFloat: parsing {text!r}: invalid syntax") from None
    if math.isinf(number):
        raise EvaluationError(f"strconv.ParseFloat: parsing {text!r}: value out of range")
    return number


def _nan(text: str) -> float:
    if text[0] in "+-":
        raise EvaluationError(f"strconv.ParseFloat: parsing {text!r}: invalid syntax")
    return _GO_NAN


def int_like(value: Any) -> int | None:
    """Return an int of any number, bool or text of an int; text that is none gives nil."""
    kind = type(value)
    if kind is int or value is None:
        return value  # type: ignore[no-any-return]
    if kind is float:
        return int(value) if -(2.0**63) <= value < 2.0**63 else INT64_MIN
    if kind is bool:
        return int(value)
    if kind is str:
        return _parse_int(value)
    raise mismatch("int64", value)


def _parse_int(text: str) -> int | None:
    if not _INT.fullmatch(text) or len(text) > 40 + text.count("0"):
        return None
    number = int(text) if len(text) < 4000 else INT64_MAX + 1
    return number if INT64_MIN <= number <= INT64_MAX else None


def bool_like(value: Any) -> bool | None:
    """Return a bool of a number or of its usual texts."""
    kind = type(value)
    if kind is bool or value is None:
        return value  # type: ignore[no-any-return]
    if kind is int or kind is float:
        return bool(value != 0)
    if kind is str:
        found = _BOOLS.get(value)
        if found is None:
            raise EvaluationError(f"strconv.ParseBool: parsing {value!r}: invalid syntax")
        return found
    raise mismatch("bool", value)


def bytes_like(value: Any) -> bytes | None:
    """Return the bytes of a text, number or bool."""
    kind = type(value)
    if kind is bytes or value is None:
        return value  # type: ignore[no-any-return]
    if kind is str:
        return utf8(value)
    if kind is int:
        return struct.pack(">q", value)
    if kind is float:
        return struct.pack(">d", value)
    if kind is bool:
        return b"\x01" if value else b"\x00"
    raise EvaluationError(f"unsupported type: {type_name(value)}")

"""Values as text: Go's number formats, JSON text of the lenient string getter, and `AsString`."""

from __future__ import annotations

import base64
import math
import re
from decimal import Decimal
from typing import Any

from collector.ottl.errors import EvaluationError
from collector.ottl.rfc3339 import civil, rfc3339_nano
from collector.ottl.values import (
    IDS,
    MAPS,
    TELEMETRY_LISTS,
    TELEMETRY_MAPS,
    Duration,
    MachineInt,
    Time,
    TypedList,
    element,
)
from collector.pdata import EMPTY

_LAST_YEAR = 9999  # of RFC 3339
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPECIAL = re.compile('["\\\\\x00-\x1f\u2028\u2029\ud800-\udfff]')
_SPECIAL_HTML = re.compile('["\\\\\x00-\x1f<>&\u2028\u2029\ud800-\udfff]')


def float_text(number: float, low: int = -6, high: int = 21) -> str:
    """Return the shortest decimal text; exponents are used from 10**high on and below 10**low."""
    if not math.isfinite(number):
        return "NaN" if number != number else ("+Inf" if number > 0 else "-Inf")  # noqa: PLR0124
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    assert isinstance(exponent, int)
    if digits == (0,):
        return "-0" if sign else "0"
    point = len(digits) + exponent
    text = "".join(map(str, digits))
    if low <= point - 1 < high:
        if exponent >= 0:
            text += "0" * exponent
        elif point > 0:
            text = f"{text[:point]}.{text[point:]}"
        else:
            text = "0." + "0" * -point + text
    else:
        text = (
            text[0] + (f".{text[1:]}" if len(text) > 1 else "") + f"e{'-' if point <= 0 else '+'}{abs(point - 1):02d}"
        )
    return "-" + text if sign else text


def json_string(text: str, *, html: bool = True) -> str:
    """Return a JSON string."""

    def escaped(match: re.Match[str]) -> str:
        character = match.group()
        if "\ud800" <= character <= "\udfff":
            return "\\ufffd" if html else "\ufffd"
        return _ESCAPES.get(character) or f"\\u{ord(character):04x}"

    return '"' + (_SPECIAL_HTML if html else _SPECIAL).sub(escaped, text) + '"'


def json_text(value: Any, *, html: bool = True) -> str:
    """Return compact JSON with sorted keys.

    Raises `EvaluationError` for numbers that JSON does not have.
    """
    kind = type(value)
    if value is None or value is EMPTY:
        return "null"
    if kind is str:
        return json_string(value, html=html)
    if kind is bool:
        return "true" if value else "false"
    if kind is int or kind is MachineInt:
        return str(int(value))
    if kind is float:
        if not math.isfinite(value):
            raise EvaluationError(f"json: unsupported value: {float_text(value)}")
        text = float_text(value)
        return text if html else text.replace("e-0", "e-")
    if kind is bytes:
        return f'"{base64.b64encode(value).decode()}"'
    if kind in MAPS:
        pairs = sorted(value.items())
        return "{" + ",".join(f"{json_string(k, html=html)}:{json_text(element(v), html=html)}" for k, v in pairs) + "}"
    if kind in TELEMETRY_LISTS or isinstance(value, TypedList):
        return "[" + ",".join(json_text(element(v), html=html) for v in value) + "]"
    if kind is list:
        return "[" + ",".join("{}" if _hidden(v) else json_text(v, html=html) for v in value) + "]"
    if kind is Time:
        if not 0 <= civil(value).year <= _LAST_YEAR:
            raise EvaluationError("unsupported type: time.Time")
        return f'"{rfc3339_nano(value)}"'
    if kind is Duration:
        return str(value.ns)
    if kind in IDS:
        return "[" + ",".join(map(str, value)) + "]"
    return "{}"


def _hidden(value: Any) -> bool:
    """Tell whether a value shows nothing of itself to Go's JSON encoder."""
    return type(value) in TELEMETRY_MAPS or type(value) in TELEMETRY_LISTS


def as_string(value: Any) -> str:
    """Return the text that `AsString` gives for a telemetry value."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    if value is None or value is EMPTY:
        return ""
    if kind is float and not math.isfinite(value):
        return {"+Inf": "Infinity", "-Inf": "-Infinity"}.get(float_text(value), "NaN")
    if kind is bytes:
        return base64.b64encode(value).decode()
    try:
        return json_text(value, html=False)
    except EvaluationError:  # numbers that JSON does not have
        return ""

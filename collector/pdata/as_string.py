"""Attribute values as text, the way the OpenTelemetry Collector writes them (pcommon.Value.AsString)."""

import base64
import json
import math
import re
from decimal import Decimal
from functools import partial
from typing import Any

from .empty import EMPTY

_text = partial(json.dumps, ensure_ascii=False)
_ESCAPES = (("\u2028", "\\u2028"), ("\u2029", "\\u2029"))
_EXPONENT = re.compile(r"e([+-])0?(\d)$")


def attribute_value_as_string(value: Any) -> str:
    """Write a value as text: maps and lists as JSON, bytes as base64, EMPTY as nothing."""
    if isinstance(value, str):
        return value
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return float_as_string(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if value is EMPTY or value is None:
        return ""
    return json_text(value)


def float_as_string(value: float) -> str:
    """Write a double as Go's encoding/json does: shortest digits, exponent below 1e-6 and from 1e21."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    size = abs(value)
    if size and (size < 1e-6 or size >= 1e21):
        return go_exponent(repr(value))
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def go_exponent(text: str) -> str:
    """Turn Python's `1e-07` into Go's `1e-7`, `1.0e+21` into `1e+21`."""
    return _EXPONENT.sub(r"e\1\2", text.replace(".0e", "e"))


def json_text(value: Any) -> str:
    """Write a map or list as Go's encoding/json does, without escapes for HTML.

    Nothing if it holds NaN or an infinity, which JSON lacks.
    """
    try:
        text = _json(value)
    except _NoJSON:
        return ""
    for char, escape in _ESCAPES:
        text = text.replace(char, escape)
    return text


class _NoJSON(Exception):
    pass


def _json(value: Any) -> str:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _NoJSON
        return float_as_string(value)
    if isinstance(value, bytes):
        return f'"{base64.b64encode(value).decode("ascii")}"'
    if value is EMPTY:
        return "null"
    if hasattr(value, "items"):
        entries = sorted(dict(value.items()).items())  # of duplicate keys the last one, as in a Go map
        return "{" + ",".join([f"{_text(key)}:{_json(item)}" for key, item in entries]) + "}"
    if isinstance(value, (str, int)) or value is None:
        return _text(value)
    return "[" + ",".join([_json(item) for item in value]) + "]"

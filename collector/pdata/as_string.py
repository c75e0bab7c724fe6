"""Attribute values as text, the way the OpenTelemetry Collector writes them (pcommon.Value.AsString)."""

import base64
import json
import math
import re
from typing import Any

from .empty import EMPTY

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
    """Write a double as Go's encoding/json does: shortest digits, exponent below 1e-6 and from 1e21; NaN and Inf by name."""
    if math.isnan(value):
        return "json: unsupported value: NaN"
    if math.isinf(value):
        return f"json: unsupported value: {'+' if value > 0 else '-'}Inf"
    size = abs(value)
    if size and (size < 1e-6 or size >= 1e21):
        return go_exponent(repr(value))
    text = repr(value)
    if "e" in text:
        text = f"{value:.0f}" if size >= 1 else format_small(value)
    return text.removesuffix(".0")


def go_exponent(text: str) -> str:
    """Turn Python's `1e-07` into Go's `1e-7`, `1.0e+21` into `1e+21`."""
    return _EXPONENT.sub(r"e\1\2", text.replace(".0e", "e"))


def format_small(value: float) -> str:
    """Write a small number without an exponent, with its shortest digits."""
    digits, _, exponent = repr(value).partition("e")
    places = -int(exponent) + len(digits.partition(".")[2])
    return f"{value:.{places}f}"


def json_text(value: Any) -> str:
    """Write a map or list as Go's encoding/json does: keys sorted, no spaces, `<`, `>`, `&` escaped."""
    text = json.dumps(json_value(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for char, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):
        text = text.replace(char, escape)
    return text


class _Number(float):
    """A double that JSON writes as Go does."""

    def __repr__(self) -> str:
        return float_as_string(float(self))


def json_value(value: Any) -> Any:
    if isinstance(value, (str, bool, int)) or value is None:
        return value
    if isinstance(value, float):
        return _Number(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if value is EMPTY:
        return None
    if hasattr(value, "items"):
        return {key: json_value(item) for key, item in value.items()}
    return [json_value(item) for item in value]

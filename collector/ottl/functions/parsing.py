"""`ParseJSON`."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from collector.ottl.errors import EvaluationError
from collector.ottl.signature import function
from collector.ottl.values import Slice

_LONE = re.compile("[\ud800-\udfff]")
_ODD_NUMBERS = re.compile(r'"(?:\\.|[^"\\])*"|(?<![\w.+-])(-?)0+(?=[0-9])|([0-9])\.(?![0-9])', re.DOTALL)


def _constant(name: str) -> Any:
    raise EvaluationError(f"invalid JSON: {name}")


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise EvaluationError(f"invalid JSON: number {text} out of range")
    return number


_DECODER = json.JSONDecoder(parse_float=_float, parse_int=_float, parse_constant=_constant, strict=False)


@function("ParseJSON", memo=True)
def parse_json(target: str) -> Any:
    first = target.lstrip(" \t\r\n")[:1]
    if first not in ("{", "["):
        raise EvaluationError(
            "invalid JSON: the text must be an object or an array" if first else "invalid JSON: empty text"
        )
    try:
        value = _DECODER.decode(target)
    except json.JSONDecodeError as error:
        value = _again(target, error)
    except RecursionError as error:
        raise EvaluationError("invalid JSON: nested too deeply") from error
    return _telemetry(value)


def _again(target: str, error: json.JSONDecodeError) -> Any:
    """Read once more with numbers as Go's parser also takes them: leading zeros, a dot without digits."""

    def tidied(match: re.Match[str]) -> str:
        if match.group().startswith('"'):
            return match.group()
        return match[1] if match[1] is not None else f"{match[2]}.0"

    tidy = _ODD_NUMBERS.sub(tidied, target)
    if tidy == target:
        raise EvaluationError(f"invalid JSON: {error}") from error
    try:
        return _DECODER.decode(tidy)
    except (json.JSONDecodeError, RecursionError) as second:
        raise EvaluationError(f"invalid JSON: {second}") from second


def _telemetry(value: Any) -> Any:
    """Return the value with telemetry lists, and without lone surrogates."""
    kind = type(value)
    if kind is dict:
        return {_text(k): _telemetry(v) for k, v in value.items()}
    if kind is list:
        return Slice([_telemetry(v) for v in value])
    return _text(value) if kind is str else value


def _text(text: str) -> str:
    return text if text.isascii() else _LONE.sub("\ufffd", text)

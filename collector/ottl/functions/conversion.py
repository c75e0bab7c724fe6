"""Conversion between types, and numbers out of text."""

from __future__ import annotations

import math

from collector.ottl.errors import EvaluationError
from collector.ottl.maths import natural_log
from collector.ottl.signature import BoolLike, BytesLike, FloatLike, IntLike, StringLike, function
from collector.ottl.values import INT64_MAX, INT64_MIN

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PREFIXES = {"0x": 16, "0o": 8, "0b": 2}


@function("Bool")
def to_bool(target: BoolLike) -> bool | None:
    return target


@function("Double")
def to_double(target: FloatLike) -> float | None:
    return target


@function("Int")
def to_int(target: IntLike) -> int | None:
    return target


@function("String")
def to_string(target: StringLike) -> str | None:
    return target


@function("Hex")
def to_hex(target: BytesLike) -> str:
    return "" if target is None else target.hex()


@function("Log")
def log(target: FloatLike) -> float:
    if target is None:
        raise EvaluationError("invalid input: nil has no logarithm")
    if math.isnan(target):
        return math.nan
    if target <= 0:
        raise EvaluationError(f"greater than zero value is expected, got {target}")
    return natural_log(target)


@function("ParseInt", memo=True)
def parse_int(target: str, base: int) -> int:
    def malformed() -> EvaluationError:
        return EvaluationError(f"strconv.ParseInt: parsing {target!r}: invalid syntax")

    if not target:
        raise EvaluationError("invalid target value for ParseInt function, target cannot be empty")
    if base < 0 or base == 1 or base > 36:
        raise EvaluationError(f"invalid base {base}; it must be 0 or from 2 to 36")
    sign = target[0] if target[0] in "+-" else ""
    digits = target[len(sign) :].lower()
    if base == 0:
        base, digits = _detect(digits)
    if not digits or any(d not in _DIGITS[:base] for d in digits):
        raise malformed()
    if len(digits.lstrip("0")) > 64:
        raise EvaluationError(f"strconv.ParseInt: parsing {target!r}: value out of range")
    number = int(digits, base) * (-1 if sign == "-" else 1)
    if not INT64_MIN <= number <= INT64_MAX:
        raise EvaluationError(f"strconv.ParseInt: parsing {target!r}: value out of range")
    return number


def _detect(digits: str) -> tuple[int, str]:
    """Return the base that a prefix tells, and the digits without prefix and underscores; no digits if malformed."""
    base, rest = 10, digits
    if digits[:2] in _PREFIXES:
        base, rest = _PREFIXES[digits[:2]], digits[2:]
        separated = "0" + rest
    elif len(digits) > 1 and digits[0] == "0":
        base, rest = 8, digits[1:]
        separated = digits
    else:
        separated = digits
    if "__" in separated or separated.startswith("_") or separated.endswith("_"):
        return base, ""
    return base, rest.replace("_", "")

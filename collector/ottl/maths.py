"""Arithmetic on values of any type, with Go's results. The compiler uses these where it does not know the types."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from collector.ottl.errors import EvaluationError
from collector.ottl.values import INT64_MAX, INT64_MIN, Duration, Time, type_name, wrap64


def _unsupported(operator: str, left: Any, right: Any) -> EvaluationError:
    return EvaluationError(f"unsupported types for math operation: {type_name(left)} {operator} {type_name(right)}")


def _is_number(value: Any) -> bool:
    return type(value) is int or type(value) is float


def add(left: Any, right: Any) -> Any:
    """Return `left + right`."""
    a, b = type(left), type(right)
    if a is int and b is int:
        return wrap64(left + right)
    if _is_number(left) and _is_number(right):
        return float(left) + float(right)
    if a is Time and b is Duration:
        return Time(left.ns + right.ns, left.zone)
    if a is Duration and b is Time:
        return Time(right.ns + left.ns, right.zone)
    if a is Duration and b is Duration:
        return Duration(wrap64(left.ns + right.ns))
    raise _unsupported("+", left, right)


def sub(left: Any, right: Any) -> Any:
    """Return `left - right`."""
    a, b = type(left), type(right)
    if a is int and b is int:
        return wrap64(left - right)
    if _is_number(left) and _is_number(right):
        return float(left) - float(right)
    if a is Time and b is Duration:
        return Time(left.ns - right.ns, left.zone)
    if a is Time and b is Time:
        return Duration(min(max(left.ns - right.ns, INT64_MIN), INT64_MAX))
    if a is Duration and b is Duration:
        return Duration(wrap64(left.ns - right.ns))
    raise _unsupported("-", left, right)


def mul(left: Any, right: Any) -> Any:
    """Return `left * right`."""
    if type(left) is int and type(right) is int:
        return wrap64(left * right)
    if _is_number(left) and _is_number(right):
        return float(left) * float(right)
    raise _unsupported("*", left, right)


def div(left: Any, right: Any) -> Any:
    """Return `left / right`; ints divide toward zero."""
    if not (_is_number(left) and _is_number(right)):
        raise _unsupported("/", left, right)
    if right == 0:
        raise EvaluationError("attempted to divide by 0")
    if type(left) is int and type(right) is int:
        quotient = abs(left) // abs(right)
        return wrap64(quotient if (left < 0) == (right < 0) else -quotient)
    return float(left) / float(right)


def neg(value: Any) -> Any:
    """Return `-value`."""
    if type(value) is int:
        return wrap64(-value)
    if type(value) is float:
        return -value
    raise EvaluationError(f"unsupported type for the operator -: {type_name(value)}")


def chain(first: Any, operators: Sequence[str], operands: Sequence[Any]) -> Any:
    """Return a long chain's result, left to right; operands that are functions are called when they are reached."""
    for operator, operand in zip(operators, operands, strict=True):
        first = OPERATIONS[operator](first, operand() if callable(operand) else operand)
    return first


OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {"+": add, "-": sub, "*": mul, "/": div}


_ODD = (6.666666666666735130e-01, 2.857142874366239149e-01, 1.818357216161805012e-01, 1.479819860511658591e-01)
_EVEN = (3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01)
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10


def natural_log(number: float) -> float:
    """Return the logarithm of a positive number with the last digit that Go gives it: by the polynomial of fdlibm."""
    if number == math.inf:
        return number
    fraction, exponent = math.frexp(number)
    if fraction < math.sqrt(0.5):
        fraction, exponent = fraction * 2, exponent - 1
    f = fraction - 1
    s = f / (2 + f)
    square = s * s
    fourth = square * square
    odd = square * _polynomial(_ODD, fourth)
    even = fourth * _polynomial(_EVEN, fourth)
    half = 0.5 * f * f
    return exponent * _LN2_HIGH - ((half - (s * (half + (odd + even)) + exponent * _LN2_LOW)) - f)


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    value = 0.0
    for coefficient in reversed(coefficients):
        value = coefficient + x * value
    return value

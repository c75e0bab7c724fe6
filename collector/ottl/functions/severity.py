"""`ParseSeverity`: a severity level for a text or a number, by a table of criteria (section 16.8)."""

from __future__ import annotations

from typing import Any

from collector.ottl.errors import EvaluationError
from collector.ottl.signature import function
from collector.ottl.values import type_name

_RANGES = {f"{n}xx": {"min": n * 100, "max": n * 100 + 99} for n in (2, 3, 4, 5)}


@function("ParseSeverity")
def parse_severity(target: Any, mapping: Any) -> str:
    if type(mapping) is not dict:
        raise EvaluationError("severity mapping must be a literal map")
    if type(target) is not str and type(target) is not int:
        raise EvaluationError(f"log level must be either string or int64, but got {type_name(target)}")
    for level, criteria in mapping.items():
        if not isinstance(criteria, list):
            raise EvaluationError(f"criteria of level {level!r} must be a list")
        if any(_fits(target, criterion) for criterion in criteria):
            return str(level)
    raise EvaluationError(f"could not map log level: no matching criteria for {target!r}")


def _fits(target: str | int, criterion: Any) -> bool:
    if type(criterion) is not dict:
        raise EvaluationError("a criterion must be a map with 'equals' or 'range'")
    for name, value in criterion.items():
        if name == "equals":
            if not isinstance(value, list):
                raise EvaluationError("'equals' must be a list of strings")
            if type(target) is str and target in value:
                return True
        elif name == "range":
            if type(target) is int and _inside(target, value):
                return True
        else:
            raise EvaluationError(f"unknown criterion {name!r}; known: 'equals', 'range'")
    return False


def _inside(target: int, span: Any) -> bool:
    if type(span) is str:
        if span not in _RANGES:
            raise EvaluationError(f"unknown range {span!r}; known: {', '.join(_RANGES)}")
        span = _RANGES[span]
    low, high = (span.get("min"), span.get("max")) if type(span) is dict else (None, None)
    if type(low) is not int or type(high) is not int:
        raise EvaluationError("a range must be a map with the ints 'min' and 'max'")
    return low <= target <= high

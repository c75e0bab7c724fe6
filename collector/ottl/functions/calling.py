"""Functions that are given to functions by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from collector.ottl.errors import EvaluationError
from collector.ottl.signature import STRING, Function


def function_argument(function: Function) -> Callable[[str], str]:
    """Return a converter as a function from text to text, as `replace_pattern` and its like need it."""
    parameters = function.parameters

    def call(text: str) -> str:
        if len(parameters) != 1 or parameters[0].kind != STRING:
            raise EvaluationError(f"incorrect number of arguments: {function.name} does not take exactly one string")
        result: Any = function.call(text)
        if type(result) is not str:
            raise EvaluationError(f"{function.name} did not give a string")
        return result

    return call

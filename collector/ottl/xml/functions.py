"""The functions of XPath 1.0, and the few of later versions that the Collector's engine has."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple

_NUMBER = re.compile(r"\s*-?(?:\d+(?:\.\d*)?|\.\d+)\s*")


def string(value: Any) -> str:
    """Return a value as a string."""
    if isinstance(value, list):
        return value[0].text() if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not math.isfinite(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        return str(int(value)) if value == int(value) else repr(value)
    return str(value)


def number(value: Any) -> float:
    """Return a value as a number."""
    if isinstance(value, float):
        return value
    if isinstance(value, bool):
        return float(value)
    text = string(value)
    return float(text) if _NUMBER.fullmatch(text) else math.nan


def boolean(value: Any) -> bool:
    """Return a value as a boolean."""
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return bool(value)


class Known(NamedTuple):
    """A function, how many arguments it takes, and whether without any it looks at the node at hand."""

    call: Callable[..., Any]
    least: int
    most: int
    on_node: bool = False


def _round(value: float) -> float:
    return value if not math.isfinite(value) else float(math.floor(value + 0.5))


def _substring(value: Any, start: Any, length: Any = math.inf) -> str:
    text, first = string(value), _round(number(start))
    last = first + (length if length == math.inf else _round(number(length)))
    return "".join(c for place, c in enumerate(text, 1) if first <= place < last)


def _translate(value: Any, source: Any, target: Any) -> str:
    old, new = string(source), string(target)
    table: dict[str, str] = {}
    for place, c in enumerate(old):
        table.setdefault(c, new[place] if place < len(new) else "")
    return "".join(table.get(c, c) for c in string(value))


def _name(value: Any) -> str:
    return value[0].name if isinstance(value, list) and value else ""


def _matches(value: Any, pattern: Any) -> bool:
    from collector.ottl.regex import regex  # noqa: PLC0415 - few expressions need it

    return regex(string(pattern)).test(string(value))


def _replace(value: Any, pattern: Any, replacement: Any) -> str:
    return string(value).replace(string(pattern), string(replacement))


FUNCTIONS: dict[str, Known] = {
    "count": Known(lambda v: float(len(v)) if isinstance(v, list) else math.nan, 1, 1),
    "local-name": Known(lambda v: _name(v).rpartition(":")[2], 0, 1, on_node=True),
    "name": Known(_name, 0, 1, on_node=True),
    "namespace-uri": Known(lambda _: "", 0, 1, on_node=True),
    "string": Known(string, 0, 1, on_node=True),
    "concat": Known(lambda *v: "".join(map(string, v)), 2, 1000),
    "starts-with": Known(lambda a, b: string(a).startswith(string(b)), 2, 2),
    "ends-with": Known(lambda a, b: string(a).endswith(string(b)), 2, 2),
    "contains": Known(lambda a, b: string(b) in string(a), 2, 2),
    "matches": Known(_matches, 2, 2),
    "replace": Known(_replace, 3, 3),
    "substring-before": Known(lambda a, b: string(a).partition(string(b))[0] if string(b) in string(a) else "", 2, 2),
    "substring-after": Known(lambda a, b: string(a).partition(string(b))[2], 2, 2),
    "substring": Known(_substring, 2, 3),
    "string-length": Known(lambda v: float(len(string(v))), 0, 1, on_node=True),
    "normalize-space": Known(lambda v: " ".join(string(v).split()), 0, 1, on_node=True),
    "translate": Known(_translate, 3, 3),
    "lower-case": Known(lambda v: string(v).lower(), 1, 1),
    "upper-case": Known(lambda v: string(v).upper(), 1, 1),
    "string-join": Known(lambda v, s: string(s).join(n.text() for n in v), 2, 2),
    "reverse": Known(lambda v: list(reversed(v)), 1, 1),
    "boolean": Known(boolean, 1, 1),
    "not": Known(lambda v: not boolean(v), 1, 1),
    "true": Known(lambda: True, 0, 0),
    "false": Known(lambda: False, 0, 0),
    "number": Known(number, 0, 1, on_node=True),
    "sum": Known(lambda v: float(sum(number(n.text()) for n in v)), 1, 1),
    "floor": Known(lambda v: float(math.floor(number(v))) if math.isfinite(number(v)) else number(v), 1, 1),
    "ceiling": Known(lambda v: float(math.ceil(number(v))) if math.isfinite(number(v)) else number(v), 1, 1),
    "round": Known(lambda v: _round(number(v)), 1, 1),
}

"""Expressions on a metric and one of its points: `MetricName == "a" && HasLabel("x")` (ottl.md 15.4).

The operators of the expr language that make sense for these variables: comparison, `in`, `matches`, `contains`,
`startsWith`, `endsWith`, `and`/`&&`, `or`/`||`, `not`/`!`, parentheses and lists.
"""

import re
from collections.abc import Callable
from typing import Any

from collector.regex import compile_pattern

__all__ = ["Expression", "compile_expression"]

Expression = Callable[[Any, Any], Any]
"""Value for a metric view and a data point view."""

TYPES = {
    None: "None",
    "gauge": "Gauge",
    "sum": "Sum",
    "histogram": "Histogram",
    "exponential_histogram": "ExponentialHistogram",
    "summary": "Summary",
}
MOST_DEPTH = 50
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?P<number>\d+(?:\.\d+)?)|(?P<word>[A-Za-z_]\w*)"""
    r"""|(?P<sign>==|!=|<=|>=|&&|\|\||[<>!()\[\],]))"""
)
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "in": lambda a, b: a in b,
    "contains": lambda a, b: b in a,
    "startsWith": lambda a, b: a.startswith(b),
    "endsWith": lambda a, b: a.endswith(b),
    "matches": lambda a, b: compile_pattern(b).search(a.encode()) is not None,
}


def compile_expression(text: str) -> Expression:
    """Compile an expression; raises ValueError with the place."""
    return _Parser(text).whole()


def _tokens(text: str) -> list[tuple[str, str, int]]:
    tokens, at = [], 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"expression {text!r}: unexpected {text[at:].strip()[:1]!r} at column {at + 1}")
        kind = str(match.lastgroup)
        tokens.append((kind, match[kind], match.start(kind)))
        at = match.end()
    return [*tokens, ("end", "", end)]


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0

    def whole(self) -> Expression:
        value = self._either()
        if self._tokens[self._at][0] != "end":
            raise self._unexpected()
        return value

    def _unexpected(self) -> ValueError:
        _, token, column = self._tokens[self._at]
        return ValueError(f"expression {self._text!r}: unexpected {token or 'end'!r} at column {column + 1}")

    def _take(self, *words: str) -> str:
        kind, token, _ = self._tokens[self._at]
        if kind in ("word", "sign") and token in words:
            self._at += 1
            return token
        return ""

    def _need(self, word: str) -> None:
        if not self._take(word):
            raise self._unexpected()

    def _either(self) -> Expression:
        left = self._both()
        while self._take("or", "||"):
            left = _or(left, self._both())
        return left

    def _both(self) -> Expression:
        left = self._negated()
        while self._take("and", "&&"):
            left = _and(left, self._negated())
        return left

    def _negated(self) -> Expression:
        if not self._take("not", "!"):
            return self._comparison()
        self._deeper()
        inner = self._negated()
        self._depth -= 1
        return lambda metric, point: not inner(metric, point)

    def _comparison(self) -> Expression:
        left = self._value()
        operator = self._take(*_COMPARISONS)
        if not operator:
            return left
        right, compare = self._value(), _COMPARISONS[operator]
        return lambda metric, point: compare(left(metric, point), right(metric, point))

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise ValueError(f"expression is nested over {MOST_DEPTH} levels")

    def _value(self) -> Expression:
        kind, token, _ = self._tokens[self._at]
        if self._take("("):
            self._deeper()
            inner = self._either()
            self._depth -= 1
            self._need(")")
            return inner
        if self._take("["):
            return self._list()
        self._at += 1
        if kind == "text":
            literal = re.sub(r"\\(.)", r"\1", token[1:-1])
            return lambda _metric, _point: literal
        if kind == "number":
            number = float(token) if "." in token else int(token)
            return lambda _metric, _point: number
        if kind == "word":
            return self._named(token)
        self._at -= 1
        raise self._unexpected()

    def _list(self) -> Expression:
        items: list[Expression] = []
        while not self._take("]"):
            if items:
                self._need(",")
            items.append(self._value())
        return lambda metric, point: [item(metric, point) for item in items]

    def _named(self, word: str) -> Expression:
        if word in ("true", "false"):
            return lambda _metric, _point: word == "true"
        if word == "nil":
            return lambda _metric, _point: None
        if word == "MetricName":
            return lambda metric, _point: metric.name
        if word == "MetricType":
            return lambda metric, _point: TYPES[metric.type]
        if word in ("HasLabel", "Label"):
            self._need("(")
            key = self._value()
            self._need(")")
            if word == "HasLabel":
                return lambda metric, point: key(metric, point) in point.attributes
            return lambda metric, point: _text_of(point.attributes.get(key(metric, point)))
        self._at -= 1
        raise ValueError(
            f"expression {self._text!r}: unknown name {word}; MetricName, MetricType, HasLabel and Label are there"
        )


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _or(left: Expression, right: Expression) -> Expression:
    return lambda metric, point: left(metric, point) or right(metric, point)


def _and(left: Expression, right: Expression) -> Expression:
    return lambda metric, point: left(metric, point) and right(metric, point)

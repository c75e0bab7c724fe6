"""XPath 1.0, parsed: expressions as nested tuples whose first member names their kind."""

from __future__ import annotations

import re
from typing import Any

MAX_DEPTH = 60
AXES = (
    "ancestor", "ancestor-or-self", "attribute", "child", "descendant", "descendant-or-self", "following",
    "following-sibling", "parent", "preceding", "preceding-sibling", "self",
)  # fmt: skip
_NODE_TYPES = ("comment", "text", "processing-instruction", "node")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d*)?|\.\d+)|(?P<string>\"[^\"]*\"|'[^']*')"
    r"|(?P<name>[^\W\d][\w.\-]*(?::(?!:)(?:\*|[^\W\d][\w.\-]*))?)"
    r"|(?P<op>//|::|\.\.|<=|>=|!=|[()\[\].@,/|+\-=<>*$]))"
)

Expression = tuple[Any, ...]


def parse(text: str) -> Expression:
    """Return a parsed expression. Raises `ValueError`."""
    parser = _Parser(text)
    result = parser.either()
    if parser.kind() != "end":
        raise parser.unexpected()
    return result


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0
        self.tokens: list[tuple[str, str]] = []
        position = 0
        while position < len(text.rstrip()):
            match = _TOKEN.match(text, position)
            if match is None or match.end() == position:
                raise ValueError(f"invalid XPath {text!r}: unexpected {text[position:].strip()[:1]!r}")
            kind = match.lastgroup or ""
            value = match.group(kind)
            self.tokens.append((value if kind == "op" else kind, value))
            position = match.end()

    def kind(self, ahead: int = 0) -> str:
        return self.tokens[self.at + ahead][0] if self.at + ahead < len(self.tokens) else "end"

    def value(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def next(self) -> str:
        value = self.value()
        self.at += 1
        return value

    def take(self, kind: str) -> bool:
        if self.kind() == kind:
            self.at += 1
            return True
        return False

    def need(self, kind: str) -> None:
        if not self.take(kind):
            raise self.unexpected()

    def unexpected(self) -> ValueError:
        return ValueError(f"invalid XPath {self.text!r}: unexpected {self.value() or 'end'!r}")

    # ---- operators

    def either(self) -> Expression:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ValueError(f"invalid XPath: nested too deeply; at most {MAX_DEPTH} levels are accepted")
        left = self.both()
        while self.kind() == "name" and self.value() == "or":
            self.next()
            left = ("or", left, self.both())
        self.depth -= 1
        return left

    def both(self) -> Expression:
        left = self.equality()
        while self.kind() == "name" and self.value() == "and":
            self.next()
            left = ("and", left, self.equality())
        return left

    def equality(self) -> Expression:
        left = self.relation()
        while self.kind() in ("=", "!="):
            operator = self.next()
            left = ("compare", operator, left, self.relation())
        return left

    def relation(self) -> Expression:
        left = self.sum()
        while self.kind() in ("<", ">", "<=", ">="):
            operator = self.next()
            left = ("compare", operator, left, self.sum())
        return left

    def sum(self) -> Expression:
        left = self.product()
        while self.kind() in ("+", "-"):
            operator = self.next()
            left = ("maths", operator, left, self.product())
        return left

    def product(self) -> Expression:
        left = self.unary()
        while self.kind() == "*" or (self.kind() == "name" and self.value() in ("div", "mod")):
            operator = self.next()
            left = ("maths", operator, left, self.unary())
        return left

    def unary(self) -> Expression:
        negative = False
        while self.take("-"):
            negative = not negative
        inner = self.union()
        return ("negative", inner) if negative else inner

    def union(self) -> Expression:
        left = self.path()
        while self.take("|"):
            left = ("union", left, self.path())
        return left

    # ---- paths

    def path(self) -> Expression:
        kind = self.kind()
        if kind in ("string", "number", "(") or (
            kind == "name" and self.kind(1) == "(" and self.value() not in _NODE_TYPES
        ):
            start = self.primary()
            predicates = self.predicates()
            if predicates:
                start = ("filter", start, predicates)
            if self.kind() in ("/", "//"):
                return ("path", start, self.steps(first=False))
            return start
        if kind in ("/", "//"):
            if kind == "/" and not self._begins_step(1):
                self.next()
                return ("path", ("root",), ())
            return ("path", ("root",), self.steps(first=False))
        return ("path", ("here",), self.steps(first=True))

    def _begins_step(self, ahead: int) -> bool:
        return self.kind(ahead) in ("name", "*", "@", ".", "..")

    def steps(self, *, first: bool) -> tuple[Expression, ...]:
        steps: list[Expression] = []
        if first:
            steps.append(self.step())
        while self.kind() in ("/", "//"):
            if self.next() == "//":
                steps.append(("descendant-or-self", "node", "", ()))
            steps.append(self.step())
        return tuple(steps)

    def step(self) -> Expression:
        if self.take("."):
            return ("self", "node", "", self.predicates())
        if self.take(".."):
            return ("parent", "node", "", self.predicates())
        axis = "child"
        if self.take("@"):
            axis = "attribute"
        elif self.kind() == "name" and self.kind(1) == "::":
            axis = self.next()
            if axis not in AXES:
                raise ValueError(f"invalid XPath {self.text!r}: unknown axis {axis!r}")
            self.next()
        if self.take("*"):
            return (axis, "name", "*", self.predicates())
        if self.kind() != "name":
            raise self.unexpected()
        name = self.next()
        if name in _NODE_TYPES and self.kind() == "(":
            self.next()
            target = ""
            if self.kind() == "string":
                target = self.next()[1:-1]
            self.need(")")
            return (axis, name, target, self.predicates())
        return (axis, "name", name, self.predicates())

    def predicates(self) -> tuple[Expression, ...]:
        found: list[Expression] = []
        while self.take("["):
            found.append(self.either())
            self.need("]")
        return tuple(found)

    def primary(self) -> Expression:
        kind = self.kind()
        if kind == "string":
            return ("literal", self.next()[1:-1])
        if kind == "number":
            return ("literal", float(self.next()))
        if self.take("("):
            inner = self.either()
            self.need(")")
            return inner
        name = self.next()
        self.need("(")
        arguments: list[Expression] = []
        if self.kind() != ")":
            arguments.append(self.either())
            while self.take(","):
                arguments.append(self.either())
        self.need(")")
        return ("call", name, tuple(arguments))

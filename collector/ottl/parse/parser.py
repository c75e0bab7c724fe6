"""The parser: recursive descent over the tokens, alternatives in the grammar's order, with bounded depth."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeVar

from collector.ottl.errors import Refusal
from collector.ottl.parse import literals, tree
from collector.ottl.parse.lexer import Token, tokens

MAX_LENGTH = 65_536
"""Characters of a statement."""
MAX_DEPTH = 60
"""Levels of parentheses, brackets and calls inside each other."""

_T = TypeVar("_T")


def parse_statement(text: str) -> tree.Statement:
    """Return the tree of a statement. Raises `Refusal`."""
    return _Parser(text).whole(_Parser.statement)


def parse_condition(text: str) -> tree.Condition:
    """Return the tree of a condition. Raises `Refusal`."""
    return _Parser(text).whole(_Parser.either)


def parse_value(text: str) -> tree.Value:
    """Return the tree of a bare value. Raises `Refusal`."""
    return _Parser(text).whole(_Parser.value)


class _Unexpected(Refusal):
    """A token that does not fit: another alternative may."""


class _Parser:
    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise Refusal(f"too long: {len(text)} characters; at most {MAX_LENGTH} are accepted", 0, 1)
        self._tokens = tokens(text)
        self._at = 0
        self._depth = 0
        self._furthest: _Unexpected | None = None

    def whole(self, rule: Callable[[_Parser], _T]) -> _T:
        result = rule(self)
        if self._kind() != "end":
            self._expected("the end")
        return result

    # ---- tokens

    def _kind(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at].kind if at < len(self._tokens) else "end"

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _take(self, kind: str) -> Token | None:
        return self._next() if self._kind() == kind else None

    def _need(self, kind: str) -> Token:
        if self._kind() != kind:
            self._expected(repr(kind))
        return self._next()

    def _start(self) -> int:
        return self._tokens[self._at].start

    def _end(self) -> int:
        return self._tokens[self._at - 1].end

    def _expected(self, what: str) -> NoReturn:
        token = self._tokens[self._at]
        found = repr(token.text) if token.text else "the end of the text"
        refusal = _Unexpected(f"invalid syntax: unexpected {found}; expected {what}", token.start, token.end)
        if self._furthest is None or refusal.start > self._furthest.start:
            self._furthest = refusal
        raise self._furthest

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Refusal(f"nested too deeply; at most {MAX_DEPTH} levels are accepted", self._start(), self._end())

    # ---- statements and conditions

    def statement(self) -> tree.Statement:
        start = self._start()
        name = self._name()
        if name is None or self._kind() != "(":
            self._expected("the call of an editor, such as set(...)" if name is None else "'('")
        call = self._call(name, start)
        where = None
        if self._kind() == "lower" and self._tokens[self._at].text == "where":
            self._next()
            where = self.either()
        return tree.Statement(call, where, start=start, end=self._end())

    def either(self) -> tree.Condition:
        self._deeper()
        start, terms = self._start(), [self._both()]
        while self._take("or"):
            terms.append(self._both())
        self._depth -= 1
        return terms[0] if len(terms) == 1 else tree.Or(tuple(terms), start=start, end=self._end())

    def _both(self) -> tree.Condition:
        start, terms = self._start(), [self._factor()]
        while self._take("and"):
            terms.append(self._factor())
        return terms[0] if len(terms) == 1 else tree.And(tuple(terms), start=start, end=self._end())

    def _factor(self) -> tree.Condition:
        start = self._start()
        if self._take("not"):
            return tree.Not(self._operand(), start=start, end=self._end())
        return self._operand()

    def _operand(self) -> tree.Condition:
        start, at, depth = self._start(), self._at, self._depth
        try:
            left = self.value()
            if self._kind() != "compare":
                self._expected("a comparison")
        except _Unexpected:
            self._at, self._depth = at, depth
        else:
            operator = self._next().text
            right = self.value()
            return tree.Comparison(left, operator, right, start=start, end=self._end())
        if token := self._take("bool"):
            return tree.Bool(token.text == "true", start=start, end=token.end)
        if self._kind() == "upper":
            name = self._name()
            if name and self._kind() == "(":
                return self._call(name, start)
            self._expected("'('")
        if self._take("("):
            term = self.either()
            self._need(")")
            return tree.Parentheses(term, start=start, end=self._end())
        return self._expected("a condition: a comparison, a converter's call, true or false")

    # ---- values

    def value(self) -> tree.Value:
        self._deeper()
        start, kind = self._start(), self._kind()
        result: tree.Value
        match kind:
            case "nil":
                result = tree.Nil(start=start, end=self._next().end)
            case "bytes":
                token = self._next()
                result = tree.Bytes(literals.octets(token), start=start, end=token.end)
            case "string":
                token = self._next()
                result = tree.String(literals.string(token), start=start, end=token.end)
            case "bool":
                token = self._next()
                result = tree.Bool(token.text == "true", start=start, end=token.end)
            case "[":
                result = self._list()
            case "{":
                result = self._map()
            case "upper" if not self._is_call():
                if self._kind(1) == "lower":
                    self._next()
                    self._name()
                    self._expected("'('")
                token = self._next()
                result = tree.Enum(token.text, start=start, end=token.end)
            case _:
                result = self._maths()
        self._depth -= 1
        return result

    def _is_call(self) -> bool:
        ahead = 0
        while self._kind(ahead) in ("upper", "lower"):
            ahead += 1
        return ahead > 0 and self._kind(ahead) == "("

    def _list(self) -> tree.List:
        start = self._next().start
        items: list[tree.Value] = []
        if self._kind() != "]":
            items.append(self.value())
            while self._kind() not in (",", "]", "end"):
                items.append(self.value())
            while self._take(","):
                items.append(self.value())
        self._need("]")
        return tree.List(tuple(items), start=start, end=self._end())

    def _map(self) -> tree.Map:
        start = self._next().start
        entries: list[tuple[str, tree.Value]] = []
        while self._kind() != "}":
            if self._kind() != "string":
                self._expected("a key in double quotes")
            key = literals.string(self._next())
            self._need(":")
            entries.append((key, self.value()))
            self._take(",")
        self._need("}")
        return tree.Map(tuple(entries), start=start, end=self._end())

    def _maths(self) -> tree.Value:
        return self._chain("sum", lambda: self._chain("product", self._signed))

    def _chain(self, kind: str, operand: Callable[[], tree.Value]) -> tree.Value:
        start, first = self._start(), operand()
        rest: list[tuple[str, tree.Value]] = []
        while self._kind() == kind:
            operator = self._next().text
            rest.append((operator, operand()))
        return tree.Maths(first, tuple(rest), start=start, end=self._end()) if rest else first

    def _signed(self) -> tree.Value:
        start = self._start()
        operator = self._take("sum")
        inner_start = self._start()
        inner: tree.Value
        if self._take("("):
            self._deeper()
            value = self._maths()
            self._depth -= 1
            self._need(")")
            inner = tree.Group(value, start=inner_start, end=self._end())
        else:
            inner = self._atom()
        return tree.Sign(operator.text, inner, start=start, end=self._end()) if operator else inner

    def _atom(self) -> tree.Value:
        start = self._start()
        if token := self._take("float"):
            return tree.Float(literals.floating(token), start=start, end=token.end)
        if token := self._take("int"):
            return tree.Int(literals.integer(token), start=start, end=token.end)
        if self._is_call():
            return self._call(self._name() or "", start)
        if self._kind() == "lower":
            return self._path()
        return self._expected("a value")

    def _path(self) -> tree.Path:
        start, context = self._start(), None
        if self._kind(1) == "." and self._kind(2) == "lower":
            context = self._next().text
            self._next()
        fields = [self._field()]
        while self._take("."):
            fields.append(self._field())
        return tree.Path(context, tuple(fields), start=start, end=self._end())

    def _field(self) -> tree.Field:
        if self._kind() != "lower":
            self._expected("the name of a field")
        token = self._next()
        return tree.Field(token.text, self._keys(), start=token.start, end=token.end)

    def _keys(self) -> tuple[tree.Value, ...]:
        keys: list[tree.Value] = []
        while self._take("["):
            self._deeper()
            start = self._start()
            if token := self._take("string"):
                keys.append(tree.String(literals.string(token), start=start, end=token.end))
            elif token := self._take("int"):
                keys.append(tree.Int(literals.integer(token), start=start, end=token.end))
            else:
                keys.append(self._maths())
            self._need("]")
            self._depth -= 1
        return tuple(keys)

    # ---- calls

    def _name(self) -> str | None:
        parts: list[str] = []
        while self._kind() in ("upper", "lower"):
            parts.append(self._next().text)
        return "".join(parts) or None

    def _call(self, name: str, start: int) -> tree.Call:
        self._deeper()
        name_end = self._end()
        self._need("(")
        arguments: list[tree.Argument] = []
        if self._kind() != ")":
            arguments.append(self._argument())
            while self._take(","):
                arguments.append(self._argument())
        self._need(")")
        self._depth -= 1
        return tree.Call(name, tuple(arguments), self._keys(), start=start, end=name_end)

    def _argument(self) -> tree.Argument:
        start, ahead = self._start(), 0
        while self._kind(ahead) in ("upper", "lower"):
            ahead += 1
        name = None
        if ahead and self._kind() == "lower" and self._kind(ahead) == "=":
            name = self._name()
            self._next()
            ahead = 0
            while self._kind(ahead) in ("upper", "lower"):
                ahead += 1
        value: tree.Value
        if ahead > 1 and self._kind() == "upper" and self._kind(ahead) in (",", ")"):
            at = self._start()
            value = tree.FunctionName(self._name() or "", start=at, end=self._end())
        else:
            value = self.value()
        return tree.Argument(name, value, start=start, end=self._end())

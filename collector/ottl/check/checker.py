"""Statements and conditions: from a tree to its bound form, in one context."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from collector.ottl.check import bound
from collector.ottl.check.arguments import bind_arguments
from collector.ottl.check.contexts import CONTEXTS, OWNERS
from collector.ottl.compare import OPERATIONS
from collector.ottl.errors import EvaluationError, Problem, Refusal, suggest
from collector.ottl.parse import tree
from collector.ottl.signature import Function
from collector.ottl.values import map_entry


class Checker:
    """Binds trees in one context. Collects the problems of a statement instead of stopping at the first.

    `prefixed` says whether every path must name its context, which is so where the context was inferred.
    """

    def __init__(self, context: str, functions: Mapping[str, Function], *, prefixed: bool) -> None:
        self.context = CONTEXTS[context]
        self.functions = functions
        self.prefixed = prefixed
        self.refusals: list[Refusal] = []

    def statement(self, text: str, root: tree.Statement, index: int) -> bound.BoundStatement | list[Problem]:
        """Return the bound statement, or everything that is wrong with it."""
        self.refusals = []
        if not root.call.name[0].islower():
            self._refuse(f"editor names must start with a lowercase letter but got {root.call.name!r}", root.call)
        elif root.call.keys:
            self._refuse("only paths and converters may be indexed", root.call.keys[0])
        call = self._attempt(lambda: self.call(root.call, editor=True))
        where = bound.TRUE if root.where is None else self._attempt(lambda: self.condition(root.where))  # type: ignore[arg-type]
        if self.refusals:
            return [r.problem(text, index) for r in self.refusals]
        assert isinstance(call, bound.Invoke)
        return bound.BoundStatement(text, call, where or bound.TRUE)

    def whole_condition(self, text: str, root: tree.Condition, index: int) -> bound.Bound | list[Problem]:
        """Return the bound condition, or everything that is wrong with it."""
        self.refusals = []
        result = self._attempt(lambda: self.condition(root))
        return [r.problem(text, index) for r in self.refusals] if self.refusals or result is None else result

    def whole_value(self, text: str, root: tree.Value, index: int) -> bound.Bound | list[Problem]:
        """Return the bound value, or everything that is wrong with it."""
        self.refusals = []
        result = self._attempt(lambda: self.value(root))
        return [r.problem(text, index) for r in self.refusals] if self.refusals or result is None else result

    def _refuse(self, message: str, node: tree.Node) -> None:
        self.refusals.append(Refusal(message, node.start, node.end))

    def _attempt(self, bind: Callable[[], bound.Bound]) -> bound.Bound | None:
        try:
            return bind()
        except Refusal as refusal:
            self.refusals.append(refusal)
            return None

    def each(self, binds: Sequence[Callable[[], bound.Bound]]) -> tuple[bound.Bound, ...]:
        """Bind several parts; a part that fails is noted and stands as nil, so that the others are looked at too."""
        results = [self._attempt(bind) for bind in binds]
        return tuple(bound.Const(None) if r is None else r for r in results)

    # ---- conditions

    def condition(self, node: tree.Condition) -> bound.Bound:
        match node:
            case tree.Bool(value):
                return bound.Const(value)
            case tree.Parentheses(term):
                return self.condition(term)
            case tree.Not(term):
                inner = self.condition(term)
                return bound.Const(not inner.value) if isinstance(inner, bound.Const) else bound.Opposite(inner)
            case tree.And(terms):
                parts = self.each([lambda t=t: self.condition(t) for t in terms])  # type: ignore[misc]
                if bound.FALSE in parts:
                    return bound.FALSE
                parts = tuple(p for p in parts if p != bound.TRUE)
                return bound.TRUE if not parts else parts[0] if len(parts) == 1 else bound.All(parts)
            case tree.Or(terms):
                parts = self.each([lambda t=t: self.condition(t) for t in terms])  # type: ignore[misc]
                if bound.TRUE in parts:
                    return bound.TRUE
                parts = tuple(p for p in parts if p != bound.FALSE)
                return bound.FALSE if not parts else parts[0] if len(parts) == 1 else bound.Some(parts)
            case tree.Comparison(left, operator, right):
                a, b = self.each([lambda: self.value(left), lambda: self.value(right)])
                if isinstance(a, bound.Const) and isinstance(b, bound.Const):
                    return bound.Const(OPERATIONS[operator](a.value, b.value))
                return bound.Compare(operator, a, b)
            case tree.Call():
                return bound.Truth(self.call(node))

    # ---- values

    def value(self, node: tree.Value) -> bound.Bound:
        match node:
            case tree.Nil():
                return bound.Const(None)
            case tree.Bool(value) | tree.Int(value) | tree.Float(value) | tree.String(value) | tree.Bytes(value):
                return bound.Const(value)
            case tree.Enum(name):
                return bound.Const(self.enum(name, node))
            case tree.FunctionName(name):
                raise Refusal(f"function {name!r} is not called; only some parameters take a function", *_at(node))
            case tree.Group(inner):
                return self.value(inner)
            case tree.Sign(operator, inner):
                return self._sign(operator, self.value(inner))
            case tree.Maths(first, rest):
                parts = self.each([lambda v=v: self.value(v) for v in (first, *(v for _, v in rest))])  # type: ignore[misc]
                operators = [operator for operator, _ in rest]
                return bound.Chain(parts[0], tuple(zip(operators, parts[1:], strict=True)))
            case tree.List(items):
                parts = self.each([lambda v=v: self.value(v) for v in items])  # type: ignore[misc]
                if all(isinstance(p, bound.Const) for p in parts):
                    return bound.Const([p.value for p in parts if isinstance(p, bound.Const)])
                return bound.MakeList(parts)
            case tree.Map(entries):
                return self._map(node, entries)
            case tree.Path():
                return self.path(node)
            case tree.Call():
                return self.call(node)

    def _map(self, node: tree.Map, entries: tuple[tuple[str, tree.Value], ...]) -> bound.Bound:
        parts = self.each([lambda v=v: self.value(v) for _, v in entries])  # type: ignore[misc]
        pairs = tuple(zip((k for k, _ in entries), parts, strict=True))
        if not all(isinstance(p, bound.Const) for p in parts):
            return bound.MakeMap(pairs)
        try:
            return bound.Const({k: map_entry(p.value) for k, p in pairs if isinstance(p, bound.Const)})
        except EvaluationError as error:
            raise Refusal(str(error), *_at(node)) from error

    @staticmethod
    def _sign(operator: str, value: bound.Bound) -> bound.Bound:
        if operator == "+":
            return value
        if isinstance(value, bound.Const) and type(value.value) in (int, float):
            return bound.Const(-value.value)
        return bound.Negate(value)

    def enum(self, name: str, node: tree.Node) -> int:
        found = self.context.enums.get(name)
        if found is None:
            hint = suggest(name, self.context.enums) or f"; context {self.context.name!r} has no such symbol"
            raise Refusal(f"enum symbol, {name}, not found{hint}", *_at(node))
        return found

    def call(self, node: tree.Call, *, editor: bool = False) -> bound.Invoke:
        if not editor and not node.name[0].isupper():
            raise Refusal(f"converter names must start with an uppercase letter but got {node.name!r}", *_at(node))
        if editor and not node.name[0].islower():
            raise Refusal(f"editor names must start with a lowercase letter but got {node.name!r}", *_at(node))
        function = self.functions.get(node.name)
        if function is None:
            known = [n for n in self.functions if n[0].islower() == editor]
            raise Refusal(f"undefined function {node.name!r}{suggest(node.name, known)}", *_at(node))
        return bound.Invoke(function, bind_arguments(self, function, node), self.keys(node.keys))

    def keys(self, keys: tuple[tree.Value, ...]) -> tuple[bound.Bound, ...]:
        return self.each([lambda k=k: self.value(k) for k in keys])  # type: ignore[misc]

    # ---- paths

    def path(self, node: tree.Path) -> bound.Read:
        owner, fields = self._owner(node)
        name = ".".join(f.name for f in fields)
        specs = OWNERS[owner]
        spec = specs.get(name)
        if spec is None:
            first = name.split(".", maxsplit=1)[0]
            raise Refusal(
                f"segment {first!r} is not a valid path for the {owner!r} context{suggest(name, specs)}", *_at(node)
            )
        for field in fields[:-1]:
            if field.keys:
                raise Refusal(f"keys are not allowed on segment {field.name!r} of this path", field.start, field.end)
        keys = fields[-1].keys
        if spec.kind == "cache" and owner != self.context.name:
            raise Refusal(f"access to the cache must be done using the context {self.context.name!r}", *_at(node))
        if keys and not spec.keys:
            raise Refusal(f"keys are not allowed on path {name!r}: it holds no map", keys[0].start, keys[0].end)
        if spec.keys == "one" and len(keys) > 1:
            raise Refusal(f"path {name!r} takes one key", keys[1].start, keys[1].end)
        return bound.Read("scope" if owner == "instrumentation_scope" else owner, spec, self.keys(keys), name)

    def _owner(self, node: tree.Path) -> tuple[str, tuple[tree.Field, ...]]:
        if node.context in self.context.prefixes:
            return str(node.context), node.fields
        if not self.prefixed:
            first = () if node.context is None else (tree.Field(node.context, start=node.start, end=node.end),)
            return self.context.name, first + node.fields
        if node.context is None or node.context not in CONTEXTS:
            first_word = node.context or node.fields[0].name
            raise Refusal(
                f"missing context name for path {first_word!r}; possible: {self.context.name}.{first_word}"
                f", with one of the prefixes {', '.join(self.context.prefixes)}",
                *_at(node),
            )
        raise Refusal(
            f"context {node.context!r} is not valid here: these statements run in context {self.context.name!r}, "
            f"whose paths begin with {', '.join(self.context.prefixes)}",
            *_at(node),
        )


def _at(node: tree.Node) -> tuple[int, int]:
    return node.start, node.end

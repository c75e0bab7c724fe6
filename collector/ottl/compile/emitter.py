"""Bound expressions as Python source.

Every expression becomes one Python expression; one that grows deep moves into a function of its own, so that neither
Python's parser nor its stack sees more than a few levels. Values that stand in for source are names in `namespace`.
"""

from __future__ import annotations

from typing import Any

from collector.ottl import coerce, maths
from collector.ottl.check import bound
from collector.ottl.compile import reading, walking, writing
from collector.ottl.compile.code import Code
from collector.ottl.compile.comparisons import COMPARISONS, comparison
from collector.ottl.compile.keys import first_key
from collector.ottl.compile.memory import MEMO_TEXT, memoised
from collector.ottl.compile.special import SPECIAL, SPECIAL_VALUES
from collector.ottl.errors import EvaluationError
from collector.ottl.functions import builtin_functions
from collector.ottl.functions.calling import function_argument
from collector.ottl.signature import Function, Target
from collector.ottl.values import TELEMETRY_LISTS, map_entry, mismatch, type_name
from collector.pdata import (
    attr_delete,
    attr_equals,
    attr_get,
    attr_matches,
    attr_raw,
    attr_replace,
    attr_set,
    attr_set_raw,
)

MAX_LEVELS = 12
MAX_CHAIN = 30


def truth(value: Any) -> bool:
    """Return a converter's result as a condition."""
    if type(value) is bool:
        return value
    raise EvaluationError(f"value returned is not a boolean but {type_name(value)}")


def list_in_place(value: Any) -> Any:
    """Return a telemetry list that an editor may change."""
    if type(value) in TELEMETRY_LISTS:
        return value
    raise mismatch("pcommon.Slice", value)


class Emitter:
    """Collects the source of one program and the names that it uses."""

    def __init__(self, context: str, stable: frozenset[str] = frozenset()) -> None:
        self.context = context
        self.stable = stable
        """Owners above the item whose attributes no statement of the program changes."""
        self.raws: dict[tuple[str, bytes], str] = {}
        """Variables with encoded attributes, by owner and key, that were certainly read just before."""
        self.guarded = False
        """Whether the statement at hand sets a text from an attribute where that is not nil: no need to look twice."""
        self.hoisted: dict[str, str] = {}
        """Expressions that are evaluated once for all items under the same resource and scope, with their variables."""
        self.used: set[str] = set()
        """Variables that the source reads: contexts, their groups, `request` and `cache`."""
        self.helpers: list[str] = []
        self._count = 0
        self.namespace: dict[str, Any] = {
            **reading.NAMES,
            "attr_get": attr_get, "attr_set": attr_set, "attr_set_raw": attr_set_raw, "attr_delete": attr_delete,
            "attr_raw": attr_raw, "attr_equals": attr_equals, "attr_matches": attr_matches,
            "attr_replace": attr_replace,
            "store": writing.store, "read_keys": walking.read_keys,
            "read_body": walking.read_body, "write_keys": walking.write_keys, "index_result": walking.index_result,
            "replace_map": walking.replace_map, "truth": truth, "Target": Target, "map_entry": map_entry,
            "mapping": coerce.mapping, "list_in_place": list_in_place, "add": maths.add, "sub": maths.sub,
            "mul": maths.mul, "div": maths.div, "neg": maths.neg, "chain": maths.chain,
            "write_trace_state": writing.write_trace_state,
            "read_trace_state": reading.read_trace_state, "read_only": writing.read_only,
            "write_body": writing.write_body,
        }  # fmt: skip
        self.namespace |= COMPARISONS

    # ---- names

    def fresh(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count}"

    def name(self, value: Any, prefix: str = "k") -> str:
        """Return a name for a value."""
        name = self.fresh(prefix)
        self.namespace[name] = value
        return name

    def variable(self, name: str) -> str:
        self.used.add(name)
        return name

    def literal(self, value: Any) -> str:
        """Return source for a constant."""
        if value is None or type(value) in (bool, int) or (type(value) in (str, bytes) and len(value) < 200):
            return f"({value!r})" if type(value) is int and value < 0 else repr(value)
        return self.name(value)

    def settle(self, code: Code) -> Code:
        """Return the expression as a call of a function of its own, if it nests deep."""
        if code.levels <= MAX_LEVELS:
            return code
        self.raws.clear()
        name = self.fresh("part")
        self.helpers.append(f"def {name}(@VARIABLES@):\n    return {code.source}")
        return Code(f"{name}(@VARIABLES@)", code.type)

    def raw(self, path: bound.Read, key: bytes) -> str:
        """Return an expression for an encoded attribute."""
        owner = self.owner(path)
        source = f"attr_raw({owner}, {key!r})"
        if path.owner in self.stable:
            return self.hoisted.setdefault(source, self.fresh("h"))
        return self.raws.get((owner, key), source)

    # ---- values

    def value(self, node: bound.Bound) -> Code:
        """Return an expression for a value; empty values are nil in it."""
        return self.settle(self._value(node))

    def _value(self, node: bound.Bound) -> Code:
        match node:
            case bound.Const(value):
                return Code(self.literal(value), None if value is None else type(value))
            case bound.Read():
                return self.read(node)
            case bound.Coerced():
                return self._coerced(node)
            case bound.Invoke():
                return self.invoke(node)
            case bound.Chain():
                return self._chain(node)
            case bound.Negate(inner):
                code = self.value(inner)
                return Code(f"neg({code.source})", None, code.levels + 1)
            case bound.MakeList(items):
                codes = [self.value(i) for i in items]
                return Code(f"[{', '.join(c.source for c in codes)}]", list, _deepest(codes))
            case bound.MakeMap(items):
                codes = [self.value(v) for _, v in items]
                inside = ", ".join(
                    f"{self.literal(k)}: map_entry({c.source})" for (k, _), c in zip(items, codes, strict=True)
                )
                return Code("{" + inside + "}", dict, _deepest(codes) + 1)
            case _:
                return self.condition(node)

    def _chain(self, node: bound.Chain) -> Code:
        code = self.value(node.first)
        if len(node.rest) > MAX_CHAIN:
            sources = [(isinstance(v, bound.Const), self.value(v).source) for _, v in node.rest]
            operands = ", ".join(source if constant else f"lambda: {source}" for constant, source in sources)
            operators = "".join(operator for operator, _ in node.rest)
            return Code(f"chain({code.source}, {operators!r}, ({operands},))", None, code.levels + 2)
        for operator, operand in node.rest:
            right = self.value(operand)
            call = {"+": "add", "-": "sub", "*": "mul", "/": "div"}[operator]
            code = self.settle(Code(f"{call}({code.source}, {right.source})", None, max(code.levels, right.levels) + 1))
        return code

    def _coerced(self, node: bound.Coerced) -> Code:
        kind, code = node.kind, self.value(node.value)
        if code.type not in kind.exact:
            call = self.name(kind.coerce, "coerce")
            if len(kind.exact) == 1:
                t, exact = self.fresh("t"), self.name(kind.exact[0], "type")
                code = Code(f"({t} if type({t} := {code.source}) is {exact} else {call}({t}))", None, code.levels + 1)
            else:
                code = Code(f"{call}({code.source})", None, code.levels + 1)
            if kind.coerce in _STRICT:
                code = Code(code.source, kind.exact[0], code.levels)
        if kind.convert is not None:
            code = Code(f"{self.name(kind.convert, 'convert')}({code.source})", None, code.levels + 1)
        return code

    # ---- paths

    def owner(self, path: bound.Read) -> str:
        """Return the variable with the item that has the path."""
        return self.variable(path.owner)

    def keys(self, keys: tuple[bound.Bound, ...]) -> str:
        """Return a tuple of keys; computed ones behind the first are functions, called when they are reached."""
        parts = []
        for place, key in enumerate(keys):
            code = self.value(key)
            lazy = place and not isinstance(key, bound.Const)
            parts.append(f"(lambda: {code.source})" if lazy else code.source)
        return f"({', '.join(parts)},)"

    def read(self, path: bound.Read) -> Code:
        """Return the value of a path."""
        kind, keys = path.spec.kind, path.keys
        if kind in ("client_metadata", "client_auth"):
            return Code(f"{kind}({self.variable('request')}, {self.keys(keys) if keys else '()'})", None, 2)
        if kind == "client_address":
            self.variable("request")
        if kind == "attributes" and (key := first_key(path)) is not None:
            found = f"attr_get({self.owner(path)}, {key!r})"
            if len(keys) == 1:
                t = self.fresh("t")
                return Code(f"(None if ({t} := {found}) is EMPTY else {t})", None, 2)
            t = self.fresh("t")
            return Code(f"(None if ({t} := {found}) is None else read_keys({t}, {self.keys(keys[1:])}))", None, 3)
        whole = self.whole(path)
        if not keys:
            return Code(whole, path.spec.type, 2)
        if kind == "trace_state" and not isinstance(keys[0], bound.Const):
            return Code("computed_member()", None, 2)
        call = {"body": "read_body", "trace_state": "read_trace_state"}.get(kind, "read_keys")
        return Code(f"{call}({whole}, {self.keys(keys)})", None, 3)

    def whole(self, path: bound.Read) -> str:
        """Return the value of a path without its keys."""
        if path.spec.kind == "cache":
            return self.variable("cache")
        if path.spec.kind == "schema_url":
            self.variable(path.spec.field)
            return f"{path.spec.field}.schema_url"
        owner = "" if path.owner == "otelcol" else self.owner(path)
        return reading.READERS[path.spec.kind].format(o=owner, f=path.spec.field)

    def write(self, path: bound.Read, value: str) -> str:
        """Return an expression that sets a path; nil sets nothing."""
        kind, keys, field = path.spec.kind, path.keys, path.spec.field
        if path.owner == "otelcol":
            return f"read_only(None, '', {value})"
        if kind == "cache":
            cache = self.variable("cache")
            return f"write_keys({cache}, {self.keys(keys)}, {value})" if keys else f"replace_map({cache}, {value})"
        owner = self.variable(field) if kind == "schema_url" else self.owner(path)
        if keys and kind == "trace_state":
            if not isinstance(keys[0], bound.Const):
                return f"computed_member({value})"
            return f"write_trace_state({owner}, {self.keys(keys)}, {value})"
        if kind == "attributes" and len(keys) == 1 and (key := first_key(path)) is not None:
            return f"store({owner}, {key!r}, {value})"
        if keys:
            return f"write_keys({self.whole(path)}, {self.keys(keys)}, {value})"
        writer = self.name(writing.WRITERS.get(kind, writing.read_only), "write")
        return f"{writer}({owner}, {field!r}, {value})"

    # ---- calls

    def invoke(self, node: bound.Invoke) -> Code:
        """Return a call of a function."""
        function = node.function
        special = SPECIAL_VALUES.get(function.name) if self._is_builtin(function) else None
        code = self._memoised(function, node.arguments) if function.memo else None
        if code is not None and special is not None:
            code = special(self, node, code)
        if code is None:
            codes = [self.argument(a) for a in node.arguments]
            call = self.name(function.call, "call")
            code = Code(f"{call}({', '.join(c.source for c in codes)})", function.result, _deepest(codes) + 1)
        if node.keys:
            return Code(f"index_result({code.source}, {self.keys(node.keys)})", None, code.levels + 2)
        return code

    def _memoised(self, function: Function, arguments: tuple[bound.Bound, ...]) -> Code | None:
        if not arguments or not isinstance(arguments[0], bound.Coerced):
            return None
        rest = [a.value for a in arguments[1:] if isinstance(a, bound.Const)]
        if len(rest) != len(arguments) - 1:
            return None
        first = self.settle(self._coerced(arguments[0]))
        rest = [function_argument(v) if isinstance(v, Function) else v for v in rest]
        plain, cached = memoised(function.call, rest)
        direct, memo, t = self.name(plain, "call"), self.name(cached, "memo"), self.fresh("t")
        sized = f"len({t} := {first.source}) <= {MEMO_TEXT}"
        if first.type is not str:
            sized = f"type({t} := {first.source}) is str and len({t}) <= {MEMO_TEXT}"
        return Code(f"({memo}({t}) if {sized} else {direct}({t}))", function.result, first.levels + 2)

    def argument(self, node: bound.Bound) -> Code:
        """Return an argument of a function."""
        match node:
            case bound.Const(Function() as named):
                return Code(self.name(function_argument(named), "function"))
            case bound.ItemOf(context):
                return Code(self.variable(context))
            case bound.Deferred(value):
                code = self.value(value)
                return Code(f"(lambda: {code.source})", None, code.levels + 1)
            case bound.Many(items, lazy):
                codes = [self.argument(i) for i in items]
                inside = ", ".join(f"(lambda: {c.source})" if lazy else c.source for c in codes)
                return self.settle(Code(f"[{inside}]", list, _deepest(codes) + 1))
            case bound.Place(path, "any"):
                read = self.read(path)
                t = self.fresh("t")
                return Code(f"Target(lambda: {read.source}, lambda {t}: {self.write(path, t)})", None, read.levels + 2)
            case bound.Place(path, holds):
                code = self.read(path)
                call = "mapping" if holds == "map" else "list_in_place"
                return Code(f"{call}({code.source})", None, code.levels + 1)
            case _:
                return self.value(node)

    # ---- conditions

    def condition(self, node: bound.Bound) -> Code:
        """Return an expression that is a bool."""
        return self.settle(self._condition(node))

    def _condition(self, node: bound.Bound) -> Code:
        match node:
            case bound.Const(value):
                return Code(repr(bool(value)), bool)
            case bound.Truth(call):
                code = self.value(call)
                return code if code.type is bool else Code(f"truth({code.source})", bool, code.levels + 1)
            case bound.Opposite(term):
                code = self._apart(term)
                return Code(f"(not {code.source})", bool, code.levels + 1)
            case bound.All(terms):
                return self._joined(" and ", terms)
            case bound.Some(terms):
                return self._joined(" or ", terms)
            case bound.Compare(operator, left, right):
                return comparison(self, operator, left, right)
            case _:
                raise AssertionError(node)

    def _joined(self, word: str, terms: tuple[bound.Bound, ...]) -> Code:
        codes = [self.condition(t) if word == " and " else self._apart(t) for t in terms]
        return Code("(" + word.join(c.source for c in codes) + ")", bool, _deepest(codes) + 1)

    def _apart(self, term: bound.Bound) -> Code:
        """Return a condition of which nothing is known when the whole one is true."""
        before = dict(self.raws)
        code = self.condition(term)
        self.raws = before
        return code

    # ---- statements

    def editor(self, node: bound.Invoke) -> str:
        """Return an expression statement for an editor."""
        name = node.function.name
        special = SPECIAL.get(name) if self._is_builtin(node.function) else None
        source = special(self, node) if special is not None else None
        return source or self.invoke(node).source

    def _is_builtin(self, function: Function) -> bool:
        return function is builtin_functions().get(function.name)

    def source(self, text: str, variables: list[str]) -> str:
        """Return text with the program's variables in their places."""
        return text.replace("@VARIABLES@", ", ".join(variables))


def _deepest(codes: list[Code]) -> int:
    return max((c.levels for c in codes), default=0) + 1


_STRICT = frozenset({coerce.string, coerce.integer, coerce.floating, coerce.boolean, coerce.time, coerce.duration})

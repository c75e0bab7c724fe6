"""The library's front door: compile statements, conditions and values; apply them to payloads, records or dicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeVar

from collector.ottl.check import CONTEXTS, SIGNALS, Checker, NoContext, infer
from collector.ottl.check import bound as b
from collector.ottl.compile import Program, compile_program
from collector.ottl.errors import ConfigError, EvaluationError, Problem, Refusal
from collector.ottl.functions import functions_for
from collector.ottl.parse import parse_condition, parse_statement, parse_value, tree
from collector.ottl.plain import PlainRecord
from collector.ottl.signature import Function
from collector.pdata import Payload

ErrorMode = Literal["ignore", "silent", "propagate"]
ErrorHook = Callable[[str, Exception], None]
"""Called with the text of the statement or condition that failed for an item, and why."""
_Tree = TypeVar("_Tree")


def check_error_mode(mode: str) -> ErrorMode:
    """Return an error mode in its canonical spelling. Raises `ValueError`."""
    for known in ("ignore", "silent", "propagate"):
        if mode.lower() == known:
            return known
    raise ValueError(f"unknown error mode {mode!r}; known: ignore, silent, propagate")


@dataclass(frozen=True, slots=True)
class Statements:
    """Compiled statements of one context, with the conditions that guard them."""

    context: str
    program: Program

    def apply(self, payload: Payload) -> None:
        """Run the statements, in order, over every item of their context; the payload is changed in place.

        The changes are written out at the end: views made before can still be read, but no longer edited.

        Raises `EvaluationError` in error mode propagate; what was changed until then stays changed.
        """
        self.program.run(payload)

    def apply_to(self, item: Any) -> Any:
        """Run the statements for one item: a view is changed in place, of a plain dict a changed copy is returned.

        The item is a record, an event, a data point or an exemplar; for the contexts resource and scope it is the
        group (`payload.resources()`, `.scopes()`).
        """
        if isinstance(item, Mapping):
            record = PlainRecord(self.context, item)
            self.program.one(record.view)
            return record.to_dict()
        self.program.one(item)
        return item


@dataclass(frozen=True, slots=True)
class Conditions:
    """Compiled conditions of one context, joined by or."""

    context: str
    program: Program

    @property
    def matches(self) -> Callable[[Any], bool]:
        """A function that tells whether any of the conditions is true for an item; true if there is none.

        It takes a view: `conditions.matches(record)`. Raises `EvaluationError` in error mode propagate.
        """
        return self.program.match

    @property
    def which(self) -> Callable[[Any], int]:
        """A function that tells which of the conditions is the first that is true for an item; -1 if none is."""
        return self.program.which

    def predicate(self, payload: Payload) -> Callable[[Any], bool]:
        """Return `matches` for the items of a payload, where conditions can ask for its sender (`otelcol` paths)."""
        if not self.program.uses_request:
            return self.program.match
        return partial(self.program.match, request=payload.context)

    def match_dict(self, record: Mapping[str, Any]) -> bool:
        """Tell the same of a record given as a plain dict."""
        return self.program.match(PlainRecord(self.context, record).view)


@dataclass(frozen=True, slots=True)
class ValueExpression:
    """A compiled value expression of one context."""

    context: str
    program: Program

    def of(self, item: Any) -> Any:
        """Return the value for an item. Raises `EvaluationError`."""
        view = PlainRecord(self.context, item).view if isinstance(item, Mapping) else item
        assert self.program.value is not None
        try:
            return self.program.value(view)
        except EvaluationError:
            raise
        except Exception as error:
            raise EvaluationError(str(error)) from error


class _Failures:
    """What happens when statements or conditions fail, by error mode."""

    def __init__(self, kind: str, texts: Sequence[str], mode: str, hook: ErrorHook | None) -> None:
        self._kind, self._texts, self._mode, self._hook = kind, texts, check_error_mode(mode), hook

    def __call__(self, number: int, error: Exception) -> None:
        if isinstance(error, RecursionError):
            error = EvaluationError("a value is nested too deeply")
        if self._mode == "propagate":
            raise EvaluationError(f"failed to evaluate {self._kind} {self._texts[number]!r}: {error}") from error
        if self._mode == "ignore" and self._hook is not None:
            self._hook(self._texts[number], error)


def compile_statements(
    statements: Iterable[str],
    *,
    context: str | None = None,
    signal: str | None = None,
    conditions: Iterable[str] = (),
    error_mode: str = "ignore",
    functions: Iterable[Function] = (),
    on_error: ErrorHook | None = None,
) -> Statements:
    """Compile a group of statements, and the conditions of which one must be true for them to run.

    Without a context, it is inferred for the whole group and every path needs its prefix; `signal` ("traces",
    "metrics", "logs") says which contexts there are to choose from. `functions` are added to the built-in ones. In
    error mode ignore, `on_error` gets each failure.

    Raises `ConfigError` with everything that is wrong.
    """
    texts, guards = list(statements), list(conditions)
    problems: list[Problem] = []
    roots = [_parse(parse_statement, text, i, problems) for i, text in enumerate(texts)]
    tests = [_parse(parse_condition, text, len(texts) + i, problems) for i, text in enumerate(guards)]
    where = context
    whole = [r for r in roots if r is not None], [t for t in tests if t is not None]
    if context is None and not problems:
        where = _infer(texts + guards, [*whole[0], *whole[1]], signal, functions, problems)
    _offered(context, signal)
    if where is None:
        raise ConfigError(problems)
    checker = Checker(where, functions_for(where, "statements", functions), prefixed=context is None)
    tester = Checker(where, functions_for(where, "guards", functions), prefixed=context is None)
    bound_statements: list[b.BoundStatement] = []
    bound_tests: list[b.Bound] = []
    for i, root in enumerate(roots):
        if root is not None:
            _sort(checker.statement(texts[i], root, i), bound_statements, problems)
    for i, test in enumerate(tests):
        if test is not None:
            _sort(tester.whole_condition(guards[i], test, len(texts) + i), bound_tests, problems)
    if problems:
        raise ConfigError(sorted(problems, key=lambda p: (p.index, p.start)))
    program = compile_program(
        where,
        bound_statements,
        bound_tests,
        _Failures("statement", texts, error_mode, on_error),
        _Failures("condition", guards, error_mode, on_error),
    )
    return Statements(where, program)


def compile_conditions(
    conditions: Iterable[str],
    *,
    context: str | None = None,
    signal: str | None = None,
    error_mode: str = "ignore",
    functions: Iterable[Function] = (),
    on_error: ErrorHook | None = None,
) -> Conditions:
    """Compile conditions of one context, joined by or. The arguments are those of `compile_statements`.

    A condition that fails counts as false in the error modes ignore and silent.

    Raises `ConfigError` with everything that is wrong.
    """
    texts = list(conditions)
    problems: list[Problem] = []
    roots = [_parse(parse_condition, text, i, problems) for i, text in enumerate(texts)]
    where = context
    if context is None and not problems:
        where = _infer(texts, [r for r in roots if r is not None], signal, functions, problems)
    _offered(context, signal)
    if where is None:
        raise ConfigError(problems)
    checker = Checker(where, functions_for(where, "conditions", functions), prefixed=context is None)
    tests: list[b.Bound] = []
    for i, root in enumerate(roots):
        if root is not None:
            _sort(checker.whole_condition(texts[i], root, i), tests, problems)
    if problems:
        raise ConfigError(problems)
    fail = _Failures("condition", texts, error_mode, on_error)
    return Conditions(where, compile_program(where, [], tests, fail, fail))


def compile_value(
    expression: str, *, context: str | None = None, signal: str | None = None, functions: Iterable[Function] = ()
) -> ValueExpression:
    """Compile one value expression. The arguments are those of `compile_statements`. Raises `ConfigError`."""
    problems: list[Problem] = []
    root = _parse(parse_value, expression, 0, problems)
    where = context
    if root is not None and context is None:
        where = _infer([expression], [root], signal, functions, problems)
    if root is None or where is None:
        raise ConfigError(problems)
    checker = Checker(where, functions_for(where, "conditions", functions), prefixed=context is None)
    values: list[b.Bound] = []
    _sort(checker.whole_value(expression, root, 0), values, problems)
    if problems:
        raise ConfigError(problems)
    fail = _Failures("value", [expression], "propagate", None)
    return ValueExpression(where, compile_program(where, [], [], fail, fail, values[0]))


def infer_context(
    *,
    statements: Iterable[str] = (),
    conditions: Iterable[str] = (),
    signal: str | None = None,
    functions: Iterable[Function] = (),
) -> str:
    """Return the context of a group of statements and conditions. Raises `ConfigError`."""
    problems: list[Problem] = []
    texts, guards = list(statements), list(conditions)
    roots: list[Any] = [_parse(parse_statement, text, i, problems) for i, text in enumerate(texts)]
    roots += [_parse(parse_condition, text, len(texts) + i, problems) for i, text in enumerate(guards)]
    where = None if problems else _infer(texts + guards, roots, signal, functions, problems)
    if where is None:
        raise ConfigError(problems)
    return where


def _parse(rule: Callable[[str], _Tree], text: str, index: int, problems: list[Problem]) -> _Tree | None:
    try:
        return rule(text)
    except Refusal as refusal:
        problems.append(refusal.problem(text, index))
        return None


def _sort(result: Any, good: list[Any], problems: list[Problem]) -> None:
    if isinstance(result, list):
        problems.extend(result)
    else:
        good.append(result)


def _offered(context: str | None, signal: str | None) -> tuple[str, ...]:
    offered = tuple(CONTEXTS) if signal is None else SIGNALS[signal]
    if context is not None and context not in offered:
        raise ConfigError([Problem(str(context), f"unknown context {context!r}; known: {', '.join(offered)}")])
    return offered


def _infer(
    texts: list[str],
    roots: Sequence[tree.Statement | tree.Condition | tree.Value],
    signal: str | None,
    functions: Iterable[Function],
    problems: list[Problem],
) -> str | None:
    use = "statements" if any(isinstance(root, tree.Statement) for root in roots) else "conditions"
    has = {context: functions_for(context, use, functions) for context in CONTEXTS}
    try:
        return infer(roots, _offered(None, signal), lambda context, name: name in has[context])
    except NoContext as refusal:
        problems.append(refusal.problem(texts[refusal.index] if texts else "", refusal.index))
        return None

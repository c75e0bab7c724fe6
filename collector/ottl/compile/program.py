"""Whole programs: the loops over a payload's items around the source of statements and conditions."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from collector.ottl.check import bound
from collector.ottl.compile.emitter import Emitter
from collector.ottl.compile.growing import growing
from collector.ottl.compile.simple import action_of, test_of
from collector.ottl.compile.special import guarded_text
from collector.ottl.errors import EvaluationError
from collector.ottl.functions import builtin_functions
from collector.pdata import EMPTY_CONTEXT, Call, SetAttribute, apply_actions, rewriting, sift

Fail = Callable[[int, Exception], None]
"""Called with the number of the condition or statement that failed, and why; raises to stop."""

_CHAINS: dict[str, tuple[str, ...]] = {
    "resource": ("resource_group",),
    "scope": ("resource_group", "scope_group"),
    "log": ("resource_group", "scope_group", "log"),
    "span": ("resource_group", "scope_group", "span"),
    "spanevent": ("resource_group", "scope_group", "span", "spanevent"),
    "metric": ("resource_group", "scope_group", "metric"),
    "datapoint": ("resource_group", "scope_group", "metric", "datapoint"),
    "exemplar": ("resource_group", "scope_group", "metric", "datapoint", "exemplar"),
}
_INSIDE = {
    "resource_group": "payload.resources()",
    "scope_group": "resource_group.scopes()",
    "log": "scope_group.records()",
    "span": "scope_group.records()",
    "metric": "scope_group.records()",
    "spanevent": "span.events",
    "datapoint": "metric.data_points",
    "exemplar": "getattr(datapoint, 'exemplars', ())",
}
_UPWARDS = {
    "spanevent": {"span": "spanevent.span"},
    "datapoint": {"metric": "datapoint.metric"},
    "exemplar": {"datapoint": "exemplar.parent", "metric": "datapoint.metric"},
}
_ITEM = {"resource": "resource_group", "scope": "scope_group"}
_RECORDS = ("log", "span", "metric")
_REWRITTEN = ("log", "span")
"""Items that are edited alone; functions of metrics and what lies in them keep views while they edit."""


@dataclass(frozen=True, slots=True)
class Program:
    """Compiled statements and conditions of one context."""

    run: Callable[[Any], None]
    """Runs the statements over every item of a payload."""
    one: Callable[[Any], None]
    """Runs the statements for one item: a record, an event, a point, or for resource and scope the group."""
    match: Callable[..., bool]
    """Tells whether any condition is true for an item; true if there is none. Takes the request's context, too."""
    which: Callable[..., int]
    """Tells which condition is the first that is true for an item; -1 if none is. Takes the request's context, too."""
    sieve: Callable[..., None] | None
    """Removes the records of a scope group for which a condition is true; only where the items are records.

    `sieve(group, dropped, errors, request)` adds the items removed to `dropped[n]` for the first condition `n` that is
    true, and what `propagate` raises to `errors`.
    """
    uses_request: bool
    value: Callable[[Any], Any] | None
    source: str


def compile_program(
    context: str,
    statements: Sequence[bound.BoundStatement],
    conditions: Sequence[bound.Bound],
    fail_statement: Fail,
    fail_condition: Fail,
    value: bound.Bound | None = None,
) -> Program:
    """Compile bound statements, conditions and possibly a value of one context into Python functions."""
    emitter = Emitter(context, _stable(context, statements))
    tests = [emitter.condition(c).source for c in conditions]
    sifts = context in _RECORDS and bool(tests) and _alone(emitter, emitter.used)
    parts = [_part(emitter, number, statement) for number, statement in enumerate(statements)]
    body = _body(emitter, parts, tests)
    result = emitter.value(value).source if value is not None else None
    used = emitter.used
    item = _ITEM.get(context, context)
    appends = any(s.call.function.appends for s in statements)
    actions = _actions(emitter, parts) if context in _REWRITTEN and not tests else None
    hoisted = [f"{name} = {source}" for source, name in emitter.hoisted.items()]
    lines = _alternatives(context, parts) if actions else []
    lines += [
        "def walk(payload):",
        *_loops(context, used, hoisted, body, actions, appends=appends),
        "def run(payload):",
        "    payload.work(walk)" if context in _REWRITTEN else "    walk(payload)\n    payload.chunks()",
    ]
    lines += ["def one(item, request=EMPTY_CONTEXT):", *_prologue(context, item, used), *_indent([*hoisted, *body])]
    lines += ["def match(item, request=EMPTY_CONTEXT):"]
    lines += [*_prologue(context, item, used), *_match(tests)] if tests else ["    return True"]
    lines += ["def which(item, request=EMPTY_CONTEXT):", *_prologue(context, item, used), *_match(tests, numbered=True)]
    if sifts:
        lines += _sift(context, tests)
    elif context in _RECORDS and tests:
        lines += ["def sieve(group, dropped, errors, request=EMPTY_CONTEXT):", *_sieve(context, used, tests)]
    if result is not None:
        lines += ["def value(item, request=EMPTY_CONTEXT):", *_prologue(context, item, used), f"    return {result}"]
    variables = sorted(used)
    source = emitter.source("\n".join([*emitter.helpers, *lines]), variables) + "\n"
    namespace = emitter.namespace
    namespace.update(
        fail=fail_statement,
        fail_condition=fail_condition,
        growing=growing,
        EMPTY_CONTEXT=EMPTY_CONTEXT,
        rewriting=rewriting,
        apply_actions=apply_actions,
        SetAttribute=SetAttribute,
        sift=sift,
        tests=[test_of(c, context) for c in conditions],
        EvaluationError=EvaluationError,
    )
    filename = f"<ottl {context} {id(emitter)}>"
    exec(compile(source, filename, "exec"), namespace)  # noqa: S102 - the source is ours, made of checked expressions
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    return Program(
        namespace["run"],
        namespace["one"],
        namespace["match"],
        namespace["which"],
        namespace.get("sieve"),
        "request" in used,
        namespace.get("value"),
        source,
    )


def _indent(lines: list[str], by: int = 1) -> list[str]:
    return ["    " * by + line for line in lines]


@dataclass(frozen=True, slots=True)
class _Part:
    """The source of one statement."""

    statement: bound.BoundStatement
    lines: list[str]
    alone: bool
    """Whether it needs no variable but the item."""
    guarded: bool
    name: str


def _part(emitter: Emitter, number: int, statement: bound.BoundStatement) -> _Part:
    before, emitter.used = emitter.used, set()
    emitter.raws.clear()
    emitter.guarded = guarded_text(emitter, statement)
    where = "True" if emitter.guarded else emitter.condition(statement.where).source
    editor = emitter.editor(statement.call)
    inside = [editor] if where == "True" else [f"if {where}:", f"    {editor}"]
    lines = ["try:", *_indent(inside), "except Exception as error:", f"    fail({number}, error)"]
    alone = _alone(emitter, emitter.used)
    emitter.used |= before
    return _Part(statement, lines, alone, emitter.guarded, f"statement{number}")


def _alone(emitter: Emitter, used: set[str]) -> bool:
    """Tell whether source that uses these variables can stand in a function of the item alone."""
    return used <= {emitter.context} and not emitter.helpers


def _actions(emitter: Emitter, parts: list[_Part]) -> list[str] | None:
    """Return names of actions of the kernel, or source that makes them, for all statements; None if that can't be."""
    sources = []
    for part in parts:

        def otherwise(view: Any, name: str = part.name) -> None:
            emitter.namespace[name](view)

        action = action_of(emitter, part.statement, otherwise, guarded=part.guarded)
        if action is None and not part.alone:
            return None
        sources.append(action if isinstance(action, str) else emitter.name(action or Call(otherwise), "action"))
    return sources


def _alternatives(context: str, parts: list[_Part]) -> list[str]:
    """Return functions that carry out one statement each, for where the kernel leaves it to them."""
    lines = []
    for part in parts:
        if part.alone:
            lines += [f"def {part.name}({context}):", *_indent(part.lines)]
    return lines


def _body(emitter: Emitter, parts: list[_Part], tests: list[str]) -> list[str]:
    """Return the lines that run all statements for the item in the variables."""
    lines = [line for part in parts for line in part.lines]
    if tests:
        guarded = ["passed = False"]
        for number, test in enumerate(tests):
            attempt = [
                "try:",
                f"    passed = {test}",
                "except Exception as error:",
                f"    fail_condition({number}, error)",
            ]
            guarded += attempt if number == 0 else ["if not passed:", *_indent(attempt)]
        lines = [*guarded, "if passed:", *_indent(lines or ["pass"])]
    if "cache" in emitter.used:
        lines = ["cache = {}", *lines]
    return lines or ["pass"]


def _match(tests: list[str], *, numbered: bool = False) -> list[str]:
    lines = []
    for number, test in enumerate(tests):
        found = number if numbered else True
        lines += ["try:", f"    if {test}:", f"        return {found}", "except Exception as error:"]
        lines += [f"    fail_condition({number}, error)"]
    return _indent([*lines, f"return {-1 if numbered else False}"])


def _sieve(context: str, used: set[str], tests: list[str]) -> list[str]:
    """Return the lines of a loop over the records of a scope group that removes some."""
    lines = ["scope_group = group"]
    above = {
        "resource_group": "group.resource_group",
        "resource": "group.resource",
        "scope": "group.scope",
    }
    lines += [f"{variable} = {source}" for variable, source in above.items() if variable in used]
    lines += ["records = group.records()", f"for {context} in rewriting(records):"]
    attempts = ["cache = {}"] if "cache" in used else []
    for number, test in enumerate(tests):
        attempts += ["try:", f"    if {test}:", f"        dropped[{number}] += {context}.weight()"]
        attempts += [f"        records.remove({context})", "        continue"]
        attempts += ["except Exception as error:", f"    fail_condition({number}, error)"]
    lines += _indent(["try:", *_indent(attempts), "except EvaluationError as error:", "    errors.append(error)"])
    return _indent(lines)


def _sift(context: str, tests: list[str]) -> list[str]:
    """Return a function that lets the kernel remove records, and functions for where it can't tell."""
    lines = []
    for number, test in enumerate(tests):
        attempt = ["try:", f"    return 1 if {test} else 0", "except Exception as error:"]
        attempt += ["    try:", f"        fail_condition({number}, error)", "    except EvaluationError as raised:"]
        attempt += ["        errors.append(raised)", "        return 2", "return 0"]
        lines += [f"def condition{number}({context}, errors):", *_indent(attempt)]
    lines += [f"others = [{', '.join(f'condition{number}' for number in range(len(tests)))}]"]
    lines += ["def sieve(group, dropped, errors, request=EMPTY_CONTEXT):"]
    return [*lines, "    sift(group.records(), tests, others, dropped, errors)"]


def _loops(
    context: str, used: set[str], hoisted: list[str], body: list[str], actions: list[str] | None, *, appends: bool
) -> list[str]:
    """Return nested loops down to the items of a context, binding the variables on their way."""
    chain = _CHAINS[context]
    lines = ["    request = payload.context"] if "request" in used else []
    depth = 1
    for variable in chain:
        inside = _INSIDE[variable]
        if variable == chain[-1] and variable in _REWRITTEN:
            inside = f"rewriting({inside})"
        if variable == "metric" and appends:
            inside = f"growing({inside})"
        if variable == chain[-1]:
            lines += _indent(hoisted, depth)
            if actions:
                return [*lines, *_indent([f"apply_actions({inside}, [{', '.join(actions)}])"], depth)]
        lines.append("    " * depth + f"for {variable} in {inside}:")
        depth += 1
        child = {"resource_group": "resource", "scope_group": "scope"}.get(variable)
        if child in used:
            lines.append("    " * depth + f"{child} = {variable}.{child}")
    return [*lines, *_indent(body, depth)]


def _stable(context: str, statements: Sequence[bound.BoundStatement]) -> frozenset[str]:
    """Return which owners above the items of a context have attributes that no statement changes."""
    builtin = builtin_functions()
    found: set[str] = {context}
    nodes: list[Any] = [statement.call for statement in statements]
    while nodes:
        node = nodes.pop()
        match node:
            case bound.Place(path):
                found.add(path.owner)
            case bound.ItemOf(item):
                found.add(item)
            case bound.Invoke(function, arguments):
                if function is not builtin.get(function.name):
                    return frozenset()
                nodes += arguments
            case bound.Many(items):
                nodes += items
            case _:
                pass
    return frozenset({"resource", "scope"}) - found


def _prologue(context: str, item: str, used: set[str]) -> list[str]:
    """Return the lines that bind the variables for one item."""
    lines = [f"{item} = item"]
    for variable, source in _UPWARDS.get(context, {}).items():
        lines.append(f"{variable} = {source}")
    record = next((v for v in _CHAINS[context] if v in _RECORDS), None)
    if context == "scope":
        lines.append("resource_group = scope_group.resource_group")
    elif record is not None:
        lines += [f"{v} = {record}.{v}" for v in ("scope_group", "resource_group") if v in used]
    if "resource" in used:
        lines.append(f"resource = {'resource_group' if record is None else record}.resource")
    if "scope" in used:
        lines.append(f"scope = {'scope_group' if record is None else record}.scope")
    if "cache" in used:
        lines.append("cache = {}")
    return _indent(lines)

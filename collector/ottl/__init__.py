'''OTTL, the OpenTelemetry Transformation Language: compile statements once, apply them to telemetry many times.

    >>> from collector import ottl
    >>> from collector.pdata import Traces
    >>> payload = Traces.from_json("""{"resourceSpans": [{"scopeSpans": [{"spans": [
    ...     {"name": "GET /users/17", "attributes": [{"key": "http.route", "value": {"stringValue": "/users/{id}"}}]},
    ...     {"name": "redis"}]}]}]}""")
    >>> statements = ottl.compile_statements(
    ...     [
    ...         'set(span.name, span.attributes["http.route"]) where span.attributes["http.route"] != nil',
    ...         'set(span.attributes["short"], Substring(span.name, 0, 3))',
    ...         'delete_key(span.attributes, "http.route")',
    ...     ],
    ...     signal="traces",
    ... )
    >>> statements.context
    'span'
    >>> statements.apply(payload)
    >>> [(span.name, span.attributes.to_dict()) for span in payload.spans()]
    [('/users/{id}', {'short': '/us'}), ('redis', {'short': 'red'})]

Conditions are compiled in the same way, and are made to be given to the payload's own methods:

    >>> conditions = ottl.compile_conditions(['IsMatch(name, "^redis")', "kind == SPAN_KIND_CLIENT"], context="span")
    >>> [conditions.matches(span) for span in payload.spans()]
    [False, True]
    >>> payload.remove_if(conditions.predicate(payload))
    1

Records can be plain dicts, too, which is handy in tests; then a changed copy comes back:

    >>> rename = ottl.compile_statements(['set(attributes["user"], resource.attributes["user"])'], context="log")
    >>> rename.apply_to({"body": "hi", "resource": {"attributes": {"user": "ann"}}})["attributes"]
    {'user': 'ann'}

Whatever is wrong is found while compiling, in all statements at once:

    >>> ottl.compile_statements(['set(span.nam, "x")', 'sett(span.name, 1)'], context="span")
    Traceback (most recent call last):
    ...
    collector.ottl.errors.ConfigError: segment 'nam' is not a valid path for the 'span' context; did you mean 'name'?
        set(span.nam, "x")
            ^^^^^^^^
    undefined function 'sett'; did you mean 'set'?
        sett(span.name, 1)
        ^^^^

How components use it
---------------------
- `compile_statements(texts, context=, signal=, conditions=, error_mode=, functions=, on_error=)` makes `Statements` of
  one group. Without a context it is inferred for the whole group and every path needs its prefix; with one, paths of it
  may go without. `signal` restricts the contexts to those that a pipeline has. `Statements.apply(payload)` runs
  all statements for each item before it comes to the next item; `conditions` guard them.
- `compile_conditions(texts, context=, signal=, error_mode=, functions=, on_error=)` makes `Conditions` of one context,
  joined by or: `matches(item)`, `which(item)` (number of the first true one, -1), `predicate(payload)`.
  `infer_context(conditions=[text], signal="traces")` tells where a single condition belongs.
- Items are views: records (`log`, `span`, `metric`); `spanevent`, `datapoint` and `exemplar` views as their parents
  list them; and for the contexts `resource` and `scope` the groups (`payload.resources()`, `group.scopes()`).
- Error modes: in "ignore" `on_error(text, error)` is called for each failure and work goes on, in "silent" it just goes
  on, in "propagate" `EvaluationError` is raised at once. A condition that failed counts as false.
- A statement whose `where` is false costs its `where` alone; an untouched record is never encoded again, an untouched
  payload stays the same bytes object. What a `where` names is looked up directly in the encoded record.
- `ConfigError.problems` has each problem with statement, offsets and text, for messages that point into a file.

The stages are packages of their own: `parse` (text to tree), `check` (tree to bound expressions), `compile` (bound
expressions to Python functions); `functions` is the library. Functions of other distributions come in by the entry
point group `telepipe.ottl_functions`: a Python function with annotations (see `collector.ottl.signature`) becomes an
editor or converter.
'''

from collector.ottl.errors import ConfigError, EvaluationError, OttlError, Problem
from collector.ottl.signature import Function, function
from collector.ottl.statements import (
    Conditions,
    ErrorHook,
    ErrorMode,
    Statements,
    ValueExpression,
    check_error_mode,
    compile_conditions,
    compile_statements,
    compile_value,
    infer_context,
)
from collector.ottl.values import Duration, Time

__all__ = [
    "Conditions",
    "ConfigError",
    "Duration",
    "ErrorHook",
    "ErrorMode",
    "EvaluationError",
    "Function",
    "OttlError",
    "Problem",
    "Statements",
    "Time",
    "ValueExpression",
    "check_error_mode",
    "compile_conditions",
    "compile_statements",
    "compile_value",
    "function",
    "infer_context",
]

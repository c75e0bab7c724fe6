"""What the kernel carries out by itself comes out as what Python makes of the same statement or condition."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector import ottl, pdata
from collector.pdata import EMPTY, Traces

VALUES = ["", "v", "/a/12/b/3", "é/1", "x" * 2000, True, False, 0, 1, 404, -5, 404.0, b"", b"v", EMPTY, [1], {"k": "v"}]
PLACES = ['attributes["a"]', 'attributes["b"]', "name", "trace_state", 'attributes["new"]']
SOURCES = [
    'attributes["a"]',
    'attributes["b"]',
    'attributes["none"]',
    'resource.attributes["r"]',
    '"text"',
    "404",
    "true",
    "nil",
]
CONDITIONS = [
    *(
        f'attributes["a"] {operator} {value}'
        for operator in ("==", "!=")
        for value in ('"v"', "404", "1", "true", "nil", '""')
    ),
    'name == "v"',
    'name != ""',
    'IsMatch(attributes["a"], "^v")',
    'IsMatch(name, "/[0-9]+")',
    'not IsMatch(name, "/[0-9]+")',
    'attributes["a"] == "v" and name == "v"',
    'attributes["none"] != nil or not (attributes["b"] == 404 or IsMatch(attributes["a"], "1$"))',
]
STATEMENTS = [
    *(f"set({place}, {source})" for place, source in product(PLACES, SOURCES)),
    *(f'set({place}, attributes["a"]) where attributes["a"] != nil' for place in PLACES),
    'delete_key(attributes, "a")',
    'delete_key(attributes, "none")',
    *(
        f'replace_pattern({place}, "{pattern}", "{new}")'
        for place in PLACES
        for pattern, new in (("/[0-9]+", "/{{id}}"), ("^v", ""))
    ),
    *(f'set(attributes["c"], "yes") where {condition}' for condition in CONDITIONS),
]
values = st.sampled_from(VALUES)
spans = st.fixed_dictionaries(
    {"name": st.sampled_from(["", "v", "/a/12", "é"])}, optional={"a": values, "b": values, "again": values}
)


def payload(records):
    builder = Traces.builder()
    group = builder.resource({"r": "of the resource"}).scope({"name": "s"})
    for record in records:
        span = group.add(name=record["name"])
        for key in ("a", "b"):
            if key in record:
                span.attributes[key] = record[key]
        if "again" in record:
            other = type(span).new(attributes={"a": record["again"]})
            span.copy_from(span.raw + other.raw)  # a second attribute of the same key
    return Traces.trusted(builder.build().seal(), len(records))


def compiled(statements, errors):
    return ottl.compile_statements(
        statements, context="span", error_mode="ignore", on_error=lambda text, error: errors.append((text, str(error)))
    )


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=4), st.lists(spans, min_size=1, max_size=3))
def test_statements_do_over_a_payload_what_they_do_to_single_spans(statements, records):
    together, apart = payload(records), payload(records)
    errors, expected = [], []

    compiled(statements, errors).apply(together)
    for span in apart.spans():
        compiled(statements, expected).apply_to(span)

    assert together.to_proto() == apart.to_proto()
    assert errors == expected


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=3), st.lists(spans, min_size=1, max_size=4))
def test_conditions_remove_from_a_scope_what_they_are_true_for(texts, records):
    conditions = ottl.compile_conditions(texts, context="span", error_mode="ignore")
    traces, apart = payload(records), payload(records)
    places = [conditions.which(span) for span in apart.spans()]
    dropped = [0] * len(texts)

    for group in traces.resources():
        for scope in group.scopes():
            conditions.program.sieve(scope, dropped, [])

    assert dropped == [places.count(place) for place in range(len(texts))]
    kept = [span.raw for span, place in zip(apart.spans(), places, strict=True) if place < 0]
    assert [span.raw for span in traces.spans()] == kept


def test_a_span_whose_condition_fails_under_propagate_stays_while_others_go():
    texts = ['attributes["a"]["k"] == "x"', 'name == "v"']
    conditions = ottl.compile_conditions(texts, context="span", error_mode="propagate")
    traces = payload([{"name": "v", "a": "no map"}, {"name": "v"}, {"name": "other"}])
    dropped, errors = [0, 0], []

    conditions.program.sieve(next(traces.resources()).scopes()[0], dropped, errors)

    assert [span.name for span in traces.spans()] == ["v", "other"]
    assert dropped == [0, 1]
    assert ["indexing" in str(error) for error in errors] == [True]


@pytest.mark.parametrize(
    "text", ['attributes["a"] == "v"', 'name == "v"', 'IsMatch(name, "^v")', 'not (attributes["a"] == 1)']
)
def test_usual_conditions_are_tests_of_the_kernel(text):
    bound = ottl.compile_conditions([text], context="span").program

    assert "sift(" in bound.source
    assert isinstance(bound.sieve.__globals__["tests"][0], pdata.Test)


@pytest.mark.parametrize(
    "text",
    [
        'set(attributes["a"], "v")',
        'set(attributes["a"], attributes["b"])',
        'set(attributes["a"], resource.attributes["b"])',
        'set(name, attributes["b"]) where attributes["b"] != nil',
        'delete_key(attributes, "a")',
        'replace_pattern(name, "/[0-9]+", "/x")',
        'set(attributes["a"], "v") where name == "x"',
    ],
)
def test_usual_statements_are_actions_of_the_kernel(text):
    source = ottl.compile_statements([text], context="span").program.source

    assert "apply_actions(" in source

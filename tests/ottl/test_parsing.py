import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.ottl.errors import Refusal
from collector.ottl.parse import MAX_LENGTH, parse_condition, parse_statement, parse_value, print_tree, tree

WORDS = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True).filter(
    lambda w: w not in ("nil", "not", "and", "or", "true", "false", "where")
)
CONVERTERS = st.sampled_from(["IsMatch", "Len", "SHA256", "ParseJSON", "UUIDv7", "Base64Decode"])
EDITORS = st.sampled_from(["set", "delete_key", "replace_pattern"])
FLOATS = st.floats(min_value=0, allow_nan=False, allow_infinity=False)
PLAIN = (
    st.builds(tree.Nil)
    | st.builds(tree.Bool, st.booleans())
    | st.builds(tree.String, st.text(max_size=8))
    | st.builds(tree.Bytes, st.binary(min_size=1, max_size=5))
    | st.builds(tree.Enum, st.from_regex(r"[A-Z][A-Z0-9_]{0,8}", fullmatch=True))
)
NUMBERS = st.builds(tree.Int, st.integers(0, 2**63 - 1)) | st.builds(tree.Float, FLOATS)


def values(inner):
    """Values one level deeper than the values `inner`."""
    operands = NUMBERS | paths(inner) | calls(CONVERTERS, inner)
    signed = operands | st.builds(tree.Sign, st.sampled_from("+-"), operands)
    products = chains("*/", signed)
    maths = chains("+-", signed | products)
    grouped = signed | st.builds(tree.Group, maths)
    return (
        operands
        | maths
        | chains("*/", grouped)
        | st.builds(tree.List, st.lists(inner, max_size=3).map(tuple))
        | st.builds(tree.Map, st.lists(st.tuples(st.text(max_size=4), inner), max_size=3).map(tuple))
    )


def chains(operators, operands):
    rest = st.lists(st.tuples(st.sampled_from(operators), operands), min_size=1, max_size=3)
    return st.builds(tree.Maths, operands, rest.map(tuple))


def keys(inner):
    return st.lists(
        st.builds(tree.String, st.text(max_size=5)) | st.builds(tree.Int, st.integers(0, 9)) | paths_of_words(),
        max_size=2,
    ).map(tuple)


def paths_of_words():
    return st.builds(tree.Path, st.none(), st.lists(st.builds(tree.Field, WORDS), min_size=1, max_size=1).map(tuple))


def paths(inner):
    fields = st.builds(tree.Field, WORDS, keys(inner))
    prefixed = st.builds(tree.Path, WORDS, st.lists(fields, min_size=1, max_size=2).map(tuple))
    return prefixed | st.builds(tree.Path, st.none(), fields.map(lambda f: (f,)))


def calls(names, inner):
    arguments = st.builds(tree.Argument, st.none() | WORDS, inner) | st.builds(
        tree.Argument, st.none(), st.builds(tree.FunctionName, st.sampled_from(["ToLowerCase", "Base64Encode"]))
    )
    return st.builds(tree.Call, names, st.lists(arguments, max_size=3).map(tuple))


VALUES = st.recursive(PLAIN | NUMBERS, values, max_leaves=8)
FACTORS = (
    st.builds(tree.Comparison, VALUES, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), VALUES)
    | st.builds(tree.Bool, st.booleans())
    | calls(CONVERTERS, VALUES)
)


def conditions(inner):
    factors = FACTORS | st.builds(tree.Parentheses, inner)
    factors |= st.builds(tree.Not, factors)
    both = st.builds(tree.And, st.lists(factors, min_size=2, max_size=3).map(tuple))
    return factors | both | st.builds(tree.Or, st.lists(factors | both, min_size=2, max_size=3).map(tuple))


CONDITIONS = st.recursive(FACTORS, conditions, max_leaves=6)
STATEMENTS = st.builds(tree.Statement, calls(EDITORS, VALUES), st.none() | CONDITIONS)


@given(STATEMENTS)
@settings(max_examples=300, deadline=None)
def test_a_printed_statement_parses_to_the_same_tree(statement):
    assert parse_statement(print_tree(statement)) == statement


@given(CONDITIONS)
@settings(max_examples=200, deadline=None)
def test_a_printed_condition_parses_to_the_same_tree(condition):
    assert parse_condition(print_tree(condition)) == condition


@given(st.text(alphabet='abcAB01._[](){}"\\,=+-*/<>! \nnotandornilwhere', max_size=60))
@settings(max_examples=500, deadline=None)
def test_any_text_parses_or_is_refused(text):
    for parse in (parse_statement, parse_condition, parse_value):
        try:
            parsed = parse(text)
        except Refusal as refusal:
            assert 0 <= refusal.start <= len(text) + 1
        else:
            assert parse(print_tree(parsed)) == parsed


def test_white_space_inside_names_is_dropped():
    assert parse_value('Is Match ( log . body , "x" )') == parse_value('IsMatch(log.body, "x")')


def test_positions_are_those_of_the_text():
    statement = parse_statement('set(span.name, "x") where IsMatch(span.name, "y")')
    assert (statement.where.start, statement.where.end) == (26, 33)
    assert (statement.call.arguments[0].value.start, statement.call.arguments[0].value.end) == (4, 13)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("010", tree.Int(8)),
        ("5.", tree.Float(5.0)),
        (".5", tree.Float(0.5)),
        ("1.0e3", tree.Float(1000.0)),
        (r'"\x41\101\u00e9\t"', tree.String("AAé\t")),
        ("0xCAfe", tree.Bytes(b"\xca\xfe")),
        ("[1 2, 3]", tree.List((tree.Int(1), tree.Int(2), tree.Int(3)))),
        ('{"a": 1 "b": 2,}', tree.Map((("a", tree.Int(1)), ("b", tree.Int(2))))),
    ],
)
def test_literals(text, value):
    assert parse_value(text) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (r'"\d"', r"write \\d"),
        ('"open', "never closed"),
        ("08", "octal"),
        ("9223372036854775808", "out of range"),
        ("0x123", "odd length"),
        ("1e5", "expected"),
        ("--1", "expected a value"),
        ("[1,]", "expected a value"),
        ("x[1 + 1]", "expected ']'"),
        ("'a'", "double quotes"),
        ("Foo", "expected"),
        ('"\\ud800"', "no such character"),
    ],
)
def test_malformed_values_are_refused_with_a_reason(text, reason):
    with pytest.raises(Refusal) as caught:
        parse_value(text)
    assert reason in caught.value.message


@pytest.mark.parametrize("text", ["1 < 2 < 3", "not not true", 'attributes["x"]', "1 == 1 and", "(true", "a && b"])
def test_malformed_conditions_are_refused(text):
    with pytest.raises(Refusal):
        parse_condition(text)


@pytest.mark.parametrize("opening", ["(", "[", '{"a": ', "Len(", "x["])
def test_deep_nesting_is_refused_clearly(opening):
    with pytest.raises(Refusal, match="nested too deeply"):
        parse_value(opening * 5_000)


def test_long_statements_are_refused_clearly():
    with pytest.raises(Refusal, match="too long"):
        parse_statement(f'set(name, "{"x" * MAX_LENGTH}")')

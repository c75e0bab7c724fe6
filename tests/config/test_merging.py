from hypothesis import given
from hypothesis import strategies as st

from collector.config.marks import Mark
from collector.config.merging import merge, unflatten

documents = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(
        st.none() | st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2),
        lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
        max_leaves=6,
    ),
    max_size=3,
)


def test_mappings_merge_while_lists_and_scalars_are_replaced():
    assert merge({"a": {"x": 1, "l": [1, 2]}, "b": 1}, {"a": {"y": 2, "l": [3]}, "b": {"c": 1}}) == {
        "a": {"x": 1, "y": 2, "l": [3]},
        "b": {"c": 1},
    }


def test_null_wipes_what_was_there():
    assert merge({"processors": {"batch": {}}}, {"processors": None}) == {"processors": None}


def test_appending_joins_only_the_lists_of_the_service():
    old = {
        "service": {"extensions": ["a"], "pipelines": {"traces": {"receivers": ["a"], "processors": ["p"]}}},
        "x": [1],
    }
    new = {
        "service": {"extensions": ["b", "a"], "pipelines": {"traces": {"receivers": ["b"], "processors": ["q"]}}},
        "x": [2],
    }

    assert merge(old, new, append=True) == {
        "service": {"extensions": ["a", "b"], "pipelines": {"traces": {"receivers": ["a", "b"], "processors": ["q"]}}},
        "x": [2],
    }


@given(documents, documents)
def test_merging_changes_neither_side_and_keeps_all_of_the_later(old, new):
    before = repr(old), repr(new)
    joined = merge(old, new)

    assert (repr(old), repr(new)) == before
    assert merge(joined, new) == joined
    assert merge({}, new) == new
    assert set(joined) == set(old) | set(new)


def test_keys_with_double_colons_are_nested():
    value, marks = unflatten(
        {"processors::batch::timeout": "2s", "processors": {"batch": {"size": 1}}},
        {("processors::batch::timeout",): Mark("f", 1, 1, 1, 5)},
    )

    assert value == {"processors": {"batch": {"timeout": "2s", "size": 1}}}
    assert marks == {("processors", "batch", "timeout"): Mark("f", 1, 1, 1, 5)}


def test_keys_with_colons_are_nested_at_any_depth_but_inside_lists():
    value = {"processors": {"batch::timeout": "2s", "batch": {"a::b": 1}}, "list": [{"x::y": 1}]}
    marks = {("processors", "batch::timeout"): Mark("f", 1, 1, 1, 5), ("list", 0, "x::y"): Mark("f", 2, 1, 2, 5)}

    nested, moved = unflatten(value, marks)

    assert nested == {"processors": {"batch": {"timeout": "2s", "a": {"b": 1}}}, "list": [{"x::y": 1}]}
    assert set(moved) == {("processors", "batch", "timeout"), ("list", 0, "x::y")}

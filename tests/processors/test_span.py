import pytest
from pydantic import ValidationError

from collector.pdata import Traces
from collector.testing import bench, traces


def renamed(config, name="GET /", **given):
    (span,) = bench("span", {"name": config}).run(traces(name, attributes=given)).records()
    return span.name, span.attributes.to_dict()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", "x"),
        ("", ""),
        (5, "5"),
        (True, "true"),
        (0.5, "0.5"),
        (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000"),
        (3.0, "3"),
        (float("nan"), "NaN"),
        (float("inf"), "+Inf"),
        ([1], "<unknown-attribute-type>"),
        (b"x", "<unknown-attribute-type>"),
    ],
)
def test_a_value_in_a_name(value, text):
    assert renamed({"from_attributes": ["a", "b"], "separator": "-"}, a=value, b="b")[0] == text + "-b"


def test_an_absent_attribute_leaves_the_name():
    assert renamed({"from_attributes": ["a", "b"]}, a="x")[0] == "GET /"


@pytest.mark.parametrize(
    ("rule", "name", "expected"),
    [
        ("(?P<id>\\d+)", "/a/7/8", ("/a/{id}/8", {"id": "7"})),
        ("(?P<outer>a(?P<inner>b))c", "xabc", ("x{outer}c", {"outer": "ab", "inner": "b"})),
        ("(?P<a>x)?(?P<b>y)", "-y", ("-{b}", {"a": "", "b": "y"})),
        ("^ä(?P<ü>.)", "äöz", ("ä{ü}z", {"ü": "ö"})),
        ("nothing", "x", ("x", {})),
        ("(?P<empty>)", "x", ("{empty}x", {"empty": ""})),
    ],
)
def test_a_rule_moves_parts_of_the_name_into_attributes(rule, name, expected):
    assert renamed({"to_attributes": {"rules": [rule]}}, name) == expected


def test_rules_are_skipped_for_a_span_without_a_name():
    assert renamed({"to_attributes": {"rules": ["(?P<x>)"]}}, "") == ("", {})


def test_the_original_name_can_be_kept_and_the_first_match_can_be_the_last():
    rules = {"rules": ["(?P<a>1)", "(?P<b>2)"], "keep_original_name": True}
    assert renamed({"to_attributes": rules}, "12") == ("12", {"a": "1", "b": "2"})
    assert renamed({"to_attributes": {**rules, "break_after_match": True}}, "12") == ("12", {"a": "1"})


def test_a_status_is_set_with_its_message_and_an_ok_clears_it():
    payload = bench("span", {"status": {"code": "Error", "description": "bad"}}).run(traces("a"))
    (span,) = payload.records()
    assert (span.status.code, span.status.message) == (2, "bad")
    (span,) = bench("span", {"status": {"code": "Ok"}}).run(payload).records()
    assert (span.status.code, span.status.message) == (1, "")


def test_spans_that_are_not_selected_keep_their_bytes():
    data = traces("a", "b").seal()
    processor = bench("span", {"include": {"match_type": "strict", "span_names": ["x"]}, "status": {"code": "Ok"}})
    assert processor.run(Traces.from_bytes(data)).seal() is data


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({}, 'either "from_attributes" or "to_attributes" must be specified in "name:" or "setStatus"'),
        ({"name": {"to_attributes": {}}}, 'either "from_attributes" or "to_attributes" must be specified'),
        ({"name": {"to_attributes": {"rules": ["(?P<x>["]}}}, "invalid regexp pattern (?P<x>["),
        ({"status": {"code": "ok"}}, '"status" must have specified "code" as "Ok" or "Error" or "Unset"'),
        ({"status": {"code": "Ok", "description": "x"}}, '"description" can be specified only for "code" "Error"'),
        ({"include": {"services": ["a"]}, "status": {"code": "Ok"}}, "unrecognized match_type: ''"),
    ],
)
def test_settings_that_make_no_sense_are_refused(config, text):
    with pytest.raises(ValidationError) as caught:
        bench("span", config)
    assert text in str(caught.value)

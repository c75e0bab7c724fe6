from hashlib import sha256

import pytest
from pydantic import ValidationError

from collector.component import ConfigError
from collector.pdata import EMPTY, Context, Metrics, Traces
from collector.testing import bench, gauge, logs, traces


def attributes(actions, given, context=None, **options):
    """Attributes of one span after the actions."""
    payload = traces("GET /", attributes=given)
    if context is not None:
        payload.context = context
    out = bench("attributes", {"actions": actions, **options}).run(payload)
    (span,) = out.records()
    return span.attributes.to_dict()


def refusal(actions):
    with pytest.raises(ValidationError) as caught:
        bench("attributes", {"actions": actions})
    return str(caught.value)


REQUEST = Context(
    client_address="10.0.0.7",
    metadata={"tenant": ("a", "b"), "one": ("x",), "none": ()},
    auth={"subject": "ann", "groups": ["x", "y"], "level": 5},
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("metadata.tenant", "a;b"),
        ("metadata.Tenant", "a;b"),
        ("tenant", "a;b"),
        ("metadata.one", "x"),
        ("metadata.none", "default"),
        ("metadata.absent", "default"),
        ("auth.subject", "ann"),
        ("auth.groups", "x;y"),
        ("auth.level", "default"),
        ("auth.absent", "default"),
        ("client.address", "10.0.0.7"),
    ],
)
def test_from_context_reads_metadata_authentication_and_the_address(source, expected):
    action = {"key": "k", "from_context": source, "default_value": "default", "action": "upsert"}
    assert attributes([action], {}, REQUEST) == {"k": expected}


def test_from_context_without_a_value_and_default_does_nothing():
    assert attributes([{"key": "k", "from_context": "tenant", "action": "upsert"}], {"k": 1}) == {"k": 1}


@pytest.mark.parametrize(
    ("action", "given", "expected"),
    [
        ("insert", {"from": 1}, {"from": 1, "to": 1}),
        ("insert", {"from": 1, "to": 2}, {"from": 1, "to": 2}),
        ("update", {"from": 1}, {"from": 1}),
        ("update", {"from": 1, "to": 2}, {"from": 1, "to": 1}),
        ("upsert", {"from": [1, {"a": b"x"}]}, {"from": [1, {"a": b"x"}], "to": [1, {"a": b"x"}]}),
        ("upsert", {}, {"to": "default"}),
        ("update", {"to": 2}, {"to": "default"}),
    ],
)
def test_a_value_is_copied_from_another_attribute_or_is_the_default(action, given, expected):
    step = {"key": "to", "from_attribute": "from", "default_value": "default", "action": action}
    assert attributes([step], given) == expected


@pytest.mark.parametrize("value", ["text", "", 5, -(2**63), 2.5, True, False, ["a", 1], {"a": {"b": [1.5]}}, [], {}])
def test_any_kind_of_value_can_be_set(value):
    assert attributes([{"key": "k", "value": value, "action": "insert"}], {}) == {"k": value}


def test_a_payload_in_which_nothing_changes_keeps_its_bytes():
    processor = bench(
        "attributes",
        {
            "actions": [
                {"key": "there", "value": "x", "action": "upsert"},
                {"key": "there", "value": "y", "action": "insert"},
                {"key": "absent", "value": "y", "action": "update"},
                {"key": "absent", "action": "delete"},
                {"pattern": "^absent", "action": "delete"},
                {"key": "absent", "action": "hash"},
                {"key": "there", "pattern": "(?P<a>[0-9])", "action": "extract"},
                {"key": "there", "action": "convert", "converted_type": "int"},
                {"key": "there", "action": "convert", "converted_type": "string"},
                {"key": "there", "from_attribute": "absent", "action": "upsert"},
            ]
        },
    )
    data = traces("a", "b", attributes={"there": "x"}).seal()
    assert processor.run(Traces.from_bytes(data)).seal() is data


def test_a_hash_is_the_sha_256_of_text_and_is_remembered_alike():
    expected = sha256(b"ann").hexdigest()
    for _ in range(2):
        assert attributes([{"key": "k", "action": "hash"}], {"k": "ann"}) == {"k": expected}
    long = "x" * 5000
    found = attributes([{"key": "k", "action": "hash"}], {"k": long})
    assert found == {"k": sha256(long.encode()).hexdigest()}


def test_key_and_pattern_together_hash_a_matching_key_twice():
    once = sha256(b"ann").hexdigest()
    found = attributes([{"key": "k", "pattern": "k", "action": "hash"}], {"k": "ann"})
    assert found == {"k": sha256(once.encode()).hexdigest()}


@pytest.mark.parametrize(
    ("target", "value", "expected"),
    [
        ("int", 2.9, 2),
        ("int", -2.9, -2),
        ("int", 1e300, -(2**63)),
        ("int", float("nan"), -(2**63)),
        ("int", True, 1),
        ("int", "+4", 4),
        ("int", "3.0", "3.0"),
        ("int", "9" * 5000, "9" * 5000),
        ("int", b"4", b"4"),
        ("int", EMPTY, EMPTY),
        ("double", "1_000", 1000.0),
        ("double", "1e3", 1000.0),
        ("double", "0x1p4", 16.0),
        ("double", "0x1f", "0x1f"),
        ("double", " 1", " 1"),
        ("double", False, 0.0),
        ("double", [1], [1]),
        ("string", 41.0, "41"),
        ("string", 1e-7, "1e-7"),
        ("string", 1e21, "1e+21"),
        ("string", True, "true"),
        ("string", [1, "x"], '[1,"x"]'),
        ("string", b"hey", "aGV5"),
        ("string", EMPTY, ""),
    ],
)
def test_conversion(target, value, expected):
    found = attributes([{"key": "k", "action": "convert", "converted_type": target}], {"k": value})["k"]
    assert found == expected
    assert type(found) is type(expected)


def test_extracted_groups_are_set_in_the_order_of_the_groups():
    found = attributes([{"key": "k", "pattern": "(?P<z>.)(?P<k>.)(?P<a>x)?", "action": "extract"}], {"k": "12"})
    assert list(found.items()) == [("k", "2"), ("z", "1"), ("a", "")]


def test_points_of_all_kinds_are_worked_on():
    builder = Metrics.builder()
    scope = builder.resource({}).scope({})
    for kind in ("gauge", "sum", "histogram", "exponential_histogram", "summary"):
        scope.add(name=kind, type=kind).data_points.add(time_unix_nano=1)
    out = bench("attributes", {"actions": [{"key": "k", "value": 1, "action": "insert"}]}).run(builder.build())
    assert [point.attributes.to_dict() for point in out.points()] == [{"k": 1}] * 5


def test_points_are_chosen_by_metric_resource_and_attribute():
    def hits(**include):
        processor = bench(
            "attributes",
            {
                "include": {"match_type": "regexp", **include},
                "actions": [{"key": "hit", "value": 1, "action": "insert"}],
            },
        )
        payload = Metrics.merge([gauge("a", 1, 2, resource={"r": "1"}), gauge("b", 3, resource={"r": "2"})])
        for number, point in enumerate(payload.points()):
            point.attributes["n"] = number
        return [point.attributes["n"] for point in processor.run(payload).points() if "hit" in point.attributes]

    assert hits(metric_names=["^a$"]) == [0, 1]
    assert hits(resources=[{"key": "r", "value": "2"}]) == [2]
    assert hits(attributes=[{"key": "n", "value": "[12]"}]) == [1, 2]
    assert hits(metric_names=["a"], attributes=[{"key": "n", "value": "[12]"}]) == [1]


def test_exclude_takes_out_of_what_include_takes_in():
    processor = bench(
        "attributes",
        {
            "include": {"match_type": "regexp", "log_bodies": ["a"]},
            "exclude": {"match_type": "strict", "log_bodies": ["ab"]},
            "actions": [{"key": "hit", "value": 1, "action": "insert"}],
        },
    )
    assert [record.attributes.to_dict() for record in processor.run(logs("a", "ab", "b")).records()] == [
        {"hit": 1},
        {},
        {},
    ]


def test_a_category_of_another_signal_is_refused_when_the_pipeline_is_known():
    processor = bench(
        "attributes",
        {
            "include": {"match_type": "strict", "span_names": ["a"]},
            "actions": [{"key": "hit", "value": 1, "action": "insert"}],
        },
    )
    with pytest.raises(ConfigError, match="not valid for log records"):
        processor.run(logs("a"))


@pytest.mark.parametrize(
    ("action", "text"),
    [
        ({"value": 1, "action": "insert"}, 'missing required field "key" at the 0-th action'),
        ({"key": "a", "action": "insert"}, "must be specified for 0-th action"),
        ({"key": "a", "value": 1, "from_context": "b", "action": "upsert"}, "multiple value sources being set"),
        ({"key": "a", "value": 1, "pattern": "b", "action": "insert"}, 'does not use the "pattern" field'),
        ({"key": "a", "action": "hash", "converted_type": "int"}, 'does not use the "converted_type" field'),
        ({"key": "a", "action": "delete", "from_context": "x"}, 'does not use "value"'),
        ({"key": "a", "action": "extract"}, 'missing required field "pattern" for action "extract"'),
        ({"key": "a", "action": "extract", "pattern": "(?P<x>["}, 'Field "pattern" has invalid pattern: "(?P<x>["'),
        ({"key": "a", "action": "extract", "pattern": "a"}, "contains no named matcher groups"),
        ({"key": "a", "action": "extract", "pattern": "(?P<x>.)(.)"}, "at least one unnamed matcher group"),
        ({"key": "a", "action": "convert"}, 'missing required field "converted_type"'),
        ({"key": "a", "action": "convert", "converted_type": "bool"}, 'invalid value "bool" in field "converted_type"'),
        ({"key": "a", "action": "rename"}, 'unsupported action "rename" at the 0-th action'),
        ({"key": "a", "value": 2**63, "action": "insert"}, "64 bits"),
    ],
)
def test_an_action_that_makes_no_sense_is_refused(action, text):
    assert text in refusal([action])


def test_a_refusal_names_the_action():
    assert "at the 1-th action" in refusal([{"key": "a", "action": "delete"}, {"action": "convert"}])

from typing import Annotated, Literal

import pytest
from pydantic import Field, ValidationError, model_validator

from collector.component import ComponentID
from collector.config import (
    ComponentConfig,
    ComponentRef,
    DefaultSection,
    Duration,
    HeaderMap,
    IgnoreCase,
    LowerStr,
    OptionalSection,
    Secret,
    StringList,
    UInt,
    UInt32,
)
from collector.config.problems import problems_of
from collector.config.values import Expanded
from collector.config.yaml12 import read_yaml


class Tls(ComponentConfig):
    insecure: bool = False
    key_pem: Secret = Secret("")


class Queue(ComponentConfig):
    size: UInt = 1000
    linger: Duration = 5.0
    tls: OptionalSection[Tls] = None


class Switched(ComponentConfig):
    enabled: bool = True
    rate: float = 1.0


class Example(ComponentConfig):
    timeout: Duration = 0.2
    count: int = 3
    size: UInt = 4
    small: UInt32 = 5
    ratio: float = 0.5
    on: bool = False
    text: str = "text"
    names: StringList = ["default"]
    headers: HeaderMap = {}
    tls: OptionalSection[Tls] = None
    grpc: DefaultSection[Tls] = None
    queue: OptionalSection[Queue] = Queue(size=7, linger="1s", tls={"insecure": True})
    plain_queue: Queue = Queue(size=9)
    queues: list[Queue] = []
    switched: OptionalSection[Switched] = None
    kind: Literal["one", "two"] = "one"
    level: Annotated[Literal["low", "high"], IgnoreCase()] = "low"
    lower: LowerStr = ""
    labels: dict[str, str] = {"a": "1"}
    limits: dict[str, UInt] = {}
    pairs: tuple[str, ...] = ()
    maybe: int | None = None
    number_or_text: int | str = 0
    auth: ComponentRef | None = None
    positive: int = Field(1, gt=0)
    source: str = Field("", alias="from")
    anything: object = None

    @model_validator(mode="after")
    def _count_fits(self):
        if self.count == 99:
            raise ValueError("count and size: 99 is too much")
        return self


def read(**given):
    return Example.model_validate(given)


def problems(text):
    data, marks = read_yaml(text, "f.yaml")
    with pytest.raises(ValidationError) as caught:
        Example.model_validate(data)
    prefix = ("processors", "example")
    marks = {(*prefix, *path): mark for path, mark in marks.items()}
    return [str(problem) for problem in problems_of(caught.value, data, marks, prefix)]


@pytest.mark.parametrize(
    ("key", "given", "value"),
    [
        ("timeout", "1m", 60.0),
        ("timeout", 100_000_000, 0.1),
        ("timeout", 1.9, 1e-9),
        ("timeout", Expanded("5s", "5s"), 5.0),
        ("count", 2.9, 2),
        ("count", -2.9, -2),
        ("count", Expanded(83, "0123"), 83),
        ("size", 0, 0),
        ("ratio", 1, 1.0),
        ("on", Expanded(True, "true"), True),
        ("text", Expanded(83, "0123"), "0123"),
        ("text", Expanded(True, "true"), "true"),
        ("text", Expanded(None, ""), ""),
        ("names", "a,b", ["a", "b"]),
        ("names", "", []),
        ("names", ["a,b"], ["a,b"]),
        ("names", Expanded("a,b", "a,b"), ["a", "b"]),
        ("names", [Expanded(7, "007"), None], ["007", ""]),
        ("pairs", ["a"], ("a",)),
        ("headers", {"x": "1"}, {"x": Secret("1")}),
        ("headers", [{"name": "x", "value": "1"}, {"name": "y"}], {"x": Secret("1"), "y": Secret("")}),
        ("headers", {"x": None}, {"x": Secret("")}),
        ("headers", {"x": Expanded(7, "007")}, {"x": Secret("007")}),
        ("labels", {"b": Expanded(7, "007")}, {"a": "1", "b": "007"}),
        ("kind", "two", "two"),
        ("level", "HIGH", "high"),
        ("lower", "AbC", "abc"),
        ("maybe", 5, 5),
        ("number_or_text", "x", "x"),
        ("auth", "basic/x", ComponentID("basic", "x")),
        ("anything", {"a": [Expanded(1, "1")]}, {"a": [1]}),
    ],
)
def test_values_are_read_without_weak_typing(key, given, value):
    got = getattr(read(**{key: given}), key)

    assert got == value
    assert type(got) is type(value)


def test_aliases_are_the_keys_that_users_write():
    assert read(**{"from": "x"}).source == "x"


_SCALARS = {
    "timeout": 0.0,
    "count": 0,
    "size": 0,
    "small": 0,
    "ratio": 0.0,
    "on": False,
    "text": "",
    "lower": "",
}


@pytest.mark.parametrize("key", sorted(_SCALARS))
def test_null_is_the_zero_of_a_scalar(key):
    assert getattr(read(**{key: None}), key) == _SCALARS[key]


def test_null_for_a_scalar_is_held_to_its_bounds():
    with pytest.raises(ValueError, match="greater than 0"):
        read(positive=None)


@pytest.mark.parametrize("key", sorted(set(Example.model_fields) - {"source", "grpc", "positive", *_SCALARS}))
def test_null_keeps_any_other_default(key):
    assert getattr(read(**{key: None}), key) == getattr(Example(), key)


def test_a_null_component_is_all_defaults():
    assert Example.model_validate(None) == Example()


def test_an_unset_variable_is_null():
    assert read(count=Expanded(None, "")).count == 0
    assert read(names=Expanded(None, "")).names == ["default"]


@pytest.mark.parametrize("given", [1 << 63, 1e19, -1e19])
def test_a_number_beyond_the_longest_duration_is_refused(given):
    with pytest.raises(ValueError, match="invalid duration"):
        read(timeout=given)


def test_a_section_is_off_until_it_is_there():
    assert read().tls is None
    assert read(tls=None).tls is None
    assert read(tls={}).tls == Tls()


def test_a_default_section_is_on_even_when_null():
    assert read().grpc is None
    assert read(grpc=None).grpc == Tls()
    assert read(grpc={"insecure": True}).grpc == Tls(insecure=True)


def test_enabled_switches_any_section():
    assert read(tls={"enabled": True}).tls == Tls()
    assert read(tls={"enabled": False, "insecure": True}).tls is None
    assert read(queue={"enabled": False}).queue is None
    assert read(grpc={"enabled": False}).grpc is None


def test_a_section_with_a_switch_of_its_own_reads_it_itself():
    assert read(switched={"enabled": False, "rate": 2}).switched == Switched(enabled=False, rate=2.0)


def test_mappings_merge_over_the_default():
    assert read(queue={"linger": "2s"}).queue == Queue(size=7, linger="2s", tls={"insecure": True})
    assert read(queue={"tls": {"key_pem": "k"}}).queue.tls == Tls(insecure=True, key_pem="k")
    assert read(plain_queue={"linger": "2s"}).plain_queue == Queue(size=9, linger="2s")
    assert read(queues=[{"linger": "2s"}, None]).queues == [Queue(linger="2s"), Queue()]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("timeout: 1d", 'f.yaml:1:10: processors::example::timeout: time: unknown unit "d" in duration "1d"'),
        ("timeout: '5'", 'time: missing unit in duration "5"'),
        ("timeout: ''", 'time: invalid duration ""'),
        (
            "timeout: false",
            "'timeout' expected type 'time.Duration', got unconvertible type 'bool', value: 'false'",
        ),
        (
            "timeout: [1]",
            "'timeout' expected type 'time.Duration', got unconvertible type '[]interface {}', value: '[1]'",
        ),
        ("count: x", "'count' expected type 'int', got unconvertible type 'string', value: 'x'"),
        ("count: true", "'count' expected type 'int', got unconvertible type 'bool', value: 'true'"),
        ("count: .inf", "'count' expected type 'int', got unconvertible type 'float64'"),
        ("size: -1", "f.yaml:1:7: processors::example::size: cannot parse 'size', -1 overflows uint"),
        ("size: -0.5", "cannot parse 'size', -0.5 overflows uint"),
        ("small: 4294967296", "cannot parse 'small', 4294967296 overflows uint"),
        ("ratio: x", "'ratio' expected type 'float64', got unconvertible type 'string', value: 'x'"),
        ("on: yes", "'on' expected type 'bool', got unconvertible type 'string', value: 'yes'"),
        ("on: 1", "'on' expected type 'bool', got unconvertible type 'int', value: '1'"),
        ("text: 4317", "'text' expected type 'string', got unconvertible type 'int', value: '4317'"),
        ("text: 2020-01-01", "'text' expected type 'string', got unconvertible type 'time.Time'"),
        ("text: {a: 1}", "got unconvertible type 'map[string]interface {}', value: 'map[a:1]'"),
        ("names: {a: 1}", "'names' source data must be an array or slice, got map"),
        ("names: [a, 5]", "f.yaml:1:12: processors::example::names::1: 'names[1]' expected type 'string'"),
        ("queues: x", "'queues' source data must be an array or slice, got string"),
        ("headers: [{name: n, value: a}, {name: n, value: b}]", 'duplicate keys in map-style list: ["n"]'),
        ("headers: [{nam: n}]", "headers as a list are entries of 'name' and 'value'"),
        ("headers: {a: 5}", "processors::example::headers::a: 'headers.a' expected type 'string'"),
        ("headers: x", "'headers' expected a map, got 'string'"),
        ("tls: []", "'tls' expected a map, got 'slice'"),
        ("tls: x", "'tls' expected a map, got 'string'"),
        (
            "tls: {enabled: 'yes'}",
            (
                "f.yaml:1:16: processors::example::tls::enabled: unexpected type string for 'enabled': got 'yes' value "
                "expected 'true' or 'false'"
            ),
        ),
        ("tls: {insecure: 'yes'}", "processors::example::tls::insecure: 'tls.insecure' expected type 'bool'"),
        ("kind: three", "unsupported value 'three'; expected 'one' or 'two'"),
        ("auth: a b", 'in "a b" id: invalid character(s) in type "a b"'),
        ("positive: 0", "'0': input must be greater than 0"),
        ("tmeout: 1s", "f.yaml:1:1: processors::example: '' has invalid keys: tmeout; did you mean \"timeout\"?"),
        ("Timeout: 1s", "'' has invalid keys: Timeout; did you mean \"timeout\"?"),
        (
            "queues: [{siz: 1}]",
            "processors::example::queues::0: 'queues[0]' has invalid keys: siz; did you mean \"size\"?",
        ),
        ("tls: {x: 1}", "'tls' has invalid keys: x; known: insecure, key_pem"),
        ("count: 99", "f.yaml:1:1: processors::example: count and size: 99 is too much"),
        ("5", "'example' expected a map, got 'int'"),
        ("[a]", "'example' expected a map, got 'slice'"),
        ("fast", "'example' expected a map, got 'string'"),
    ],
)
def test_wrong_values_say_where_what_and_what_would_be_right(text, message):
    (problem,) = problems(text)

    assert message in problem


def test_everything_that_is_wrong_is_reported_at_once():
    found = problems("timeout: 1d\nqueues: [{size: x, siz: 1}, 5]\nfoo: 1\npositive: 0\nlabels: {a: 1, b: 2}")

    assert len(found) == 8


def test_a_missing_key_is_named():
    class Needs(ComponentConfig):
        endpoint: str

    with pytest.raises(ValidationError) as caught:
        Needs.model_validate({})

    assert str(problems_of(caught.value, {}, {}, ("exporters", "x"))[0]) == "exporters::x: 'endpoint' is required"


def test_secrets_do_not_show():
    secret = Secret("hunter2")
    model = Tls(key_pem="hunter2")

    assert "hunter2" not in f"{secret} {secret!r} {model!r} {model.model_dump_json()}"
    assert model.key_pem.get_secret_value() == "hunter2"
    assert secret == Secret("hunter2") != Secret("other")
    assert hash(secret) == hash(Secret("hunter2"))
    assert not Secret("")


def test_secrets_stay_out_of_errors():
    (problem,) = problems("headers: {authorization: [hunter2]}")

    assert "hunter2" not in problem


def test_models_have_a_json_schema():
    assert Example.model_json_schema()["properties"]["auth"]["anyOf"][0] == {"type": "string"}


def test_models_are_frozen():
    with pytest.raises(ValidationError):
        Example().count = 5

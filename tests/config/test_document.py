import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.component import ComponentID, ConfigError, Signal
from collector.config import gates
from collector.config.document import from_mapping, load

GOOD = """
receivers:
  otlp: {protocols: {grpc: }}
processors:
  batch:
exporters:
  nop:
service:
  pipelines:
    traces: {receivers: [otlp], processors: [batch], exporters: [nop]}
"""


def refusal(tmp_path, text, gate=()):
    path = tmp_path / "c.yaml"
    path.write_text(text)
    try:
        with pytest.raises(ConfigError) as caught:
            load([str(path)], (), gate)
    finally:
        gates.apply({})
    return str(caught.value).replace(f"{tmp_path}/", "")


def test_a_document_holds_components_pipelines_and_telemetry():
    document = load(["yaml:" + GOOD])
    batch = document.processors[ComponentID("batch")]

    assert batch.config.timeout == 0.2
    assert batch.factory.type == "batch"
    assert document.pipelines["traces"].signal is Signal.TRACES
    assert document.pipelines["traces"].receivers == (ComponentID("otlp"),)
    assert document.telemetry.metrics.level == "normal"
    assert document.notices == ()


def test_the_key_alone_turns_a_protocol_on():
    protocols = load(["yaml:" + GOOD]).receivers[ComponentID("otlp")].config.protocols

    assert protocols.grpc is not None
    assert protocols.http is None


def test_python_data_is_a_configuration_too(monkeypatch):
    monkeypatch.setenv("TIMEOUT", "3s")
    document = from_mapping(
        {
            "receivers": {"otlp": {"protocols": {"grpc": None}}},
            "processors": {"batch": {"timeout": "${TIMEOUT}"}},
            "exporters": {"nop": None},
            "service": {
                "pipelines": {"logs/x": {"receivers": ["otlp"], "processors": ["batch"], "exporters": ["nop"]}}
            },
        }
    )

    assert document.processors[ComponentID("batch")].config.timeout == 3.0
    assert document.pipelines["logs/x"].id == "logs/x"


def test_problems_of_python_data_have_a_path():
    with pytest.raises(ConfigError) as caught:
        from_mapping({"receivers": {"nosuch": None}})

    assert 'receivers::nosuch: unknown type: "nosuch" for id: "nosuch"' in str(caught.value)


def test_null_sections_are_empty(tmp_path):
    assert "service::pipelines: service must have at least one pipeline" in refusal(
        tmp_path, "receivers: {otlp: {protocols: {grpc: }}}\nprocessors:\nexporters: {nop: }\nservice:\n"
    )


def test_later_sources_wipe_with_null():
    with pytest.raises(ConfigError, match='references processor "batch" which is not configured'):
        load(["yaml:" + GOOD, "yaml:processors: "])


def test_unused_components_are_validated_and_warned_about(tmp_path):
    text = GOOD.replace("  batch:\n", "  batch:\n  batch/unused: {timeout: 5s}\n").replace(
        "  nop:\n", "  nop:\n  nop/unused:\n"
    )
    notices = load(["yaml:" + text]).notices
    unused = [notice.fields for notice in notices if notice.message == "Component is configured but not used."]

    assert unused == [{"id": "batch/unused", "kind": "processor"}, {"id": "nop/unused", "kind": "exporter"}]
    assert "c.yaml:6:27: processors::batch/unused::timeout: time: missing unit" in refusal(
        tmp_path, text.replace("5s", "'5'")
    )


@pytest.mark.parametrize("text", ["", "service:", "receivers:\nexporters: {}"])
def test_an_empty_configuration_is_refused(tmp_path, text):
    assert refusal(tmp_path, text).endswith("empty configuration file")


def test_what_is_missing_is_named(tmp_path):
    answer = refusal(tmp_path, "processors: {batch: }")

    assert answer.splitlines() == [
        "c.yaml:1:1: no receiver configuration specified in config",
        "c.yaml:1:1: no exporter configuration specified in config",
        "c.yaml:1:1: service::pipelines: service must have at least one pipeline",
    ]


def test_a_gate_waives_pipelines():
    try:
        assert load(["yaml:processors: {batch: }"], (), ["service.AllowNoPipelines"]).pipelines == {}
    finally:
        gates.apply({})


def test_unknown_gates_are_warned_about():
    (notice,) = load(["yaml:" + GOOD], (), ["some.gate"]).notices

    assert notice.fields == {"gate": "some.gate"}


@pytest.mark.parametrize(
    ("section", "entry", "message"),
    [
        ("processors", "nosuch: {}", 'unknown type: "nosuch" for id: "nosuch" (valid values: [attributes batch'),
        ("processors", "bath/x: {}", 'unknown type: "bath" for id: "bath/x"'),
        ("processors", "bath/x: {}", 'did you mean "batch"?'),
        ("processors", "debug: ", '"debug" is a type of exporter'),
        ("processors", "forward: ", '"forward" is a type of connector'),
        ("connectors", "batch: ", '"batch" is a type of processor'),
        ("exporters", "logging: ", "the logging exporter has been deprecated, use the debug exporter instead"),
        ("processors", "attri-butes: ", 'in "attri-butes" id: invalid character(s) in type "attri-butes"'),
        ("processors", "'batch/a b': ", 'in "batch/a b" id: invalid character(s) in name "a b"'),
        ("processors", "batch/: ", 'in "batch/" id: the part after / should not be empty'),
        ("processors", "' batch ': ", 'duplicate name "batch" after unmarshaling ID'),
        ("processors", "batch/x: 5", "processors::batch/x: 'batch/x' expected a map, got 'int'"),
        ("connectors", "nop: ", '"nop" is a type of exporter'),
        ("connectors", "forward: \nexporters/x: ", "has invalid keys: exporters/x"),
    ],
)
def test_bad_components_are_refused(tmp_path, section, entry, message):
    text = (
        GOOD.replace("  batch:\n", f"  batch:\n  {entry}\n")
        if section == "processors"
        else (
            GOOD.replace("  nop:\n", f"  nop:\n  {entry}\n")
            if section == "exporters"
            else GOOD + f"connectors:\n  {entry}\n"
        )
    )

    assert message in refusal(tmp_path, text)


TRACES = "service::pipelines::traces: "
SERVICE = "  pipelines:"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[otlp]", "[otpl]", "c.yaml:10:26: " + TRACES + 'references receiver "otpl" which is not configured'),
        ("[otlp]", "[otpl]", 'which is not configured; did you mean "otlp"?'),
        ("[nop]", "[debug]", TRACES + 'references exporter "debug" which is not configured; known: nop'),
        ("[batch]", "[span]", TRACES + 'references processor "span" which is not configured'),
        ("[batch]", "[batch, batch]", "c.yaml:10:53: " + TRACES + 'references processor "batch" multiple times'),
        ("[otlp]", "[]", "c.yaml:10:5: service::pipelines::traces: must have at least one receiver"),
        ("exporters: [nop]", "exporters: ", "service::pipelines::traces: must have at least one exporter"),
        ("traces:", "spans/y:", 'service::pipelines::spans/y: in "spans/y" id: unknown pipeline signal: "spans"'),
        ("traces:", "profiles:", 'gated under the "service.profilesSupport" feature gate'),
        ("traces: {", "traces: {processor: [], ", "service::pipelines::traces: '' has invalid keys: processor"),
        ("[batch]", "['a b']", 'traces::processors::0: in "a b" id: invalid character(s) in type "a b"'),
        (SERVICE, "  extensions: [chek]\n" + SERVICE, 'extensions: references extension "chek" which is not'),
        ("service:", "servce: {}\nservice:", "c.yaml:8:1: '' has invalid keys: servce; did you mean \"service\"?"),
        ("  pipelines:", "  pipeline: {}\n  pipelines:", "service: 'service' has invalid keys: pipeline; did you mean"),
        (SERVICE, "  telemetry: {traces: {level: loud}}\n" + SERVICE, "traces::level: unsupported value 'loud'"),
        ("service:", "connectors: {forward: }\nservice:", None),
        ("service:", "connectors: {forward/x: }\nexporters/y: 5\nservice:", "has invalid keys: exporters/y"),
    ],
)  # fmt: skip
def test_bad_wiring_is_refused(tmp_path, old, new, message):
    text = GOOD.replace(old, new)
    if message is None:
        load(["yaml:" + text])
    else:
        assert message in refusal(tmp_path, text)


def test_connectors_count_as_receivers_and_exporters():
    document = load(
        [
            "yaml:" + GOOD.replace("[nop]", "[forward]"),
            "yaml:connectors: {forward: }\nservice: {pipelines: {traces/2: {receivers: [forward], exporters: [nop]}}}",
        ]
    )

    assert ComponentID("forward") in document.connectors


def test_a_referenced_file_has_places_of_its_own(tmp_path):
    (tmp_path / "receivers.yaml").write_text("otlp:\n  protocols: {grpc: {endpont: x}}\n")
    (tmp_path / "broken.yaml").write_text("batch:\n  timeout: [\n")
    text = GOOD.replace("  otlp: {protocols: {grpc: }}", f"  ${{file:{tmp_path}/receivers.yaml}}").replace(
        "  batch:\n", f"  ${{file:{tmp_path}/broken.yaml}}\n"
    )
    answer = refusal(tmp_path, text)

    assert "receivers.yaml:2:22: receivers::otlp::protocols::grpc: 'protocols.grpc' has invalid keys: endpont" in answer
    assert (
        "expected a map, got 'string'; assuming string type since contents are not valid YAML: "
        "broken.yaml:3:1: while parsing a flow node"
    ) in answer


def test_a_document_shows_no_secrets():
    settings = {"exporters": {"otlp_http": {"endpoint": "http://x", "headers": {"a": "PRIVATE"}}}}
    gates.apply({"service.AllowNoPipelines": True})
    try:
        assert "PRIVATE" not in repr(from_mapping(settings))
    finally:
        gates.apply({})


def test_repeating_a_receiver_or_exporter_is_harmless():
    load(["yaml:" + GOOD.replace("[nop]", "[nop, nop]").replace("[otlp]", "[otlp, otlp]")])


def test_everything_wrong_is_reported_at_once_in_the_order_of_the_file(tmp_path):
    answer = refusal(
        tmp_path,
        """receivers:
  otlp: {protocols: {grpc: {endpont: x}}}
processors:
  batch: {timeout: 1d, tmeout: 1}
  batch/unused: {send_batch_size: -1}
exporters:
  nop: {a: 1}
service:
  pipelines:
    traces: {receivers: [otlp], processors: [bach], exporters: [nop]}
    logs: {receivers: [otlp]}
""",
    )
    places = [line.split(": ")[0] for line in answer.splitlines()]

    assert places == [
        "c.yaml:2:29",
        "c.yaml:4:20",
        "c.yaml:4:24",
        "c.yaml:5:35",
        "c.yaml:7:9",
        "c.yaml:10:46",
        "c.yaml:11:5",
    ]
    assert (
        "receivers::otlp::protocols::grpc: 'protocols.grpc' has invalid keys: endpont; did you mean \"endpoint\"?"
        in answer
    )


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["", "1s", "otlp", "batch", "${", "a b", "traces"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["protocols", "grpc", "http", "timeout", "endpoint", "enabled", "tls", "a", "verbosity", "keys"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=5,
)
pipelines = st.fixed_dictionaries(
    {},
    optional={
        key: st.lists(st.sampled_from(["otlp", "batch", "nop", "x y", ""])) | values
        for key in ("receivers", "processors", "exporters", "x")
    },
)
documents = st.fixed_dictionaries(
    {},
    optional={
        "receivers": st.dictionaries(st.sampled_from(["otlp", "otlp/a", "x", "/"]), values, max_size=2) | values,
        "processors": st.dictionaries(st.sampled_from(["batch", "batch/", "1"]), values, max_size=2) | values,
        "exporters": st.dictionaries(st.sampled_from(["nop", "debug", " nop "]), values, max_size=2) | values,
        "connectors": st.dictionaries(st.sampled_from(["forward", "nop"]), values, max_size=2) | values,
        "extensions": values,
        "service": st.fixed_dictionaries(
            {},
            optional={
                "extensions": values,
                "telemetry": st.dictionaries(st.sampled_from(["logs", "metrics", "traces", "resource"]), values)
                | values,
                "pipelines": st.dictionaries(
                    st.sampled_from(["traces", "logs/x", "metrics ", "profiles"]), pipelines | values
                )
                | values,
            },
        )
        | values,
        "other": values,
    },
)


@given(documents)
def test_any_document_is_read_or_refused_with_its_problems(document):
    try:
        from_mapping(document)
    except ConfigError as error:
        assert error.problems
        assert all(problem.message for problem in error.problems)

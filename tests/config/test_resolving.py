import http.server
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.component import ConfigError
from collector.config import gates
from collector.config.expansion import find_reference
from collector.config.providers import Notice
from collector.config.resolving import resolve
from collector.config.values import Expanded

ENVIRONMENT = {
    "B": "deep",
    "PORT": "0123",
    "EMPTY": "",
    "LOOP": "${LOOP}",
    "REF": "x${env:B}y",
    "A_deep": "nested",
    "LIST": "- ${B}\n- 2",
    "GROW": "- ${GROW}\n- ${GROW}",
    "DOUBLE": "${DOUBLE}${DOUBLE}",
    "COST": "5$$",
    "MAP": "a: 1\nb: ${PORT}",
}


def value_of(text, **environment):
    return resolve([f"yaml:a: {text}"], (), {**ENVIRONMENT, **environment}).value["a"]


def refusal(*uris, sets=()):
    with pytest.raises(ConfigError) as caught:
        resolve(uris, sets, ENVIRONMENT)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${B}", "deep"),
        ("${env:B}", "deep"),
        ("${env:PORT}", Expanded(83, "0123")),
        ("${env:UNSET}", Expanded(None, "")),
        ("x${UNSET}y", "xy"),
        ("x${EMPTY}y", "xy"),
        ("x${PORT}", "x0123"),
        ("${env:UNSET:-dflt}", "dflt"),
        ("${env:EMPTY:-dflt}", Expanded(None, "")),
        ("${env:UNSET:-5}", Expanded(5, "5")),
        ("${env:UNSET:-true}", Expanded(True, "true")),
        ("${env:UNSET:-1.50}", Expanded(1.5, "1.50")),
        ("${env:UNSET:-[1, two]}", Expanded([1, "two"], "[1, two]")),
        ("'${env:UNSET:-{a: 1}}'", "{a: 1}"),
        ("x${env:UNSET:-}y", "xy"),
        ("${env:UNSET:-a:-b}", "a:-b"),
        ("'${env:UNSET:-\"5\"}'", '"5"'),
        ("${env:U:-1}${env:V:-2}", "12"),
        ("${env:U:-${env:V:-deep}}", "deep"),
        ("${env:A_${env:B}}", "nested"),
        ("${REF}", "xdeepy"),
        ("${LIST}", Expanded(["deep", 2], "- deep\n- 2")),
        ("${MAP}", Expanded({"a": 1, "b": Expanded(83, "0123")}, "a: 1\nb: 0123")),
        ("${yaml:text}", "text"),
        ("${yaml:7}", Expanded(7, "7")),
        ("'${yaml:{a: [1, 2]}}'", "{a: [1, 2]}"),
        ("'a ${yaml:{a: 1}} b'", "a {a: 1} b"),
        ("a$$b", "a$b"),
        ("$$$$", "$$"),
        ("$${env:B}", "${env:B}"),
        ("$$${B}", "$deep"),
        ("$$$${B}", "$${B}"),
        ("${B} $${B}", "deep ${B}"),
        ("$${B} ${B}", "${B} ${B}"),
        ("${env:UNSET:-}", ""),
        ("${env:UNSET:-1e400}", "1e400"),
        ("$NAME and $1", "$NAME and $1"),
        ("cost 5$", "cost 5$"),
        ("${COST}", "5$"),
        ("'${B} }{ ${B'", "deep }{ ${B"),
        ("[x, ['${B}', {c: '${PORT}'}]]", ["x", ["deep", {"c": Expanded(83, "0123")}]]),
    ],
)
def test_references_expand(text, value):
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${LOOP}", "too many recursive expansions"),
        ("${GROW}", "too many recursive expansions"),
        ("${DOUBLE}", "too many recursive expansions"),
        ("${vault:x}", 'unsupported scheme on URI "vault:x"'),
        ("${X:-x}", 'invalid uri: "X:-x"; a default needs the scheme: ${env:NAME:-default}'),
        ("${NAME:-x}", "a default needs the scheme: ${env:NAME:-default}"),
        ("${env:1X}", 'environment variable "1X" has invalid name: must match regex ^[a-zA-Z_][a-zA-Z0-9_]*$'),
        ("${env:MY-VAR}", 'environment variable "MY-VAR" has invalid name: must match regex'),
        ("${env:}", 'environment variable "" has invalid name: must match regex'),
        ("${env:UNSET:-a$$b}", "the uri \"env:UNSET:-a$$b\" contains unsupported characters ('$')"),
        ("${file:/no/such}", "unable to read the file file:/no/such: open /no/such: no such file or directory"),
    ],
)
def test_what_can_not_be_expanded_says_where_and_why(text, message):
    answer = refusal(f"yaml:a: {text}")

    assert message in answer
    assert answer.startswith("yaml:1:4: a")


def test_all_bad_references_are_reported_at_once():
    answer = refusal("yaml:a: ${env:1}\nb: [x, '${vault:x}']")

    assert 'yaml:1:4: a: cannot resolve the configuration: environment variable "1"' in answer
    assert 'yaml:2:8: b::1: cannot resolve the configuration: unsupported scheme on URI "vault:x"' in answer


def test_keys_are_not_expanded():
    assert resolve(["yaml:${B}: 1"], (), ENVIRONMENT).value == {"${B}": 1}


def test_unset_and_empty_variables_are_noted_once():
    notices = resolve(["yaml:a: [x, '${U}', '${U}', '${EMPTY}']"], (), ENVIRONMENT).notices

    assert notices == [
        Notice("warning", "Configuration references unset environment variable", {"name": "U"}),
        Notice("info", "Configuration references empty environment variable", {"name": "EMPTY"}),
    ]


@given(st.text(alphabet="${}ab:", max_size=30))
def test_any_text_expands_or_is_refused(text):
    span = find_reference(text)
    if span is not None:
        start, end = span
        assert text[start : start + 2] == "${"
        assert text[end - 1] == "}"
        assert "${" not in text[start + 2 : end]
    try:
        resolve(["env:DOC"], (), {"DOC": f"a: '{text}'", "a": "1", "b": "2"})
    except ConfigError as error:
        assert error.problems


@given(st.text(alphabet=st.characters(exclude_characters="$", exclude_categories=["Cs", "Cc"]), max_size=30))
def test_text_without_dollars_stays_and_doubled_dollars_are_one(text):
    quoted = text.replace("'", "''")
    got = resolve(["env:DOC"], (), {"DOC": f"a: '{quoted}'\nb: '{quoted}$${{x}}'"}).value

    assert got == {"a": text, "b": f"{text}${{x}}"}


def test_sources_merge_in_order_and_settings_come_last(tmp_path):
    first = tmp_path / "first.yaml"
    first.write_text("processors: {batch: {timeout: 1s, sizes: [1, 2]}}\n")
    got = resolve(
        [str(first), "yaml:processors::batch::timeout: 2s", "env:MORE"],
        ["processors.batch.sizes=[3]", "exporters.debug.verbosity=detailed", "empty="],
        {"MORE": "processors: {batch: {extra: true}}"},
    )

    assert got.value == {
        "processors": {"batch": {"timeout": "2s", "sizes": [3], "extra": True}},
        "exporters": {"debug": {"verbosity": "detailed"}},
        "empty": None,
    }
    assert got.marks["processors", "batch", "sizes"].value() == "--set processors.batch.sizes"
    assert got.marks["processors", "batch", "extra"].value() == "env:MORE:1:29"


def test_an_empty_file_is_an_empty_mapping(tmp_path):
    (tmp_path / "empty.yaml").write_text("")

    assert resolve([f"file:{tmp_path}/empty.yaml"]).value == {}


def test_the_gate_joins_lists_of_the_service():
    gates.apply({"confmap.enableMergeAppendOption": True})
    try:
        got = resolve(["yaml:service: {extensions: [a]}", "yaml:service: {extensions: [b]}"])
    finally:
        gates.apply({})

    assert got.value == {"service": {"extensions": ["a", "b"]}}


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("no/such.yaml", "unable to read the file file:no/such.yaml: open no/such.yaml: no such file or directory"),
        ("/", "unable to read the file file:/: open /: is a directory"),
        ("foo:bar", 'unsupported scheme on URI "foo:bar"'),
        (":x", 'invalid uri: ":x"'),
        ("env:1x", 'environment variable "1x" has invalid name'),
        ("yaml:- 1", "retrieved value (type=[]interface {}) cannot be used as a Conf"),
        ("yaml:5", "retrieved value (type=int) cannot be used as a Conf"),
        ("env:B", "retrieved value (type=string) cannot be used as a Conf"),
        (
            "yaml:a: 1\nb: [",
            (
                "yaml:3:1: cannot resolve the configuration: retrieved value (type=string) cannot be used as a Conf: "
                "assuming string type since contents are not valid YAML: while parsing a flow node"
            ),
        ),
    ],
)
def test_sources_that_are_no_configuration_are_refused(uri, message):
    assert message in refusal(uri)


def test_without_a_source_there_is_nothing_to_run():
    assert refusal() == "at least one config flag must be provided"


def test_settings_need_an_equal_sign():
    assert "missing equal sign" in refusal("yaml:{}", sets=["a.b"])


def test_a_drive_letter_is_a_file():
    assert "unable to read the file file:C:\\x.yaml" in refusal("C:\\x.yaml")


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "binary.yaml").write_bytes(b"a: \xff\xfe")

    assert "not valid UTF-8 text" in refusal(str(tmp_path / "binary.yaml"))


class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        found = self.path == "/config.yaml"
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(b"a: {b: 1}" if found else b"no")

    def log_message(self, *args):
        pass


@pytest.fixture
def web():
    with http.server.HTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_configuration_may_come_by_http(web):
    assert resolve([f"{web}/config.yaml"]).value == {"a": {"b": 1}}
    assert resolve([f"yaml:x: ${{{web}/config.yaml}}"]).value["x"] == Expanded({"a": {"b": 1}}, "a: {b: 1}")
    assert f'failed to load resource from uri "{web}/other" status code: 404' in refusal(f"{web}/other")


def test_an_unreachable_server_is_named():
    assert 'unable to download the file via HTTP GET for uri "http://127.0.0.1:1/x"' in refusal("http://127.0.0.1:1/x")

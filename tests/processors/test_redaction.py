import pytest
from pydantic import ValidationError

from collector.component import ConfigError
from collector.testing import bench, logs, traces

CARD = "4[0-9]{12}(?:[0-9]{3})?"


def attributes_of(payload):
    return next(payload.records()).attributes.to_dict()


def test_without_allowed_keys_everything_is_removed():
    out = bench("redaction").run(traces("a", attributes={"x": "1"}, resource={"r": "2"}))

    span = next(out.records())
    assert (span.attributes.to_dict(), span.resource.attributes.to_dict()) == ({}, {})


def test_an_untouched_payload_leaves_as_the_same_bytes():
    payload = traces("a", attributes={"x": "1"})
    before = payload.seal()

    out = bench("redaction", {"allow_all_keys": True, "blocked_values": [CARD]}).run(payload)

    assert out.seal() is before


def test_each_match_in_a_value_is_masked_and_counted():
    config = {"allow_all_keys": True, "blocked_values": [CARD], "summary": "debug"}

    out = bench("redaction", config).run(traces("a", attributes={"card": "a 4111111111111111 b 4222222222222 c"}))

    assert attributes_of(out) == {
        "card": "a **** b **** c",
        "redaction.masked.keys": "card",
        "redaction.masked.count": 1,
    }


def test_a_masked_key_hides_an_empty_text_too():
    out = bench("redaction", {"allow_all_keys": True, "blocked_key_patterns": ["tok"]}).run(
        traces("a", attributes={"token": ""})
    )

    assert attributes_of(out) == {"token": "****"}


def test_allowed_values_win_over_blocked_keys():
    config = {"allow_all_keys": True, "blocked_key_patterns": ["mail"], "allowed_values": ["@example.org$"]}

    out = bench("redaction", config).run(traces("a", attributes={"mail": "ann@example.org"}))

    assert attributes_of(out) == {"mail": "ann@example.org"}


def test_a_body_is_redacted_with_paths():
    config = {"allowed_keys": ["pay"], "blocked_values": [CARD], "summary": "debug"}
    body = {"pay": ["4111111111111111", {"who": "ann"}], "other": 1}

    record = next(bench("redaction", config).run(logs(body)).records())

    assert record.body.to_dict() == {"pay": ["****", {}]}
    assert record.attributes.to_dict() == {
        "redaction.body.redacted.keys": "other,pay.[1].who",
        "redaction.body.redacted.count": 2,
        "redaction.body.masked.keys": "pay.[0]",
        "redaction.body.masked.count": 1,
    }


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"hash_function": "crc"}, "unknown HashFunction crc"),
        ({"hash_function": "hmac-sha256"}, "hmac_key must not be empty"),
        ({"hash_function": "hmac-sha512", "hmac_key": "short"}, "at least 64 bytes long"),
        ({"allowed": []}, "allowed"),
    ],
)
def test_wrong_settings_are_refused(config, text):
    with pytest.raises(ValidationError, match=text):
        bench("redaction", config)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("blocked_values", "failed to process block list: error compiling regex in list"),
        ("blocked_key_patterns", "failed to process block keys list"),
        ("allowed_values", "failed to process allow list"),
        ("ignored_key_patterns", "failed to process ignore keys list"),
    ],
)
def test_a_bad_pattern_is_refused_with_its_list(key, text):
    with pytest.raises(ConfigError, match=text):
        bench("redaction", {key: ["("]}, signal="traces").component  # noqa: B018 - making it is the test


def test_an_empty_match_leaves_characters_whole():
    config = {"allow_all_keys": True, "blocked_values": ["x*"]}

    out = bench("redaction", config).run(traces("a", attributes={"k": "é1"}))

    assert attributes_of(out) == {"k": "****é****1****"}


def test_an_allowed_scalar_body_is_no_news():
    config = {"allow_all_keys": True, "blocked_values": ["a"], "allowed_values": ["ann"], "summary": "debug"}

    out = bench("redaction", config).run(logs("ann"))

    assert attributes_of(out) == {}

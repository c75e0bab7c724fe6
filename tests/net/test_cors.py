import pytest

from collector.net.cors import CORS
from collector.net.exchange import Head
from collector.net.server_settings import CORSConfig


def cors(**settings):
    return CORS(CORSConfig.model_validate(settings))


def preflight(origin="https://a.example", method="POST", headers="content-type"):
    fields = [("origin", origin), ("access-control-request-method", method)]
    if headers:
        fields.append(("access-control-request-headers", headers))
    return Head("OPTIONS", "/v1/traces", fields)


def test_a_preflight_of_an_allowed_origin_is_granted():
    answer = cors(allowed_origins=["https://*.example"], max_age=7200).preflight(preflight())

    assert answer.status == 204
    assert dict(answer.headers) == {
        "vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
        "access-control-allow-origin": "https://a.example",
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "content-type",
        "access-control-max-age": "7200",
    }


@pytest.mark.parametrize(
    "question",
    [
        preflight(origin="https://evil.test"),
        preflight(origin="https://example.evil.test"),
        preflight(method="DELETE"),
        preflight(headers="x-secret"),
    ],
)
def test_other_preflights_are_answered_without_a_grant(question):
    answer = cors(allowed_origins=["https://*.example"]).preflight(question)

    assert answer.status == 204
    assert "access-control-allow-origin" not in dict(answer.headers)


def test_every_header_can_be_allowed():
    answer = cors(allowed_origins=["*"], allowed_headers=["*"]).preflight(preflight(headers="x-a, X-B"))

    assert dict(answer.headers)["access-control-allow-headers"] == "x-a, x-b"
    assert dict(answer.headers)["access-control-allow-origin"] == "*"


def test_other_requests_learn_whether_they_may_read_the_answer():
    rules = cors(allowed_origins=["https://a.example"], exposed_headers=["X-A"])

    assert dict(rules.answer(Head("POST", "/", [("origin", "https://a.example")]))) == {
        "vary": "Origin",
        "access-control-allow-origin": "https://a.example",
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "X-A",
    }
    assert dict(rules.answer(Head("POST", "/", [("origin", "https://b.example")]))) == {"vary": "Origin"}
    assert rules.preflight(Head("OPTIONS", "/", [("origin", "https://a.example")])) is None

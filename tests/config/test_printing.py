from collector.config.printing import printable
from collector.config.resolving import resolve

DOCUMENT = """
receivers:
  otlp: {protocols: {http: {endpoint: "${HOST}:4318", tls: {cert_file: "${N}", key_pem: PRIVATE, key_file: k}}}}
processors:
  batch: {send_batch_size: "${N}"}
exporters:
  nosuch:
    api_key: PRIVATE
    password: PRIVATE
    headers: {authorization: PRIVATE}
    list: [{token: PRIVATE, plain: shown}]
    headers2: x
  other: {headers: [{name: n, value: PRIVATE}]}
service:
  telemetry:
    metrics:
      readers: [{periodic: {exporter: {otlp: {protocol: grpc, headers: [{name: n, value: PRIVATE}]}}}}]
  pipelines: {traces: {receivers: [otlp]}}
unknown: {secret: PRIVATE}
"""


def document():
    return resolve(["env:D"], (), {"D": DOCUMENT, "HOST": "localhost", "N": "0123"}).value


def test_secrets_never_show():
    shown = printable(document(), redact=True)

    assert "PRIVATE" not in repr(shown)
    assert shown["exporters"]["nosuch"]["list"] == [{"token": "[REDACTED]", "plain": "shown"}]
    assert shown["exporters"]["other"]["headers"] == [{"name": "n", "value": "[REDACTED]"}]
    assert shown["exporters"]["nosuch"]["headers2"] == "x"
    assert shown["receivers"]["otlp"]["protocols"]["http"]["tls"]["key_file"] == "k"


def test_everything_shows_when_asked():
    assert repr(printable(document(), redact=False)).count("PRIVATE") == 8


def test_expanded_values_show_as_their_keys_read_them():
    shown = printable(document(), redact=True)

    assert shown["processors"]["batch"]["send_batch_size"] == 83
    assert shown["receivers"]["otlp"]["protocols"]["http"]["endpoint"] == "localhost:4318"
    assert shown["receivers"]["otlp"]["protocols"]["http"]["tls"]["cert_file"] == "0123"

"""OTLP/JSON: the protobuf JSON mapping with OpenTelemetry's exceptions, in both directions.

Ids are hexadecimal, enums and 32-bit integers are numbers, 64-bit integers are texts, names are lowerCamelCase, default
values are left out. Source: components.md 2.1, the OTLP specification's section on JSON.
"""

from collector.pdata.otlp_json_fields import ROOTS
from collector.pdata.otlp_json_reader import read
from collector.pdata.otlp_json_writer import write

__all__ = ["decode", "encode"]


def encode(signal: str, data: bytes) -> bytes:
    """Turn the protobuf bytes of an export request into compact OTLP/JSON.

    `data` is canonical, as payloads are: a message field that is not repeated occurs once. ValueError for bytes that
    are no such request.
    """
    return write(ROOTS[signal], data).encode()


def decode(signal: str, text: bytes | str) -> bytes:
    """Turn the OTLP/JSON text of an export request into its protobuf bytes.

    Both spellings of names are read, unknown ones ignored, of several values for one field or oneof the last counts.
    InvalidPayload, with the path of the field where there is one, for a text that is no such request.
    """
    return read(ROOTS[signal], text)

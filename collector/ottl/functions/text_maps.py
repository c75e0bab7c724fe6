"""Maps as key-value text, and the other way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collector.ottl.errors import EvaluationError
from collector.ottl.signature import LitBool, LitStr, Map, function
from collector.ottl.text import as_string
from collector.ottl.values import entries


def _check(constants: Mapping[str, Any]) -> None:
    delimiter, pairs = constants["Delimiter"], constants["PairDelimiter"]
    if not delimiter or not pairs:
        raise ValueError("delimiters must not be empty")
    if delimiter == pairs:
        raise ValueError(f"pair delimiter {pairs!r} cannot be equal to delimiter {delimiter!r}")


@function("ToKeyValueString", check=_check)
def to_key_value_string(
    target: Map, delimiter: LitStr = "=", pair_delimiter: LitStr = " ", sort_output: LitBool = False
) -> str:
    def quoted(text: str) -> str:
        text = text.replace('"', '\\"')
        return f'"{text}"' if delimiter in text or pair_delimiter in text else text

    pairs = entries(target)
    if sort_output:
        pairs.sort(key=lambda pair: pair[0])
    return pair_delimiter.join(quoted(key) + delimiter + quoted(as_string(value)) for key, value in pairs)


@function("ParseKeyValue", memo=True, check=_check)
def parse_key_value(target: str, delimiter: LitStr = "=", pair_delimiter: LitStr = " ") -> dict[str, Any]:
    if not target:
        raise EvaluationError("cannot parse from empty target")
    result: dict[str, Any] = {}
    for pair in split_quoted(target, pair_delimiter):
        key, found, value = pair.partition(delimiter)
        if not found:
            raise EvaluationError(f"cannot split {pair!r} into 2 items, got 1 item(s)")
        result[key.strip()] = value.strip()
    return result


def split_quoted(text: str, delimiter: str) -> list[str]:
    """Return the pieces between delimiters outside quotes; quotes are removed, empty pieces left out."""
    pieces: list[str] = []
    current: list[str] = []
    quote, at = "", 0
    while at < len(text):
        c = text[at]
        if not quote and text.startswith(delimiter, at):
            if current:
                pieces.append("".join(current))
                current = []
            at += len(delimiter)
            continue
        if c in "\"'" and (at == 0 or text[at - 1] != "\\") and quote in ("", c):
            quote = "" if quote else c
        else:
            current.append(c)
        at += 1
    if quote:
        raise EvaluationError("never reached the end of a quoted value")
    if current:
        pieces.append("".join(current))
    return pieces

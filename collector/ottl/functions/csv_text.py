"""`ParseCSV`: one record of comma-separated values as a map (section 16.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collector.ottl.errors import EvaluationError
from collector.ottl.signature import LitStr, function
from collector.ottl.values import utf8

_MODES = ("strict", "lazyQuotes", "ignoreQuotes")


def _check(constants: Mapping[str, Any]) -> None:
    for name in ("Delimiter", "HeaderDelimiter"):
        if constants[name] is not None and len(utf8(constants[name])) != 1:
            raise ValueError(f"{name} must be a single character")
    if constants["Mode"] not in _MODES:
        raise ValueError(f"unknown mode: {constants['Mode']!r}, must be one of {', '.join(_MODES)}")


@function("ParseCSV", memo=True, check=_check)
def parse_csv(
    target: str,
    header: str,
    delimiter: LitStr = ",",
    header_delimiter: LitStr | None = None,
    mode: LitStr = "strict",
) -> dict[str, Any]:
    if not header:
        raise EvaluationError("headers must not be empty")
    names = header.split(delimiter if header_delimiter is None else header_delimiter)
    if mode == "ignoreQuotes":
        fields = target.split(delimiter)
    else:
        fields = _joined(_records(target, delimiter, lazy=mode == "lazyQuotes"))
    if len(fields) != len(names):
        raise EvaluationError(f"wrong number of fields: expected {len(names)}, found {len(fields)}")
    return dict(zip(names, fields, strict=True))


def _joined(records: list[list[str]]) -> list[str]:
    """Return all fields as one record: each line goes on with the last field of the one before."""
    if not records:
        raise EvaluationError("no csv lines found")
    fields = records[0]
    for record in records[1:]:
        fields[-1] += "\n" + record[0]
        fields += record[1:]
    return fields


def _records(text: str, delimiter: str, *, lazy: bool) -> list[list[str]]:
    """Return records by RFC 4180 as Go reads it."""
    records: list[list[str]] = []
    text = text.replace("\r\n", "\n")
    at = 0
    while at < len(text):
        if text[at] == "\n":
            at += 1
            continue
        record: list[str] = []
        while True:
            field, at = _field(text, at, delimiter, lazy=lazy)
            record.append(field)
            if at >= len(text) or text[at] == "\n":
                at += 1
                break
            at += 1
            if at >= len(text):
                record.append("")
                break
        records.append(record)
    return records


def _field(text: str, at: int, delimiter: str, *, lazy: bool) -> tuple[str, int]:
    if text[at] != '"':
        end = at
        while end < len(text) and text[end] not in (delimiter, "\n"):
            end += 1
        field = text[at:end]
        if '"' in field and not lazy:
            raise EvaluationError('parse error: bare " in non-quoted field')
        return field, end
    out: list[str] = []
    at += 1
    while True:
        quote = text.find('"', at)
        if quote < 0:
            if not lazy:
                raise EvaluationError('parse error: extraneous or missing " in quoted field')
            out.append(text[at:])
            return "".join(out), len(text)
        out.append(text[at:quote])
        following = text[quote + 1 : quote + 2]
        if following == '"':
            out.append('"')
            at = quote + 2
        elif following in ("", delimiter, "\n"):
            return "".join(out), quote + 1
        elif lazy:
            out.append('"')
            at = quote + 1
        else:
            raise EvaluationError('parse error: extraneous or missing " in quoted field')

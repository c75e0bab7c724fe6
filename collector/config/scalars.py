"""What plain YAML scalars mean: the core rules of version 1.2 with Go's leniencies (components.md 1.9)."""

import math
import re
from datetime import UTC, datetime, timedelta, timezone

_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:(?:[Tt](\d\d?):(\d\d?):(\d\d?)(?:\.(\d+))?(Z|[-+]\d\d:\d\d))|(?: +(\d\d?):(\d\d?):(\d\d?)(?:\.(\d+))?))?"
)


def resolve(text: str) -> object:
    """The value of a plain scalar: null, bool, int, float, timestamp, or the text itself."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] == ".":
        return _float(text, text)
    if not (text[0].isdecimal() and text[0].isascii()) and text[0] not in "+-":
        return text
    when = _timestamp(text)
    if when is not None:
        return when
    digits = text.replace("_", "")
    number = _integer(digits)
    if number is not None:
        return number
    return _float(digits, text)


def _float(digits: str, text: str) -> object:
    """The number, or the text where it is none or one beyond all doubles."""
    if not _FLOAT.fullmatch(digits):
        return text
    number = float(digits)
    return text if math.isinf(number) else number


def _integer(text: str) -> int | None:
    match = _INTEGER.fullmatch(text)
    if match is None or len(text) > 70:  # longer than 64 binary digits with sign and prefix
        return None
    sign, hexadecimal, binary, octal, decimal = match.groups()
    number = (
        int(hexadecimal, 16) if hexadecimal else int(binary, 2) if binary else int(octal, 8) if octal else int(decimal)
    )
    number = -number if sign == "-" else number
    return number if -(1 << 63) <= number < 1 << 64 else None


def _timestamp(text: str) -> datetime | None:
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return None
    year, month, day, *clock = match.groups()
    hour, minute, second, fraction, zone = clock[:5] if clock[4] else (*clock[5:], "Z")
    offset = UTC
    if zone != "Z":
        minutes = int(zone[1:3]) * 60 + int(zone[4:])
        offset = timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes)) if minutes < 1440 else UTC
    micros = int((fraction or "")[:6].ljust(6, "0"))
    try:
        return datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), micros, offset
        )
    except ValueError:
        return None

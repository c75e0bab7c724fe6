"""Durations as Go writes them: `300ms`, `1.5s`, `2h45m`; units ns, us, µs, ms, s, m, h.

The errors are those of Go's `time.ParseDuration`, which users of the Collector know (components.md 1.4).
"""

import json
import re

_UNITS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,  # U+00B5, micro sign
    "μs": 1_000,  # U+03BC, Greek letter mu
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^0-9.]*)")
_LARGEST = (1 << 63) - 1
_LONGEST = len(str(_LARGEST))


def parse_duration(text: str) -> int:
    """Nanoseconds of a Go duration string.

    Raises:
        ValueError: with Go's own text, such as `time: unknown unit "d" in duration "1d"`.
    """
    rest = text[1:] if text[:1] in {"-", "+"} else text
    if rest == "0":
        return 0
    if not rest:
        raise _invalid(text)
    total = 0
    at = 0
    while at < len(rest):
        match = _PART.match(rest, at)
        whole, fraction, unit = match.groups() if match else ("", None, "")
        if not whole and not fraction:
            raise _invalid(text)
        if not unit:
            message = f"time: missing unit in duration {_quoted(text)}"
            raise ValueError(message)
        if unit not in _UNITS:
            message = f"time: unknown unit {_quoted(unit)} in duration {_quoted(text)}"
            raise ValueError(message)
        whole = whole.lstrip("0")
        if len(whole) > _LONGEST:
            raise _invalid(text)
        total += int(whole or "0") * _UNITS[unit]
        if fraction:
            digits = fraction[:18]  # more digits are below a nanosecond of an hour
            total += int(digits) * _UNITS[unit] // 10 ** len(digits)
        if total > _LARGEST:
            raise _invalid(text)
        at = match.end() if match else len(rest)
    return -total if text[0] == "-" else total


def format_duration(nanoseconds: int) -> str:
    """The duration as Go prints it: `1m30s`, `1.5s`, `200ms`, `0s`."""
    sign = "-" if nanoseconds < 0 else ""
    rest = abs(nanoseconds)
    if rest == 0:
        return "0s"
    for unit in ("ns", "µs", "ms"):
        if rest < _UNITS[unit] * 1000:
            return f"{sign}{_decimal(rest, _UNITS[unit])}{unit}"
    hours, rest = divmod(rest, _UNITS["h"])
    minutes, rest = divmod(rest, _UNITS["m"])
    seconds = f"{_decimal(rest, _UNITS['s'])}s"
    if hours:
        return f"{sign}{hours}h{minutes}m{seconds}"
    return f"{sign}{minutes}m{seconds}" if minutes else f"{sign}{seconds}"


def _decimal(amount: int, unit: int) -> str:
    whole, part = divmod(amount, unit)
    digits = f"{part:0{len(str(unit)) - 1}d}".rstrip("0") if part else ""
    return f"{whole}.{digits}" if digits else str(whole)


def _invalid(text: str) -> ValueError:
    return ValueError(f"time: invalid duration {_quoted(text)}")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

"""Durations."""

from __future__ import annotations

import re

from collector.ottl.errors import EvaluationError
from collector.ottl.signature import function
from collector.ottl.values import Duration

_UNITS = {
    "ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}  # fmt: skip
_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^0-9.]*)", re.ASCII)


@function("Duration", memo=True)
def parse(duration: str) -> Duration:
    return Duration(parse_duration(duration))


def parse_duration(text: str) -> int:
    """Return the nanoseconds of Go's duration text. Raises `EvaluationError`."""

    def invalid() -> EvaluationError:
        return EvaluationError(f"time: invalid duration {text!r}; such as 1h30m, 1.5s or 250ms")

    rest, sign = text, 1
    if rest[:1] in ("-", "+"):
        sign, rest = (-1 if rest[0] == "-" else 1), rest[1:]
    if rest == "0":
        return 0
    if not rest or len(rest) > 1000:
        raise invalid()
    total = 0
    while rest:
        match = _PART.match(rest)
        assert match is not None
        whole, fraction, unit = match.groups()
        if not whole and not fraction:
            raise invalid()
        size = _UNITS.get(unit)
        if size is None:
            raise invalid()
        total += int(whole or 0) * size
        if fraction:
            total += int(int(fraction) * size // 10 ** len(fraction))
        if total > 1 << 63:
            raise invalid()
        rest = rest[match.end() :]
    if total * sign > (1 << 63) - 1:
        raise invalid()
    return total * sign


def _units(duration: Duration, size: int) -> float:
    whole, rest = divmod(abs(duration.ns), size)
    number = whole + rest / size
    return -number if duration.ns < 0 else float(number)


def _whole(duration: Duration, size: int) -> int:
    number = abs(duration.ns) // size
    return -number if duration.ns < 0 else number


@function("Hours")
def hours(duration: Duration) -> float:
    return _units(duration, 3_600_000_000_000)


@function("Minutes")
def minutes(duration: Duration) -> float:
    return _units(duration, 60_000_000_000)


@function("Seconds")
def seconds(duration: Duration) -> float:
    return _units(duration, 1_000_000_000)


@function("Milliseconds")
def milliseconds(duration: Duration) -> int:
    return _whole(duration, 1_000_000)


@function("Microseconds")
def microseconds(duration: Duration) -> int:
    return _whole(duration, 1_000)


@function("Nanoseconds")
def nanoseconds(duration: Duration) -> int:
    return duration.ns

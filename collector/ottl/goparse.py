"""Parsing of times by Go's layouts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from collector.ottl.errors import EvaluationError
from collector.ottl.gotime import DAYS, MONTHS, SHORT_DAYS, SHORT_MONTHS, elements
from collector.ottl.rfc3339 import NANOS, days_from_civil, days_in
from collector.ottl.values import Time
from collector.ottl.zones import UTC, FixedZone, Zone, abbreviations_of

_ABBREVIATION = re.compile(r"ChST|MeST|WITA|GMT(?:[+-]\d{1,2})?|[+-]\d\d|[A-Z]{5}|[A-Z]{4}|[A-Z]{3}")


@dataclass(slots=True)
class Parsed:
    """What parsing found."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    year_day: int | None = None
    hour: int = 0
    minute: int = 0
    second: int = 0
    nano: int = 0
    afternoon: bool | None = None
    offset: int | None = None
    utc: bool = False
    abbreviation: str = ""
    element: str = ""
    rest: str = field(default="", repr=False)


class _Mismatch(Exception):
    pass


class LayoutMismatch(EvaluationError):
    """A text that does not fit a layout: the element at which it failed ("" for none) and the text left there."""

    def __init__(self, message: str, element: str, rest: str) -> None:
        super().__init__(message)
        self.element = element
        self.rest = rest


def parse_layout(text: str, layout: str, default: Zone) -> Time:
    """Return the time that a text gives in a layout; texts without an offset are in the default zone.

    Raises `LayoutMismatch` when the text does not fit.
    """
    parsed = Parsed(rest=text)
    try:
        _parse(parsed, layout)
        return _assemble(parsed, default)
    except (_Mismatch, ValueError) as error:
        message = f"parsing time {text!r} as {layout!r}: cannot parse{f': {error}' if str(error) else ''}"
        raise LayoutMismatch(message, parsed.element, parsed.rest) from None


def _parse(parsed: Parsed, layout: str) -> None:
    pieces = elements(layout)
    for place, piece in enumerate(pieces):
        parsed.element = piece.text
        if piece.literal:
            parsed.rest = _skip(parsed.rest, piece.text)
        elif piece.text[0] in ".,":
            _parse_fraction(parsed, piece.text)
        else:
            _take(parsed, piece.text)
            follows = pieces[place + 1] if place + 1 < len(pieces) else None
            own_fraction = follows is not None and not follows.literal and follows.text[0] in ".,"
            if piece.text in ("05", "5") and not own_fraction and re.match(r"[.,][0-9]", parsed.rest):
                match = re.match(r"[.,]([0-9]+)", parsed.rest)
                assert match is not None
                parsed.nano = int(match.group(1)[:9].ljust(9, "0"))
                parsed.rest = parsed.rest[match.end() :]
    parsed.element = ""
    if parsed.rest:
        raise _Mismatch(f"extra text: {parsed.rest!r}")


def _skip(value: str, prefix: str) -> str:
    while prefix:
        if prefix[0] == " ":
            if value and value[0] != " ":
                raise _Mismatch
            prefix, value = prefix.lstrip(" "), value.lstrip(" ")
            continue
        if not value or value[0] != prefix[0]:
            raise _Mismatch
        prefix, value = prefix[1:], value[1:]
    return value


def _number(parsed: Parsed, low: int, high: int) -> int:
    match = re.match(r"[0-9]{%d,%d}" % (low, high), parsed.rest)  # noqa: UP031
    if match is None:
        raise _Mismatch
    parsed.rest = parsed.rest[match.end() :]
    return int(match.group())


def _name(parsed: Parsed, names: tuple[str, ...]) -> int:
    lowered = parsed.rest.lower()
    for number, name in enumerate(names):
        if lowered.startswith(name.lower()):
            parsed.rest = parsed.rest[len(name) :]
            return number
    raise _Mismatch


def _ranged(number: int, low: int, high: int, what: str) -> int:
    if not low <= number <= high:
        raise _Mismatch(f"{what} out of range")
    return number


def _take(p: Parsed, element: str) -> None:
    match element:
        case "2006":
            p.year = _number(p, 4, 4)
        case "06":
            short = _number(p, 2, 2)
            p.year = short + (1900 if short >= 69 else 2000)
        case "January":
            p.month = _name(p, MONTHS) + 1
        case "Jan":
            p.month = _name(p, SHORT_MONTHS) + 1
        case "01" | "1":
            p.month = _ranged(_number(p, len(element), 2), 1, 12, "month")
        case "Monday":
            _name(p, DAYS)
        case "Mon":
            _name(p, SHORT_DAYS)
        case "02" | "2" | "_2":
            if element == "_2" and p.rest.startswith(" "):
                p.rest = p.rest[1:]
            p.day = _number(p, 2 if element == "02" else 1, 2)
        case "002" | "__2":
            if element == "__2":
                p.rest = (
                    p.rest[len(p.rest) - len(p.rest.lstrip(" ")) :]
                    if len(p.rest) - len(p.rest.lstrip(" ")) <= 2
                    else ""
                )
            p.year_day = _number(p, 3 if element == "002" else 1, 3)
        case "15":
            p.hour = _ranged(_number(p, 1, 2), 0, 23, "hour")
        case "03" | "3":
            p.hour = _ranged(_number(p, len(element), 2), 0, 12, "hour")
        case "04" | "4":
            p.minute = _ranged(_number(p, len(element), 2), 0, 59, "minute")
        case "05" | "5":
            p.second = _ranged(_number(p, len(element), 2), 0, 59, "second")
        case "PM" | "pm":
            _halves = {"PM": True, "AM": False} if element == "PM" else {"pm": True, "am": False}
            if p.rest[:2] not in _halves:
                raise _Mismatch
            p.afternoon, p.rest = _halves[p.rest[:2]], p.rest[2:]
        case "MST":
            _take_abbreviation(p)
        case _:
            _take_offset(p, element)


def _take_abbreviation(p: Parsed) -> None:
    if p.rest.startswith("UTC"):
        p.utc, p.abbreviation, p.rest = True, "UTC", p.rest[3:]
        return
    match = _ABBREVIATION.match(p.rest)
    if match is None:
        raise _Mismatch
    name = match.group()
    if len(name) == 5 and name.isalpha() and not name.endswith("T"):
        raise _Mismatch
    if len(name) == 4 and not name.endswith("T") and name != "WITA":
        raise _Mismatch
    if re.match(r"[A-Z]", p.rest[match.end() : match.end() + 1] or "-"):
        raise _Mismatch
    p.abbreviation, p.rest = name, p.rest[match.end() :]


def _take_offset(p: Parsed, element: str) -> None:
    if element[0] == "Z" and p.rest.startswith("Z"):
        p.rest, p.utc = p.rest[1:], True
        return
    shape = element[1:]
    pattern = "[+-]" + re.sub(r"\d", r"[0-9]", shape)
    match = re.match(pattern, p.rest)
    if match is None:
        raise _Mismatch
    digits = re.sub(r"\D", "", match.group()).ljust(6, "0")
    hours, minutes, seconds = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if hours > 24 or minutes > 60 or seconds > 60:
        raise _Mismatch("time zone offset out of range")
    p.offset = (hours * 3600 + minutes * 60 + seconds) * (-1 if match.group()[0] == "-" else 1)
    p.rest = p.rest[match.end() :]


def _parse_fraction(p: Parsed, element: str) -> None:
    match = re.match(r"[.,]([0-9]+)", p.rest)
    if element[1] == "9":
        if match is None:
            return
        digits = match.group(1)
    else:
        if match is None or len(match.group(1)) < len(element) - 1:
            raise _Mismatch
        digits = match.group(1)[: len(element) - 1]
    p.nano = int(digits[:9].ljust(9, "0"))
    p.rest = p.rest[1 + len(digits) :]


def _assemble(p: Parsed, default: Zone) -> Time:
    if p.afternoon and p.hour < 12:
        p.hour += 12
    elif p.afternoon is False and p.hour == 12:
        p.hour = 0
    year = 0 if p.year is None else p.year
    month, day = p.month, p.day
    if p.year_day is not None:
        month, day = _from_year_day(year, p.year_day, month, day)
    month, day = month or 1, 1 if day is None else day
    if not 1 <= day <= days_in(year, month):
        raise _Mismatch("day out of range")
    seconds = days_from_civil(year, month, day) * 86400 + p.hour * 3600 + p.minute * 60 + p.second

    def at(offset: int, zone: Zone) -> Time:
        return Time((seconds - offset) * NANOS + p.nano, zone)

    if p.utc:
        return at(0, UTC)
    if p.offset is not None:
        offset, name = default.at(seconds - p.offset)
        if offset == p.offset and (not p.abbreviation or name == p.abbreviation):
            return at(p.offset, default)
        return at(p.offset, FixedZone(p.abbreviation, p.offset))
    if p.abbreviation:
        known = abbreviations_of(default).get(p.abbreviation)
        if known is not None:
            return at(known, default)
        hours = p.abbreviation[3:] if p.abbreviation.startswith("GMT") else ""
        # Go names the zone of `GMT+3` but reads the clock as UTC.
        return at(0, FixedZone(p.abbreviation, int(hours) * 3600 if hours else 0))
    return at(default.local(seconds)[0], default)


def _from_year_day(year: int, year_day: int, month: int | None, day: int | None) -> tuple[int, int]:
    if not 1 <= year_day <= (366 if days_in(year, 2) == 29 else 365):
        raise _Mismatch("day-of-year out of range")
    rest, found = year_day, 1
    while rest > days_in(year, found):
        rest -= days_in(year, found)
        found += 1
    if (month is not None and month != found) or (day is not None and day != rest):
        raise _Mismatch("day-of-year does not match month and day")
    return found, rest

"""Calendar arithmetic over all of Go's years, and RFC 3339 text."""

from __future__ import annotations

from typing import NamedTuple

from collector.ottl.values import Time

NANOS = 1_000_000_000


class Civil(NamedTuple):
    """A wall clock reading with its zone."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    nano: int
    weekday: int
    """0 is Sunday."""
    year_day: int
    """1 is the first of January."""
    offset: int
    """Seconds east of Greenwich."""
    abbreviation: str


def days_from_civil(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01 to a date of the proleptic Gregorian calendar."""
    year -= month <= 2
    era = year // 400
    year_of_era = year - era * 400
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719468


def civil_from_days(days: int) -> tuple[int, int, int]:
    """Return year, month and day: the inverse of `days_from_civil`."""
    days += 719468
    era = days // 146097
    day_of_era = days - era * 146097
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + (3 if shifted < 10 else -9)
    return year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1


def days_in(year: int, month: int) -> int:
    """Return the length of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def civil(time: Time) -> Civil:
    """Return what clock and calendar show at an instant in its own zone."""
    seconds, nano = divmod(time.ns, NANOS)
    offset, abbreviation = time.zone.at(seconds)
    days, rest = divmod(seconds + offset, 86400)
    year, month, day = civil_from_days(days)
    hour, rest = divmod(rest, 3600)
    minute, second = divmod(rest, 60)
    year_day = days - days_from_civil(year, 1, 1) + 1
    return Civil(year, month, day, hour, minute, second, nano, (days + 4) % 7, year_day, offset, abbreviation)


def fraction(nano: int) -> str:
    """Return `.123` for the nanoseconds of a second, without trailing zeros; nothing for none."""
    return f".{nano:09d}".rstrip("0") if nano else ""


def rfc3339_nano(time: Time) -> str:
    """Return Go's RFC3339Nano text."""
    c = civil(time)
    minutes = abs(c.offset) // 60
    zone = "Z" if c.offset == 0 else f"{'-' if c.offset < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{c.year:04d}-{c.month:02d}-{c.day:02d}T{c.hour:02d}:{c.minute:02d}:{c.second:02d}{fraction(c.nano)}{zone}"

"""Times."""

from __future__ import annotations

import time as clock
from typing import Annotated

from collector.ottl.locales import known_locale
from collector.ottl.rfc3339 import NANOS, civil
from collector.ottl.signature import Literal, function
from collector.ottl.strftime import TimeFormat, known_zone, parse_time, time_format
from collector.ottl.values import Duration, Time, wrap64
from collector.ottl.zones import LOCAL, Zone

FormatText = Annotated[TimeFormat, Literal("a string", str, convert=time_format)]
_YEAR_ONE = -62135596800 * NANOS


@function("Now")
def now() -> Time:
    return Time(clock.time_ns(), LOCAL)


@function("Time", memo=True)
def parse(
    time: str,
    format: FormatText,
    location: Annotated[Zone, Literal("a string", str, convert=known_zone)] | None = None,
    locale: Annotated[str, Literal("a string", str, convert=known_locale)] | None = None,
) -> Time:
    return parse_time(time, format, location, locale)


@function("FormatTime")
def format_time(time: Time, format: FormatText) -> str:
    return format.print(time)


@function("Unix")
def unix(seconds: int, nanoseconds: int = 0) -> Time:
    return Time(seconds * NANOS + nanoseconds, LOCAL)


@function("UnixSeconds")
def unix_seconds(time: Time) -> int:
    return time.ns // NANOS


@function("UnixMilli")
def unix_milli(time: Time) -> int:
    return wrap64(time.ns // 1_000_000)


@function("UnixMicro")
def unix_micro(time: Time) -> int:
    return wrap64(time.ns // 1_000)


@function("UnixNano")
def unix_nano(time: Time) -> int:
    return wrap64(time.ns)


@function("Year")
def year(time: Time) -> int:
    return civil(time).year


@function("Month")
def month(time: Time) -> int:
    return civil(time).month


@function("Day")
def day(time: Time) -> int:
    return civil(time).day


@function("Hour")
def hour(time: Time) -> int:
    return civil(time).hour


@function("Minute")
def minute(time: Time) -> int:
    return civil(time).minute


@function("Second")
def second(time: Time) -> int:
    return civil(time).second


@function("Nanosecond")
def nanosecond(time: Time) -> int:
    return civil(time).nano


@function("Weekday")
def weekday(time: Time) -> int:
    return civil(time).weekday


@function("TruncateTime")
def truncate_time(time: Time, duration: Duration) -> Time:
    if duration.ns <= 0:
        return time
    return Time(time.ns - (time.ns - _YEAR_ONE) % duration.ns, time.zone)

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector import ottl
from collector.ottl.errors import EvaluationError
from collector.ottl.goparse import parse_layout
from collector.ottl.gotime import format_layout
from collector.ottl.rfc3339 import civil, rfc3339_nano
from collector.ottl.strftime import parse_time, time_format
from collector.ottl.values import Time
from collector.ottl.zones import UTC as UTC_ZONE
from collector.ottl.zones import FixedZone, zone

INSTANTS = st.integers(-62_000_000_000, 250_000_000_000)
ZONES = st.sampled_from([UTC_ZONE, zone("America/New_York"), zone("Asia/Kolkata"), FixedZone("", -3 * 3600 - 1800)])


@given(INSTANTS, st.integers(0, 999_999_999), ZONES)
def test_the_calendar_agrees_with_pythons(seconds, nano, place):
    c = civil(Time(seconds * 1_000_000_000 + nano, place))
    python = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds + c.offset)
    assert (c.year, c.month, c.day, c.hour, c.minute, c.second, c.nano) == (
        python.year, python.month, python.day, python.hour, python.minute, python.second, nano,
    )  # fmt: skip
    assert (c.weekday, c.year_day) == ((python.weekday() + 1) % 7, python.timetuple().tm_yday)


@given(st.integers(0, 4_000_000_000), st.integers(0, 999_999_999), ZONES)
def test_what_was_printed_parses_to_the_same_instant(seconds, nano, place):
    moment = Time(seconds * 1_000_000_000 + nano, place)
    for layout in ("2006-01-02T15:04:05.999999999Z07:00:00", "Mon Jan _2 03:04:05.000000000 PM 2006 -070000"):
        assert parse_layout(format_layout(moment, layout), layout, UTC_ZONE).ns == moment.ns


@pytest.mark.parametrize(
    ("directives", "text"),
    [
        ("%Y-%m-%d %H:%M:%S", "2021-07-04 09:05:06"),
        ("%y %o %q %g %e|%l %I %p %P", "21 _7 7 4  4|9 09 AM am"),
        ("%a %A %b %B %h", "Sun Sunday Jul July Jul"),
        ("%S.%L %S,%f %S.%s", "06.01 06,010002 06.010002003"),
        ("%Z %z %w %i %j %k", "EDT -0400 -040000 -04 -04:00 -04:00:00"),
        ("%D %F %T %R %r", "07/04/2021 2021-07-04 09:05:06 09:05 09:05:06 am"),
        ("%c%n%t%%", "Sun Jul 04 09:05:06 2021\n\t%"),
        ("Janet Jan at PM", "Janet Jul at AM"),
    ],
)
def test_directives(directives, text):
    moment = Time(1_625_403_906_010_002_003, zone("America/New_York"))
    assert time_format(directives).print(moment) == text


@pytest.mark.parametrize("directives", ["", "%Q", "1", "%S%L", "%H:%M %5"])
def test_formats_that_cannot_be_are_refused(directives):
    with pytest.raises(ValueError, match=r"format|directive"):
        time_format(directives)


@pytest.mark.parametrize(
    ("text", "directives", "place", "expected"),
    [
        ("2021-07-04 09:05:06.5", "%Y-%m-%d %H:%M:%S", "UTC", "2021-07-04T09:05:06.5Z"),
        ("  4 jul 2021   9", "  %e %b %Y %H", "UTC", "2021-07-04T09:00:00Z"),
        ("2021-07-04 12:00 AM", "%Y-%m-%d %I:%M %p", "UTC", "2021-07-04T00:00:00Z"),
        ("2021-07-04 09:00", "%Y-%m-%d %H:%M", "Asia/Tokyo", "2021-07-04T09:00:00+09:00"),
        ("2021-03-28 02:30", "%Y-%m-%d %H:%M", "Europe/Berlin", "2021-03-28T03:30:00+02:00"),
        ("2021-10-31 02:30", "%Y-%m-%d %H:%M", "Europe/Berlin", "2021-10-31T02:30:00+01:00"),
        ("2021-07-04 +02:00", "%Y-%m-%d %j", "Asia/Tokyo", "2021-07-04T00:00:00+02:00"),
        ("2021-01-04 CET", "%Y-%m-%d %Z", "UTC", "2021-01-04T00:00:00+01:00"),
        ("2021-07-04 EDT", "%Y-%m-%d %Z", "America/New_York", "2021-07-04T00:00:00-04:00"),
        ("69 68", "%y %y", "UTC", "2068-01-01T00:00:00Z"),
    ],
)
def test_texts_are_read_in_their_zone(text, directives, place, expected):
    assert rfc3339_nano(parse_time(text, time_format(directives), zone(place))) == expected


@pytest.mark.parametrize(
    ("text", "directives"),
    [
        ("", "%Y"), ("21", "%Y"), ("2021-13", "%Y-%m"), ("2021-02-29", "%Y-%m-%d"), ("24:00", "%H:%M"),
        ("09:60", "%H:%M"), ("2021x", "%Y"), ("2021-07-04 XYZW", "%Y-%m-%d %Z"), ("9 Pm", "%l %p"),
        ("2021-01-04 PST", "%Y-%m-%d %Z"),
    ],
)  # fmt: skip
def test_texts_that_do_not_fit_fail(text, directives):
    with pytest.raises(EvaluationError):
        parse_time(text, time_format(directives), UTC_ZONE)


def test_a_time_without_a_year_is_not_in_the_future():
    now = datetime.now(UTC)
    later = now + timedelta(days=30)
    parsed = parse_time(later.strftime("%b %d %H:%M"), time_format("%b %d %H:%M"), UTC_ZONE)
    assert civil(parsed).year == later.year - 1


def test_names_of_other_languages_are_read():
    assert rfc3339_nano(parse_time("5. März 2021", time_format("%e. %B %Y"), UTC_ZONE, "de"))[:10] == "2021-03-05"


@pytest.mark.parametrize(
    ("directives", "text"),
    [
        ("%Y-%m-%dT%H:%M:%S%z", "2023-11-05T14:03:02+02:00"),
        ("%Y-%m-%dT%H:%M:%S%z", "2023-11-05T14:03:02+02"),
        ("%D %T %z", "11/5/23 14:3:2 +0200"),
        ("%F %r %z", "2023-11-5 2:03:02 pm +0200"),
        ("%o/%e %H:%M:%S %Y %z", "11/ 5  14:03:02 2023 +0200"),
    ],
)
def test_times_are_read_more_laxly_than_they_are_printed(directives, text):
    assert parse_time(text, time_format(directives), UTC_ZONE).ns == 1_699_185_782 * 1_000_000_000


def test_text_that_fits_no_choice_of_a_directive_is_an_error():
    with pytest.raises(EvaluationError, match="cannot parse"):
        parse_time("11/05/2 14:03", time_format("%D %R"), UTC_ZONE)


def in_locale(text, form, locale):
    return ottl.compile_value(f'UnixSeconds(Time("{text}", "{form}", "UTC", "{locale}"))', context="log").of({})


@pytest.mark.parametrize(
    ("text", "form", "locale", "expected"),
    [
        ("5 JANUAR 2023", "%e %B %Y", "de", 1672876800),
        ("5 März 2023", "%e %b %Y", "de-DE", 1677974400),
        ("So. 5 Nov. 2023", "%a %e %b %Y", "de", 1699142400),
        ("5 mars 2023", "%e %b %Y", "fr-CA", 1677974400),
        ("5 stycznia 2023", "%e %B %Y", "pl", 1672876800),
        ("5 Sept 2023", "%e %b %Y", "en-GB", 1693872000),
        ("2023-01-05", "%Y-%m-%d", "de", 1672876800),
        ("PM 3 5 January 2023", "%p %l %e %B %Y", "en-US", 1672930800),
    ],
)
def test_names_are_read_in_the_language_of_the_locale(text, form, locale, expected):
    assert in_locale(text, form, locale) == expected


@pytest.mark.parametrize(
    ("text", "form", "locale"),
    [
        ("5 January 2023", "%e %B %Y", "de"), ("5 January 2023", "%e %B %Y", "fr"),
        ("So 5 Nov 2023", "%a %e %b %Y", "de"),
        ("5 styczeń 2023", "%e %B %Y", "pl"), ("5 Sept 2023", "%e %b %Y", "en"),
    ],
)  # fmt: skip
def test_names_of_other_languages_and_forms_fail(text, form, locale):
    with pytest.raises(ottl.EvaluationError):
        in_locale(text, form, locale)


@pytest.mark.parametrize("locale", ["de_DE", "DE", "xx"])
def test_locales_are_language_tags(locale):
    with pytest.raises(ottl.ConfigError, match="unsupported locale"):
        in_locale("2023-01-05", "%Y-%m-%d", locale)

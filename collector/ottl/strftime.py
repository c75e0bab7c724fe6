"""`%` directives as Go layouts (appendix A), and the rules of `Time` around the layout engine."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from collector.ottl.errors import EvaluationError
from collector.ottl.goparse import LayoutMismatch, parse_layout
from collector.ottl.gotime import format_layout
from collector.ottl.locales import translate
from collector.ottl.rfc3339 import NANOS, civil, days_from_civil, days_in
from collector.ottl.values import Time
from collector.ottl.zones import LOCAL, UTC, Zone, zone

_DIRECTIVES = {
    "Y": "2006", "y": "06", "m": "01", "o": "_1", "q": "1", "b": "Jan", "h": "Jan", "B": "January", "d": "02",
    "e": "_2", "g": "2", "a": "Mon", "A": "Monday", "H": "15", "I": "03", "l": "3", "p": "PM", "P": "pm", "M": "04",
    "S": "05", "L": "999", "f": "999999", "s": "999999999", "Z": "MST", "z": "Z0700", "w": "-070000", "i": "-07",
    "j": "-07:00", "k": "-07:00:00", "D": "01/02/2006", "x": "01/02/2006", "F": "2006-01-02", "T": "15:04:05",
    "X": "15:04:05", "r": "03:04:05 pm", "R": "15:04", "c": "Mon Jan 02 15:04:05 2006", "n": "\n", "t": "\t",
    "%": "%",
}  # fmt: skip
# Parsing is laxer than printing: what each directive may stand for in turn, as elements of a layout.
_LAX: dict[str, tuple[tuple[str, ...], ...]] = {
    "m": (("1",),), "o": (("1",),), "d": (("2",),), "e": (("2",),), "I": (("3",),), "M": (("4",),), "S": (("5",),),
    "D": (("1", "/", "2", "/", "2006"), ("1", "/", "2", "/", "06")),
    "x": (("1", "/", "2", "/", "2006"), ("1", "/", "2", "/", "06")),
    "F": (("2006", "-", "1", "-", "2"),), "T": (("15", ":", "4", ":", "5"),), "X": (("15", ":", "4", ":", "5"),),
    "r": (("3", ":", "4", ":", "5", " ", "pm"),), "R": (("15", ":", "4"),), "z": (("Z0700",), ("Z07:00",), ("Z07",)),
    "c": (("Mon", " ", "Jan", " ", "2", " ", "15", ":", "4", ":", "5", " ", "2006"),),
}  # fmt: skip
_WEEK = 7 * 86400 * NANOS


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """A format with directives and the layout it stands for; `parts` are what it may stand for when read."""

    text: str
    layout: str
    parts: tuple[tuple[tuple[str, ...], ...], ...]
    _fitting: list[str] = field(default_factory=list, compare=False)

    def parse(self, read: Callable[[str], Time]) -> Time:
        """Return what `read` gives for the first layout that fits. Raises `LayoutMismatch`."""
        for layout in self._fitting:
            try:
                return read(layout)
            except EvaluationError:
                break
        return _search("", self.parts, read, self._fitting)

    def print(self, moment: Time) -> str:
        """Return the time as text, in its own zone."""
        return format_layout(moment, self.layout)


def _search(
    layout: str, parts: tuple[tuple[tuple[str, ...], ...], ...], read: Callable[[str], Time], fitting: list[str]
) -> Time:
    """Return what is read by the layout and one choice of every part; blanks are passed over before numbers.

    Another choice of a part is tried only when the text failed at an element of this very part.
    """
    if not parts:
        moment = read(layout)
        fitting[:] = [layout]
        return moment
    for choice in parts[0]:
        pieces = list(choice)
        while True:
            try:
                return _search(layout + "".join(pieces), parts[1:], read, fitting)
            except LayoutMismatch as error:
                if not error.element or error.element not in pieces:
                    raise
                place = pieces.index(error.element)
                blanks = error.rest[: len(error.rest) - len(error.rest.lstrip(" \t\n\f\r"))]
                failed = error
            if not blanks or failed.element[0] not in "0123456789Z":
                break
            pieces.insert(place, blanks)
    failed.element = ""
    raise failed


@lru_cache(maxsize=256)
def time_format(text: str) -> TimeFormat:
    """Return a parsed format. Raises `ValueError` for unknown directives, digits and an empty format."""
    if not text:
        raise ValueError("format cannot be nil")
    if re.search(r"[0-9]", text):
        raise ValueError(f"format string should not contain digits: {text!r}")
    out: list[str] = []
    parts: list[tuple[tuple[str, ...], ...]] = []
    position = 0
    while position < len(text):
        c = text[position]
        if c != "%" or position + 1 == len(text):
            out.append(c)
            parts.append(((c,),))
            position += 1
            continue
        directive = text[position + 1]
        layout = _DIRECTIVES.get(directive)
        if layout is None:
            raise ValueError(f"unsupported directive: %{directive}")
        if directive in "Lfs" and position > 0 and text[position - 1] not in ".,":
            raise ValueError(f"invalid fractional seconds directive: %{directive} must follow '.' or ','")
        out.append(layout)
        parts.append(_LAX.get(directive, ((layout,),)))
        position += 2
    return TimeFormat(text, "".join(out), tuple(parts))


def known_zone(name: str) -> Zone:
    """Return a zone by its IANA name. Raises `ValueError`."""
    return zone(name)


def parse_time(text: str, form: TimeFormat, place: Zone | None, locale: str | None = None) -> Time:
    """Return the time that a text gives. Raises `EvaluationError`."""
    if not text:
        raise EvaluationError("time cannot be nil")
    if locale:
        text = translate(text, form.layout, locale)
    default = place or (UTC if form.text.endswith("Z") else LOCAL)
    return form.parse(lambda layout: _read(text, layout, default))


def _read(text: str, layout: str, default: Zone) -> Time:
    moment = parse_layout(text, layout, default)
    shown = civil(moment)
    if shown.offset == 0 and shown.abbreviation not in ("", "UTC") and moment.zone is not default:
        try:
            named = zone(shown.abbreviation)
        except ValueError as error:
            raise EvaluationError(str(error)) from error
        moment = parse_layout(text, layout, named)
    return _this_year(moment) if civil(moment).year == 0 else moment


def _this_year(moment: Time) -> Time:
    """Return a time without a year in the current one, or the last one if it would lie more than a week ahead."""
    now = time.time_ns()
    c = civil(moment)
    year = civil(Time(now, moment.zone)).year

    def in_year(number: int) -> Time:
        day = c.day
        month = c.month
        if day > days_in(number, month):
            month, day = 3, 1
        local = days_from_civil(number, month, day) * 86400 + c.hour * 3600 + c.minute * 60 + c.second
        return Time((local - moment.zone.local(local)[0]) * NANOS + c.nano, moment.zone)

    this = in_year(year)
    return in_year(year - 1) if this.ns - now > _WEEK else this

"""Go's time layouts: pieces of the reference time `Mon Jan 2 15:04:05 MST 2006`, and printing by them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from collector.ottl.rfc3339 import Civil, civil
from collector.ottl.values import Time

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
SHORT_MONTHS, SHORT_DAYS = tuple(m[:3] for m in MONTHS), tuple(d[:3] for d in DAYS)

_ELEMENTS = re.compile(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST"
    r"|002|01|02|03|04|05|06"
    r"|15|1|2006|2|_2006|__2|_2"
    r"|3|4|5|PM|pm"
    r"|-07:00:00|-07:00|-070000|-0700|-07"
    r"|Z07:00:00|Z07:00|Z070000|Z0700|Z07"
    r"|[.,](?:0+|9+)(?![0-9])"
)


class Element(NamedTuple):
    """One piece of a layout: an element, or literal text (`literal`)."""

    text: str
    literal: bool


@lru_cache(maxsize=512)
def elements(layout: str) -> tuple[Element, ...]:
    """Return the pieces of a layout."""
    pieces: list[Element] = []
    position = 0
    for match in _ELEMENTS.finditer(layout):
        text, start = match.group(), match.start()
        if text == "_2006":
            start, text = start + 1, "2006"
        if start > position:
            pieces.append(Element(layout[position:start], literal=True))
        pieces.append(Element(text, literal=False))
        position = match.end()
    if position < len(layout):
        pieces.append(Element(layout[position:], literal=True))
    return tuple(pieces)


def format_layout(time: Time, layout: str) -> str:
    """Return the time as text."""
    c = civil(time)
    return "".join(piece.text if piece.literal else _printed(piece.text, c) for piece in elements(layout))


def _printed(element: str, c: Civil) -> str:
    hour12 = c.hour % 12 or 12
    match element:
        case "2006":
            return f"{c.year:04d}" if c.year >= 0 else f"-{-c.year:04d}"
        case "06":
            return f"{c.year % 100:02d}"
        case "January":
            return MONTHS[c.month - 1]
        case "Jan":
            return SHORT_MONTHS[c.month - 1]
        case "01":
            return f"{c.month:02d}"
        case "1":
            return str(c.month)
        case "Monday":
            return DAYS[c.weekday]
        case "Mon":
            return SHORT_DAYS[c.weekday]
        case "02":
            return f"{c.day:02d}"
        case "_2":
            return f"{c.day:2d}"
        case "2":
            return str(c.day)
        case "002":
            return f"{c.year_day:03d}"
        case "__2":
            return f"{c.year_day:3d}"
        case "15":
            return f"{c.hour:02d}"
        case "03":
            return f"{hour12:02d}"
        case "3":
            return str(hour12)
        case "04":
            return f"{c.minute:02d}"
        case "4":
            return str(c.minute)
        case "05":
            return f"{c.second:02d}"
        case "5":
            return str(c.second)
        case "PM":
            return "PM" if c.hour >= 12 else "AM"
        case "pm":
            return "pm" if c.hour >= 12 else "am"
        case "MST":
            return c.abbreviation if c.abbreviation and c.abbreviation[0] not in "+-" else _abbreviated(c)
        case _ if element[0] in ".,":
            return _fraction(element, c.nano)
        case _:
            return _offset(element, c.offset)


def _abbreviated(c: Civil) -> str:
    if c.abbreviation:
        return c.abbreviation
    minutes = abs(c.offset) // 60
    return f"{'-' if c.offset < 0 else '+'}{minutes // 60:02d}{minutes % 60:02d}"


def _fraction(element: str, nano: int) -> str:
    digits = f"{nano:09d}"[: len(element) - 1]
    if element[1] == "9":
        digits = digits.rstrip("0")
        return element[0] + digits if digits else ""
    return element[0] + digits.ljust(len(element) - 1, "0")


def _offset(element: str, offset: int) -> str:
    if element[0] == "Z" and offset == 0:
        return "Z"
    total = abs(offset)
    text = f"{'-' if offset < 0 else '+'}{total // 3600:02d}"
    colon = ":" if ":" in element else ""
    shape = element[1:].replace(":", "")
    if len(shape) >= 4:
        text += f"{colon}{total // 60 % 60:02d}"
    if len(shape) == 6:
        text += f"{colon}{total % 60:02d}"
    return text

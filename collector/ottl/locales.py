"""Names of months and days in other languages, turned into English before a time is read (appendix A)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from collector.ottl.errors import EvaluationError
from collector.ottl.gotime import DAYS, MONTHS

_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_NAMED = re.compile(r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|PM|pm")

Names = dict[str, str]


@lru_cache(maxsize=32)
def _names(locale: str) -> dict[str, tuple[re.Pattern[str], Names]]:
    try:
        from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - large, and few need it
        from babel.dates import get_day_names, get_month_names, get_period_names  # noqa: PLC0415
    except ImportError as error:
        raise ValueError("the locale of Time needs the package babel; pip install babel") from error
    if not _TAG.fullmatch(locale):
        raise ValueError(f"unsupported locale {locale!r}; a BCP 47 language tag such as de or pt-BR is right")
    try:
        place = Locale.parse(locale, sep="-")
    except (UnknownLocaleError, ValueError, TypeError) as error:
        raise ValueError(f"unsupported locale {locale!r}: {error}") from error

    def months(width: str, size: int | None) -> Names:
        names = get_month_names(width, "format", place)  # type: ignore[arg-type]
        return {str(name).lower(): MONTHS[number - 1][:size] for number, name in names.items()}

    def days(width: str, size: int | None) -> Names:
        names = get_day_names(width, "format", place)  # type: ignore[arg-type]
        return {str(name).lower(): DAYS[(number + 1) % 7][:size] for number, name in names.items()}

    def periods(english: Callable[[str], str]) -> Names:
        names = {
            k: get_period_names(width, locale=place).get(k) for width in ("abbreviated", "wide") for k in ("am", "pm")
        }
        return {str(name).lower(): english(key) for key, name in names.items() if name}

    elements = {
        "January": months("wide", None), "Jan": months("abbreviated", 3),
        "Monday": days("wide", None), "Mon": days("abbreviated", 3),
        "PM": periods(str.upper), "pm": periods(str.lower),
    }  # fmt: skip
    return {element: (_alternatives(names), names) for element, names in elements.items()}


def _alternatives(names: Names) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(n) for n in sorted(names, key=len, reverse=True)), re.IGNORECASE)


def known_locale(locale: str) -> str:
    """Return the locale. Raises `ValueError` when there are no data for it."""
    _names(locale)
    return locale


def translate(text: str, layout: str, locale: str) -> str:
    """Return a text with the names that a layout asks for in English.

    Raises `EvaluationError` when one is not there in the locale's language.
    """
    position = 0
    known = _names(locale)
    for element in _NAMED.findall(layout):
        pattern, names = known.get(element, (None, {}))
        match = pattern.search(text, position) if pattern is not None else None
        english = names.get(match.group().lower()) if match is not None else None
        if match is None or english is None:
            raise EvaluationError(f"value {text!r} does not match the layout element {element!r}")
        text = text[: match.start()] + english + text[match.end() :]
        position = match.start() + len(english)
    return text

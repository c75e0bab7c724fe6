"""Unit words (prometheus.md 7.1): what an OTLP unit is called in a metric name and in metadata."""

import re
from typing import NamedTuple

_MAIN = {
    "d": "days",
    "h": "hours",
    "min": "minutes",
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
    "By": "bytes",
    "KiBy": "kibibytes",
    "MiBy": "mebibytes",
    "GiBy": "gibibytes",
    "TiBy": "tibibytes",
    "KBy": "kilobytes",
    "MBy": "megabytes",
    "GBy": "gigabytes",
    "TBy": "terabytes",
    "m": "meters",
    "V": "volts",
    "A": "amperes",
    "J": "joules",
    "W": "watts",
    "g": "grams",
    "Cel": "celsius",
    "Hz": "hertz",
    "1": "",
    "%": "percent",
}
_PER = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year"}
_NOT_A_WORD = re.compile(r"[^A-Za-z0-9:]+")


class UnitWords(NamedTuple):
    """The two words of a unit, either may be empty; `per` begins with `per_`."""

    main: str
    per: str


def unit_words(unit: str) -> UnitWords:
    """Words as they are, not cleaned."""
    main, _, per = unit.partition("/")
    main = main.strip()
    per = per.strip()
    main = "" if "{" in main or "}" in main else _MAIN.get(main, main)
    per = "" if "{" in per or "}" in per else _PER.get(per, per)
    return UnitWords(main, f"per_{per}" if per else "")


def clean_unit_words(unit: str) -> UnitWords:
    """Words made of legal characters only."""
    main, per = unit_words(unit)
    return UnitWords(_clean(main), _clean(per))


def unit_text(unit: str, *, escapes: bool) -> str:
    """The unit as metadata has it: `By/s` is `bytes_per_second`. `escapes`: of legal characters only."""
    words = clean_unit_words(unit) if escapes else unit_words(unit)
    return "_".join(word for word in words if word).removeprefix("_").removesuffix("_")


def _clean(word: str) -> str:
    return _NOT_A_WORD.sub("_", word).removeprefix("_")

"""Numbers in texts, read and written as the Go Collector does; None stands for a text that is no such number."""

import re
from decimal import Decimal
from math import isfinite
from struct import unpack
from typing import Final

__all__ = ["format_fixed", "parse_float", "parse_int"]

whole: Final = re.compile(r"[+-]?[0-9]+")
decimal: Final = re.compile(
    r"[+-]?(?:(?:[0-9](?:_?[0-9])*)(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?"
)
hexadecimal: Final = re.compile(
    r"[+-]?0[xX]_?(?:[0-9a-fA-F](?:_?[0-9a-fA-F])*(?:\.(?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?)?|\.[0-9a-fA-F](?:_?[0-9a-fA-F])*)"
    r"[pP][+-]?[0-9](?:_?[0-9])*"
)
special: Final = re.compile(r"[+-]?inf(?:inity)?|nan", re.IGNORECASE)
nan: Final[float] = unpack("<d", b"\x01\0\0\0\0\0\xf8\x7f")[0]
"""The NaN that Go makes of a text; Python's has other bits, which shows in a hash of them."""


def parse_int(text: str) -> int | None:
    """A decimal 64-bit integer, with or without a sign: `strconv.ParseInt(text, 10, 64)`."""
    if not whole.fullmatch(text) or len(text) > 4000:
        return None
    value = int(text)
    return value if -(1 << 63) <= value < 1 << 63 else None


def parse_float(text: str) -> float | None:
    """A 64-bit floating point number in Go's syntax: `strconv.ParseFloat(text, 64)`.

    Digits may be grouped by `_`, hexadecimal needs an exponent `p`, a finite number too large for a double is refused.
    """
    if special.fullmatch(text):
        return nan if text.lower() == "nan" else float(text)
    try:
        if decimal.fullmatch(text):
            value = float(text.replace("_", ""))
        elif hexadecimal.fullmatch(text):
            value = float.fromhex(text.replace("_", ""))
        else:
            return None
    except OverflowError:
        return None
    return value if abs(value) != float("inf") else None


def format_fixed(value: float) -> str:
    """Shortest digits that read back as the same double, never with an exponent; Go's format `f` with precision -1."""
    if not isfinite(value):
        return {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}[repr(value)]
    text = repr(value)
    return (format(Decimal(text), "f") if "e" in text else text).removesuffix(".0")

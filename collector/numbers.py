"""Numbers in texts, read as the Go Collector reads them; None stands for a text that is no such number."""

import re
from typing import Final

__all__ = ["parse_float", "parse_int"]

whole: Final = re.compile(r"[+-]?[0-9]+")
decimal: Final = re.compile(
    r"[+-]?(?:(?:[0-9](?:_?[0-9])*)(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?"
)
hexadecimal: Final = re.compile(
    r"[+-]?0[xX]_?(?:[0-9a-fA-F](?:_?[0-9a-fA-F])*(?:\.(?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?)?|\.[0-9a-fA-F](?:_?[0-9a-fA-F])*)"
    r"[pP][+-]?[0-9](?:_?[0-9])*"
)
special: Final = re.compile(r"[+-]?inf(?:inity)?|nan", re.IGNORECASE)


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
        return float(text)
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

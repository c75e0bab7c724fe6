"""Values of one type under one verb of Go's `fmt.Sprintf`: integers, floats and texts."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from collector.ottl.text import float_text
from collector.ottl.values import utf8


@dataclass(slots=True)
class Spec:
    """One directive: its flags, width and precision. `syntax` stands for `%#v`, Go's own notation."""

    plus: bool = False
    minus: bool = False
    sharp: bool = False
    space: bool = False
    zero: bool = False
    width: int | None = None
    precision: int | None = None
    syntax: bool = False

    def pad(self, text: str) -> str:
        """Return the text at its width."""
        if self.width is None or len(text) >= self.width:
            return text
        if self.minus:
            return text.ljust(self.width)
        return text.rjust(self.width, "0" if self.zero else " ")


def duration_text(ns: int) -> str:
    """Return Go's text of a duration, such as `1h2m3.5s`."""
    sign, ns = ("-", -ns) if ns < 0 else ("", ns)
    if ns == 0:
        return "0s"
    for unit, size in (("ns", 1), ("µs", 1000), ("ms", 1_000_000)):
        if ns < size * 1000:
            return sign + _decimal(ns, size) + unit
    seconds, rest = divmod(ns, 1_000_000_000)
    minutes, seconds = divmod(seconds, 60)
    text = _decimal(seconds * 1_000_000_000 + rest, 1_000_000_000) + "s"
    if minutes:
        hours, minutes = divmod(minutes, 60)
        text = f"{minutes}m{text}"
        if hours:
            text = f"{hours}h{text}"
    return sign + text


def _decimal(number: int, unit: int) -> str:
    whole, rest = divmod(number, unit)
    digits = len(str(unit)) - 1
    return f"{whole}.{rest:0{digits}d}".rstrip("0") if rest else str(whole)


def integer(verb: str, spec: Spec, number: int, *, unsigned: bool = False) -> str | None:
    """Return the text of an integer; None for a verb that integers do not have."""
    if unsigned and spec.syntax:
        return _digits("x", replace(spec, sharp=True), number)
    if verb in "vdboOxX":
        return _digits(verb, spec, number)
    character = chr(number) if 0 <= number <= 0x10FFFF and not 0xD800 <= number < 0xE000 else "\ufffd"
    if verb == "c":
        return spec.pad(character)
    if verb == "q":
        return spec.pad(_quote_character(character, ascii_only=spec.plus))
    if verb == "U":
        text = f"U+{number & (1 << 64) - 1:0{max(4, spec.precision or 0)}X}"
        if spec.sharp and 0 <= number <= 0x10FFFF and character.isprintable():
            text += f" '{character}'"
        return Spec(minus=spec.minus, width=spec.width).pad(text)
    return None


def _digits(verb: str, spec: Spec, number: int) -> str:
    if spec.precision == 0 and number == 0:
        return " " * (spec.width or 0)
    digits = format(abs(number), {"v": "d", "O": "o"}.get(verb, verb))
    sign = "-" if number < 0 else "+" if spec.plus else " " if spec.space else ""
    prefix = {"b": "0b", "o": "0", "x": "0x", "X": "0X"}.get(verb, "") if spec.sharp else ""
    if verb == "O":
        prefix = "0o"
    if spec.precision is not None:
        digits = digits.zfill(spec.precision)
    elif spec.zero and spec.width is not None:
        digits = digits.zfill(spec.width - len(sign))
    if prefix == "0" and digits.startswith("0"):
        prefix = ""
    return Spec(minus=spec.minus, width=spec.width).pad(sign + prefix + digits)


def floating(verb: str, spec: Spec, value: float) -> str | None:
    """Return the text of a float; None for a verb that floats do not have."""
    if verb not in "vbgGxXfFeE":
        return None
    sign = "-" if math.copysign(1, value) < 0 and value == value else "+" if spec.plus else " " if spec.space else ""  # noqa: PLR0124
    number = abs(value)
    if not math.isfinite(value):
        text = "NaN" if math.isnan(value) else "Inf"
        if text == "Inf" and not sign:
            sign = "+" if spec.plus or value > 0 else sign
        return Spec(minus=spec.minus, width=spec.width).pad(sign + text)
    text = _magnitude(verb, spec, number)
    if spec.zero and spec.width is not None and len(sign) + len(text) < spec.width:
        text = text.zfill(spec.width - len(sign))
    return spec.pad(sign + text)


def _magnitude(verb: str, spec: Spec, number: float) -> str:
    if verb == "b":
        exponent = max(math.frexp(number)[1] - 53, -1074) if number else -1074
        return f"{int(math.ldexp(number, -exponent))}p{exponent:+d}"
    if verb in "xX":
        return _hexadecimal(verb, spec, number)
    if verb in "vgG" and spec.precision is None:
        text = float_text(number, -4, 6)
        if spec.sharp:
            text = "%#.6g" % number  # noqa: UP031 - the C formats are what Go has
        return text.upper() if verb == "G" else text
    precision = 6 if spec.precision is None else spec.precision
    verb = {"v": "g", "F": "f"}.get(verb, verb)
    return f"%{'#' if spec.sharp else ''}.{precision}{verb}" % number


def _hexadecimal(verb: str, spec: Spec, number: float) -> str:
    if number == 0:
        mantissa, exponent, whole = "", 0, "0"
    else:
        fraction, exponent = math.frexp(number)
        bits = int(fraction * (1 << 53))
        if spec.precision is not None and spec.precision < 13:
            drop = 52 - 4 * spec.precision
            half, rest = 1 << drop - 1, bits & (1 << drop) - 1
            bits >>= drop
            if rest > half or (rest == half and bits & 1):
                bits += 1
            bits <<= drop
        exponent -= 1
        if bits >> 53:
            bits, exponent = bits >> 1, exponent + 1
        mantissa, whole = f"{bits & (1 << 52) - 1:013x}", "1"
    mantissa = mantissa.rstrip("0") if spec.precision is None else mantissa.ljust(spec.precision, "0")[: spec.precision]
    if spec.sharp and verb == "x":  # six digits at least, of which the x of 0x is one
        wanted = 6 if spec.precision is None else spec.precision
        mantissa += "0" * (wanted - 2 - len(mantissa))
    text = f"0x{whole}{'.' if mantissa or (spec.sharp and verb == 'x') else ''}{mantissa}p{exponent:+03d}"
    return text.upper() if verb == "X" else text


def string(verb: str, spec: Spec, text: str) -> str | None:
    """Return a text under a verb; None for a verb that texts do not have."""
    if verb == "v" and spec.syntax:
        verb = "q"
    if verb in "vs":
        return spec.pad(text if spec.precision is None else text[: spec.precision])
    if verb == "q":
        text = text if spec.precision is None else text[: spec.precision]
        if spec.sharp and "`" not in text and not re.search("[\x00-\x08\x0a-\x1f\x7f\ufeff]", text):
            return spec.pad(f"`{text}`")
        return spec.pad(quote(text, ascii_only=spec.plus))
    if verb in "xX":
        data = utf8(text)
        data = data if spec.precision is None else data[: spec.precision]
        prefix = "0x" if spec.sharp and data else ""
        digits = (" " + prefix).join(f"{b:02x}" for b in data) if spec.space else data.hex()
        text = prefix + digits
        return spec.pad(text.upper() if verb == "X" else text)
    return None


_QUOTED = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\\": "\\\\"}


def quote(text: str, *, ascii_only: bool = False) -> str:
    """Return a text as Go's `strconv.Quote` does."""
    return '"' + "".join('\\"' if c == '"' else _escaped(c, ascii_only=ascii_only) for c in text) + '"'


def _quote_character(character: str, *, ascii_only: bool) -> str:
    return "'" + ("\\'" if character == "'" else _escaped(character, ascii_only=ascii_only)) + "'"


def _escaped(c: str, *, ascii_only: bool) -> str:
    if c in _QUOTED:
        return _QUOTED[c]
    code = ord(c)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if c == " " or (c.isprintable() and (code < 0x7F or not ascii_only)):
        return c
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

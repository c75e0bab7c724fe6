"""The values of literal tokens, by Go's rules."""

from __future__ import annotations

import math
import re

from collector.ottl.errors import Refusal
from collector.ottl.parse.lexer import Token

_SIMPLE = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", '"': '"',
}  # fmt: skip
_ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\\"])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL
)
_NAMED = {v: k for k, v in _SIMPLE.items()}
_CONTROL = re.compile(r'[\x00-\x1f\x7f"\\\ud800-\udfff]')


def integer(token: Token) -> int:
    """Return the value of an int token; a leading zero means octal."""
    text = token.text
    if len(text) > 1 and text[0] == "0":
        if text.strip("01234567"):
            raise Refusal("a number with a leading 0 is octal; its digits are 0 to 7", token.start, token.end)
        value = int(text, 8) if len(text) < 64 else 1 << 63
    else:
        value = int(text) if len(text) < 64 else 1 << 63
    if value >= 1 << 63:
        raise Refusal("value out of range; the largest int is 9223372036854775807", token.start, token.end)
    return value


def floating(token: Token) -> float:
    """Return the value of a float token."""
    value = float(token.text)
    if math.isinf(value):
        raise Refusal("value out of range for a 64-bit float", token.start, token.end)
    return value


def octets(token: Token) -> bytes:
    """Return the value of a bytes token."""
    if len(token.text) % 2:
        raise Refusal("a byte string has an odd length hex text; write two digits a byte", token.start, token.end)
    return bytes.fromhex(token.text[2:])


def string(token: Token) -> str:
    """Return the value of a string token, its escapes resolved."""
    text = token.text[1:-1]
    if "\\" not in text:
        return text

    def replaced(match: re.Match[str]) -> str:
        simple, two, octal, four, eight, other = match.groups()
        at = token.start + 1 + match.start()
        if simple is not None:
            return _SIMPLE[simple]
        if other is not None:
            remedy = f"; write \\\\{other}" if other in "dswDSWB.[](){}*+?|^$/pAz" else ""
            raise Refusal(f"invalid escape \\{other} in a quoted string{remedy}", at, at + 2)
        code = int(octal, 8) if octal is not None else int(two or four or eight, 16)
        if (octal is not None and code > 255) or code > 0x10FFFF or 0xD800 <= code < 0xE000:
            raise Refusal(f"invalid escape {match.group()} in a quoted string: no such character", at, at + 2)
        return chr(code)

    return _ESCAPE.sub(replaced, text)


def quoted(text: str) -> str:
    """Return a text as a string literal: the inverse of `string`."""

    def escaped(match: re.Match[str]) -> str:
        character = match.group()
        named = _NAMED.get(character)
        return f"\\{named}" if named else f"\\x{ord(character):02x}"

    return '"' + _CONTROL.sub(escaped, text) + '"'

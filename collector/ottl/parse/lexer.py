"""Tokens. The rules are tried in order, and the first that matches wins, not the longest."""

from __future__ import annotations

import re
from typing import NamedTuple

from collector.ottl.errors import Refusal


class Token(NamedTuple):
    """One token: its kind, its text and its place."""

    kind: str
    text: str
    start: int
    end: int


_RULES = re.compile(
    r"""
      (?P<bytes>0x[0-9a-fA-F]+)
    | (?P<float>(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<int>[0-9]+)
    | (?P<string>"(?:\\.|[^\\"])*")
    | (?P<nil>\bnil\b)
    | (?P<word>\b(?:not|or|and)\b)
    | (?P<compare>==|!=|>=|<=|>|<)
    | (?P<sum>[+-])
    | (?P<product>[/*])
    | (?P<bool>\b(?:true|false)\b)
    | (?P<punct>[=(){}:,.\[\]])
    | (?P<upper>[A-Z][A-Z0-9_]*)
    | (?P<lower>[a-z][a-z0-9_]*)
    | (?P<space>\s+)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text without its white space, closed by one of kind `end`.

    Raises `Refusal` at the first character that begins no token.
    """
    found: list[Token] = []
    position, match = 0, _RULES.match
    while position < len(text):
        m = match(text, position)
        if m is None:
            raise Refusal(_complaint(text, position), position, position + 1)
        kind = m.lastgroup or ""
        if kind != "space":
            value = m.group()
            found.append(Token(value if kind in ("punct", "word") else kind, value, position, m.end()))
        position = m.end()
    found.append(Token("end", "", position, position))
    return found


def _complaint(text: str, position: int) -> str:
    character = text[position]
    if character == '"':
        return "invalid syntax: this string is never closed"
    if character in "'`":
        return "invalid syntax: strings are written in double quotes"
    if text.startswith(("&&", "||", "!"), position):
        return "invalid syntax: the logical operators are written 'and', 'or' and 'not'"
    if character == "#":
        return "invalid syntax: there are no comments"
    return f"invalid syntax: unexpected character {character!r}"

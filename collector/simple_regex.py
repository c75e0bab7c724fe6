"""Patterns so simple that Python's `re` gives RE2's answer, and soon: a tenth of the cost of a call into RE2.

Taken are literals, classes, dots and groups that are not repeated, with so few open-ended repetitions that the time is
bounded for a text of MOST_TEXT characters; texts must be ASCII, where both engines see the same characters.

Some of them need no going back, either: they run in the kernel as a `Pattern`, a tenth of the cost of Python's `re`.
"""

import re
from functools import lru_cache

from collector.pdata import Pattern

__all__ = ["MOST_TEXT", "plain_pattern", "simple_pattern"]

MOST_TEXT = 1024

_TOKEN = re.compile(
    r"""
      (?P<atom>[A-Za-z0-9\ _/:=@%&~\#<>"'`,;!-]
          | \\[-.,/+*?()\[\]{}^$|\\:_=@%&]
          | (?P<space>\\s) | \\[dwDWS] | \.
          | \[\^?(?:[A-Za-z0-9 _/:=@%&~#<>"'`,;!.+*?(){}$|]|\\[-.\[\]\\/dw^])(?:(?:-(?=[A-Za-z0-9]))?
              (?:[A-Za-z0-9 _/:=@%&~#<>"'`,;!.+*?(){}$|]|\\[-.\[\]\\/dw^]))*-?\]
      )(?P<repeat>(?P<open>[*+]|\{[0-9]{1,2},\})\??|\?\??|\{[0-9]{1,2}(?:,[0-9]{1,2})?\})?(?![*+?{])
    | (?P<group>\((?:\?:|\?P?<[A-Za-z_][A-Za-z0-9_]*>)?(?![*+?{]))
    | (?P<close>\)\??(?![*+?{]))
    | (?P<either>\|)
    | (?P<end>\$)
    | (?P<boundary>\\b)
    """,
    re.VERBOSE,
)
_SPACE = r"[\t\n\f\r ]"


@lru_cache(maxsize=1024)
def simple_pattern(pattern: str) -> re.Pattern[str] | None:
    """Give the pattern for `re`; None where it is not simple. It must be one that RE2 accepts."""
    flags = re.ASCII
    rest = pattern
    if rest.startswith("(?i)"):
        flags |= re.IGNORECASE
        rest = rest[4:]
    anchored = rest.startswith("^")
    at, open_ended, out = int(anchored), 0, ["^" if anchored else ""]
    while at < len(rest):
        token = _TOKEN.match(rest, at)
        if token is None:
            return None
        open_ended += token["open"] is not None
        anchored = anchored and token["either"] is None
        if token["space"]:
            out.append(_SPACE + (token["repeat"] or ""))
        elif token["end"]:
            out.append(r"\Z")
        elif token["group"] and token["group"].startswith("(?<"):
            out.append("(?P" + token["group"][2:])
        else:
            out.append(token[0])
        at = token.end()
    if open_ended > (2 if anchored else 1):
        return None
    try:
        return re.compile("".join(out), flags)
    except re.error:
        return None


@lru_cache(maxsize=1024)
def plain_pattern(pattern: str) -> Pattern | None:
    """Give the pattern as a row of sets; None where it is none. It must be one that RE2 accepts."""
    flags = re.ASCII
    rest = pattern
    if rest.startswith("(?i)"):
        flags |= re.IGNORECASE
        rest = rest[4:]
    anchored, ended = rest.startswith("^"), False
    at = int(anchored)
    sets: list[bytes] = []
    least: list[int] = []
    most: list[int] = []
    while at < len(rest):
        token = _TOKEN.match(rest, at)
        if token is None or ended or token["either"] or token["boundary"] or token[0].endswith(_MANY_WAYS):
            return None
        at = token.end()
        ended = token["end"] is not None
        if token["atom"]:
            low, high = _counts(token["repeat"] or "")
            if high is None:
                return None
            sets.append(_characters(_SPACE if token["space"] else token["atom"], flags))
            least.append(low)
            most.append(high)
    if not any(least) or not _goes_forward(sets, least, most):
        return None
    return Pattern(b"".join(sets), bytes(least), bytes(most), anchored=anchored, ended=ended)


def _counts(repeat: str) -> tuple[int, int | None]:
    """Give how often an atom is met; no upper count for a repetition that takes as little as it can."""
    if repeat in _COUNTS:
        return _COUNTS[repeat]
    if not repeat.endswith("}"):
        return 0, None
    low, comma, high = repeat[1:-1].partition(",")
    return int(low), int(high or 255) if comma else int(low)


_MANY_WAYS = (")?", "??", "+?", "*?", "}?")
_COUNTS: dict[str, tuple[int, int | None]] = {"": (1, 1), "?": (0, 1), "*": (0, 255), "+": (1, 255)}


def _characters(atom: str, flags: int) -> bytes:
    """Give the set of an atom as 256 bytes; beyond ASCII there is nothing in it."""
    test = re.compile(atom, flags).fullmatch
    return bytes(test(chr(code)) is not None for code in range(128)) + bytes(128)


def _goes_forward(sets: list[bytes], least: list[int], most: list[int]) -> bool:
    """Tell whether no set shares a character with those that can follow it, so that no match needs going back."""
    for place, taken in enumerate(sets):
        if least[place] == most[place]:
            continue
        for following in range(place + 1, len(sets)):
            if any(a and b for a, b in zip(taken, sets[following], strict=True)):
                return False
            if least[following]:
                break
    return True

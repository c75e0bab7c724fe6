"""Patterns so simple that Python's `re` gives RE2's answer, and soon: a tenth of the cost of a call into RE2.

Taken are literals, classes, dots and groups that are not repeated, with so few open-ended repetitions that the time is
bounded for a text of MOST_TEXT characters; texts must be ASCII, where both engines see the same characters.
"""

import re
from functools import lru_cache

__all__ = ["MOST_TEXT", "simple_pattern"]

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

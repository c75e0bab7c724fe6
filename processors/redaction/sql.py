"""Literals of an SQL statement replaced by `?`; everything else stays as it was written."""

import re

__all__ = ["obfuscate_sql"]

_TOKEN = re.compile(
    r"""
      (?P<keep>--[^\n]*|/\*.*?\*/|@[\w@#$]*)
    | (?P<quoted>"[^"]*"|`[^`]*`|\[[A-Za-z_][^\]\n]*\])
    | (?P<literal>
          '(?:[^'\\]|\\.)*'?
        | \$(?P<tag>(?!func\$)[A-Za-z_]\w*|)\$.*?\$(?P=tag)\$
        | \$\d+
        | [-+]?\d(?:0?[xX][0-9a-fA-F]+|\d*(?:\.\d*)?(?:[eE][-+]?\d+)?)
      )
    | (?P<word>[A-Za-z_\u0080-\U0010ffff\#][\w@\#$\u0080-\U0010ffff]*)
    """,
    re.VERBOSE | re.DOTALL,
)
_CONSTANTS = frozenset({"true", "false", "null"})
_DIGITS = re.compile(r"\d+")


def _replace(match: "re.Match[str]") -> str:
    if match["keep"] is not None:
        return match[0]
    if match["literal"] is not None:
        return "?"
    return "?" if match[0].lower() in _CONSTANTS else _DIGITS.sub("?", match[0])


def obfuscate_sql(statement: str) -> str:
    """Replace numbers, strings, dollar-quoted texts, positional parameters, booleans, NULL and digits in names.

    Blanks at both ends go.
    """
    return _TOKEN.sub(_replace, statement).strip()

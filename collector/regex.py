"""Regular expressions with RE2's meaning, on UTF-8 bytes: linear time, no look-around, no back-references.

The Collector's expressions are Go's, which are RE2's. Where the `re2` package is absent, Python's `re` stands in, which
may take exponential time on hostile patterns; `engine` says which one is at work.
"""

import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any

try:
    import re2

    if not hasattr(re2, "Set"):  # pyre2 has the same module name and silently falls back to `re`
        raise ImportError  # noqa: TRY301 -- handled as absence
    _options = re2.Options()
    _options.log_errors = False
    _error: type[Exception] = re2.error
    engine = "re2"
except ImportError:  # no wheel for this platform
    re2 = None
    _error = re.error
    engine = "re"

_SINGLE_BYTE = re.compile(r"(?<!\\)(?:\\\\)*\\C")
"""RE2 has it and Go has not."""
_INSIDE = frozenset(bytes((byte,)) for byte in range(0x80, 0xC0))
"""Bytes inside of a character: Go finds no empty match before them."""

__all__ = ["PatternError", "Searcher", "compile_pattern", "engine", "replace_all", "searcher"]

Searcher = Callable[[str], bool]


class PatternError(ValueError):
    """A pattern that RE2 does not accept; the text is Go's: ``error parsing regexp: ...``."""


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> Any:
    """Compile to an object with `search`, `fullmatch`, `finditer`, `sub` and `groupindex`, all on bytes.

    Raises PatternError.
    """
    if _SINGLE_BYTE.search(pattern):
        raise PatternError(f"error parsing regexp: invalid escape sequence: `\\C`: `{pattern}`")
    try:
        return _translated(pattern) if re2 is None else re2.compile(pattern.encode(), _options)
    except UnicodeEncodeError as exc:
        raise PatternError("error parsing regexp: invalid UTF-8") from exc
    except (_error, OverflowError, RecursionError) as exc:
        reason = exc.args[0] if exc.args else exc
        text = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise PatternError(f"error parsing regexp: {text}: `{pattern}`") from exc


def _translated(pattern: str) -> re.Pattern[bytes]:
    """Compile for the standard module, which takes the same syntax but for details, and may take very long."""
    warnings.warn(
        "google-re2 is not installed: regular expressions run in Python's re, which is not linear", stacklevel=4
    )
    multi_line = re.match(r"\(\?[a-zA-Z]*m", pattern) is not None
    changed = {"$": "$" if multi_line else r"\Z", r"\z": r"\Z"}
    text = re.sub(
        r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$", lambda match: changed.get(match.group(), match.group()), pattern
    )
    return re.compile(text.encode())


def replace_all(pattern: Any, text: bytes, replacement: Callable[[Any], bytes]) -> bytes:
    """Replace every match as Go does: an empty match right behind another match does not count."""
    out: list[bytes] = []
    at, last = 0, -1
    for match in pattern.finditer(text):
        start, end = match.span()
        if start == end and (start == last or text[start : start + 1] in _INSIDE):
            continue
        out += (text[at:start], replacement(match))
        at = last = end
    return b"".join((*out, text[at:])) if out else text


def searcher(pattern: str, memo: int = 4096) -> Searcher:
    """Unanchored test of a text; answers for up to `memo` recurring texts are remembered.

    Raises PatternError.
    """
    search = compile_pattern(pattern).search

    @lru_cache(maxsize=memo)
    def test(text: str) -> bool:
        return search(text.encode(errors="replace")) is not None

    return test

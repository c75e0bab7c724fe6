"""Globs as the Collector has them (appendix D), turned into regular expressions for whole texts."""

from __future__ import annotations

import re
import string
from functools import lru_cache

from collector.ottl.errors import EvaluationError
from collector.ottl.regex import regex

MAX_DEPTH = 50
_LONE = re.compile(r"\?|\[!(?:[^\]\\]|\\.)+\]", re.DOTALL)


class Glob:
    """A compiled glob. `*` also matches `/`."""

    __slots__ = ("_exact", "_pattern")

    def __init__(self, text: str) -> None:
        source = _Translation(text).source()
        self._exact = text if not re.search(r"[*?\[\]{}\\]", text) else None
        if _LONE.fullmatch(text):
            source = f"(?:{source})?"  # a lone single-character matcher takes the empty text too, as in the Collector
        self._pattern = regex(rf"(?s)\A(?:{source})\z")

    def matches(self, text: str) -> bool:
        """Tell whether the whole text matches."""
        if self._exact is not None:
            return text == self._exact
        return self._pattern.test(text)


def _quoted(character: str) -> str:
    return f"\\{character}" if character in string.punctuation else character


class _Translation:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def source(self) -> str:
        return self.sequence(0)

    def _error(self, what: str) -> EvaluationError:
        return EvaluationError(f"the glob {self.text!r} is not valid: {what}")

    def sequence(self, depth: int) -> str:
        if depth > MAX_DEPTH:
            raise self._error("its braces are nested too deeply")
        out: list[str] = []
        while self.at < len(self.text):
            c = self.text[self.at]
            if depth and c in ",}":
                break
            self.at += 1
            if c == "*":
                while self.text[self.at : self.at + 1] == "*":
                    self.at += 1
                out.append(".*")
            elif c == "?":
                out.append(".")
            elif c == "[":
                out.append(self.brackets())
            elif c == "{":
                out.append(self.braces(depth + 1))
            elif c == "\\":
                if self.at < len(self.text):
                    out.append(_quoted(self.text[self.at]))
                    self.at += 1
            else:
                out.append(_quoted(c))
        return "".join(out)

    def braces(self, depth: int) -> str:
        options = [self.sequence(depth)]
        while self.text[self.at : self.at + 1] == ",":
            self.at += 1
            options.append(self.sequence(depth))
        self.at += 1  # behind the closing brace, which may be missing at the end
        return f"(?:{'|'.join(options)})"

    def brackets(self) -> str:
        negated = self.text[self.at : self.at + 1] == "!"
        self.at += negated
        members: list[str] = []
        hyphens: list[int] = []
        while True:
            if self.at >= len(self.text):
                raise self._error("a bracket is not closed")
            c = self.text[self.at]
            self.at += 1
            if c == "]":
                break
            if c == "\\" and self.at < len(self.text):
                c = self.text[self.at]
                self.at += 1
            elif c == "-":
                hyphens.append(len(members))
            members.append(c)
        if not members:
            raise self._error("a bracket is empty")
        if hyphens and hyphens[0] == 1 and len(members) == 2:
            raise self._error("a range has no end")
        escaped = "".join(_quoted(m) for m in members)
        if hyphens and hyphens[0] == 1 and len(members) >= 3:
            low, high = members[0], members[2]
            if len(members) > 3:
                raise self._error("a bracket holds either a set or one range")
            if low > high:
                raise self._error(f"the range {low}-{high} is reversed")
            escaped = f"{_quoted(low)}-{_quoted(high)}"
        return f"[{'^' if negated else ''}{escaped}]"


@lru_cache(maxsize=1024)
def glob(text: str) -> Glob:
    """Return a compiled glob. Raises `EvaluationError` when it is none."""
    return Glob(text)

"""Go's regular expressions as OTTL uses them: searched, replaced and expanded as Go does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from collector.ottl.errors import EvaluationError
from collector.ottl.values import MAX_BYTES, text_of, utf8
from collector.regex import PatternError, compile_pattern
from collector.simple_regex import MOST_TEXT, simple_pattern

MAX_PATTERN = 65_536
MAX_MATCHES = 200_000
"""How many matches in one text are replaced."""
_NAMED = re.compile(r"\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|\(\?P?<([A-Za-z_0-9]+)>|\\Q.*?(?:\\E|$)", re.DOTALL)
_TEMPLATE = re.compile(rb"\$(?:(\$)|\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))")

Spans = list[tuple[int, int]]
"""Where each group matched, group 0 first; (-1, -1) for a group that took no part."""


class Regex:
    """A compiled pattern. Texts are searched as UTF-8 bytes."""

    __slots__ = ("_search", "_simple", "_simple_replaces", "nameless", "names", "pattern")

    def __init__(self, pattern: str) -> None:
        if len(pattern) > MAX_PATTERN:
            raise EvaluationError(f"the regular expression is too long: {len(pattern)} characters")
        self.pattern = pattern
        unique, self.names = _distinct_names(pattern)
        self._search = _search(unique)
        self.nameless = not any(self.names)
        self._simple = simple_pattern(pattern)
        # An empty match right behind another one counts in `re` and not in Go.
        self._simple_replaces = (
            self._simple is not None and not self._simple.search("") and "\\b" not in pattern.lower()
        )

    def test(self, text: str) -> bool:
        """Tell whether the pattern matches anywhere in the text."""
        simple = self._simple
        if simple is not None and len(text) <= MOST_TEXT and text.isascii():
            return simple.search(text) is not None
        return self._search(utf8(text), 0) is not None

    def search(self, data: bytes, position: int = 0) -> Spans | None:
        """Return where the first match at or behind a position lies."""
        return self._search(data, position)

    def matches(self, data: bytes) -> Iterator[Spans]:
        """Yield all matches that do not overlap; an empty one directly behind another is not one."""
        position, previous_end, count = 0, -1, 0
        while position <= len(data):
            spans = self._search(data, position)
            if spans is None:
                return
            count += 1
            if count > MAX_MATCHES:
                raise EvaluationError(f"there are more than {MAX_MATCHES} matches in one text")
            start, end = spans[0]
            accepted = True
            if end == position:
                accepted = start != previous_end
                position += _width(data, position)
            else:
                position = end
            previous_end = end
            if accepted:
                yield spans

    def replace_all(self, text: str, template: str) -> str:
        """Return the text with every match replaced by the expanded template.

        Raises `EvaluationError` when the result grows without measure.
        """
        if self._simple_replaces and "$" not in template and len(text) <= MOST_TEXT and text.isascii():
            assert self._simple is not None
            return self._simple.sub(lambda _match: template, text)
        data, replacement = utf8(text), utf8(template)
        literal = b"$" not in replacement
        out: list[bytes] = []
        position, last_end, size, count = 0, 0, 0, 0
        while position <= len(data):
            spans = self._search(data, position)
            if spans is None:
                break
            start, end = spans[0]
            count += 1
            if count > MAX_MATCHES:
                raise EvaluationError(f"there are more than {MAX_MATCHES} matches in one text")
            out.append(data[last_end:start])
            if end > last_end or start == 0:
                out.append(replacement if literal else self.expand(replacement, data, spans))
                size += len(out[-1])
                if size > MAX_BYTES:
                    raise EvaluationError(f"the replacement would make more than {MAX_BYTES} bytes of one text")
            last_end = end
            width = _width(data, position)
            position = max(end, position + width)
        out.append(data[last_end:])
        return text_of(b"".join(out))

    def replace_some(self, text: str, template: str) -> str | None:
        """Return the same as `replace_all`, None where nothing matches."""
        if self._simple_replaces and "$" not in template and len(text) <= MOST_TEXT and text.isascii():
            assert self._simple is not None
            literal = template if "\\" not in template else template.replace("\\", "\\\\")
            result, count = self._simple.subn(literal, text)
            return result if count else None
        return self.replace_all(text, template) if self.test(text) else None

    def expand(self, template: bytes, data: bytes, spans: Spans) -> bytes:
        """Return a template with `$1`, `$name` and `${name}` filled in from a match."""

        def filled(match: re.Match[bytes]) -> bytes:
            dollar, braced, bare = match.groups()
            if dollar:
                return b"$"
            name = (braced or bare).decode()
            if name.isdigit():
                groups = [int(name)] if len(name) < 9 else []
            else:
                groups = [i for i, known in enumerate(self.names) if known == name]
            for group in groups:
                if group < len(spans) and spans[group][0] >= 0:
                    return data[spans[group][0] : spans[group][1]]
            return b""

        return _TEMPLATE.sub(filled, template)


def _width(data: bytes, position: int) -> int:
    """Return how many bytes the character at a position has, at least 1."""
    if position >= len(data) or data[position] < 0xC2:
        return 1
    lead = data[position]
    size = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    try:
        data[position : position + size].decode()
    except UnicodeDecodeError:
        return 1
    return size


def _distinct_names(pattern: str) -> tuple[str, list[str]]:
    """Return the pattern with names that occur once only, and the name that each group has in Go."""
    seen: dict[str, int] = {}
    renamed: list[tuple[str, str]] = []

    def distinct(match: re.Match[str]) -> str:
        name = match.group(1)
        if name is None:
            return match.group()
        seen[name] = seen.get(name, 0) + 1
        unique = f"{name}_dup{seen[name]}" if seen[name] > 1 else name
        renamed.append((unique, name))
        return f"(?P<{unique}>"

    unique_pattern = _NAMED.sub(distinct, pattern)
    compiled = _compile(unique_pattern)
    names = [""] * (compiled.groups + 1)
    original = dict(renamed)
    for name, index in compiled.groupindex.items():
        unique = name.decode() if isinstance(name, bytes) else name
        names[index] = original.get(unique, unique)
    return unique_pattern, names


def _compile(pattern: str) -> Any:
    try:
        return compile_pattern(pattern)
    except PatternError as error:
        raise EvaluationError(str(error)) from error


def _search(pattern: str) -> Callable[[bytes, int], Spans | None]:
    compiled = _compile(pattern)
    search, numbers = compiled.search, range(compiled.groups + 1)

    def spans(data: bytes, position: int) -> Spans | None:
        match = search(data, position)
        return None if match is None else list(map(match.span, numbers))

    return spans


@lru_cache(maxsize=1024)
def regex(pattern: str) -> Regex:
    """Return a compiled pattern. Raises `EvaluationError` when it is none."""
    return Regex(pattern)

"""`${…}` in the values of a document (components.md 1.9).

A value that is one reference becomes `Expanded`: the parsed value with its text. Inside a longer text the reference is
replaced by its text. What comes out is looked at again, until nothing is left to expand.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from collector.component import Problem
from collector.config.marks import Marks, Path, joined, nearest
from collector.config.providers import Retrieved, RetrieveError, label
from collector.config.values import Expanded

MOST_ROUNDS = 1000
LONGEST_TEXT = 4 << 20
"""Characters that a value may grow to."""
MOST_REFERENCES = 10_000
"""References of a document that are followed."""
MOST_TEXT = 64 << 20
"""Characters that all references of a document may bring in."""


class _Unexpandable(ValueError):
    pass


@dataclass(slots=True)
class Expander:
    """Expands a document; what can't be expanded is noted in `problems` and stays as it was."""

    retrieve: Callable[[str], Retrieved]
    marks: Marks
    problems: list[Problem] = field(default_factory=list)
    _followed: int = 0
    _brought: int = 0

    def document(self, value: object, path: Path = ()) -> object:
        """The value with its references expanded and `$$` turned into `$`."""
        if isinstance(value, dict):
            return {key: self.document(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [self.document(item, (*path, index)) for index, item in enumerate(value)]
        if not isinstance(value, str):
            return value
        if "$" not in value:
            return value
        try:
            return _unescaped(self._settle(value, path))
        except (_Unexpandable, RetrieveError) as wrong:
            mark, _ = nearest(self.marks, path)
            self.problems.append(Problem(str(wrong), joined(path), mark.value() if mark else ""))
            return value

    def _settle(self, value: object, path: Path) -> object:
        for _ in range(MOST_ROUNDS):
            value, changed = self._round(value, path)
            if not changed:
                return value
        raise _Unexpandable("too many recursive expansions")

    def _round(self, value: object, path: Path) -> tuple[object, bool]:
        """One reference of every text in the value expanded, and whether there was any."""
        if isinstance(value, Expanded):
            return self._expanded(value, path)
        if isinstance(value, str):
            return self._text(value, path)
        if isinstance(value, list):
            rounds = [self._round(item, (*path, index)) for index, item in enumerate(value)]
            return [item for item, _ in rounds], any(changed for _, changed in rounds)
        if isinstance(value, dict):
            pairs = {key: self._round(item, (*path, key)) for key, item in value.items()}
            return {key: item for key, (item, _) in pairs.items()}, any(changed for _, changed in pairs.values())
        return value, False

    def _expanded(self, value: Expanded, path: Path) -> tuple[object, bool]:
        inner, changed = self._round(value.value, path)
        if isinstance(inner, Expanded) or (isinstance(inner, str) and (changed or not value.invalid)):
            return inner, changed
        if isinstance(inner, str):
            return value, False
        try:
            text, text_changed = self._text(value.text, path)
        except (_Unexpandable, RetrieveError):
            return inner, changed
        if isinstance(text, str):
            return Expanded(inner, text), changed or text_changed
        return inner, changed

    def _text(self, text: str, path: Path) -> tuple[object, bool]:
        span = find_reference(text)
        if span is None:
            return text, False
        start, end = span
        reference = text[start + 2 : end - 1]
        uri = reference if ":" in reference else f"env:{reference}"
        if "$" in uri.partition(":")[2]:
            raise _Unexpandable(f"the uri \"{uri}\" contains unsupported characters ('$')")
        try:
            got = self.retrieve(uri)
        except RetrieveError as wrong:
            raise _Unexpandable(f"cannot resolve the configuration: {wrong}") from wrong
        self._followed += 1
        self._brought += len(got.text)
        if self._followed > MOST_REFERENCES or self._brought > MOST_TEXT:
            raise _Unexpandable("too many recursive expansions")
        if span == (0, len(text)):
            for below, mark in got.marks.items():
                self.marks.setdefault((*path, *below), mark)
            return Expanded(got.value, got.text, _where_invalid(got, uri)), True
        longer = text[:start] + got.text + text[end:]
        if len(longer) > LONGEST_TEXT:
            raise _Unexpandable(f"expands to more than {LONGEST_TEXT} characters")
        return longer, True


def find_reference(text: str) -> tuple[int, int] | None:
    """Start and end of the first innermost `${…}`: the first `}` and the last `${` before it.

    An odd number of `$` directly before `${` escapes it, and everything behind it, as in the Collector.
    """
    at = 0
    while True:
        close = text.find("}", at)
        if close < 0:
            return None
        start = text.rfind("${", at, close)
        if start >= 0:
            before = start
            while before > at and text[before - 1] == "$":
                before -= 1
            return (start, close + 1) if (start - before) % 2 == 0 else None
        at = close + 1


def _where_invalid(got: Retrieved, uri: str) -> str:
    if got.invalid is None:
        return ""
    return f"{label(uri)}:{got.invalid.line}:{got.invalid.column}: {got.invalid}"


def _unescaped(value: object) -> object:
    if isinstance(value, str):
        return value.replace("$$", "$")
    if isinstance(value, Expanded):
        inner = _unescaped(value.value)
        text = value.text.replace("$$", "$")
        if isinstance(inner, str) and inner == text and not value.invalid:
            return text
        return Expanded(inner, text, value.invalid)
    if isinstance(value, list):
        return [_unescaped(item) for item in value]
    if isinstance(value, dict):
        return {key: _unescaped(item) for key, item in value.items()}
    return value

"""Regular expressions in functions: `IsMatch`, `ExtractPatterns`, and the kind of parameter that takes a pattern."""

from __future__ import annotations

from typing import Annotated

from collector.ottl import coerce
from collector.ottl.errors import EvaluationError
from collector.ottl.regex import Regex, regex
from collector.ottl.signature import Evaluated, StringLike, function
from collector.ottl.values import text_of, utf8

Pattern = Annotated[Regex, Evaluated("a string", coerce.string, (str,), convert=regex)]
"""An evaluated string, given as a compiled regular expression."""


@function("IsMatch", memo=True)
def is_match(target: StringLike, pattern: Pattern) -> bool:
    return target is not None and pattern.test(target)


@function("ExtractPatterns", memo=True)
def extract_patterns(target: str, pattern: Pattern) -> dict[str, str]:
    if pattern.nameless:
        raise EvaluationError("at least 1 named capture group must be supplied in the given regex")
    data = utf8(target)
    spans = pattern.search(data)
    if spans is None:
        return {}
    return {
        name: text_of(data[a:b]) if a >= 0 else "" for name, (a, b) in zip(pattern.names, spans, strict=True) if name
    }

"""Replacement in text: `replace_match`, `replace_pattern` and their forms for all values of a map."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

from collector.ottl import coerce
from collector.ottl.errors import EvaluationError
from collector.ottl.functions.expressions import Pattern
from collector.ottl.functions.map_editors import replace_contents, update
from collector.ottl.glob import Glob, glob
from collector.ottl.printf import parse_format
from collector.ottl.signature import Evaluated, FunctionArgument, Literal, MapTarget, Target, function
from collector.ottl.values import MAX_BYTES, entries, text_of, utf8

GlobPattern = Annotated[Glob, Evaluated("a string", coerce.string, (str,), convert=glob)]


def shaped(text: str, call: Callable[[str], str] | None, form: str | None) -> str:
    """Return a replacement passed through a function and a format.

    Raises `EvaluationError` when the function fails or the format is not made of text and `%s`.
    """
    if call is None:
        return text
    text = call(text)
    if form is None:
        return text
    if "%s" not in form or re.search("%[^s]", form):
        raise EvaluationError(
            f"replacementFormat must be format string containing a single %s and no other specifiers: {form!r}"
        )
    return parse_format(form).fill([text])


def replaced(text: str, pattern: Pattern, replacement: str, call: Callable[[str], str] | None, form: str | None) -> str:
    """Return a text with every match replaced by the expanded replacement, which may pass through a function."""
    if call is None:
        return pattern.replace_all(text, replacement)
    data, template = utf8(text), utf8(replacement)
    out: list[bytes] = []
    last_end, size = 0, len(data)
    for spans in pattern.matches(data):
        start, end = spans[0]
        result = utf8(shaped(text_of(pattern.expand(template, data, spans)), call, form))
        out += [data[last_end:start], result]
        last_end, size = end, size + len(result)
        if size > MAX_BYTES:
            raise EvaluationError(f"the replacement would make more than {MAX_BYTES} bytes of one text")
    return text_of(b"".join([*out, data[last_end:]]))


def replaced_or_nil(
    text: str,
    pattern: Pattern,
    replacement: str,
    call: Callable[[str], str] | None = None,
    form: str | None = None,
) -> str | None:
    """Return the same, or nil where there is no match."""
    if call is None:
        return pattern.replace_some(text, replacement)
    return replaced(text, pattern, replacement, call, form) if pattern.test(text) else None


@function("replace_match")
def replace_match(
    target: Target,
    pattern: GlobPattern,
    replacement: str,
    function: FunctionArgument | None = None,
    replacement_format: str | None = None,
) -> None:
    value = target.get()
    if type(value) is str and pattern.matches(value):
        target.set(shaped(replacement, function, replacement_format))


@function("replace_all_matches")
def replace_all_matches(
    target: MapTarget,
    pattern: GlobPattern,
    replacement: str,
    function: FunctionArgument | None = None,
    replacement_format: str | None = None,
) -> None:
    names = [key for key, value in target.items() if type(value) is str and pattern.matches(value)]
    if names or function is not None:
        text = shaped(replacement, function, replacement_format)
        update(target, dict.fromkeys(names, text))


@function("replace_pattern")
def replace_pattern(
    target: Target,
    regex_pattern: Pattern,
    replacement: str,
    function: FunctionArgument | None = None,
    replacement_format: str | None = None,
) -> None:
    value = target.get()
    if type(value) is str:
        target.set(replaced_or_nil(value, regex_pattern, replacement, function, replacement_format))


def _mode(name: str) -> str:
    if name not in ("key", "value"):
        raise ValueError(f"invalid mode {name!r}, must be either 'key' or 'value'")
    return name


@function("replace_all_patterns")
def replace_all_patterns(
    target: MapTarget,
    mode: Annotated[str, Literal("a string", str, convert=_mode)],
    regex_pattern: Pattern,
    replacement: str,
    function: FunctionArgument | None = None,
    replacement_format: str | None = None,
) -> None:
    def result(text: str) -> str | None:
        try:
            return replaced(text, regex_pattern, replacement, function, replacement_format)
        except EvaluationError:
            if function is None:
                raise
            return None

    if mode == "value":
        matching = {k: v for k, v in target.items() if type(v) is str and regex_pattern.test(v)}
        changed = {key: result(value) for key, value in matching.items()}
        update(target, {key: text for key, text in changed.items() if text is not None})
        return
    contents: dict[str, Any] = {}
    for key, value in entries(target):
        name: str | None = result(key) if regex_pattern.test(key) else key
        if name is not None:
            contents[name] = value
    if list(contents) != list(target):
        replace_contents(target, contents)

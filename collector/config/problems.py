"""From pydantic's errors to `file:line:column: path: what is wrong; what would be right`."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import ValidationError

from collector.component import Problem
from collector.config.converters import UNKNOWN_KEY, WRONG_TYPE, WRONG_VALUE
from collector.config.marks import Marks, Path, dotted, joined, nearest
from collector.config.values import Expanded, shown


def problems_of(error: ValidationError, data: object, marks: Marks, prefix: Path = ()) -> list[Problem]:
    """Every problem of a settings model, placed.

    `data` is what was decoded, `prefix` where it stands in the document.
    """
    found = []
    for detail in error.errors(include_url=False):
        path = _in_data(detail["loc"], data)
        text, at, on_key = _described(detail, path, str(prefix[-1]) if prefix else "")
        problem = placed((*prefix, *at), text, marks, on_key=on_key)
        if on_key:
            problem = Problem(text, joined((*prefix, *at[:-1])), problem.where)
        found.append(problem)
    return found


def placed(path: Path, text: str, marks: Marks, *, on_key: bool = False) -> Problem:
    """A problem at a path of the document; at the place of what holds it where the path has none of its own."""
    mark, own = nearest(marks, path)
    if mark is None:
        return Problem(text, joined(path))
    return Problem(text, joined(path), mark.key() if on_key or not own else mark.value())


def suggestion(name: str, known: Iterable[str]) -> str:
    """`; did you mean "x"?` where a known name is near, else a list of what is known, else nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - only on the way to an error

    names = sorted(known)
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    if not near:
        near = [other for other in names if other.lower() == name.lower()]
    if near:
        return f'; did you mean "{near[0]}"?'
    return f"; known: {', '.join(names)}" if names else ""


def _described(detail: Any, path: Path, name: str) -> tuple[str, Path, bool]:
    """The text, the path it belongs to and whether the key itself is wrong rather than its value."""
    kind, context = detail["type"], detail.get("ctx") or {}
    text = str(context.get("text", detail["msg"]))
    if kind in {UNKNOWN_KEY, "extra_forbidden"}:
        key, above = path[-1], path[:-1]
        return f"'{dotted(above)}' has invalid keys: {key}{context.get('hint', '')}", path, True
    if kind == WRONG_TYPE:
        return f"'{dotted(path) or name}' {text}", path, False
    if kind == WRONG_VALUE:
        return text.replace("{key}", dotted(path)), path, False
    if kind == "missing":
        return f"'{path[-1]}' is required", path[:-1], False
    if kind in {"value_error", "assertion_error"}:
        return str(context.get("error", text)), path, False
    value = shown(detail["input"])
    if kind in {"literal_error", "enum"}:
        return f"unsupported value '{value}'; expected {context.get('expected', text)}", path, False
    return f"'{value}': {text[:1].lower()}{text[1:].replace('nput should be', 'nput must be')}", path, False


def _in_data(loc: Sequence[str | int], data: object) -> Path:
    """The path without the parts that pydantic adds for unions; the last part may name what is missing."""
    path: list[str | int] = []
    for index, part in enumerate(loc):
        if isinstance(data, Expanded):
            data = data.value
        items = dict(enumerate(data)) if isinstance(data, list) else data
        if isinstance(items, dict) and part in items:
            data = items[part]
        elif index < len(loc) - 1 or not isinstance(data, dict):
            continue
        path.append(part)
    return tuple(path)

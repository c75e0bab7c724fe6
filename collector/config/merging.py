"""Joining several sources into one document: later ones win (components.md 1.9)."""

from collector.config.marks import Marks, Path


def merge(into: dict[str, object], more: dict[str, object], *, append: bool = False) -> dict[str, object]:
    """The mapping with another on top of it; neither is changed.

    Mappings are joined key by key, everything else replaces what was there, null too. With `append` (gate
    `confmap.enableMergeAppendOption`) the lists of `service::extensions` and of every pipeline's receivers and
    exporters are joined without repeats.
    """
    return _merge(into, more, (), append=append)


def _merge(
    into: dict[str, object], more: dict[str, object], path: tuple[str, ...], *, append: bool
) -> dict[str, object]:
    joined = dict(into)
    for key, value in more.items():
        old = joined.get(key)
        here = (*path, key)
        if isinstance(old, dict) and isinstance(value, dict):
            joined[key] = _merge(old, value, here, append=append)
        elif append and isinstance(old, list) and isinstance(value, list) and _appends(here):
            joined[key] = old + [item for item in value if item not in old]
        else:
            joined[key] = value
    return joined


def _appends(path: tuple[str, ...]) -> bool:
    if path == ("service", "extensions"):
        return True
    return len(path) == 4 and path[:2] == ("service", "pipelines") and path[3] in {"receivers", "exporters"}


def unflatten(value: dict[str, object], marks: Marks) -> tuple[dict[str, object], Marks]:
    """Turn keys such as `processors::batch::timeout` into nested mappings, at any depth but inside lists."""
    if not any("::" in part for path in marks for part in path if isinstance(part, str)):
        return value, marks
    return _nested(value), {_parts(path): mark for path, mark in marks.items()}


def _nested(value: dict[str, object]) -> dict[str, object]:
    nested: dict[str, object] = {}
    for key, item in value.items():
        first, *rest = key.split("::")
        inner = _nested(item) if isinstance(item, dict) else item
        for part in reversed(rest):
            inner = {part: inner}
        nested = merge(nested, {first: inner})
    return nested


def _parts(path: Path) -> Path:
    end = next((at for at, part in enumerate(path) if isinstance(part, int)), len(path))
    return (*(piece for part in path[:end] for piece in str(part).split("::")), *path[end:])

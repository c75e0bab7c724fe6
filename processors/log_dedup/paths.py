r"""Fields named by `body.x` and `attributes.x.y`; `\\.` stands for a dot inside a key."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

from collector.pdata import LogRecord

__all__ = ["BODY", "Path", "check_path", "parse_path", "read", "remove"]

BODY = "body"
ATTRIBUTES = "attributes"
Path = tuple[str, ...]
"""First `body` or `attributes`, then keys."""

_SEPARATOR = re.compile(r"(?<!\\)\.")


def parse_path(text: str) -> Path:
    return tuple(part.replace("\\.", ".") for part in _SEPARATOR.split(text))


def check_path(kind: str, text: str) -> None:
    """Refuse what names no field; raises ValueError."""
    if text == BODY:
        raise ValueError(f"cannot {kind} the entire body")
    path = parse_path(text)
    if path[0] not in (BODY, ATTRIBUTES):
        raise ValueError(f"an {kind}field must start with {BODY} or {ATTRIBUTES}")


def _container(record: LogRecord, path: Path) -> Any:
    """The map that holds the last key of the path; None where there is none."""
    values: Any = record.body if path[0] == BODY else record.attributes
    for key in path[1:-1]:
        if not isinstance(values, Mapping):
            return None
        values = values.get(key)
    return values if isinstance(values, MutableMapping) else None


def read(record: LogRecord, path: Path) -> Any:
    """The value of a field; None where the record has none."""
    values = _container(record, path)
    return None if values is None else values.get(path[-1])


def remove(record: LogRecord, path: Path) -> None:
    if path == (ATTRIBUTES,):
        record.attributes.clear()
        return
    values = _container(record, path)
    if values is not None:
        values.pop(path[-1], None)

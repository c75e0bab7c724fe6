"""Component and pipeline ids: `type` or `type/name` (components.md 1.2, 1.3)."""

import json
import unicodedata

from collector.component import ComponentID, Signal, type_pattern
from collector.config import gates

_LONGEST_NAME = 1024


def split_id(text: str) -> tuple[str, str]:
    """Type and name of an id, each trimmed; the name is empty where there is none.

    Raises:
        ValueError: with the texts of components.md 1.2.
    """
    kind, slash, name = text.partition("/")
    kind, name = kind.strip(), name.strip()
    if not slash and not kind:
        message = "id must not be empty"
        raise ValueError(message)
    if not kind:
        raise _wrong(text, "the part before / should not be empty")
    if slash and not name:
        raise _wrong(text, "the part after / should not be empty")
    return kind, name


def parse_id(text: str) -> ComponentID:
    """Read a component id.

    Raises:
        ValueError: with the texts of components.md 1.2.
    """
    kind, name = split_id(text)
    if not type_pattern.fullmatch(kind):
        raise _wrong(text, f"invalid character(s) in type {_quoted(kind)}")
    check_name(text, name)
    return ComponentID(kind, name)


def check_name(text: str, name: str) -> None:
    """Refuse a name that is too long or holds separators, control characters or symbols; `text` is the whole id.

    Raises:
        ValueError: with the texts of components.md 1.2.
    """
    if len(name) > _LONGEST_NAME:
        raise _wrong(text, f"name {_quoted(name)} is longer than {_LONGEST_NAME} characters ({len(name)} characters)")
    if any(_refused(unicodedata.category(character)) for character in name):
        raise _wrong(text, f"invalid character(s) in name {_quoted(name)}")


def _refused(category: str) -> bool:
    return category[0] in "ZCS" and category != "Cn"  # Go's class of control characters leaves unassigned ones out


def _wrong(text: str, what: str) -> ValueError:
    return ValueError(f"in {_quoted(text)} id: {what}")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def parse_pipeline_id(text: str) -> tuple[Signal, str]:
    """Signal of a pipeline id and the id after trimming.

    Raises:
        ValueError: with the texts of components.md 1.3.
    """
    kind, name = split_id(text)
    if kind == "profiles":
        if not gates.enabled("service.profilesSupport"):
            raise ValueError(
                f"pipeline {_quoted(text)}: profiling signal support is at alpha level, "
                'gated under the "service.profilesSupport" feature gate'
            )
        raise ValueError(f"pipeline {_quoted(text)}: the signal profiles is not supported")
    if kind not in _SIGNALS:
        raise _wrong(text, f"unknown pipeline signal: {_quoted(kind)}; signals are {', '.join(_SIGNALS)}")
    check_name(text, name)
    return Signal(kind), f"{kind}/{name}" if name else kind


_SIGNALS = tuple(map(str, Signal))

"""W3C trace state: one member read, or put in front."""

from __future__ import annotations

import re

_KEY = re.compile(r"[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13}")
_VALUE = re.compile(r"[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]")
_MAX_MEMBERS = 32


def _parse(text: str) -> list[tuple[str, str]] | None:
    """Return the members; None when the header is invalid."""
    members: list[tuple[str, str]] = []
    seen: set[str] = set()
    for part in text.split(",") if text else ():
        if not part.strip(" \t"):
            continue
        key, equals, value = part.partition("=")
        key, value = key.lstrip(" \t"), value.rstrip(" \t")
        if not equals or not _KEY.fullmatch(key) or not _VALUE.fullmatch(value) or key in seen:
            return None
        seen.add(key)
        members.append((key, value))
    return members if len(members) <= _MAX_MEMBERS else None


def get(text: str, key: str) -> str | None:
    """Return a member's value, an empty text when it is absent, None when the header is invalid."""
    members = _parse(text)
    return None if members is None else dict(members).get(key, "")


def insert(text: str, key: str, value: str) -> str:
    """Return the header with this member in front; the header itself when it, the key or the value is invalid."""
    members = _parse(text)
    if members is None or not _KEY.fullmatch(key) or not _VALUE.fullmatch(value):
        return text
    kept = [(k, v) for k, v in members if k != key][: _MAX_MEMBERS - 1]
    return ",".join(f"{k}={v}" for k, v in [(key, value), *kept])

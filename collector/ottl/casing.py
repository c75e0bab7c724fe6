"""`snake_case` and `CamelCase`, as functions and argument names use them."""

from __future__ import annotations

from functools import lru_cache

_SEPARATORS = frozenset(" _-.")


def _is_lower(c: str) -> bool:
    return "a" <= c <= "z"


def _is_upper(c: str) -> bool:
    return "A" <= c <= "Z"


def _is_digit(c: str) -> bool:
    return "0" <= c <= "9"


def snake(text: str) -> str:
    """Return a text in `snake_case`."""
    text = text.strip()
    out: list[str] = []
    for i, c in enumerate(text):
        following = text[i + 1] if i + 1 < len(text) else ""
        upper, lower, digit = _is_upper(c), _is_lower(c), _is_digit(c)
        next_digit = _is_digit(following)
        lowered = "_" if c in _SEPARATORS else c.lower() if upper else c
        if upper and _is_lower(following):
            out.append("_" + lowered if i > 0 and _is_upper(text[i - 1]) else lowered)
        elif (
            (upper and next_digit)
            or (lower and (_is_upper(following) or next_digit))
            or (digit and (_is_upper(following) or _is_lower(following)))
        ):
            out.append(lowered + "_")
        else:
            out.append(lowered)
    return "".join(out)


@lru_cache(maxsize=1024)
def camel(text: str) -> str:
    """Return a text in `CamelCase`."""
    out: list[str] = []
    raise_next, previous_upper = True, False
    for c in text.strip():
        upper, lower = _is_upper(c), _is_lower(c)
        if upper or lower:
            if raise_next:
                out.append(c.upper())
            elif upper and previous_upper:
                out.append(c.lower())
            else:
                out.append(c)
            raise_next = False
        elif _is_digit(c):
            out.append(c)
            raise_next = True
        else:
            raise_next = c in _SEPARATORS
        previous_upper = upper
    return "".join(out)

"""What happens to a key and to a text: the decisions of a `redaction` processor, made once and remembered."""

import hashlib
import hmac
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from collector.component import ConfigError
from collector.regex import PatternError, compile_pattern, replace_all

from .config import RedactionConfig

__all__ = ["IGNORE", "KEEP", "MASK", "REMOVE", "Masking"]

KEEP, IGNORE, REMOVE, MASK = range(4)

SUMMARY_KEYS = frozenset(
    {
        "redaction.redacted.keys",
        "redaction.redacted.count",
        "redaction.masked.keys",
        "redaction.masked.count",
        "redaction.ignored.count",
    }
)
REMEMBERED = 8192


def _patterns(patterns: list[str], what: str) -> list[Any]:
    try:
        return [compile_pattern(p) for p in patterns]
    except PatternError as exc:
        raise ConfigError(f"failed to process {what}: error compiling regex in list: {exc}") from exc


def _digest(function: str, key: bytes) -> Callable[[bytes], str]:
    if function.startswith("hmac-"):
        algorithm = function.removeprefix("hmac-")
        return lambda text: hmac.new(key, text, algorithm).hexdigest()
    if function:
        algorithm = "sha3_256" if function == "sha3" else function
        return lambda text: hashlib.new(algorithm, text, usedforsecurity=False).hexdigest()
    return lambda _text: "****"


class Masking:
    """Rules on keys and texts, each answer remembered in a bounded table."""

    def __init__(self, config: RedactionConfig) -> None:
        ignored_patterns = _patterns(config.ignored_key_patterns, "ignore keys list")
        blocked = _patterns(config.blocked_values, "block list")
        blocked_keys = _patterns(config.blocked_key_patterns, "block keys list")
        allowed_values = _patterns(config.allowed_values, "allow list")
        ignored_keys = frozenset(config.ignored_keys)
        allowed_keys = None if config.allow_all_keys else frozenset(config.allowed_keys) | SUMMARY_KEYS
        digest = _digest(config.hash_function, config.hmac_key.get_secret_value().encode())

        @lru_cache(maxsize=REMEMBERED)
        def key_action(key: str) -> int:
            raw = key.encode(errors="replace")
            if key in ignored_keys or any(p.search(raw) for p in ignored_patterns):
                return IGNORE
            if allowed_keys is not None and key not in allowed_keys:
                return REMOVE
            return MASK if any(p.search(raw) for p in blocked_keys) else KEEP

        @lru_cache(maxsize=REMEMBERED)
        def allowed(text: str) -> bool:
            raw = text.encode(errors="replace")
            return any(p.search(raw) for p in allowed_values)

        @lru_cache(maxsize=REMEMBERED)
        def masked(text: str) -> str:
            raw = text.encode(errors="replace")
            for pattern in blocked:
                raw = replace_all(pattern, raw, lambda match: digest(match.group(0)).encode())
            return raw.decode(errors="replace")

        self.key_action = key_action
        """What to do with an attribute of this name: KEEP, IGNORE, REMOVE or MASK."""
        self.allowed = allowed if allowed_values else _never
        """Whether a value of this text is left alone."""
        self.masked = masked if blocked else _same
        """The text with every match of `blocked_values` replaced."""
        self.mask: Callable[[str], str] = lambda text: _lines(text, digest)
        """The whole text replaced, line by line: `.` does not match a line feed."""


def _never(_text: str) -> bool:
    return False


def _same(text: str) -> str:
    return text


def _lines(text: str, digest: Callable[[bytes], str]) -> str:
    return "\n".join(digest(line.encode(errors="replace")) for line in text.split("\n"))

"""Database statements with their literals replaced by `?` (components.md 4.11, `db_sanitizer`)."""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from .config import DatabaseConfig, DatabasesConfig
from .redis import obfuscate_redis
from .sql import obfuscate_sql

__all__ = ["Databases"]

REMEMBERED = 4096
SYSTEMS = {
    "sql": ("other_sql", "mysql", "postgresql", "mariadb", "sqlite"),
    "redis": ("redis",),
    "valkey": ("valkey",),
    "memcached": ("memcached",),
    "mongo": ("mongodb",),
    "opensearch": ("opensearch",),
    "es": ("elasticsearch",),
}
NAMES_ONLY = frozenset({"opensearch", "es"})  # the Collector never gives these their `attributes`


def _memcached(command: str) -> str:
    # What follows the first line break of a storage command is the value.
    return command.split("\r\n", 1)[0].strip()


def _wiped(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _wiped(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_wiped(v) for v in value]
    return "?"


def _json(text: str) -> str:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(value, dict | list):
        return '"?"'
    return json.dumps(_wiped(value), separators=(",", ":"), ensure_ascii=False)


OBFUSCATORS: dict[str, Callable[[str], str]] = {
    "sql": obfuscate_sql,
    "redis": obfuscate_redis,
    "valkey": obfuscate_redis,
    "memcached": _memcached,
    "mongo": _json,
    "opensearch": _json,
    "es": _json,
}


class Databases:
    """The enabled kinds of `db_sanitizer`.

    `without_system`: attributes of a map that names no system go through every kind that names their key.
    """

    def __init__(self, config: DatabasesConfig, *, without_system: bool) -> None:
        self.sanitize_span_name = config.sanitize_span_name
        self._by_system: dict[str, tuple[Callable[[str], str], frozenset[str]]] = {}
        self._all: list[Callable[[str], str]] = []
        self._by_key: dict[str, list[Callable[[str], str]]] = {}
        for kind, function in OBFUSCATORS.items():
            settings: DatabaseConfig = getattr(config, kind)
            if not settings.enabled:
                continue
            remembered = lru_cache(maxsize=REMEMBERED)(function)
            self._all.append(remembered)
            attributes = frozenset() if kind in NAMES_ONLY else frozenset(settings.attributes)
            if without_system:
                for key in attributes:
                    self._by_key.setdefault(key, []).append(remembered)
            for system in SYSTEMS[kind]:
                self._by_system[system] = (remembered, attributes)

    def __bool__(self) -> bool:
        return bool(self._all)

    def attribute(self, key: str, text: str, system: str) -> str:
        """The text of an attribute, obfuscated if its map's `db.system` is of an enabled kind that names the key."""
        if not system:
            for function in self._by_key.get(key, ()):
                text = function(text)
            return text
        found = self._by_system.get(system)
        return found[0](text) if found is not None and key in found[1] else text

    def body(self, text: str) -> str:
        """A text in a log body: every enabled kind in turn."""
        for function in self._all:
            text = function(text)
        return text

    def span_name(self, name: str, system: str) -> str:
        found = self._by_system.get(system)
        return found[0](name) if found is not None else name

"""Values of Redis and Valkey commands replaced by `?`; keys and options stay."""

import re

__all__ = ["obfuscate_redis"]

_ARGUMENT = re.compile(r'(?:"(?:\\.|[^"\\])*"?|\\.|[^\s"\\])+', re.DOTALL)
_COMMANDS = re.compile(r'(?:"(?:\\.|[^"\\])*"?|[^\n"])+', re.DOTALL)

# Which arguments of a command are values: (first, step), counted from 0 behind the command; step 0 = this one only.
_VALUES: dict[str, tuple[int, int]] = {
    **dict.fromkeys(
        (
            "APPEND",
            "GETSET",
            "LPUSHX",
            "GEORADIUSBYMEMBER",
            "RPUSHX",
            "SET",
            "SETNX",
            "SISMEMBER",
            "ZRANK",
            "ZREVRANK",
            "ZSCORE",
        ),
        (1, 0),
    ),
    **dict.fromkeys(
        ("HSETNX", "LREM", "LSET", "SETBIT", "SETEX", "PSETEX", "SETRANGE", "ZINCRBY", "SMOVE", "RESTORE"), (2, 0)
    ),
    "LINSERT": (3, 0),
    "GEOADD": (3, 3),
    "HSET": (2, 2),
    "HMSET": (2, 2),
    "MSET": (1, 2),
    "MSETNX": (1, 2),
}
# Commands of which only the first so many arguments stay, with one `?` for the rest.
_ONLY_KEY = {"AUTH": 0, **dict.fromkeys(("GEOHASH", "GEOPOS", "GEODIST", "LPUSH", "RPUSH", "SREM", "ZREM", "SADD"), 1)}
_ZADD_OPTIONS = frozenset({"NX", "XX", "CH", "INCR"})


def obfuscate_redis(commands: str) -> str:
    """Replace the values in one or more commands, one a line."""
    return "\n".join(_obfuscate(line) for line in _COMMANDS.findall(commands.strip()))


def _obfuscate(line: str) -> str:
    words = _ARGUMENT.findall(line)
    if not words:
        return ""
    command, args = words[0], words[1:]
    name = command.upper()
    if name in _ONLY_KEY:
        kept = _ONLY_KEY[name]
        if len(args) > kept:
            args = [*args[:kept], "?"]
    else:
        for i in _value_positions(name, args):
            args[i] = "?"
    return " ".join([command, *args])


def _value_positions(name: str, args: list[str]) -> range:
    if name == "CONFIG" and args and args[0].upper() == "SET":
        return range(2, min(3, len(args)))
    if name == "BITFIELD":
        at = next((i for i, a in enumerate(args) if i and a.upper() == "SET"), None)
        return range(0) if at is None else range(at + 3, min(at + 4, len(args)))
    if name == "ZADD":
        at = next((i for i, a in enumerate(args) if i and a not in _ZADD_OPTIONS), len(args))
        return range(at + 1, len(args), 2)
    if name not in _VALUES:
        return range(0)
    first, step = _VALUES[name]
    return range(first, len(args), step) if step else range(first, min(first + 1, len(args)))

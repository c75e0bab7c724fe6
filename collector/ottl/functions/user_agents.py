"""`UserAgent`: browser and operating system out of a user agent, by the rules of uap-core."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from collector.ottl.errors import EvaluationError
from collector.ottl.signature import function
from collector.ottl.values import PlainMap


@lru_cache(maxsize=1)
def _parser() -> Any:
    try:
        import ua_parser  # noqa: PLC0415 - an extra, and its rules take time to load
    except ImportError as error:
        raise EvaluationError("UserAgent needs the package ua-parser; pip install ua-parser") from error
    return ua_parser.parse


def _check(_: Any) -> None:
    try:
        import ua_parser  # noqa: F401, PLC0415
    except ImportError as error:
        raise ValueError("the package ua-parser is not installed; pip install ua-parser") from error


@function("UserAgent", memo=True, check=_check)
def user_agent(user_agent: str) -> PlainMap:
    result = _parser()(user_agent)
    agent, system = result.user_agent, result.os
    found = PlainMap({
        "user_agent.name": agent.family if agent else "Other",
        "user_agent.original": user_agent,
        "user_agent.version": _version(agent, "major", "minor", "patch") if agent else "",
        "os.name": system.family if system else "Other",
    })  # fmt: skip
    version = _version(system, "major", "minor", "patch", "patch_minor") if system else ""
    if version:
        found["os.version"] = version
    return found


def _version(part: Any, *names: str) -> str:
    numbers = (getattr(part, name, None) for name in names)
    return ".".join(n for n in numbers if n)

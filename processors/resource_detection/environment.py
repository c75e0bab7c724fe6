"""Detector `env`: attributes from `OTEL_RESOURCE_ATTRIBUTES`."""

import os
import re
from typing import Any
from urllib.parse import unquote

__all__ = ["detect_environment", "parse_attributes"]

_PAIR = re.compile(r"\s*([!-+\--<>-~][!-+\--<>-~ ]*?)\s*=\s*([^,=]*?)\s*(?:,|$)")


def parse_attributes(text: str) -> dict[str, str]:
    """Read `key=value,key2=value2`; keys and values are trimmed, values percent-decoded.

    Raises ValueError.
    """
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        match = _PAIR.match(text, at)
        if match is None:
            if not found:
                raise ValueError(f'invalid resource format: "{text}"')
            raise ValueError(f'invalid resource format, invalid text: "{text[at:]}"')
        found[match[1]] = unquote(match[2], errors="strict")
        at = match.end()
    return found


async def detect_environment() -> dict[str, Any]:
    text = os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "").strip() or os.environ.get("OTEL_RESOURCE", "").strip()
    return dict(parse_attributes(text))

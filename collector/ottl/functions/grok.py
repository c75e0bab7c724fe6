"""`ExtractGrokPatterns`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collector.ottl.grok import compile_grok, parse_definitions
from collector.ottl.signature import LitBool, LitStrs, function


def _check(constants: Mapping[str, Any]) -> None:
    definitions = constants["PatternDefinitions"] or ()
    parse_definitions(definitions)
    if "Pattern" in constants:
        compile_grok(constants["Pattern"], definitions, constants["NamedCapturesOnly"])


@function("ExtractGrokPatterns", memo=True, check=_check)
def extract_grok_patterns(
    target: str, pattern: str, named_captures_only: LitBool = False, pattern_definitions: LitStrs | None = None
) -> dict[str, Any]:
    return compile_grok(pattern, pattern_definitions or (), named_captures_only).extract(target)

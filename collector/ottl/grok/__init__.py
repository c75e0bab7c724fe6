"""Grok: regular expressions made of named ones (appendix E)."""

from collector.ottl.grok.expansion import Grok, compile_grok, parse_definitions

__all__ = ["Grok", "compile_grok", "parse_definitions"]

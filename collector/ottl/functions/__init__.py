"""The function library: one module a theme, and the functions of plug-ins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points

from collector.ottl.signature import Function, function

_MODULES = (
    "conversion", "crypto", "csv_text", "durations", "encodings", "expressions", "grok", "ids", "lists",
    "map_editors", "maps", "metric_aggregation", "metric_buckets", "metric_editors", "network", "parsing",
    "replacing", "severity", "span", "strings", "text_maps", "times", "type_tests", "urls", "user_agents",
    "xml",
)  # fmt: skip
GROUP = "telepipe.ottl_functions"


@lru_cache(maxsize=1)
def builtin_functions() -> Mapping[str, Function]:
    """Return the functions of this package, by name."""
    found: dict[str, Function] = {}
    for module in _MODULES:
        for value in vars(import_module(f"{__name__}.{module}")).values():
            if isinstance(value, Function):
                found[value.name] = value
    return found


@lru_cache(maxsize=1)
def plugin_functions() -> tuple[Function, ...]:
    """Return the functions that other distributions offer, in the entry point group `telepipe.ottl_functions`.

    An entry point is named as the function is called in OTTL, and leads to a typed Python function.
    """
    found = []
    for entry in entry_points(group=GROUP):
        target = entry.load()
        found.append(target if isinstance(target, Function) else function(entry.name)(target))
    return tuple(found)


def functions_for(context: str, use: str, added: Iterable[Function] = ()) -> dict[str, Function]:
    """Return the functions that exist in a context.

    `use` is "statements", "guards" (the conditions of a group of statements) or "conditions" (those of a filter): the
    last two have no editors, but some converters that statements do not have.
    """
    every = {**builtin_functions(), **{f.name: f for f in plugin_functions()}, **{f.name: f for f in added}}
    return {
        name: f
        for name, f in every.items()
        if (f.contexts is None or context in f.contexts)
        and not (f.conditions_only and use == "statements")
        and not (f.is_editor and use != "statements")
    }

"""OTTL conditions of both forms as walks."""

from collections.abc import Callable, Sequence
from typing import Any

from collector.ottl.errors import ConfigError as OttlConfigError
from collector.ottl.statements import compile_conditions, infer_context

from .config import CONTEXTS, FilterConfig, Group
from .rules import LEVELS, Rules, Walk

__all__ = ["check_conditions", "older_walk", "walks_of_groups"]

OnError = Callable[[str, Exception], None]
SIGNALS = {"traces": "trace_conditions", "metrics": "metric_conditions", "logs": "log_conditions"}


def walks_of_groups(config: FilterConfig, signal: str, on_error: OnError) -> list[Walk]:
    """The walks of the inferred form, one for each group; raises ValueError."""
    key = SIGNALS[signal]
    return [_walk(group, config.error_mode, signal, CONTEXTS[key], on_error) for group in getattr(config, key)]


def _walk(group: Group, mode: str, signal: str, contexts: Sequence[str], on_error: OnError) -> Walk:
    if group.context and group.context not in contexts:
        raise ValueError(f"unknown context {group.context!r}; contexts of {signal}: {', '.join(contexts)}")
    by_context: dict[str, list[str]] = {}
    for text in group.conditions:
        context = group.context or infer_context(conditions=[text], signal=signal)
        if context not in contexts:
            raise ValueError(f"condition {text!r}: context {context} is not one of {', '.join(contexts)}")
        by_context.setdefault(context, []).append(text)
    walk = Walk()
    for context, texts in by_context.items():
        rules = _rules(texts, context, signal, group.error_mode or mode, on_error, prefixed=not group.context)
        walk.add(LEVELS[signal].index(context), rules)
    return walk


def older_walk(config: FilterConfig, signal: str, on_error: OnError) -> Walk:
    """The walk of the form with a list for each context; raises ValueError."""
    section: Any = getattr(config, signal)
    walk = Walk()
    for level, context in enumerate(LEVELS[signal]):
        texts = getattr(section, "log_record" if context == "log" else context, []) if context else []
        if texts:
            walk.add(level, _rules(texts, context, signal, config.error_mode, on_error))
    return walk


def _rules(
    texts: Sequence[str], context: str, signal: str, mode: str, on_error: OnError, *, prefixed: bool = False
) -> Rules:
    compiled = compile_conditions(
        texts, context=None if prefixed else context, signal=signal, error_mode=mode, on_error=on_error
    )
    return Rules(tuple(texts), compiled.which, compiled.program.uses_request, compiled.program.sieve)


def check_conditions(config: FilterConfig) -> None:
    """Compile every condition; raises ValueError with all that is wrong."""
    problems: list[str] = []
    for signal in LEVELS:
        for compile_all in (walks_of_groups, older_walk):
            try:
                compile_all(config, signal, _ignored)
            except OttlConfigError as exc:
                problems += map(str, exc.problems)
            except ValueError as exc:
                problems.append(str(exc))
    if problems:
        raise ValueError("\n".join(problems))


def _ignored(_text: str, _error: Exception) -> None:
    """Nothing is evaluated while a configuration is checked."""

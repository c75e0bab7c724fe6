"""Groups of OTTL statements, compiled in the order of the configuration."""

from collections.abc import Callable

from collector.ottl.errors import ConfigError as OttlConfigError
from collector.ottl.statements import Statements, compile_statements

from .config import CONTEXTS, Group, TransformConfig

__all__ = ["check_statements", "compile_groups"]

OnError = Callable[[str, Exception], None]
KEYS = {"traces": "trace_statements", "metrics": "metric_statements", "logs": "log_statements"}


def compile_groups(config: TransformConfig, signal: str, on_error: OnError) -> list[Statements]:
    """Compile the groups of a signal; raises ValueError for the first that is wrong."""
    return [_compile(group, config.error_mode, signal, on_error) for group in getattr(config, KEYS[signal])]


def _compile(group: Group, mode: str, signal: str, on_error: OnError) -> Statements:
    contexts = CONTEXTS[signal]
    if group.context and group.context not in contexts:
        raise ValueError(f"unknown context {group.context!r}; contexts of {signal}: {', '.join(contexts)}")
    return compile_statements(
        group.statements,
        context=group.context or None,
        signal=signal,
        conditions=group.conditions,
        error_mode=group.error_mode or mode,
        on_error=on_error,
    )


def check_statements(config: TransformConfig) -> None:
    """Compile everything; raises ValueError with all that is wrong."""
    problems: list[str] = []
    for signal, key in KEYS.items():
        for group in getattr(config, key):
            try:
                _compile(group, config.error_mode, signal, _ignored)
            except OttlConfigError as exc:
                problems += map(str, exc.problems)
            except ValueError as exc:
                problems.append(str(exc))
    if problems:
        raise ValueError("\n".join(problems))


def _ignored(_text: str, _error: Exception) -> None:
    """Nothing runs while a configuration is checked."""

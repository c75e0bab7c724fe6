"""Settings of the `transform` processor (ottl.md 14)."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, model_validator

from collector.config import ComponentConfig, IgnoreCase, NotNull, gates

__all__ = ["CONTEXTS", "ErrorMode", "Group", "TransformConfig"]

ErrorMode = Annotated[Literal["ignore", "silent", "propagate"], IgnoreCase()]
NO_NULL = NotNull("ignore, silent or propagate")
CONTEXTS = {
    "traces": ("resource", "scope", "span", "spanevent"),
    "metrics": ("resource", "scope", "metric", "datapoint", "exemplar"),
    "logs": ("resource", "scope", "log"),
}
FLATTEN_GATE = "transform.flatten.logs"


def _context(value: Any) -> Any:
    if value == "":
        raise ValueError("a context can't be empty; leave the key out to have it inferred")
    return value.lower() if isinstance(value, str) else value


class Group(ComponentConfig):
    """Statements of one context."""

    context: Annotated[str, BeforeValidator(_context)] = ""
    """Context of the statements; inferred from their paths where not given."""

    error_mode: Annotated[ErrorMode | None, NO_NULL] = None
    """Error mode of these statements; the processor's where not given."""

    conditions: list[str] = []
    """The statements run for an item only if one of these conditions is true, or if there are none."""

    statements: list[str] = []
    """Statements, run in this order."""

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not (self.statements or self.context):
            raise ValueError("statements must be given; a list of at least one statement is right")
        return self


def _groups(value: Any) -> Any:
    """Turn statements in a list into one last group; groups stay as they are."""
    groups: list[Any] = []
    texts: list[Any] = []
    for entry in value:
        if isinstance(entry, dict | Group):
            if texts:
                raise ValueError("a group can't follow a statement; use only statements or only groups")
            groups.append(entry)
        elif entry is None:
            raise ValueError("a statement can't be null")
        else:
            texts.append(entry)
    return [*groups, {"statements": texts}] if texts else groups


Statements = Annotated[list[Group], BeforeValidator(_groups), NotNull("a list of statements")]


class TransformConfig(ComponentConfig):
    error_mode: Annotated[ErrorMode, NO_NULL] = "ignore"
    """A statement that fails is skipped (`ignore` logs it, `silent` does not) or refuses the payload (`propagate`)."""

    trace_statements: Statements = []
    """Statements for traces; or groups of them."""

    metric_statements: Statements = []
    """Statements for metrics; or groups of them."""

    log_statements: Statements = []
    """Statements for logs; or groups of them."""

    flatten_data: bool = False
    """Give every log record a resource and scope of its own while statements run; needs the gate of that name."""

    @model_validator(mode="after")
    def _gate_is_open(self) -> Self:
        if self.flatten_data and not gates.enabled(FLATTEN_GATE):
            raise ValueError(f"flatten_data requires the {FLATTEN_GATE} feature gate to be enabled")
        return self

    @model_validator(mode="after")
    def _statements_compile(self) -> Self:
        from .groups import check_statements  # noqa: PLC0415 - it reads this module's models

        check_statements(self)
        return self

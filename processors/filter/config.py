"""Settings of the `filter` processor (components.md 4.6, ottl.md 15)."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, field_validator, model_validator

from collector.config import ComponentConfig, IgnoreCase, NotNull
from collector.matching import AttributeEntry, MatchProperties, MatchType, attributes_test, text_test

from .expressions import compile_expression

__all__ = [
    "ErrorMode",
    "FilterConfig",
    "Group",
    "LogMatch",
    "LogSettings",
    "MetricMatch",
    "MetricSettings",
    "SpanSettings",
    "TraceSettings",
]

ErrorMode = Annotated[Literal["ignore", "silent", "propagate"], IgnoreCase()]
NO_NULL = NotNull("ignore, silent or propagate")
SEVERITIES = {
    f"{name}{'' if step == 1 else step}": 4 * place + step
    for place, name in enumerate(("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"))
    for step in (1, 2, 3, 4)
}
CONTEXTS = {
    "trace_conditions": ("resource", "scope", "span", "spanevent"),
    "metric_conditions": ("resource", "scope", "metric", "datapoint"),
    "log_conditions": ("resource", "scope", "log"),
}
MIXED = (
    "configuring multiple configuration styles is not supported, please use only Basic configuration or only "
    "Advanced configuration"
)


def _context(value: Any) -> Any:
    if value == "":
        raise ValueError("a context can't be empty; leave the key out to have it inferred")
    return value.lower() if isinstance(value, str) else value


class Group(ComponentConfig):
    """Conditions of one walk."""

    context: Annotated[str, BeforeValidator(_context)] = ""
    """Context of all conditions; inferred for each from its paths where not given."""

    error_mode: Annotated[ErrorMode | None, NO_NULL] = None
    """Error mode of these conditions; the processor's where not given."""

    conditions: list[str] = []
    """OTTL conditions; an item for which one is true is dropped."""


def _groups(value: Any) -> Any:
    """Turn a list of conditions into one group; a list of groups stays."""
    basic = [entry for entry in value if not isinstance(entry, dict | Group)]
    if not basic:
        return value
    if len(basic) != len(value):
        raise ValueError(MIXED)
    if any(entry is None or str(entry) == "" for entry in basic):
        raise ValueError("condition cannot be empty")
    return [{"conditions": basic}]


Conditions = Annotated[list[Group], BeforeValidator(_groups), NotNull("a list of conditions")]


class TraceSettings(ComponentConfig):
    """The older form for traces."""

    resource: list[str] = []
    """Conditions on resources."""

    span: list[str] = []
    """Conditions on spans."""

    spanevent: list[str] = []
    """Conditions on span events."""


class SpanSettings(ComponentConfig):
    """Spans to keep and to drop."""

    include: MatchProperties | None = None
    """Only spans like this are kept."""

    exclude: MatchProperties | None = None
    """Spans like this are dropped."""


class MetricMatch(ComponentConfig):
    """What a metric must be like."""

    match_type: str = ""
    """`strict`, `regexp` or `expr`."""

    regexp: dict[str, Any] | None = None
    """Accepted for compatibility: results are always remembered."""

    metric_names: list[str] = []
    """Names of metrics; one suffices."""

    expressions: list[str] = []
    """Expressions on a metric and its points, for `expr`."""

    resource_attributes: list[AttributeEntry] = []
    """Attributes of the resource; all are needed."""

    @model_validator(mode="after")
    def _compiles(self) -> Self:
        if self.match_type == "expr" and not self.resource_attributes:
            for text in self.expressions:
                compile_expression(text)
            return self
        if self.match_type not in ("strict", "regexp"):
            raise ValueError(f"unrecognized match_type: '{self.match_type}', valid types are: [regexp strict expr]")
        text_test(self.how, self.metric_names)
        attributes_test(self.how, self.resource_attributes)
        return self

    @property
    def how(self) -> MatchType:
        return MatchType(match_type="regexp" if self.match_type == "regexp" else "strict")


class MetricSettings(ComponentConfig):
    """The older forms for metrics."""

    resource: list[str] = []
    """Conditions on resources."""

    metric: list[str] = []
    """Conditions on metrics."""

    datapoint: list[str] = []
    """Conditions on data points."""

    include: MetricMatch | None = None
    """Only metrics like this are kept."""

    exclude: MetricMatch | None = None
    """Metrics like this are dropped."""

    regexp: dict[str, Any] | None = None
    """Accepted for compatibility: results are always remembered."""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.resource or self.metric or self.datapoint) and (self.include or self.exclude):
            raise ValueError(
                'cannot use "metrics.resource", "metrics.metric", "metrics.datapoint" and "include"/"exclude" '
                "at the same time"
            )
        return self


class LogSeverity(ComponentConfig):
    """A range of severities."""

    min: str = ""
    """Lowest severity that matches, by name: `WARN`, `ERROR2`; empty for any."""

    match_undefined: bool = False
    """Whether a record without a severity matches."""

    @field_validator("min")
    @classmethod
    def _known(cls, name: str) -> str:
        if name and name.upper() not in SEVERITIES:
            raise ValueError(f"'{name}' is not a valid severity: not a valid severity; valid: {', '.join(SEVERITIES)}")
        return name

    @property
    def number(self) -> int:
        return SEVERITIES[self.min.upper()] if self.min else 0


class LogMatch(MatchType):
    """What a log record must be like. All categories given must match."""

    resource_attributes: list[AttributeEntry] = []
    """Attributes of the resource; all are needed."""

    record_attributes: list[AttributeEntry] = []
    """Attributes of the record; all are needed."""

    severity_texts: list[str] = []
    """Severity texts; one suffices."""

    severity_number: LogSeverity | None = None
    """Severity numbers."""

    bodies: list[str] = []
    """Bodies that are texts; one suffices."""

    @model_validator(mode="after")
    def _compiles(self) -> Self:
        text_test(self, self.bodies)
        text_test(self, self.severity_texts)
        attributes_test(self, self.resource_attributes)
        attributes_test(self, self.record_attributes)
        return self


class LogSettings(ComponentConfig):
    """The older forms for logs."""

    resource: list[str] = []
    """Conditions on resources."""

    log_record: list[str] = []
    """Conditions on log records."""

    include: LogMatch | None = None
    """Only records like this are kept."""

    exclude: LogMatch | None = None
    """Records like this are dropped."""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.resource or self.log_record) and (self.include or self.exclude):
            raise ValueError('cannot use "logs.resource", "logs.log_record" and "include"/"exclude" at the same time')
        return self


class FilterConfig(ComponentConfig):
    error_mode: Annotated[ErrorMode, NO_NULL] = "ignore"
    """A condition that fails is false (`ignore` logs it, `silent` does not) or refuses the payload (`propagate`)."""

    trace_conditions: Conditions = []
    """Conditions of the contexts `resource`, `scope`, `span`, `spanevent`; or groups of them."""

    metric_conditions: Conditions = []
    """Conditions of the contexts `resource`, `scope`, `metric`, `datapoint`; or groups of them."""

    log_conditions: Conditions = []
    """Conditions of the contexts `resource`, `scope`, `log`; or groups of them."""

    traces: TraceSettings = TraceSettings()
    """Older form for traces."""

    spans: SpanSettings = SpanSettings()
    """Oldest form for traces."""

    metrics: MetricSettings = MetricSettings()
    """Older forms for metrics."""

    logs: LogSettings = LogSettings()
    """Older forms for logs."""

    @model_validator(mode="after")
    def _forms_go_together(self) -> Self:
        traces, spans, metrics, logs = self.traces, self.spans, self.metrics, self.logs
        lists = bool(traces.resource or traces.span or traces.spanevent)
        if lists and (spans.include or spans.exclude):
            raise ValueError(
                'cannot use "traces.resource", "traces.span", "traces.spanevent" and "span.include", "span.exclude" '
                "at the same time"
            )
        older = {
            "trace": lists,
            "metric": bool(
                metrics.resource or metrics.metric or metrics.datapoint or metrics.include or metrics.exclude
            ),
            "log": bool(logs.resource or logs.log_record or logs.include or logs.exclude),
        }
        for signal, used in older.items():
            if used and getattr(self, f"{signal}_conditions"):
                raise ValueError(
                    f'cannot use context inferred {signal} conditions "{signal}_conditions" and the settings of '
                    f'"{signal}s" at the same time'
                )
        return self

    @model_validator(mode="after")
    def _conditions_compile(self) -> Self:
        from .conditions import check_conditions  # noqa: PLC0415 - it reads this module's models

        check_conditions(self)
        return self

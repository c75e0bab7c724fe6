"""The settings of one block, with everything in them compiled once to find what is wrong."""

from pydantic import model_validator

from collector.matching.conditions import SPAN_KINDS, attributes_test, libraries_test, text_test
from collector.matching.settings import AttributeEntry, LibraryEntry, MatchType, SeverityNumber

__all__ = ["MatchProperties"]


class MatchProperties(MatchType):
    """What a record must be like. All categories given must match."""

    services: list[str] = []
    """Values of the resource attribute `service.name`; one suffices."""

    span_names: list[str] = []
    """Names of spans; one suffices."""

    span_kinds: list[str] = []
    """Kinds of spans, such as `SPAN_KIND_SERVER`; one suffices."""

    log_bodies: list[str] = []
    """Bodies of log records in text form; one suffices."""

    log_severity_texts: list[str] = []
    """Severity texts of log records; one suffices."""

    log_severity_number: SeverityNumber | None = None
    """Severity numbers of log records."""

    metric_names: list[str] = []
    """Names of metrics; one suffices."""

    attributes: list[AttributeEntry] = []
    """Attributes of the span, log record or data point; all are needed."""

    resources: list[AttributeEntry] = []
    """Attributes of the resource; all are needed."""

    libraries: list[LibraryEntry] = []
    """Instrumentation scopes; one suffices."""

    @model_validator(mode="after")
    def _compiles(self) -> "MatchProperties":
        for texts in (self.services, self.span_names, self.log_bodies, self.log_severity_texts, self.metric_names):
            text_test(self, texts)
        kinds = set(SPAN_KINDS.values()) - {"SPAN_KIND_UNSPECIFIED"}
        if self.match_type == "strict" and not kinds.issuperset(self.span_kinds):
            raise ValueError(
                "span_kinds string must match one of the standard span kinds when match_type=strict: "
                f"[{' '.join(sorted(kinds))}]"
            )
        text_test(self, self.span_kinds)
        attributes_test(self, self.attributes)
        attributes_test(self, self.resources)
        libraries_test(self, self.libraries)
        return self

"""`span`: make span names from attributes, attributes from span names, and set the status.

    processors:
      span:
        name:
          from_attributes: [http.request.method, http.route]
          separator: " "

Where the Go Collector fails on a rule whose groups lie within each other, the inner group's text stays in the name.
Source: components.md 4.3, 4.5.
"""

from collections.abc import Callable
from typing import Any

from pydantic import model_validator

from collector.component import ProcessorFactory, Settings, Signal, Stability
from collector.config import ComponentConfig
from collector.matching import MatchProperties, Selection, scalar_text
from collector.pdata import Traces, attr_get, attr_set_raw, encode_value
from collector.regex import PatternError, compile_pattern

STATUS_CODES = {"Unset": 0, "Ok": 1, "Error": 2}
PREFIX = 'error creating "span" processor'


class ToAttributesConfig(ComponentConfig):
    """Settings of `name::to_attributes`."""

    rules: list[str] = []
    """Regular expressions with named groups, tried on the span's name in this order."""

    break_after_match: bool = False
    """Stop after the first rule that matched."""

    keep_original_name: bool = False
    """Do not put the groups' names in place of their texts in the span's name."""


class NameConfig(ComponentConfig):
    """Settings of `name`."""

    from_attributes: list[str] = []
    """Keys of the attributes whose values make the new name; all of them must be there."""

    separator: str = ""
    """What stands between the values."""

    to_attributes: ToAttributesConfig | None = None
    """Rules that take attributes out of the name."""


class StatusConfig(ComponentConfig):
    """Settings of `status`."""

    code: str = ""
    """`Ok`, `Error` or `Unset`."""

    description: str = ""
    """The status message; only for `Error`."""


class SpanConfig(ComponentConfig):
    """Settings of `span`."""

    include: MatchProperties | None = None
    """Only spans that match this are worked on."""

    exclude: MatchProperties | None = None
    """Spans that match this are left alone."""

    name: NameConfig | None = None
    """How names and attributes are made of each other."""

    status: StatusConfig | None = None
    """The status to set."""

    @model_validator(mode="after")
    def _makes_sense(self) -> "SpanConfig":
        rules = self.name.to_attributes.rules if self.name and self.name.to_attributes else []
        if not (self.status or rules or (self.name and self.name.from_attributes)):
            raise ValueError(
                f'{PREFIX}: either "from_attributes" or "to_attributes" must be specified in "name:" or "setStatus" '
                "must be specified"
            )
        for rule in rules:
            try:
                compile_pattern(rule)
            except PatternError as error:
                raise ValueError(f"invalid regexp pattern {rule}: {error}") from error
        if self.status:
            if self.status.code not in STATUS_CODES:
                raise ValueError(f'{PREFIX}: "status" must have specified "code" as "Ok" or "Error" or "Unset"')
            if self.status.description and self.status.code != "Error":
                raise ValueError(f'{PREFIX}: "description" can be specified only for "code" "Error"')
        return self


Step = Callable[[Any], None]


class SpanProcessor:
    """Name from attributes first, then attributes from the name, then the status."""

    mutates_data = True

    def __init__(self, config: SpanConfig, settings: Settings) -> None:
        self._selection = Selection(config.include, config.exclude, settings.signal or Signal.TRACES)
        self._steps: list[Step] = []
        if config.name and config.name.from_attributes:
            self._steps.append(naming(config.name.from_attributes, config.name.separator))
        if config.name and config.name.to_attributes:
            self._steps.append(extraction(config.name.to_attributes))
        if config.status:
            self._steps.append(status_setting(config.status))

    def process_traces(self, traces: Traces) -> Traces:
        steps = self._steps

        def apply(portion: Traces) -> None:
            for spans in self._selection(portion):
                for span in spans:
                    for step in steps:
                        step(span)

        traces.work(apply)
        return traces


def naming(attributes: list[str], separator: str) -> Step:
    keys = [key.encode() for key in attributes]

    def rename(span: Any) -> None:
        texts = []
        for key in keys:
            value = attr_get(span, key)
            if value is None:
                return
            text = scalar_text(value)
            texts.append("<unknown-attribute-type>" if text is None else text)
        span.name = separator.join(texts)

    return rename


def extraction(config: ToAttributesConfig) -> Step:
    rules = [rule(pattern) for pattern in config.rules]
    rename = not config.keep_original_name

    def extract(span: Any) -> None:
        name = old = span.name.encode()
        if not name:
            return
        for apply in rules:
            changed = apply(span, name)
            if changed is not None:
                if rename:
                    name = changed
                if config.break_after_match:
                    break
        if name is not old:
            span.name = name.decode()

    return extract


def rule(text: str) -> Callable[[Any, bytes], bytes | None]:
    """Make the function that sets a rule's attributes and gives the new name; None where the rule does not match."""
    pattern = compile_pattern(text)
    names = {group: name.encode() if isinstance(name, str) else name for name, group in pattern.groupindex.items()}
    groups = [(group, names.get(group, b"")) for group in range(1, pattern.groups + 1)]

    def apply(span: Any, name: bytes) -> bytes | None:
        found = pattern.search(name)
        if found is None:
            return None
        out: list[bytes] = []
        done = 0
        for group, key in groups:
            attr_set_raw(span, key, encode_value((found.group(group) or b"").decode(errors="replace")))
            start, end = found.span(group)
            if start >= done:
                out += (name[done:start], b"{", key, b"}")
                done = end
        return b"".join((*out, name[done:]))

    return apply


def status_setting(config: StatusConfig) -> Step:
    code, message = STATUS_CODES[config.code], config.description

    def set_status(span: Any) -> None:
        status = span.status
        status.code = code
        status.message = message

    return set_status


factory = ProcessorFactory("span", SpanConfig, SpanProcessor, Stability.ALPHA)

"""`include` and `exclude`: which records a component works on (components.md 4.3).

The parts are usable alone: `text_test` for a list of texts or patterns, `attributes_test` for key-value entries,
`Match` for one block, `Selection` for both blocks over a payload.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import model_validator

from collector.component import ConfigError, Signal
from collector.config import ComponentConfig, UInt
from collector.numbers import format_fixed
from collector.pdata import (
    ValueList,
    attr_equals,
    attr_get,
    attr_has,
    attribute_value_as_string,
    encode_value,
)
from collector.regex import searcher

__all__ = [
    "AttributeEntry",
    "Match",
    "MatchProperties",
    "MatchType",
    "Selection",
    "attributes_test",
    "severity_test",
    "text_test",
]

TextTest = Callable[[str], bool]
ViewTest = Callable[[Any], bool]

SPAN_KINDS: Final = {
    0: "SPAN_KIND_UNSPECIFIED",
    1: "SPAN_KIND_INTERNAL",
    2: "SPAN_KIND_SERVER",
    3: "SPAN_KIND_CLIENT",
    4: "SPAN_KIND_PRODUCER",
    5: "SPAN_KIND_CONSUMER",
}


class RegexpConfig(ComponentConfig):
    """How results of regular expressions are remembered."""

    cacheenabled: bool = False
    """Accepted for compatibility: results are always remembered."""

    cachemaxnumentries: UInt = 0
    """How many results are remembered for an expression; 0 for a fixed number."""


class MatchType(ComponentConfig):
    """How texts are compared."""

    match_type: str = ""
    """`strict` for equality, `regexp` for a regular expression that is found anywhere in the text."""

    regexp: RegexpConfig | None = None
    """Settings of `regexp`."""

    @model_validator(mode="after")
    def _known_type(self) -> "MatchType":
        if self.match_type not in {"strict", "regexp"}:
            raise ValueError(f"unrecognized match_type: '{self.match_type}', valid types are: [regexp strict]")
        return self


class AttributeEntry(ComponentConfig):
    """An attribute that must be there."""

    key: str = ""
    """The attribute's key."""

    value: Any = None
    """What the value must be; without it the key is enough."""


class LibraryEntry(ComponentConfig):
    """An instrumentation scope."""

    name: str = ""
    """The scope's name."""

    version: str | None = None
    """The scope's version; any if not given."""


class SeverityNumber(ComponentConfig):
    """A range of severities."""

    min: int = 0
    """The lowest severity that matches."""

    match_undefined: bool = False
    """Whether a record without a severity matches."""


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


def text_test(how: MatchType, texts: Sequence[str]) -> TextTest:
    """Make the test whether a text is one of these, or is matched by one of these patterns.

    Raises:
        PatternError: one of the patterns is wrong.
    """
    if how.match_type == "strict":
        return frozenset(texts).__contains__
    memo = how.regexp.cachemaxnumentries if how.regexp else 0
    tests = [searcher(text, memo or 4096) for text in texts]
    if len(tests) == 1:
        return tests[0]
    return lambda text: any(test(text) for test in tests)


def attributes_test(how: MatchType, entries: Sequence[AttributeEntry]) -> ViewTest:
    """Make the test whether a view's attributes have all of these entries.

    Raises:
        ValueError: an entry has no key, or a value that can't be compared in this way.
    """
    tests = [entry_test(how, entry) for entry in entries]
    if len(tests) == 1:
        return tests[0]
    return lambda view: all(test(view) for test in tests)


def entry_test(how: MatchType, entry: AttributeEntry) -> ViewTest:
    if not entry.key:
        raise ValueError("error creating processor. Can't have empty key in the list of attributes")
    key = entry.key.encode()
    value = entry.value
    if value is None:
        return lambda view: attr_has(view, key)
    if how.match_type == "strict":
        if isinstance(value, (str, bool, int)):
            raw = encode_value(value)
            return lambda view: attr_equals(view, key, raw)
        return lambda view: same(attr_get(view, key), value)
    if not isinstance(value, str):
        raise ValueError(f'match_type=regexp for "{entry.key}" only supports Str, but found {kind_of(value)}')  # noqa: TRY004 -- a wrong setting
    test = text_test(how, [value])

    def matches(view: Any) -> bool:
        text = scalar_text(attr_get(view, key))
        return text is not None and test(text)

    return matches


def kind_of(value: Any) -> str:
    names = {bool: "Bool", int: "Int", float: "Double", list: "Slice", dict: "Map"}
    return names.get(type(value), type(value).__name__)


def scalar_text(value: Any) -> str | None:
    """Text of a string, bool, int or double; None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format_fixed(value)
    return None


def same(found: Any, wanted: Any) -> bool:
    """Tell whether an attribute's value is the one in the configuration, types included."""
    if isinstance(wanted, dict):
        return (
            isinstance(found, Mapping)
            and len(found) == len(wanted)
            and all(key in found and same(found[key], value) for key, value in wanted.items())
        )
    if isinstance(wanted, list):
        return (
            isinstance(found, ValueList)
            and len(found) == len(wanted)
            and all(same(item, value) for item, value in zip(found, wanted, strict=True))
        )
    return type(found) is type(wanted) and bool(found == wanted)


def libraries_test(how: MatchType, libraries: Sequence[LibraryEntry]) -> ViewTest:
    tests = [
        (text_test(how, [entry.name]), None if entry.version is None else text_test(how, [entry.version]))
        for entry in libraries
    ]

    def matches(group: Any) -> bool:
        scope = group.scope
        return any(name(scope.name) and (version is None or version(scope.version)) for name, version in tests)

    return matches


def severity_test(wanted: SeverityNumber) -> ViewTest:
    """Make the test of a log record's severity number."""

    def matches(record: Any) -> bool:
        number = record.severity_number
        return number >= wanted.min if number else wanted.match_undefined

    return matches


def services_test(how: MatchType, services: Sequence[str]) -> ViewTest:
    test = text_test(how, services)

    def matches(group: Any) -> bool:
        name = attr_get(group.resource, b"service.name")
        return test("<nil-service-name>" if name is None else attribute_value_as_string(name))

    return matches


def all_of(tests: Sequence[ViewTest]) -> ViewTest | None:
    if not tests:
        return None
    if len(tests) == 1:
        return tests[0]
    return lambda view: all(test(view) for test in tests)


class Match:
    """One block, compiled for a signal: tests of the resource group, of the scope group, and of the item.

    An item is a span, a log record or a data point. A test is None where nothing is asked at that level. Calling the
    match with an item tests all levels.

    Raises:
        ConfigError: a category of another signal is given, or none at all.
    """

    def __init__(self, how: MatchProperties, signal: Signal) -> None:
        check_signal(how, signal)
        resource, item = [], []
        if how.services:
            resource.append(services_test(how, how.services))
        if how.resources:
            attributes = attributes_test(how, how.resources)
            resource.append(lambda group: attributes(group.resource))
        if how.span_names:
            names = text_test(how, how.span_names)
            item.append(lambda span: names(span.name))
        if how.span_kinds:
            kinds = text_test(how, how.span_kinds)
            item.append(lambda span: kinds(SPAN_KINDS.get(span.kind, "")))
        if how.log_bodies:
            bodies = text_test(how, how.log_bodies)
            item.append(lambda record: bodies(attribute_value_as_string(record.body)))
        if how.log_severity_texts:
            severities = text_test(how, how.log_severity_texts)
            item.append(lambda record: severities(record.severity_text))
        if how.log_severity_number:
            item.append(severity_test(how.log_severity_number))
        if how.metric_names:
            metrics = text_test(how, how.metric_names)
            item.append(lambda point: metrics(point.metric.name))
        if how.attributes:
            item.append(attributes_test(how, how.attributes))
        self.resource = all_of(resource)
        self.scope = libraries_test(how, how.libraries) if how.libraries else None
        self.item = all_of(item)

    def __call__(self, item: Any) -> bool:
        group = (item.metric if hasattr(item, "metric") else item).scope_group
        return (
            (self.resource is None or self.resource(group.resource_group))
            and (self.scope is None or self.scope(group))
            and (self.item is None or self.item(item))
        )


def check_signal(how: MatchProperties, signal: Signal) -> None:
    spans = how.services or how.span_names or how.span_kinds
    logs = how.log_bodies or how.log_severity_texts or how.log_severity_number
    common = how.attributes or how.libraries or how.resources
    if signal is Signal.TRACES:
        for name in ("log_bodies", "log_severity_texts", "log_severity_number", "metric_names"):
            if getattr(how, name):
                raise ConfigError(f"{name} should not be specified for trace spans")
        if not (common or spans):
            raise ConfigError(
                'at least one of "services", "span_names", "span_kinds", "attributes", "libraries",  or "resources" '
                "field must be specified"
            )
    elif signal is Signal.LOGS:
        if spans:
            raise ConfigError("services, span_names, and span_kinds are not valid for log records")
        if how.metric_names:
            raise ConfigError("metric_names should not be specified for log records")
        if not (common or logs):
            raise ConfigError(
                'at least one of "attributes", "libraries", "resources", "log_bodies", "log_severity_texts" or '
                '"log_severity_number" field must be specified'
            )
    else:
        if spans or logs:
            raise ConfigError("only metric_names, attributes, libraries and resources are valid for metrics")
        if not (common or how.metric_names):
            raise ConfigError(
                'at least one of "attributes", "libraries", "metric_names",  or "resources" field must be specified'
            )


class Selection:
    """The items of a payload that `include` takes in and `exclude` does not take out.

    Raises:
        ConfigError: as `Match`.
    """

    def __init__(self, include: MatchProperties | None, exclude: MatchProperties | None, signal: Signal) -> None:
        self._include = Match(include, signal) if include else None
        self._exclude = Match(exclude, signal) if exclude else None
        self._points = signal is Signal.METRICS

    def __call__(self, payload: Any) -> Iterator[Any]:
        """Views of the selected spans, log records or data points."""
        if self._include is None and self._exclude is None:
            return payload.points() if self._points else payload.records()  # type: ignore[no-any-return]
        return self._selected(payload)

    def _selected(self, payload: Any) -> Iterator[Any]:
        include, exclude = self._include, self._exclude
        for resources in payload.resources():
            if include and include.resource and not include.resource(resources):
                continue
            out_here = exclude is not None and (exclude.resource is None or exclude.resource(resources))
            for scopes in resources.scopes():
                if include and include.scope and not include.scope(scopes):
                    continue
                out: ViewTest | None = None
                if exclude and out_here and (exclude.scope is None or exclude.scope(scopes)):
                    if exclude.item is None:
                        continue
                    out = exclude.item
                inside = include.item if include else None
                for item in self._items(scopes):
                    if (inside is None or inside(item)) and (out is None or not out(item)):
                        yield item

    def _items(self, scopes: Any) -> Iterator[Any]:
        if not self._points:
            return iter(scopes.records())
        return (point for metric in scopes.records() for point in metric.data_points)

"""One block, compiled for a signal."""

from collections.abc import Sequence
from typing import Any

from collector.component import ConfigError, Signal
from collector.matching.conditions import (
    SPAN_KINDS,
    ViewTest,
    attributes_test,
    libraries_test,
    services_test,
    severity_test,
    text_test,
)
from collector.matching.properties import MatchProperties
from collector.pdata import attribute_value_as_string

__all__ = ["Match"]


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

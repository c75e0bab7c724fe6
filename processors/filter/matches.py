"""The include/exclude forms as walks (ottl.md 15.4)."""

from collections.abc import Callable
from typing import Any

from collector.component import Signal
from collector.matching import Match, attributes_test, text_test

from .config import FilterConfig, LogMatch, MetricMatch
from .expressions import compile_expression
from .rules import Rules, Walk

__all__ = ["matches_walk"]

Test = Callable[[Any], bool]


def matches_walk(config: FilterConfig, signal: str) -> Walk:
    """The walk of `include` and `exclude` of a signal; raises ConfigError where a block names nothing."""
    walk = Walk()
    if signal == "traces":
        _both(walk, 2, "spans", config.spans, lambda how: Match(how, Signal.TRACES))
    elif signal == "logs":
        _both(walk, 2, "logs", config.logs, _log_test)
    else:
        _both(walk, 0, "metrics", config.metrics, _metric_resource_test)
        _both(walk, 2, "metrics", config.metrics, _metric_test)
    return walk


def _both(walk: Walk, level: int, section: str, settings: Any, compiled: Callable[[Any], Test | None]) -> None:
    include = compiled(settings.include) if settings.include else None
    exclude = compiled(settings.exclude) if settings.exclude else None
    if include is not None:
        kept = include
        walk.add(level, Rules((f"{section}.include",), lambda view: -1 if kept(view) else 0))
    if exclude is not None:
        dropped = exclude
        walk.add(level, Rules((f"{section}.exclude",), lambda view: 0 if dropped(view) else -1))


def _log_test(how: LogMatch) -> Test | None:
    tests: list[Test] = []
    if how.resource_attributes:
        resource = attributes_test(how, how.resource_attributes)
        tests.append(lambda record: resource(record.resource))
    if how.record_attributes:
        tests.append(attributes_test(how, how.record_attributes))
    if how.severity_texts:
        severities = text_test(how, how.severity_texts)
        tests.append(lambda record: severities(record.severity_text))
    if how.severity_number:
        least, undefined = how.severity_number.number, how.severity_number.match_undefined
        tests.append(lambda record: number >= least if (number := record.severity_number) else undefined)
    if how.bodies:
        bodies = text_test(how, how.bodies)
        tests.append(lambda record: isinstance(body := record.body, str) and bodies(body))
    return (lambda record: all(test(record) for test in tests)) if tests else None


def _metric_resource_test(how: MetricMatch) -> Test | None:
    if how.match_type == "expr" or not how.resource_attributes:
        return None
    attributes = attributes_test(how.how, how.resource_attributes)
    return lambda group: attributes(group.resource)


def _metric_test(how: MetricMatch) -> Test | None:
    if how.match_type == "expr":
        if not how.expressions:
            return None
        expressions = [compile_expression(text) for text in how.expressions]
        return lambda metric: any(e(metric, point) for point in metric.data_points for e in expressions)
    if not how.metric_names:
        return None
    names = text_test(how.how, how.metric_names)
    return lambda metric: names(metric.name)

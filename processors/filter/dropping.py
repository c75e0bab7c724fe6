"""Carrying out a walk: parents before what they hold, emptied containers after."""

from collections.abc import Callable
from typing import Any

from collector.ottl.errors import EvaluationError
from collector.pdata import EMPTY_CONTEXT, Context

from .rules import Rules, Walk

__all__ = ["Dropper"]

Test = Callable[[Any], bool]
Count = Callable[[str, int], None]


class Dropper:
    """One walk, made ready. `errors` collects what conditions raised under `propagate`; their items are kept."""

    def __init__(self, walk: Walk, signal: str, count: Count) -> None:
        self.errors: list[EvaluationError] = []
        self._request: Context = EMPTY_CONTEXT
        self._count = count
        self._sieve: Rules | None = None
        resource, scope, record, inner = (self._test(rules) for rules in walk.levels)
        self._resource = resource
        self._scope = scope
        self._record = record
        if inner is not None:
            self._record = _points(record, inner) if signal == "metrics" else _events(record, inner)
        elif len(walk.levels[2]) == 1 and walk.levels[2][0].sieve is not None:
            self._sieve = walk.levels[2][0]
        self._enters_scopes = bool(scope or self._record)

    def _test(self, groups: list[Rules]) -> Test | None:
        """One test for all rules of a level, which counts what it drops."""
        if not groups:
            return None
        tests = [self._group_test(rules) for rules in groups]
        return tests[0] if len(tests) == 1 else lambda view: any(test(view) for test in tests)

    def _group_test(self, rules: Rules) -> Test:
        count, errors = self._count, self.errors
        names, which = rules.names, rules.which
        if rules.asks_request:
            asked = which
            which = lambda view: asked(view, self._request)  # noqa: E731 - the same name, with one argument

        def drops(view: Any) -> bool:
            try:
                number = which(view)
            except EvaluationError as exc:
                errors.append(exc)
                return False
            if number < 0:
                return False
            count(names[number], view.weight())
            return True

        return drops

    def run(self, payload: Any) -> None:
        """Remove from the payload what the rules drop."""
        self._request = payload.context
        for groups in payload.groups():
            groups.remove_if(self._resource_goes)

    def _resource_goes(self, group: Any) -> bool:
        if self._resource is not None and self._resource(group):
            return True
        scopes = group.scopes()
        if self._enters_scopes:
            scopes.remove_if(self._scope_goes)
        return not scopes

    def _scope_goes(self, group: Any) -> bool:
        if self._scope is not None and self._scope(group):
            return True
        records = group.records()
        if self._sieve is not None:
            self._sift(group, self._sieve)
        elif self._record is not None:
            records.remove_if(self._record)
        return not records

    def _sift(self, group: Any, rules: Rules) -> None:
        assert rules.sieve is not None
        dropped = [0] * len(rules.names)
        rules.sieve(group, dropped, self.errors, self._request)
        for name, count in zip(rules.names, dropped, strict=True):
            if count:
                self._count(name, count)


def _points(metric_goes: Test | None, point_goes: Test) -> Test:
    def goes(metric: Any) -> bool:
        if metric_goes is not None and metric_goes(metric):
            return True
        if metric.type is None:
            return False
        points = metric.data_points
        points.remove_if(point_goes)
        return not points

    return goes


def _events(span_goes: Test | None, event_goes: Test) -> Test:
    def goes(span: Any) -> bool:
        if span_goes is not None and span_goes(span):
            return True
        span.events.remove_if(event_goes)
        return False

    return goes

"""`include` and `exclude` over a payload."""

from collections.abc import Iterable, Iterator
from typing import Any

from collector.component import Signal
from collector.matching.conditions import ViewTest
from collector.matching.match import Match
from collector.matching.properties import MatchProperties
from collector.pdata import rewriting

__all__ = ["Selection"]


class Selection:
    """The items of a payload that `include` takes in and `exclude` does not take out.

    Raises:
        ConfigError: as `Match`.
    """

    def __init__(self, include: MatchProperties | None, exclude: MatchProperties | None, signal: Signal) -> None:
        self._include = Match(include, signal) if include else None
        self._exclude = Match(exclude, signal) if exclude else None
        self._points = signal is Signal.METRICS

    def __call__(self, payload: Any) -> Iterator[Iterable[Any]]:
        """Views of the selected spans, log records or data points, group by group, to be edited (`rewriting`)."""
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
                for items in self._items(scopes):
                    if inside is not None or out is not None:
                        yield _chosen(items, inside, out)
                    else:
                        yield items

    def _items(self, scopes: Any) -> Iterator[Iterable[Any]]:
        if not self._points:
            yield rewriting(scopes.records())
            return
        for metric in scopes.records():
            yield rewriting(metric.data_points)


def _chosen(items: Iterable[Any], inside: ViewTest | None, out: ViewTest | None) -> Iterator[Any]:
    for item in items:
        if (inside is None or inside(item)) and (out is None or not out(item)):
            yield item

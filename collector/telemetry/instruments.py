"""Instruments of our own metrics: plain numbers on small objects, read only when metrics are collected.

A hot counter costs one addition. Names, units and attributes are the Collector's (`otelcol_...`).
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Attributes", "Family", "Histogram", "Observed", "Type", "Value"]

Attributes = tuple[tuple[str, str], ...]
"""Attribute names and values, sorted by name: the identity of one series of a family."""


class Type(StrEnum):
    COUNTER = "counter"
    UP_DOWN_COUNTER = "up_down_counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Value:
    """One series of a counter, up-down counter or gauge."""

    __slots__ = ("_attributes", "_family", "hide_zero", "value")

    def __init__(self, family: "Family", attributes: Attributes) -> None:
        self._family = family
        self._attributes = attributes
        self.hide_zero = False
        self.value: float = 0

    def add(self, value: float = 1) -> None:
        self.value += value

    def set(self, value: float) -> None:
        self.value = value

    record = set

    def read(self) -> float:
        return self.value

    def bind(self, **attributes: str) -> "Value":
        """The series with these attributes besides this one's; an unused one is not shown any more."""
        self.hide_zero = True
        series = self._family.series(merged(self._attributes, attributes))
        assert isinstance(series, Value)
        return series


class Histogram:
    """One series of a histogram: how many values fell under each bound, and their sum."""

    __slots__ = ("_attributes", "_family", "bounds", "count", "counts", "hide_zero", "sum")

    def __init__(self, family: "Family", attributes: Attributes) -> None:
        self._family = family
        self._attributes = attributes
        self.bounds = family.bounds
        self.hide_zero = False
        self.counts = [0] * (len(family.bounds) + 1)
        self.count = 0
        self.sum: float = 0

    def record(self, value: float = 1) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.count += 1
        self.sum += value

    add = set = record

    def read(self) -> float:
        return self.count

    def bind(self, **attributes: str) -> "Histogram":
        """The series with these attributes besides this one's; an unused one is not shown any more."""
        self.hide_zero = True
        series = self._family.series(merged(self._attributes, attributes))
        assert isinstance(series, Histogram)
        return series


class Observed:
    """One series whose number is asked for when metrics are collected."""

    __slots__ = ("hide_zero", "read")

    def __init__(self, read: Callable[[], float]) -> None:
        self.read = read
        self.hide_zero = False


Series = Value | Histogram | Observed


@dataclass(slots=True)
class Family:
    """All series of one metric name."""

    name: str
    description: str
    unit: str
    type: Type
    bounds: tuple[float, ...] = ()
    children: dict[Attributes, Series] = field(default_factory=dict)
    keeps: Callable[[str], bool] | None = None
    """Which attributes series may have; None: all."""

    def kept(self, attributes: Attributes) -> Attributes:
        """The attributes that series of this family may have."""
        keeps = self.keeps
        return attributes if keeps is None else tuple(pair for pair in attributes if keeps(pair[0]))

    def series(self, attributes: Attributes) -> Series:
        """The series with exactly these attributes, made at first use."""
        attributes = self.kept(attributes)
        series = self.children.get(attributes)
        if series is None:
            series = Histogram(self, attributes) if self.type is Type.HISTOGRAM else Value(self, attributes)
            self.children[attributes] = series
        return series

    def __iter__(self) -> Iterator[tuple[Attributes, Series]]:
        """The series to be shown."""
        return iter([(key, series) for key, series in self.children.items() if not series.hide_zero or series.read()])


def merged(attributes: Attributes, more: dict[str, str]) -> Attributes:
    return tuple(sorted({**dict(attributes), **more}.items())) if more else attributes

"""Views: what users change about our own metrics at the level `detailed` (components.md 1.11)."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from collector.telemetry.instruments import Family, Type

__all__ = ["View"]

type_names = {
    Type.COUNTER: {"counter", "observable_counter"},
    Type.UP_DOWN_COUNTER: {"up_down_counter", "observable_up_down_counter"},
    Type.GAUGE: {"gauge", "observable_gauge"},
    Type.HISTOGRAM: {"histogram"},
}


class View:
    """One view: `selector` and `stream` are the models of the settings.

    Of a stream, the name, the description, the attributes that are kept, `drop` and the boundaries of a histogram act.
    """

    def __init__(self, selector: Any, stream: Any) -> None:
        self._selector = selector
        self._stream = stream

    def matches(self, family: Family) -> bool:
        """Whether the view is for a family; a part of the selector that is empty is for all."""
        selector = self._selector
        return (
            fnmatchcase(family.name, selector.instrument_name or "*")
            and selector.instrument_type in {"", *type_names[family.type]}
            and selector.unit in {"", family.unit}
        )

    def apply(self, family: Family) -> bool:
        """Change a family; False if there shall be none."""
        stream = self._stream
        aggregation: Mapping[str, Any] = stream.aggregation
        if "drop" in aggregation:
            return False
        family.name = stream.name or family.name
        family.description = stream.description or family.description
        buckets = aggregation.get("explicit_bucket_histogram")
        if family.type is Type.HISTOGRAM and isinstance(buckets, Mapping) and "boundaries" in buckets:
            family.bounds = tuple(buckets["boundaries"])
        if stream.attribute_keys is not None:
            self._keep(family, stream.attribute_keys)
        return True

    @staticmethod
    def _keep(family: Family, keys: Any) -> None:
        """`attribute_keys`: a list of names, or `{included, excluded}`."""
        listed = keys if isinstance(keys, Mapping) else {"included": keys}
        included, excluded = listed.get("included"), set(listed.get("excluded") or ())
        family.keeps = lambda name: name not in excluded and (included is None or name in included)

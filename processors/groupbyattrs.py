"""`groupbyattrs`: move attributes of records to their resource, and put records of equal resources together.

Records are moved as bytes; the resource of a group is worked out once for each new combination of resource and moved
values. Without keys it compacts: equal resources and scopes become one.

    groupbyattrs:
      keys: [host.name]
"""

from collections.abc import Hashable
from typing import Any

from collector.component import ProcessorFactory, Settings, Stability
from collector.config import ComponentConfig
from collector.identity import attributes_identity, canonical
from collector.pdata import Logs, Metrics, Traces

__all__ = ["GroupByAttrs", "GroupByAttrsConfig", "factory"]

GROUP_BOUNDS = (5.0, 10.0, 25.0, 50.0, 75.0, 100.0, 250.0, 500.0, 750.0, 1000.0, 2500.0, 5000.0, 7500.0, 10000.0)
SIGNALS = {"traces": ("spans", "span"), "metrics": ("metrics", "metric"), "logs": ("logs", "log")}
Moved = tuple[tuple[str, Any], ...]


class GroupByAttrsConfig(ComponentConfig):
    keys: list[str] = []
    """Attributes to move to the resource. None: only put equal resources and scopes together."""


class GroupByAttrs:
    mutates_data = True

    def __init__(self, config: GroupByAttrsConfig, settings: Settings) -> None:
        self._keys = tuple(dict.fromkeys(key for key in config.keys if key))
        if len(self._keys) != len(config.keys):
            settings.logger.warning("Empty and repeated keys are ignored.", keys=list(config.keys))
        plural, singular = SIGNALS[str(settings.signal)]
        prefix = "otelcol_processor_groupbyattrs_"
        self._grouped = settings.metrics.counter(
            f"{prefix}num_grouped_{plural}", f"Number of {plural} that had attributes grouped"
        )
        self._not_grouped = settings.metrics.counter(
            f"{prefix}num_non_grouped_{plural}", f"Number of {plural} that did not have attributes grouped"
        )
        self._groups = settings.metrics.histogram(
            f"{prefix}{singular}_groups", f"Distribution of groups extracted for {plural}", GROUP_BOUNDS
        )

    def process_traces(self, traces: Traces) -> Traces:
        regrouped: Traces = self._regroup(traces, self._move_records)
        return regrouped

    def process_logs(self, logs: Logs) -> Logs:
        regrouped: Logs = self._regroup(logs, self._move_records)
        return regrouped

    def process_metrics(self, metrics: Metrics) -> Metrics:
        regrouped: Metrics = self._regroup(metrics, self._move_points)
        return regrouped

    def _regroup(self, payload: Any, move: Any) -> Any:
        groups = _Groups(payload)
        moved = 0
        for resource_group in payload.resources():
            groups.come_from(resource_group.resource)
            for scope_group in resource_group.scopes():
                moved += move(groups, scope_group)
        regrouped = groups.builder.build(payload.context)
        self._grouped.add(moved)
        self._not_grouped.add(payload.item_count - moved)
        self._groups.record(len(groups.resources))
        return regrouped

    def _take(self, attributes: Any) -> Moved:
        """Remove the keys from a record's attributes and give what they held, as values that stand alone."""
        found = tuple((key, _own(attributes[key])) for key in self._keys if key in attributes)
        for key, _ in found:
            del attributes[key]
        return found

    def _move_records(self, groups: "_Groups", scope_group: Any) -> int:
        moved = 0
        scope = scope_group.scope
        for record in scope_group.records():
            taken = self._take(record.attributes) if self._keys else ()
            moved += bool(taken)
            groups.scope(taken, scope).append(record)
        return moved

    def _move_points(self, groups: "_Groups", scope_group: Any) -> int:
        moved = 0
        scope = scope_group.scope
        for metric in scope_group.records():
            for point in metric.data_points:
                taken = self._take(point.attributes) if self._keys else ()
                moved += bool(taken)
                groups.metric(taken, scope, metric).data_points.append(point)
        return moved


def _own(value: Any) -> Any:
    return value.to_dict() if hasattr(value, "to_dict") else value.to_list() if hasattr(value, "to_list") else value


class _Groups:
    """The groups of one payload that is put together anew."""

    def __init__(self, payload: Any) -> None:
        self.builder = type(payload).builder()
        self.resources: dict[Hashable, Any] = {}
        self._scopes: dict[Hashable, Any] = {}
        self._metrics: dict[Hashable, Any] = {}
        self._known: dict[Hashable, tuple[Hashable, Any]] = {}
        self._origin: Any = None

    def come_from(self, resource: Any) -> None:
        """Set the resource that the next records belong to."""
        self._origin = resource
        self._known = {}

    def _resource(self, moved: Moved) -> tuple[Hashable, Any]:
        attributes = self._origin.attributes
        if moved:
            merged = attributes.to_dict()
            merged.update(moved)
            identity: Hashable = canonical(merged)
        else:
            merged = attributes
            identity = attributes_identity(attributes.raw)
        if identity not in self.resources:
            self.resources[identity] = self.builder.resource(merged if moved else attributes.raw)
        return identity, self.resources[identity]

    def scope(self, moved: Moved, scope: Any) -> Any:
        """Give the builder of the scope, under the resource that has the moved attributes as well."""
        known = tuple((key, canonical(value)) for key, value in moved)  # 1, 1.0 and True are different
        found = self._known.get(known)
        if found is None:
            found = self._known[known] = self._resource(moved)
        identity, resource = found
        key = (identity, scope.name, scope.version)
        if key not in self._scopes:
            self._scopes[key] = resource.scope(scope)
        return self._scopes[key]

    def metric(self, moved: Moved, scope: Any, metric: Any) -> Any:
        """Give the metric of this name and type in the right group."""
        group = self.scope(moved, scope)
        key = (id(group), metric.name, metric.type)
        if key not in self._metrics:
            self._metrics[key] = made = group.add(name=metric.name, description=metric.description, unit=metric.unit)
            made.convert(metric.type)
            for field in ("aggregation_temporality", "is_monotonic"):
                value = getattr(metric, field)
                if value:
                    setattr(made, field, value)
            made.metadata.update(metric.metadata)
        return self._metrics[key]


factory = ProcessorFactory("groupbyattrs", GroupByAttrsConfig, GroupByAttrs, Stability.BETA)

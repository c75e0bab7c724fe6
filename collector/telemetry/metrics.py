"""The registry of our own metrics and the meter that each component gets (components.md 1.11)."""

from collections.abc import Callable, Mapping, Sequence

from collector.component import Instrument
from collector.telemetry.instruments import Attributes, Family, Observed, Type, merged
from collector.telemetry.views import View

__all__ = ["ComponentMeter", "Registry", "item_name"]

items = {"traces": "spans", "metrics": "metric_points", "logs": "log_records"}

batch_metrics = "otelcol_processor_batch_"
detailed_metrics = frozenset(
    {
        "otelcol_processor_internal_duration",
        "otelcol_exporter_queue_batch_send_size",
        "otelcol_exporter_queue_batch_send_size_bytes",
        "otelcol_exporter_enqueue_size",
        "otelcol_exporter_enqueue_size_bytes",
        "otelcol_processor_batch_batch_send_size_bytes",
        "http.client.request.body.size",
        "http.client.request.duration",
        "http.server.request.body.size",
        "http.server.request.duration",
        "http.server.response.body.size",
        "rpc.client.call.duration",
        "rpc.server.call.duration",
    }
)


def item_name(signal: str) -> str:
    """What the items of a signal are called in metric names: `spans`, `metric_points`, `log_records`."""
    return items[signal]


class Nothing:
    """An instrument that the metrics level leaves out."""

    __slots__ = ()

    def add(self, value: float = 1) -> None: ...
    def set(self, value: float) -> None: ...
    def record(self, value: float) -> None: ...
    def bind(self, **_attributes: str) -> "Nothing":
        return self


class Registry:
    """All metric families of one service; `level` and `views` are those of `service::telemetry::metrics`."""

    def __init__(self, level: str = "normal", views: Sequence[View] = ()) -> None:
        self.level = level
        self.views = views
        self.families: dict[str, Family] = {}
        self.collectors: list[Callable[[], None]] = []

    def meter(self, **attributes: str) -> "ComponentMeter":
        """A meter whose instruments all carry these attributes."""
        return ComponentMeter(self, tuple(sorted(attributes.items())))

    def shows(self, name: str) -> bool:
        """Whether the metrics level keeps this metric (components.md 1.11, what each level drops)."""
        if self.level == "none":
            return False
        if self.level == "detailed":
            return True
        if name in detailed_metrics or (name.startswith("otelcol.") and name.endswith(".size")):
            return False
        return self.level != "basic" or not name.startswith(batch_metrics)

    def family(
        self, name: str, description: str, unit: str, type: Type, bounds: tuple[float, ...] = ()
    ) -> Family | None:
        """The family of this name, made at first use; None where the level leaves it out."""
        family = self.families.get(name)
        if family is None:
            if not self.shows(name):
                return None
            family = Family(name, description, unit, type, bounds)
            for view in self.views:
                if view.matches(family) and not view.apply(family):
                    return None
            self.families[name] = family
        return family

    def collect(self) -> list[Family]:
        """All families, freshly observed, by name."""
        for collector in self.collectors:
            collector()
        return [self.families[name] for name in sorted(self.families)]

    def value(self, name: str, attributes: Mapping[str, str]) -> float:
        """Sum over the series of a metric that carry these attributes; for histograms, how many values were recorded.

        Raises:
            KeyError: no such metric.
        """
        self.collect()
        wanted = set(attributes.items())
        return sum(series.read() for key, series in self.families[name] if wanted <= set(key))


class ComponentMeter:
    """Makes a component's instruments with its attributes bound."""

    __slots__ = ("_attributes", "_registry")

    def __init__(self, registry: Registry, attributes: Attributes) -> None:
        self._registry = registry
        self._attributes = attributes

    def counter(self, name: str, description: str, unit: str = "1") -> Instrument:
        return self._instrument(name, description, unit, Type.COUNTER)

    def up_down_counter(self, name: str, description: str, unit: str = "1") -> Instrument:
        return self._instrument(name, description, unit, Type.UP_DOWN_COUNTER)

    def gauge(self, name: str, description: str, unit: str = "1") -> Instrument:
        return self._instrument(name, description, unit, Type.GAUGE)

    def histogram(
        self, name: str, description: str, bounds: tuple[float, ...], unit: str = "1", *, detailed: bool = False
    ) -> Instrument:
        if detailed and self._registry.level != "detailed":
            return Nothing()
        return self._instrument(name, description, unit, Type.HISTOGRAM, bounds)

    def observe(
        self, name: str, description: str, read: Callable[[], float], unit: str = "1", **attributes: str
    ) -> None:
        family = self._registry.family(name, description, unit, Type.GAUGE)
        if family is not None:
            family.children[family.kept(merged(self._attributes, attributes))] = Observed(read)

    def _instrument(
        self, name: str, description: str, unit: str, type: Type, bounds: tuple[float, ...] = ()
    ) -> Instrument:
        family = self._registry.family(name, description, unit, type, bounds)
        if family is None:
            return Nothing()
        series = family.series(self._attributes)
        assert not isinstance(series, Observed)
        return series

"""Streams that were seen: what their points become, looked up by bytes, made once and kept within a bound.

The walk asks here about everything that is new to it (prometheus.md 7, 8).
"""

import struct
from typing import TYPE_CHECKING, Any

from collector import pdata

from .encoding import LabelSet, metadata_message
from .exemplars import exemplar_labels
from .kernel import Family, Metadata, Resource, Samples, Scope, Series, Stream, Symbol, Walk, buckets
from .kinds import CUMULATIVE, DataKind, MetricType, metric_kind, metric_type
from .labels import METRIC_NAME, LabelRules, ResourceLabels, ScopeLabels, bound_text
from .names import Untranslatable
from .units import unit_text

if TYPE_CHECKING:
    from collections.abc import Callable

_COST_OF_SERIES = 350
_COST_OF_STREAM = 450
_COST_OF_SYMBOL = 150
_COST_OF_GROUP = 1500
_MOST_ERRORS = 8
_DOUBLE = struct.Struct("<d")
_POINTS: dict[int, Any] = {
    DataKind.GAUGE: pdata.NumberDataPoint,
    DataKind.SUM: pdata.NumberDataPoint,
    DataKind.HISTOGRAM: pdata.HistogramDataPoint,
    DataKind.EXPONENTIAL_HISTOGRAM: pdata.ExponentialHistogramDataPoint,
    DataKind.SUMMARY: pdata.SummaryDataPoint,
}


class Catalog:
    """Knows resources, scopes, families, streams and series.

    `limit` bounds the bytes that it keeps (an estimate) between pushes. `second` is Remote Write 2.0. `created` adds
    series of start times. `errors` are texts about what of the current push could not be translated, the first few;
    `left_out` is the number of its points that are not sent.
    """

    def __init__(
        self,
        rules: LabelRules,
        *,
        second: bool,
        limit: int,
        custom_buckets: bool = False,
        classic: bool = True,
        created: bool = False,
    ) -> None:
        self.samples = Samples(starts_kept=second)
        self.walk = Walk(self.samples, self)
        self.errors: list[str] = []
        self.left_out = 0
        self._rules = rules
        self._second = second
        self._limit = limit
        self._custom_buckets = custom_buckets
        self._classic = classic or not custom_buckets
        self._created = created
        self._cost = 0
        self._swept = 0
        self._series: dict[bytes, Series] = {}
        self._native: dict[bytes, Series] = {}
        self._symbols: dict[str, Symbol] = {}
        self._symbol: Callable[[str], Symbol] | None = self._make_symbol if second else None

    def open(self) -> None:
        """Begin a push."""
        if self._cost > self._limit:
            self._sweep()
        self.errors = []
        self.left_out = 0
        self.walk.open()

    def resource(self, raw: bytes) -> Resource:
        labels = self._rules.resource(pdata.Resource.from_raw(raw).attributes.items())
        info = None
        if labels.info is not None:
            metadata = self._metadata(MetricType.GAUGE, labels.info[METRIC_NAME], "Target metadata", "")
            info = self._intern(LabelSet(labels.info, self._symbol), metadata)
        if labels.error:
            self._note(labels.error)
        resource = Resource(info, labels)
        self.walk.resources[raw] = resource
        self._cost += _COST_OF_GROUP + len(raw)
        return resource

    def scope(self, resource: Resource, key: bytes, raw: bytes, schema_url: bytes) -> Scope:
        assert isinstance(resource.detail, ResourceLabels)
        view = pdata.InstrumentationScope.from_raw(raw)
        scope = Scope(
            self._rules.scope(resource.detail, view.name, view.version, schema_url.decode(), view.attributes.items())
        )
        resource.scopes[key] = scope
        self._cost += _COST_OF_GROUP + len(key)
        return scope

    def family(self, scope: Scope, key: bytes, head: bytes, kind: int, temporality: int, monotonic: bool) -> Family:
        data = DataKind(kind)
        view = pdata.Metric.from_raw(head)
        name, error = view.name, ""
        if data is DataKind.NONE:
            error = f'metric "{name}" has no data'
        elif data.must_be_cumulative and temporality != CUMULATIVE:
            error = f'invalid temporality and type combination for metric "{name}"'
        else:
            try:
                name = self._rules.naming.metric(name, view.unit, metric_kind(data, monotonic=monotonic))
            except Untranslatable as wrong:
                error = str(wrong)
        type_ = metric_type(data, view.metadata.get("prometheus.type"), monotonic=monotonic)
        unit = unit_text(view.unit, escapes=self._rules.naming.escapes)
        family = Family(kind, name, self._metadata(type_, name, view.description, unit))
        family.error = error
        family.detail = scope.detail
        family.native = data is DataKind.HISTOGRAM and self._custom_buckets
        family.classic = self._classic
        family.takes_exemplars = data is not DataKind.GAUGE and (data is not DataKind.SUM or monotonic)
        family.starts = family.takes_exemplars
        scope.families[key] = family
        self._cost += _COST_OF_GROUP + 2 * len(key)
        return family

    def stream(self, family: Family, attributes: bytes) -> Stream:
        stream = Stream(attributes, len(family.order))
        family.order.append(stream)
        family.streams[attributes] = stream
        self._cost += _COST_OF_STREAM + len(attributes)
        try:
            labels = self._labels(family, attributes)
        except Untranslatable as error:
            stream.error = str(error)
            return stream
        name = family.name
        if family.kind == DataKind.EXPONENTIAL_HISTOGRAM or family.native:
            stream.single = self._intern(labels, family.metadata, (METRIC_NAME, name), native=True)
        elif family.kind in (DataKind.GAUGE, DataKind.SUM):
            stream.single = self._intern(labels, family.metadata, (METRIC_NAME, name))
        if family.kind == DataKind.SUMMARY or (family.kind == DataKind.HISTOGRAM and family.classic):
            stream.total = self._intern(labels, family.metadata, (METRIC_NAME, f"{name}_sum"))
            stream.count = self._intern(labels, family.metadata, (METRIC_NAME, f"{name}_count"))
        if family.kind == DataKind.HISTOGRAM and family.classic:
            stream.infinite = self._intern(labels, family.metadata, (METRIC_NAME, f"{name}_bucket"), ("le", "+Inf"))
        if self._created and family.starts and family.kind != DataKind.EXPONENTIAL_HISTOGRAM:
            stream.created = self._intern(labels, family.metadata, (METRIC_NAME, f"{name}_created"))
        return stream

    def lay_out(self, family: Family, stream: Stream, layout: bytes) -> None:
        labels = self._labels(family, stream.key)
        name, key = (family.name, "quantile") if family.kind == DataKind.SUMMARY else (f"{family.name}_bucket", "le")
        stream.parts = [
            self._intern(labels, family.metadata, (METRIC_NAME, name), (key, bound_text(bound)))
            for (bound,) in _DOUBLE.iter_unpack(layout[: len(layout) // 8 * 8])
        ]
        stream.layout = layout

    def refused(self, family: Family, points: int) -> None:
        self.left_out += points
        self._note(family.error)

    def failed(self, family: Family, error: str) -> None:
        self.left_out += 1
        self._note(f"{family.name}: {error}")

    def exponential(self, family: Family, stream: Stream, point: bytes, time: int, start: int, stale: bool) -> None:
        self._native_point(buckets.exponential, family, stream, point, time, start, stale)

    def custom(self, family: Family, stream: Stream, point: bytes, time: int, start: int, stale: bool) -> None:
        self._native_point(buckets.custom, family, stream, point, time, start, stale)

    def exemplar_labels(self, raw: bytes) -> "bytes | tuple[Symbol, ...]":
        labels, symbols = LabelSet(exemplar_labels(pdata.Exemplar.from_raw(raw)), self._symbol).with_labels()
        return symbols if self._second else labels

    def exemplar_ids(self, span_id: bytes, trace_id: bytes) -> "bytes | tuple[Symbol, ...]":
        ids = (("span_id", span_id), ("trace_id", trace_id))
        return tuple(self._make_symbol(text) for name, value in ids if value for text in (name, value.hex()))

    def _native_point(
        self,
        convert: "Callable[[bytes, int, int, bool], bytes]",
        family: Family,
        stream: Stream,
        point: bytes,
        time: int,
        start: int,
        stale: bool,
    ) -> None:
        assert stream.single is not None
        try:
            message = convert(point, time, start if self._second else 0, stale)
        except ValueError as error:
            if family.native and family.classic:  # the point goes on as a classic histogram
                self._note(f"{family.name}: {error}")
            else:
                self.failed(family, str(error))
        else:
            self.samples.add_histogram(stream.single, family.metadata, time, message)

    def _labels(self, family: Family, raw: bytes) -> LabelSet:
        assert isinstance(family.detail, ScopeLabels)
        attributes = _POINTS[family.kind].from_raw(raw).attributes.items()
        return LabelSet(self._rules.point(family.detail, attributes), self._symbol)

    def _intern(self, labels: LabelSet, metadata: Metadata, *more: tuple[str, str], native: bool = False) -> Series:
        known = self._native if native else self._series
        encoded, symbols = labels.with_labels(*more)
        series = known.get(encoded)
        if series is None:
            series = known[encoded] = Series(encoded, symbols, metadata)
            self._cost += _COST_OF_SERIES + len(encoded) + 8 * len(symbols)
        return series

    def _metadata(self, type_: MetricType, name: str, description: str, unit: str) -> Metadata:
        return Metadata(
            type_,
            self._make_symbol(description),
            self._make_symbol(unit),
            metadata_message(type_, name, description, unit),
        )

    def _make_symbol(self, text: str) -> Symbol:
        symbol = self._symbols.get(text)
        if symbol is None:
            symbol = self._symbols[text] = Symbol(text.encode())
            self._cost += _COST_OF_SYMBOL + 2 * len(text)
        return symbol

    def _note(self, error: str) -> None:
        if len(self.errors) < _MOST_ERRORS:
            self.errors.append(error)

    def _sweep(self) -> None:
        """Forget what had no point since the last sweep; everything, where that leaves more than half of the bound."""
        since, self._swept = self._swept, self.samples.push
        self._cost = 0
        self._series, self._native, self._symbols = {}, {}, {}
        for raw, resource in list(self.walk.resources.items()):
            if resource.push <= since:
                del self.walk.resources[raw]
                continue
            self._cost += _COST_OF_GROUP + len(raw)
            self._keep(self._series, resource.info)
            for key, scope in resource.scopes.items():
                self._cost += _COST_OF_GROUP + len(key)
                self._sweep_families(scope.families, since)
        if self._cost > self._limit // 2:
            self.walk.resources.clear()
            self._series, self._native, self._symbols = {}, {}, {}
            self._cost = 0

    def _sweep_families(self, families: dict[bytes, Family], since: int) -> None:
        for key, family in list(families.items()):
            if family.push <= since:
                del families[key]
                continue
            self._cost += _COST_OF_GROUP + 2 * len(key)
            self._keep_symbols(family.metadata.help, family.metadata.unit)
            family.turn = 0
            family.order = [stream for stream in family.order if stream.push > since]
            family.streams = {stream.key: stream for stream in family.order}
            for place, stream in enumerate(family.order):
                stream.place = place
                self._cost += _COST_OF_STREAM + len(stream.key)
                known = self._native if family.kind == DataKind.EXPONENTIAL_HISTOGRAM or family.native else self._series
                self._keep(known, stream.single)
                for series in (stream.total, stream.count, stream.infinite, stream.created, *stream.parts):
                    self._keep(self._series, series)

    def _keep(self, known: dict[bytes, Series], series: Series | None) -> None:
        if series is None or series.labels in known:
            return
        known[series.labels] = series
        self._cost += _COST_OF_SERIES + len(series.labels) + 8 * len(series.symbols)
        self._keep_symbols(*series.symbols)
        self._keep_symbols(series.metadata.help, series.metadata.unit)

    def _keep_symbols(self, *symbols: Symbol) -> None:
        for symbol in symbols:
            text = symbol.text.decode()
            if text not in self._symbols:
                self._symbols[text] = symbol
                self._cost += _COST_OF_SYMBOL + 2 * len(text)

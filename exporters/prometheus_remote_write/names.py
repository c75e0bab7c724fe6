"""Metric and label names (prometheus.md 7.0, 7.2 to 7.5)."""

import re
from collections.abc import Callable
from enum import Enum
from functools import lru_cache

from .units import clean_unit_words, unit_words

_LONGEST_CACHED = 1024
_LABELS_CACHED = 8192
_SEPARATORS = re.compile(r"[^A-Za-z0-9:]+")
_SEPARATORS_BUT_UNDERSCORE = re.compile(r"[^A-Za-z0-9:_]+")
_NOT_A_LABEL = re.compile(r"[^A-Za-z0-9]+")
_NOT_A_LOOSE_LABEL = re.compile(r"[^A-Za-z0-9_]")
_SHORTEST_RESERVED = 4
_ESCAPED_WITH_SUFFIXES = "UnderscoreEscapingWithSuffixes"
_ESCAPED = "UnderscoreEscapingWithoutSuffixes"
_KEPT_WITH_SUFFIXES = "NoUTF8EscapingWithSuffixes"
_KEPT = "NoTranslation"
STRATEGIES = (_ESCAPED_WITH_SUFFIXES, _ESCAPED, _KEPT_WITH_SUFFIXES, _KEPT)
STRATEGIES_THAT_KEEP_CHARACTERS = (_KEPT_WITH_SUFFIXES, _KEPT)


class MetricKind(Enum):
    """The OTLP kind of a metric, as far as its name depends on it."""

    GAUGE = 1
    COUNTER = 2
    OTHER_SUM = 3
    HISTOGRAM = 4
    SUMMARY = 5


class Untranslatable(ValueError):
    """A name that can't be translated; the point or metric that has it is dropped."""


class Naming:
    """Translates metric and attribute names by one strategy.

    `strategy` is a name of section 7.0, empty for the default, where `suffixes` decides. `permissive` is the feature
    gate. `loose_info` translates resource attributes of `target_info` as the pull exporter does, with every underscore
    kept: so the Collector does it with Remote Write 1.0.
    """

    def __init__(
        self,
        strategy: str = "",
        *,
        suffixes: bool = True,
        namespace: str = "",
        permissive: bool = False,
        loose_info: bool = False,
    ) -> None:
        self.escapes = strategy not in STRATEGIES_THAT_KEEP_CHARACTERS
        if strategy:
            suffixes = strategy in {_ESCAPED_WITH_SUFFIXES, _KEPT_WITH_SUFFIXES}
        self._namespace = _joined(namespace) if self.escapes else namespace
        if self.escapes:
            self._metric: Callable[[str, str, MetricKind], str] = self._suffixed if suffixes else self._plain
        else:
            self._metric = self._kept_suffixed if suffixes else self._kept
        self.escaped_label: Callable[[str], str] = _permissive_label if permissive else _label
        """The label name of a key, escaped whatever the strategy. Raises Untranslatable."""
        self.label: Callable[[str], str] = _cached(self.escaped_label if self.escapes else _kept_label)
        """The label name of an attribute key. Raises Untranslatable."""
        self.info_label: Callable[[str], str] = _loose_label if loose_info and self.escapes else self.label
        """The label name of a resource attribute in `target_info`. Raises Untranslatable."""

    def metric(self, name: str, unit: str, kind: MetricKind) -> str:
        """The name of a metric, without `_sum`, `_count`, `_bucket`. Raises Untranslatable."""
        translated = self._metric(name, unit, kind)
        if not translated:
            raise Untranslatable("normalization resulted in empty name")
        if translated != name and not translated.strip("_"):
            raise Untranslatable(f"normalization for metric {name!r} resulted in invalid name {translated!r}")
        return translated

    def target_info(self) -> str:
        """The name of the resource's own series."""
        if not self._namespace:
            return "target_info"
        name = f"{self._namespace}_target_info"
        return _digit_safe(name) if self.escapes else name

    def _suffixed(self, name: str, unit: str, kind: MetricKind) -> str:
        tokens = [token for token in _SEPARATORS.split(name) if token]
        main, per = clean_unit_words(unit)
        if main in tokens:
            main = ""
        per = "" if per == "per_" else per.removesuffix("_")
        if per in tokens:
            per = ""
        if per:
            main = main.removesuffix("_")
        tokens.extend(word for word in (main, per) if word)
        if kind is MetricKind.COUNTER:
            tokens = [each for each in tokens if each != "total"] + ["total"]
        elif kind is MetricKind.GAUGE and unit == "1":
            tokens = [each for each in tokens if each != "ratio"] + ["ratio"]
        return _digit_safe("_".join([self._namespace, *tokens] if self._namespace else tokens))

    def _plain(self, name: str, _unit: str, _kind: MetricKind) -> str:
        name = _joined(name)
        return f"{self._namespace}_{name}" if self._namespace else _digit_safe(name)

    def _kept(self, name: str, _unit: str, _kind: MetricKind) -> str:
        return f"{self._namespace}_{name}" if self._namespace else name

    def _kept_suffixed(self, name: str, unit: str, kind: MetricKind) -> str:
        name = self._kept(name, unit, kind)
        main, per = unit_words(unit)
        is_ratio = kind is MetricKind.GAUGE and unit == "1"
        if is_ratio:
            name = _cut(name, "ratio")
        if kind is MetricKind.COUNTER:
            name = _cut(name, "total")
        if per:
            name = _cut(name, per)
        if main and not name.endswith(main):
            name = f"{name}_{main}"
        if per:
            name = f"{name}_{per}"
        if kind is MetricKind.COUNTER:
            name = f"{name}_total"
        return f"{name}_ratio" if is_ratio else name


def _digit_safe(name: str) -> str:
    return f"_{name}" if name[:1].isascii() and name[:1].isdigit() else name


def _joined(name: str) -> str:
    return "_".join(piece for piece in _SEPARATORS_BUT_UNDERSCORE.split(name) if piece)


def _cut(name: str, suffix: str) -> str:
    """Without the suffix and the one character before it, whatever that is."""
    if name.endswith(suffix) and len(name) > len(suffix) + 1:
        return name[: -len(suffix) - 1]
    return name


def _label(key: str) -> str:
    name = _sanitized(key)
    if name[:1].isdigit():
        name = f"key_{name}"
    elif name.startswith("_") and not name.startswith("__"):
        name = f"key{name}"
    return _with_letters(key, name)


def _permissive_label(key: str) -> str:
    name = _sanitized(key)
    return _with_letters(key, f"key_{name}" if name[:1].isdigit() else name)


def _loose_label(key: str) -> str:
    name = _NOT_A_LOOSE_LABEL.sub("_", key)
    return _with_letters(key, f"key_{name}" if name[:1].isdigit() else name)


def _sanitized(key: str) -> str:
    if len(key) >= _SHORTEST_RESERVED and key.startswith("__") and key.endswith("__"):
        return f"__{_NOT_A_LABEL.sub('_', key[2:-2])}__"
    return _NOT_A_LABEL.sub("_", key)


def _kept_label(key: str) -> str:
    return _with_letters(key, key)


def _with_letters(key: str, name: str) -> str:
    if not key:
        raise Untranslatable("label name is empty")
    if not name.strip("_"):
        raise Untranslatable(f"normalization for label name {key!r} resulted in invalid name {name!r}")
    return name


def _cached(translate: Callable[[str], str]) -> Callable[[str], str]:
    """Attribute keys are few and come again and again; absurdly long ones are not kept."""
    cached = lru_cache(_LABELS_CACHED)(translate)

    def label(key: str) -> str:
        return cached(key) if len(key) <= _LONGEST_CACHED else translate(key)

    return label

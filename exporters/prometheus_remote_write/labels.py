"""Label sets (prometheus.md 7.6 to 7.10): from attributes of point, resource and scope to names and values.

Everything here runs once for each stream of points that was not seen before.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import translate
from typing import Any

from collector.pdata import attribute_value_as_string

from .names import Naming, Untranslatable

SERVICE_ATTRIBUTES = frozenset({"service.name", "service.namespace", "service.instance.id"})
METRIC_NAME = "__name__"
_SCOPE_NAME = "otel_scope_name"
_SCOPE_VERSION = "otel_scope_version"
_SCOPE_SCHEMA_URL = "otel_scope_schema_url"
_SCOPE_OWN = frozenset({_SCOPE_NAME, _SCOPE_VERSION, _SCOPE_SCHEMA_URL})

Attributes = Iterable[tuple[str, Any]]
Labels = dict[str, str]


@dataclass(frozen=True, slots=True)
class ResourceLabels:
    """What a resource gives: `own` are job and instance, `promoted` the attributes that its points get."""

    own: Labels
    promoted: Mapping[str, Any]
    info: Labels | None
    """Labels of `target_info`, None where it has none."""
    error: str = ""
    """Why there is no `target_info` although there should be one."""


@dataclass(frozen=True, slots=True)
class ScopeLabels:
    """What a scope gives to its points, and its resource."""

    resource: ResourceLabels
    own: Labels


@dataclass(frozen=True, slots=True)
class LabelRules:
    """What of 7.7 to 7.10 is configured.

    `external` has names that were translated before; `promotes` says which resource attributes points get.
    """

    naming: Naming
    external: Labels = field(default_factory=dict)
    scope_info: bool = True
    target_info: bool = True
    promotes: Callable[[str], bool] | None = None

    def resource(self, attributes: Attributes) -> ResourceLabels:
        """Labels of a resource."""
        attributes = list(attributes)
        own = _service_labels(dict(reversed(attributes)))  # of equal keys the first counts
        promoted = {key: value for key, value in attributes if self.promotes is not None and self.promotes(key)}
        try:
            return ResourceLabels(own, promoted, self._info(attributes, own) if self.target_info else None)
        except Untranslatable as error:
            return ResourceLabels(own, promoted, None, str(error))

    def scope(
        self, resource: ResourceLabels, name: str, version: str, schema_url: str, attributes: Attributes
    ) -> ScopeLabels:
        """Labels of a scope; the prefix makes every key of an attribute translatable."""
        if not self.scope_info:
            return ScopeLabels(resource, {})
        labels = self._translated((f"otel_scope_{key}", value) for key, value in attributes)
        for label in _SCOPE_OWN:
            labels.pop(label, None)
        own = {_SCOPE_NAME: name, _SCOPE_VERSION: version, _SCOPE_SCHEMA_URL: schema_url}
        labels |= {label: value for label, value in own.items() if value}
        return ScopeLabels(resource, labels)

    def point(self, scope: ScopeLabels, attributes: Attributes) -> Labels:
        """Labels of a point without its metric's name. Raises Untranslatable."""
        promoted = scope.resource.promoted
        if promoted:
            attributes = [(key, value) for key, value in attributes if key not in promoted]
            attributes.extend(promoted.items())
        labels = self._translated(pair for pair in attributes if pair[0] != METRIC_NAME)
        labels |= scope.resource.own
        return _filled(self.external | labels | scope.own)

    def _info(self, attributes: list[tuple[str, Any]], own: Labels) -> Labels | None:
        others = [pair for pair in attributes if pair[0] not in SERVICE_ATTRIBUTES]
        labels = _filled(self.external | self._translated(others, self.naming.info_label) | own)
        if not others or not labels.keys() & {"job", "instance"}:
            return None
        return labels | {METRIC_NAME: self.naming.target_info()}

    def _translated(self, attributes: Attributes, translate: Callable[[str], str] | None = None) -> Labels:
        """Attributes that have a value as labels; values that meet under one name are joined in order of their keys."""
        translate = translate or self.naming.label
        labels: Labels = {}
        for key, value in sorted(attributes, key=_key):
            text = attribute_value_as_string(value)
            if not text:
                continue
            name = translate(key)
            held = labels.get(name)
            if held is None:
                labels[name] = text
            elif held != text:
                labels[name] = f"{held};{text}"
        return labels


def promotion(included: list[str], excluded: list[str]) -> Callable[[str], bool]:
    """Whether a resource attribute's key matches one of `included` (all if empty) and none of `excluded`.

    `*` is any run of characters, `?` one character, everything else itself.
    """
    wanted = _any_of(included) if included else None
    unwanted = _any_of(excluded) if excluded else None

    def promotes(key: str) -> bool:
        return (wanted is None or wanted(key)) and (unwanted is None or not unwanted(key))

    return promotes


def bound_text(value: float) -> str:
    """A bucket's bound or a quantile as label value: shortest digits, never an exponent."""
    if value != value:  # noqa: PLR0124 - NaN
        return "NaN"
    if value in {float("inf"), float("-inf")}:
        return "+Inf" if value > 0 else "-Inf"
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def _service_labels(attributes: Mapping[str, Any]) -> Labels:
    name, namespace, instance = (
        attribute_value_as_string(attributes.get(f"service.{key}")) for key in ("name", "namespace", "instance.id")
    )
    labels: Labels = {}
    if name:
        labels["job"] = f"{namespace}/{name}" if namespace else name
    if instance:
        labels["instance"] = instance
    return labels


def _any_of(patterns: list[str]) -> Callable[[str], bool]:
    joined = re.compile("|".join(translate(pattern.replace("[", "[[]")) for pattern in patterns))
    return lambda key: joined.match(key) is not None


def _filled(labels: Labels) -> Labels:
    return {name: value for name, value in labels.items() if value}


def _key(pair: tuple[str, Any]) -> str:
    return pair[0]

"""Feature gates: switches of the Collector that change a component's behaviour (components.md 1.10).

`gates.enabled("transform.flatten.logs")` is asked by components while they are built. Only gates that our components
know are here; others of the Go Collector are accepted on the command line with a warning.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from collector.component import ConfigError, Problem


class Stage(StrEnum):
    """How far a gate has come: alpha is off, beta on; stable and deprecated can't be changed."""

    ALPHA = "Alpha"
    BETA = "Beta"
    STABLE = "Stable"
    DEPRECATED = "Deprecated"


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate; `on` is its default."""

    id: str
    stage: Stage
    description: str

    @property
    def on(self) -> bool:
        return self.stage in {Stage.BETA, Stage.STABLE}


GATES = {
    gate.id: gate
    for gate in (
        Gate(
            "confmap.enableMergeAppendOption", Stage.ALPHA, "Lists of extensions and pipelines are joined in merging."
        ),
        Gate(
            "connector.routing.defaultErrorModeIgnore",
            Stage.BETA,
            "The routing connector ignores errors of conditions.",
        ),
        Gate(
            "connector.spanmetrics.excludeResourceMetrics", Stage.ALPHA, "Span metrics leave resource attributes out."
        ),
        Gate(
            "connector.spanmetrics.includeCollectorInstanceID", Stage.BETA, "Span metrics carry collector.instance.id."
        ),
        Gate("exporter.file.nativeCompression", Stage.ALPHA, "The file exporter writes real zstd streams."),
        Gate(
            "exporter.prometheusexporter.DisableAddMetricSuffixes",
            Stage.BETA,
            "The Prometheus exporter ignores add_metric_suffixes.",
        ),
        Gate(
            "exporter.prometheusremotewritexporter.EnableMultipleWorkers",
            Stage.ALPHA,
            "Remote write: num_consumers is the number of queue workers.",
        ),
        Gate("exporter.prometheusremotewritexporter.RetryOn429", Stage.ALPHA, "Remote write retries answers of 429."),
        Gate(
            "exporter.prometheusremotewritexporter.enableSendingRW2",
            Stage.BETA,
            "Remote write may send protocol 2.0.",
        ),
        Gate(
            "extension.healthcheck.useComponentStatus", Stage.ALPHA, "The health check extension knows version 2 keys."
        ),
        Gate("metricsgeneration.MatchAttributes", Stage.ALPHA, "Metrics generation matches points by attributes."),
        Gate("ottl.contexts.enableOTelColContext", Stage.BETA, "OTTL statements may read otelcol paths."),
        Gate("ottl.functions.enableLambda", Stage.ALPHA, "OTTL knows functions that take lambdas."),
        Gate("ottl.set.allowNil", Stage.ALPHA, "The OTTL function set hands on nil."),
        Gate(
            "pkg.translator.prometheus.PermissiveLabelSanitization",
            Stage.ALPHA,
            "Prometheus labels keep a leading underscore.",
        ),
        Gate("processor.filter.defaultErrorModeIgnore", Stage.BETA, "The filter processor ignores errors by default."),
        Gate(
            "processor.transform.defaultErrorModeIgnore",
            Stage.BETA,
            "The transform processor ignores errors by default.",
        ),
        Gate("receiverhelper.newReceiverMetrics", Stage.ALPHA, "Receivers tell refused from failed items."),
        Gate("service.AllowNoPipelines", Stage.ALPHA, "A configuration needs no pipelines."),
        Gate("service.partialReload", Stage.ALPHA, "A reload restarts only receivers that changed."),
        Gate("service.partialReloadReceivers", Stage.BETA, "A reload restarts only receivers that changed."),
        Gate("service.profilesSupport", Stage.ALPHA, "Pipelines of the signal profiles."),
        Gate(
            "spanmetrics.statusCodeConvention.useOtelPrefix",
            Stage.ALPHA,
            "Span metrics name the status otel.status_code.",
        ),
        Gate("transform.flatten.logs", Stage.ALPHA, "The transform processor knows flatten_data."),
    )
}
"""Every gate that changes something here, by id."""

_ID = re.compile(r"[0-9a-zA-Z.]+")

_changed: dict[str, bool] = {}


def enabled(gate: str) -> bool:
    """Whether a gate is on.

    Raises:
        KeyError: for a gate that is not in `GATES`: a mistake of the one who asks.
    """
    return _changed.get(gate, GATES[gate].on)


def parse(flags: Iterable[str]) -> dict[str, bool]:
    """Gates and their wanted state, from values of `--feature-gates`: `a,+b,-c`.

    Raises:
        ConfigError: an empty identifier, a stable gate turned off or a deprecated one turned on.
    """
    wanted: dict[str, bool] = {}
    problems: list[Problem | str] = []
    for index, item in enumerate(part for flag in flags for part in flag.split(",")):
        name = item.strip()
        on = not name.startswith("-")
        name = name[1:] if name[:1] in {"-", "+"} else name
        if not name:
            problems.append(f"empty feature gate identifier at index {index}")
        elif not _ID.fullmatch(name):
            problems.append(f'no such feature gate "{name}". valid gates: [{" ".join(sorted(GATES))}]')
        else:
            problems.extend(_unchangeable(name, on=on))
            wanted[name] = on
    if problems:
        raise ConfigError(*problems)
    return wanted


def apply(wanted: dict[str, bool]) -> list[str]:
    """Set the process's gates; returns the ids that are not known here, to be warned about."""
    _changed.clear()
    _changed.update({name: on for name, on in wanted.items() if name in GATES})
    return [name for name in wanted if name not in GATES]


def _unchangeable(name: str, *, on: bool) -> list[str]:
    gate = GATES.get(name)
    if gate is not None and gate.stage is Stage.STABLE and not on:
        return [f'feature gate "{name}" is stable, can not be disabled']
    if gate is not None and gate.stage is Stage.DEPRECATED and on:
        return [f'feature gate "{name}" is deprecated, can not be enabled']
    return []

"""A whole configuration, decoded and validated: what a service is built from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from collector.component import ComponentID, ConfigError, Kind, Problem, Signal
from collector.config import gates
from collector.config.checks import check_ambiguity, check_extensions, check_pipeline, check_presence
from collector.config.components import Component, Decoder
from collector.config.identifiers import parse_pipeline_id
from collector.config.marks import Marks, Path, dotted
from collector.config.problems import placed, suggestion
from collector.config.providers import Notice, Source
from collector.config.resolving import Resolved, expand, resolve
from collector.config.service import PipelineConfig, ServiceConfig
from collector.config.telemetry import TelemetryConfig

SECTIONS = {
    "receivers": Kind.RECEIVER,
    "processors": Kind.PROCESSOR,
    "exporters": Kind.EXPORTER,
    "connectors": Kind.CONNECTOR,
    "extensions": Kind.EXTENSION,
}


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline, with the ids of its components."""

    id: str
    signal: Signal
    receivers: tuple[ComponentID, ...]
    processors: tuple[ComponentID, ...]
    exporters: tuple[ComponentID, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """All components by id, also those that nothing uses, and what of them the service runs.

    `resolved` is the document as it was read and expanded; `notices` are to be logged by whoever runs it.
    """

    receivers: Mapping[ComponentID, Component]
    processors: Mapping[ComponentID, Component]
    exporters: Mapping[ComponentID, Component]
    connectors: Mapping[ComponentID, Component]
    extensions: Mapping[ComponentID, Component]
    pipelines: Mapping[str, Pipeline]
    service_extensions: tuple[ComponentID, ...]
    telemetry: TelemetryConfig
    resolved: Mapping[str, object] = field(repr=False)
    marks: Marks = field(repr=False)
    notices: tuple[Notice, ...] = ()

    def problem(self, path: Path, text: str) -> Problem:
        """A problem found later, with the place of a path such as `("service", "pipelines", "traces")`."""
        return placed(path, text, self.marks)


def load(uris: Iterable[str], sets: Iterable[str] = (), feature_gates: Iterable[str] = ()) -> Document:
    """Read a configuration from its sources: the values of `--config`, `--set` and `--feature-gates`.

    Raises:
        ConfigError: with everything that is wrong.
    """
    unknown = gates.apply(gates.parse(feature_gates))
    notices = [
        Notice("warning", "Feature gate is not known here and has no effect.", {"gate": ident}) for ident in unknown
    ]
    return decode(resolve(uris, sets), notices)


def from_mapping(mapping: Mapping[str, object]) -> Document:
    """A configuration given as Python data, for embedded use; `${…}` in it is expanded.

    Raises:
        ConfigError: with everything that is wrong.
    """
    return decode(expand(dict(mapping), {}, Source()))


def decode(resolved: Resolved, notices: Sequence[Notice] = ()) -> Document:
    """Decode and check a resolved document.

    Raises:
        ConfigError: with everything that is wrong, in the order of the file.
    """
    value = resolved.value
    decoder = Decoder(resolved.marks)
    _check_keys(decoder, value, (), (*SECTIONS, "service"))
    found = {kind: decoder.section(section, kind, value.get(section)) for section, kind in SECTIONS.items()}
    settings = decoder.mapping(value.get("service"), ("service",))
    _check_keys(decoder, settings, ("service",), (*ServiceConfig.model_fields, "pipelines"))
    known = {key: item for key, item in settings.items() if key in ServiceConfig.model_fields}
    service = decoder.model(ServiceConfig, known, ("service",)) or ServiceConfig()
    path = ("service", "pipelines")
    configured = decoder.mapping(settings.get("pipelines"), path)
    if check_presence(decoder, found, pipelines=bool(configured)):
        check_ambiguity(decoder, found)
        check_extensions(decoder, service.extensions, found)
    pipelines = _pipelines(decoder, configured, found)
    if decoder.problems:
        raise ConfigError(*in_order(decoder.problems))
    return Document(
        receivers=_complete(found[Kind.RECEIVER]),
        processors=_complete(found[Kind.PROCESSOR]),
        exporters=_complete(found[Kind.EXPORTER]),
        connectors=_complete(found[Kind.CONNECTOR]),
        extensions=_complete(found[Kind.EXTENSION]),
        pipelines=pipelines,
        service_extensions=tuple(dict.fromkeys(service.extensions)),
        telemetry=service.telemetry,
        resolved=value,
        marks=resolved.marks,
        notices=(*resolved.notices, *notices, *decoder.notices, *_unused(found, pipelines, service.extensions)),
    )


def _check_keys(decoder: Decoder, value: Mapping[str, object], path: Path, known: Sequence[str]) -> None:
    for key in value:
        if key not in known:
            text = f"'{dotted(path)}' has invalid keys: {key}{suggestion(key, known)}"
            decoder.wrong(path, text, at=(*path, key), on_key=True)


def _pipelines(
    decoder: Decoder, configured: Mapping[str, object], found: Mapping[Kind, Mapping[ComponentID, Component | None]]
) -> dict[str, Pipeline]:
    pipelines: dict[str, Pipeline] = {}
    for key, settings in configured.items():
        path = ("service", "pipelines", key)
        try:
            signal, ident = parse_pipeline_id(key)
        except ValueError as wrong:
            decoder.wrong(path, str(wrong), on_key=True)
            continue
        if ident in pipelines:
            decoder.wrong(path, f'duplicate name "{ident}" after unmarshaling ID', on_key=True)
            continue
        config = decoder.model(PipelineConfig, settings, path)
        if config is None:
            continue
        check_pipeline(decoder, path, config, found)
        pipelines[ident] = Pipeline(
            ident, signal, tuple(config.receivers), tuple(config.processors), tuple(config.exporters)
        )
    return pipelines


def _complete(found: Mapping[ComponentID, Component | None]) -> dict[ComponentID, Component]:
    return {ident: component for ident, component in found.items() if component is not None}


def _unused(
    found: Mapping[Kind, Mapping[ComponentID, Component | None]],
    pipelines: Mapping[str, Pipeline],
    extensions: Iterable[ComponentID],
) -> Iterator[Notice]:
    used: dict[Kind, set[ComponentID]] = {
        Kind.RECEIVER: {ident for pipeline in pipelines.values() for ident in pipeline.receivers},
        Kind.PROCESSOR: {ident for pipeline in pipelines.values() for ident in pipeline.processors},
        Kind.EXPORTER: {ident for pipeline in pipelines.values() for ident in pipeline.exporters},
        Kind.EXTENSION: set(extensions),
    }
    used[Kind.CONNECTOR] = used[Kind.RECEIVER] | used[Kind.EXPORTER]
    for kind, components in found.items():
        for ident in components:
            if ident not in used[kind]:
                yield Notice("warning", "Component is configured but not used.", {"id": str(ident), "kind": str(kind)})


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems in the order of their places; those without one come first."""

    def place(problem: Problem) -> tuple[str, int, int]:
        source, _, rest = problem.where.rpartition(":")
        source, _, line = source.rpartition(":")
        return (source, int(line), int(rest)) if line.isdecimal() and rest.isdecimal() else (problem.where, 0, 0)

    return sorted(problems, key=place)

"""Checks across the sections of a document: what must be there, and that every reference leads somewhere (1.6)."""

from collections.abc import Iterable, Mapping, Sequence

from collector.component import ComponentID, Kind
from collector.config import gates
from collector.config.components import Decoder
from collector.config.marks import Path
from collector.config.problems import suggestion
from collector.config.service import PipelineConfig

Ids = Mapping[Kind, Iterable[ComponentID]]


def check_presence(decoder: Decoder, ids: Ids, *, pipelines: bool) -> bool:
    """Whether the document has the least it needs; notes what is missing."""
    if not pipelines and not any(ids.values()):
        decoder.wrong((), "empty configuration file")
        return False
    if gates.enabled("service.AllowNoPipelines"):
        return True
    if not ids[Kind.RECEIVER]:
        decoder.wrong((), "no receiver configuration specified in config")
    if not ids[Kind.EXPORTER]:
        decoder.wrong((), "no exporter configuration specified in config")
    if not pipelines:
        decoder.wrong(("service", "pipelines"), "service must have at least one pipeline")
    return True


def check_ambiguity(decoder: Decoder, ids: Ids) -> None:
    """Refuse a connector with the id of a receiver or exporter."""
    for kind in (Kind.EXPORTER, Kind.RECEIVER):
        for ident in ids[Kind.CONNECTOR]:
            if ident in ids[kind]:
                decoder.wrong(
                    ("connectors", str(ident)),
                    f'ambiguous ID: Found both "{ident}" {kind} and "{ident}" connector. '
                    "Change one of the components' IDs to eliminate ambiguity "
                    f'(e.g. rename "{ident}" connector to "{ident}/connector")',
                )


def check_extensions(decoder: Decoder, listed: Sequence[ComponentID], ids: Ids) -> None:
    """Every listed extension is configured."""
    for index, ident in enumerate(listed):
        if ident not in ids[Kind.EXTENSION]:
            hint = suggestion(str(ident), map(str, ids[Kind.EXTENSION]))
            path = ("service", "extensions")
            decoder.wrong(path, f'references extension "{ident}" which is not configured{hint}', at=(*path, index))


def check_pipeline(decoder: Decoder, path: Path, pipeline: PipelineConfig, ids: Ids) -> None:
    """A pipeline has a receiver and an exporter, all its components are configured, no processor comes twice."""
    for kind, listed in (
        (Kind.RECEIVER, pipeline.receivers),
        (Kind.PROCESSOR, pipeline.processors),
        (Kind.EXPORTER, pipeline.exporters),
    ):
        if not listed and kind is not Kind.PROCESSOR:
            decoder.wrong(path, f"must have at least one {kind}", on_key=True)
        known = set(ids[kind]) | (set(ids[Kind.CONNECTOR]) if kind is not Kind.PROCESSOR else set())
        for index, ident in enumerate(listed):
            at = (*path, f"{kind}s", index)
            if ident not in known:
                hint = suggestion(str(ident), map(str, known))
                decoder.wrong(path, f'references {kind} "{ident}" which is not configured{hint}', at=at)
            elif kind is Kind.PROCESSOR and listed.index(ident) < index:
                decoder.wrong(path, f'references processor "{ident}" multiple times', at=at)

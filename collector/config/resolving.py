"""From URIs to one resolved document: read, merge, expand (components.md 1.9)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from collector.component import ConfigError, Problem
from collector.config import gates
from collector.config.expansion import Expander
from collector.config.marks import Mark, Marks, Path
from collector.config.merging import merge, unflatten
from collector.config.providers import Notice, Retrieved, RetrieveError, Source, label, location
from collector.config.values import shown, type_name


@dataclass(slots=True)
class Resolved:
    """A document ready to be decoded, and where its keys stand."""

    value: dict[str, object]
    marks: Marks
    notices: list[Notice] = field(default_factory=list)


def resolve(uris: Iterable[str], sets: Iterable[str] = (), environment: Mapping[str, str] | None = None) -> Resolved:
    """Read all sources in order, merge them with the `--set` values on top, and expand.

    Raises:
        ConfigError: sources that can't be read or are no mappings, references that can't be expanded.
    """
    source = Source() if environment is None else Source(environment)
    locations = [location(uri) for uri in uris]
    if not locations:
        raise ConfigError("at least one config flag must be provided")
    problems: list[Problem | str] = []
    document: dict[str, object] = {}
    marks: Marks = {}
    for uri, name in [(uri, "") for uri in locations] + _settings(sets, problems):
        try:
            got = source.retrieve(uri)
        except RetrieveError as wrong:
            problems.append(f"cannot resolve the configuration: cannot retrieve the configuration: {wrong}")
            continue
        if not isinstance(got.value, dict) and got.value is not None:
            problems.append(_no_mapping(got, name or label(uri)))
            continue
        value, places = unflatten(got.value if isinstance(got.value, dict) else {}, got.marks)
        if name:
            places = {path: Mark(name) for path in places}
        _overlay(marks, places)
        document = merge(document, value, append=gates.enabled("confmap.enableMergeAppendOption"))
    if problems:
        raise ConfigError(*problems)
    return expand(document, marks, source)


def expand(document: dict[str, object], marks: Marks, source: Source) -> Resolved:
    """Expand the references of a merged document.

    Raises:
        ConfigError: references that can't be expanded.
    """
    expander = Expander(source.retrieve, marks)
    value = expander.document(document)
    if expander.problems:
        raise ConfigError(*expander.problems)
    if not isinstance(value, dict):
        raise ConfigError(f"expected a map, got '{type_name(value)}'")
    return Resolved(value, marks, source.notices)


def _settings(sets: Iterable[str], problems: list[Problem | str]) -> list[tuple[str, str]]:
    """URIs and labels of `--set` arguments."""
    found = []
    for setting in sets:
        key, equals, value = setting.partition("=")
        if not equals:
            problems.append(Problem("missing equal sign; settings are written key.path=value", "", f"--set {setting}"))
        else:
            found.append((f"yaml:{key.strip().replace('.', '::')}: {value}", f"--set {key}"))
    return found


def _no_mapping(got: Retrieved, where: str) -> Problem:
    text = f"cannot resolve the configuration: retrieved value (type={type_name(got.value)}) cannot be used as a Conf"
    if got.invalid is None:
        return Problem(f"{text}: value is {shown(got.value)}; a configuration is a mapping", "", where)
    at = f"{where}:{got.invalid.line}:{got.invalid.column}"
    return Problem(f"{text}: assuming string type since contents are not valid YAML: {got.invalid}", "", at)


def _overlay(marks: Marks, more: Marks) -> None:
    """Later sources win; lists are replaced as a whole, so places inside an older list go."""
    lists: Sequence[Path] = [path[:-1] for path in more if path and path[-1] == 0]
    if lists:
        for old in [path for path in marks if any(path[: len(at)] == at and len(path) > len(at) for at in lists)]:
            del marks[old]
    marks.update(more)

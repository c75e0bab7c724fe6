"""Decoding the sections of components: ids, types, settings models (components.md 1.2, 1.4, 1.5)."""

from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from collector.component import ComponentFactory, ComponentID, Kind, Problem
from collector.config import registry
from collector.config.converters import hint_of
from collector.config.identifiers import parse_id
from collector.config.marks import Marks, Path
from collector.config.model import ComponentConfig
from collector.config.problems import placed, problems_of, suggestion
from collector.config.providers import Notice
from collector.config.values import Expanded, plain, type_name

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Component:
    """A component of the document: its factory, its validated settings and where it stands."""

    id: ComponentID
    kind: Kind
    factory: ComponentFactory
    config: BaseModel
    path: Path


class Decoder:
    """Decodes parts of one document; notes everything that is wrong in `problems` and what is odd in `notices`."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.problems: list[Problem] = []
        self.notices: list[Notice] = []

    def wrong(self, path: Path, text: str, *, on_key: bool = False, at: Path | None = None) -> None:
        """Note a problem of a path; `at` is what gives the place where that is another one."""
        problem = placed(path if at is None else at, text, self.marks, on_key=on_key)
        if at is not None:
            problem = Problem(text, placed(path, text, {}).path, problem.where)
        self.problems.append(problem)

    def mapping(self, value: object, path: Path) -> dict[str, object]:
        """The value as a mapping; null is an empty one, anything else a problem."""
        items = value.value if isinstance(value, Expanded) else value
        if items is None:
            return {}
        if isinstance(items, dict):
            return items
        kind = "slice" if isinstance(items, list) else type_name(items)
        self.wrong(path, f"'{path[-1]}' expected a map, got '{kind}'{hint_of(value)}")
        return {}

    def model(self, kind: type[Model], value: object, path: Path) -> Model | None:
        """The value decoded into a settings model, `None` where it can't be."""
        data = ({} if value is None else value) if issubclass(kind, ComponentConfig) else plain(value) or {}
        try:
            return kind.model_validate(data)
        except ValidationError as error:
            self.problems += problems_of(error, data, self.marks, path)
            return None

    def section(self, name: str, kind: Kind, value: object) -> dict[ComponentID, Component | None]:
        """The components of a section by id; `None` for those that are configured but can't be used."""
        found: dict[ComponentID, Component | None] = {}
        for key, settings in self.mapping(value, (name,)).items():
            path = (name, key)
            try:
                ident = parse_id(key)
            except ValueError as wrong:
                self.wrong(path, str(wrong), on_key=True)
                continue
            if ident in found:
                self.wrong(path, f'duplicate name "{ident}" after unmarshaling ID', on_key=True)
                continue
            factory = self._factory(kind, ident, path)
            config = self.model(factory.config, settings, path) if factory else None
            found[ident] = Component(ident, kind, factory, config, path) if factory and config is not None else None
        return found

    def _factory(self, kind: Kind, ident: ComponentID, path: Path) -> ComponentFactory | None:
        try:
            factory = registry.load(kind, ident.type)
        except registry.UnknownTypeError:
            self.wrong(path, self._unknown(kind, ident), on_key=True)
            return None
        except registry.RegistryError as error:
            self.wrong(path, str(error), on_key=True)
            return None
        warning = registry.alias_warning(kind, ident.type, factory)
        if warning:
            self.notices.append(Notice("warning", warning, {"id": str(ident), "kind": str(kind)}))
        return factory

    def _unknown(self, kind: Kind, ident: ComponentID) -> str:
        if kind is Kind.EXPORTER and ident.type == "logging":
            return "the logging exporter has been deprecated, use the debug exporter instead"
        known = registry.known_types(kind)
        text = f'unknown type: "{ident.type}" for id: "{ident}" (valid values: [{" ".join(known)}])'
        elsewhere = [other for other in Kind if other is not kind and ident.type in registry.entries(other)]
        if elsewhere:
            return f'{text}; "{ident.type}" is a type of {elsewhere[0]}'
        hint = suggestion(ident.type, known)
        return text + (hint if "did you mean" in hint else "")

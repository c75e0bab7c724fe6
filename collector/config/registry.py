"""Component factories by entry points; only those that a configuration names are imported.

An entry point named unlike its factory's type is a deprecated alias of it.
"""

import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import Distribution, EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from collector.component import ComponentFactory, Kind

_ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds our packages."""


class RegistryError(Exception):
    """A component that can't be used; the text says why and what would help."""


class UnknownTypeError(RegistryError):
    """No entry point has this name."""


@cache
def entries(kind: Kind) -> Mapping[str, tuple[EntryPoint, ...]]:
    """Entry points of a kind by name; more than one where distributions collide."""
    found: dict[str, list[EntryPoint]] = {}
    for entry in _all_entries().select(group=f"telepipe.{kind}s"):
        found.setdefault(entry.name, []).append(entry)
    return {name: _distinct(same) for name, same in found.items()}


def known_types(kind: Kind) -> list[str]:
    """Names that configurations may use, without deprecated aliases, sorted."""
    by_value: dict[str, list[str]] = {}
    for name, same in entries(kind).items():
        by_value.setdefault(same[0].value, []).append(name)
    return sorted(_canonical(value, names) for value, names in by_value.items())


@cache
def _all_entries() -> Any:
    return entry_points()


def _distinct(same: list[EntryPoint]) -> tuple[EntryPoint, ...]:
    """One distribution may be seen twice, as installed and in its source tree."""
    if len(same) == 1:
        return tuple(same)
    return tuple({(_owner(entry), entry.value): entry for entry in same}.values())


@cache
def load(kind: Kind, name: str) -> ComponentFactory:
    """Import the factory of a component type or alias.

    Raises:
        UnknownTypeError: no such type.
        RegistryError: two distributions claim the name, its package is hidden by another one, or it fails to import.
    """
    same = entries(kind).get(name)
    if same is None:
        raise UnknownTypeError(name)
    if len(same) > 1:
        owners = " and ".join(sorted(f'"{_owner(entry)}"' for entry in same))
        raise RegistryError(f'{kind} "{name}" is offered by {owners}; uninstall one of them')
    entry = same[0]
    _refuse_hidden(entry)
    try:
        factory = entry.load()
    except Exception as error:  # foreign code may raise anything on import
        raise RegistryError(f'cannot load {kind} "{name}" of "{_owner(entry)}" ({entry.value}): {error}') from error
    if not isinstance(factory, ComponentFactory) or factory.kind is not kind:
        raise RegistryError(f'{entry.value} of "{_owner(entry)}" is no factory of a {kind}')
    return factory


def alias_warning(kind: Kind, name: str, factory: ComponentFactory) -> str | None:
    """What to log, once, where a type was named by a deprecated alias."""
    if name == factory.type or (kind, name) in _warned:
        return None
    _warned.add((kind, name))
    return f'"{name}" alias is deprecated; use "{factory.type}" instead'


_warned: set[tuple[Kind, str]] = set()


def _owner(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else "unknown"


def _canonical(value: str, names: Iterable[str]) -> str:
    """Of several names of one factory the one that its module has."""
    ordered = sorted(names)
    module = value.partition(":")[0].rpartition(".")[2]
    return module if module in ordered else ordered[0]


def _refuse_hidden(entry: EntryPoint) -> None:
    """A service may have folders named `processors` or `exporters`, which hide ours."""
    top = entry.module.partition(".")[0]
    expected = _expected_folders(entry, top)
    if not expected:
        return
    actual = _package_folders(top)
    if actual & expected:
        return
    hiding = ", ".join(sorted(map(str, actual))) or "nothing"
    raise RegistryError(
        f'the package "{top}" of "{_owner(entry)}" is hidden by {hiding}; rename that folder, or keep its parent '
        f"behind {min(expected).parent} in sys.path"
    )


def _expected_folders(entry: EntryPoint, top: str) -> set[Path]:
    if entry.dist is not None and _is_ours(entry.dist):
        return {_ROOT / top}
    files = entry.dist.files if entry.dist is not None else None
    inside = any(file.parts[0] == top for file in files or ())
    return {Path(str(entry.dist.locate_file(top))).resolve()} if entry.dist is not None and inside else set()


@cache
def _is_ours(dist: Distribution) -> bool:
    return dist.name == "telepipe"


def _package_folders(top: str) -> set[Path]:
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        spec = getattr(sys.modules.get(top), "__spec__", None)
    if spec is None:
        return set()
    folders = {Path(folder).resolve() for folder in spec.submodule_search_locations or ()}
    return folders or ({Path(spec.origin).resolve()} if spec.origin else set())

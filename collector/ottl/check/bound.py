"""Bound expressions: what the checker makes of a tree. Nothing in them is left to look up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from collector.ottl.check.contexts import PathSpec
from collector.ottl.signature import Evaluated, Function


@dataclass(frozen=True, slots=True)
class Const:
    """A value known while loading."""

    value: Any


@dataclass(frozen=True, slots=True)
class Read:
    """A path. `owner` is the context whose item has it; keys are bound expressions."""

    owner: str
    spec: PathSpec
    keys: tuple[Bound, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Coerced:
    """A value that must pass the getter of a parameter."""

    kind: Evaluated
    value: Bound


@dataclass(frozen=True, slots=True)
class Deferred:
    """A value that is computed when the function asks for it."""

    value: Bound


@dataclass(frozen=True, slots=True)
class Many:
    """The values of a list literal that is an argument; lazy: as functions."""

    items: tuple[Bound, ...]
    lazy: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A path as the target of an editor; `holds` is what must be in it: "any", "map" or "list"."""

    path: Read
    holds: str


@dataclass(frozen=True, slots=True)
class ItemOf:
    """The item of a context."""

    context: str


@dataclass(frozen=True, slots=True)
class Invoke:
    """A call; `arguments` are complete, in the order of the Python parameters."""

    function: Function
    arguments: tuple[Bound, ...]
    keys: tuple[Bound, ...] = ()


@dataclass(frozen=True, slots=True)
class MakeList:
    """A list literal that is not constant."""

    items: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class MakeMap:
    """A map literal that is not constant."""

    items: tuple[tuple[str, Bound], ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """Maths, left to right."""

    first: Bound
    rest: tuple[tuple[str, Bound], ...]


@dataclass(frozen=True, slots=True)
class Negate:
    """Unary minus."""

    value: Bound


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison."""

    operator: str
    left: Bound
    right: Bound


@dataclass(frozen=True, slots=True)
class All:
    """Conditions joined by `and`."""

    terms: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Conditions joined by `or`."""

    terms: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    """A negated condition."""

    term: Bound


@dataclass(frozen=True, slots=True)
class Truth:
    """A converter as a condition: its result must be a bool."""

    call: Invoke


@dataclass(frozen=True, slots=True)
class BoundStatement:
    """A checked statement; `where` is `Const(True)` if there is none."""

    text: str
    call: Invoke
    where: Bound


Bound = (
    Const | Read | Coerced | Deferred | Many | Place | ItemOf | Invoke | MakeList | MakeMap | Chain | Negate | Compare
    | All | Some | Opposite | Truth
)  # fmt: skip

TRUE, FALSE = Const(True), Const(False)

"""How a typed Python function becomes an OTTL function: its annotations say what each argument must be.

| Annotation | Argument |
| --- | --- |
| `str` `int` `float` `bool` `Time` `Duration` `Map` `List` | evaluated, must have that type |
| `StringLike` `FloatLike` `IntLike` `BoolLike` `BytesLike` | evaluated and converted; nil stays nil |
| `Any` | any value |
| `list[X]`, X one of the above | a list literal, each element taken as X |
| `LitStr` `LitInt` `LitFloat` `LitBool` `LitStrs` `LitFloats` | written as a literal |
| `Target` | a path, to read and to set |
| `MapTarget` `ListTarget` | a path that holds a map or list, which the function changes in place |
| `FunctionArgument` | the name of a converter |
| `LogItem` `SpanItem` `MetricItem` `PointItem` `ResourceItem` | nothing that is written: the item at hand |

A parameter with a default is optional. Names are matched in CamelCase, so `replacement_format` can be written
`replacement_format=` or `replacementFormat=`.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from collector.ottl import coerce
from collector.ottl.casing import camel
from collector.ottl.values import Duration, Slice, Time


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A value computed for each item (once, if it is constant), coerced and then converted."""

    name: str
    coerce: Callable[[Any], Any]
    exact: tuple[type, ...] = ()
    """Types that `coerce` leaves as they are."""
    convert: Callable[[Any], Any] | None = None
    constant: Callable[[Any], Any] | None = None
    """What a constant must pass instead of `coerce`."""
    lazy: bool = False
    """Whether the value is given as a function without parameters."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal token."""

    name: str
    type: type
    convert: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class LiteralList:
    """A list literal of literal tokens; given as a tuple."""

    name: str
    type: type


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list literal of evaluated elements. Lazy: given as functions without parameters."""

    item: Evaluated
    lazy: bool = False


@dataclass(frozen=True, slots=True)
class PathKind:
    """A path: "any" is given as a `Target`, "map" and "list" as what the path holds."""

    holds: str = "any"


@dataclass(frozen=True, slots=True)
class FunctionKind:
    """The name of a converter; given as a function of one string."""


@dataclass(frozen=True, slots=True)
class ItemKind:
    """The item at hand, or one of its parents."""

    context: str


Kind = Evaluated | Literal | LiteralList | ListOf | PathKind | FunctionKind | ItemKind


class Target:
    """A path as editors see it."""

    __slots__ = ("get", "set")

    def __init__(self, get: Callable[[], Any], set: Callable[[Any], None]) -> None:
        self.get, self.set = get, set


STRING = Evaluated("a string", coerce.string, (str,))
ANY = Evaluated("a value", coerce.anything)
Map = Annotated[Mapping[str, Any], Evaluated("a map", coerce.mapping, (dict,))]
List = Annotated[Slice, Evaluated("a list", coerce.sequence, (Slice,))]
StringLike = Annotated[str | None, Evaluated("a value", coerce.string_like, (str,))]
FloatLike = Annotated[float | None, Evaluated("a value", coerce.float_like, (float,))]
IntLike = Annotated[int | None, Evaluated("a value", coerce.int_like, (int,))]
BoolLike = Annotated[bool | None, Evaluated("a value", coerce.bool_like, (bool,))]
BytesLike = Annotated[bytes | None, Evaluated("a value", coerce.bytes_like, (bytes,))]
LitStr = Annotated[str, Literal("a string", str)]
LitInt = Annotated[int, Literal("an int", int)]
LitFloat = Annotated[float, Literal("a float", float)]
LitBool = Annotated[bool, Literal("a bool", bool)]
LitStrs = Annotated[tuple[str, ...], LiteralList("a list of strings", str)]
LitFloats = Annotated[tuple[float, ...], LiteralList("a list of floats", float)]
LazyValues = Annotated[Sequence[Callable[[], Any]], ListOf(ANY, lazy=True)]
MapTarget = Annotated[Any, PathKind("map")]
ListTarget = Annotated[Any, PathKind("list")]
FunctionArgument = Annotated[Callable[[str], Any], FunctionKind()]


LazyString = Annotated[Callable[[], str], Evaluated("a string", coerce.string, (str,), lazy=True)]


LogItem = Annotated[Any, ItemKind("log")]
SpanItem = Annotated[Any, ItemKind("span")]
MetricItem = Annotated[Any, ItemKind("metric")]
PointItem = Annotated[Any, ItemKind("datapoint")]
ResourceItem = Annotated[Any, ItemKind("resource")]

_PLAIN: dict[Any, Kind] = {
    str: STRING,
    int: Evaluated("an int", coerce.integer, (int,)),
    float: Evaluated("a float", coerce.floating, (float,)),
    bool: Evaluated("a bool", coerce.boolean, (bool,)),
    Time: Evaluated("a time", coerce.time, (Time,)),
    Duration: Evaluated("a duration", coerce.duration, (Duration,)),
    Any: ANY,
    Target: PathKind(),
}
_RESULTS = (str, int, float, bool, Time, Duration, bytes)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `name` is in CamelCase."""

    name: str
    kind: Kind
    default: Any = inspect.Parameter.empty

    @property
    def required(self) -> bool:
        """Whether the parameter must be given."""
        return self.default is inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Function:
    """An editor (lower-case name) or converter, ready to be called by statements."""

    name: str
    call: Callable[..., Any]
    parameters: tuple[Parameter, ...] = ()
    """The parameters that can be written."""
    items: tuple[str, ...] = ()
    """Contexts whose item is given before the arguments."""
    result: type | None = None
    """The type of every result, if it is known."""
    memo: bool = False
    """Whether results for recurring strings are worth remembering."""
    contexts: frozenset[str] | None = None
    """Where the function exists; None is everywhere."""
    conditions_only: bool = False
    check: Callable[[Mapping[str, Any]], None] | None = field(default=None, compare=False)
    """Called while loading with the constant arguments by CamelCase name; raises `EvaluationError` or `ValueError`."""
    appends: bool = False
    """Whether the function adds items to the list that is being walked."""

    @property
    def is_editor(self) -> bool:
        """Whether the function changes telemetry."""
        return self.name[:1].islower()


def function(
    name: str,
    *,
    memo: bool = False,
    check: Callable[[Mapping[str, Any]], None] | None = None,
    contexts: Iterable[str] | None = None,
    conditions_only: bool = False,
    appends: bool = False,
) -> Callable[[Callable[..., Any]], Function]:
    """Make an OTTL function of a typed Python function.

    Raises `TypeError` for annotations that say nothing about an argument.
    """

    def decorate(call: Callable[..., Any]) -> Function:
        hints = typing.get_type_hints(call, include_extras=True)
        parameters, items = [], []
        for parameter in inspect.signature(call).parameters.values():
            kind = _kind(hints.get(parameter.name), f"{name}: parameter {parameter.name!r}")
            if isinstance(kind, ItemKind):
                items.append(kind.context)
            else:
                parameters.append(Parameter(camel(parameter.name), kind, parameter.default))
        result = hints.get("return")
        return Function(
            name,
            call,
            tuple(parameters),
            tuple(items),
            result if result in _RESULTS else None,
            memo=memo,
            contexts=None if contexts is None else frozenset(contexts),
            conditions_only=conditions_only,
            check=check,
            appends=appends,
        )

    return decorate


def _kind(hint: Any, where: str) -> Kind:
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        hint = next(h for h in typing.get_args(hint) if h is not type(None))
    if typing.get_origin(hint) is Annotated:
        return typing.cast("Kind", hint.__metadata__[0])
    if typing.get_origin(hint) in (list, Sequence):
        item = _kind(typing.get_args(hint)[0], where)
        if isinstance(item, Evaluated):
            return ListOf(item)
    if isinstance(hint, type) or hint is Any:
        kind = _PLAIN.get(hint)
        if kind is not None:
            return kind
    raise TypeError(f"{where} needs an annotation that says what it takes, such as str or StringLike, not {hint!r}")

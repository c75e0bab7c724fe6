"""The tree of a statement. Nodes compare by what they say; `start` and `end` only say where it was said."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a statement; `start` and `end` are offsets in its text."""

    start: int = field(compare=False, kw_only=True, default=0, repr=False)
    end: int = field(compare=False, kw_only=True, default=0, repr=False)


@dataclass(frozen=True, slots=True)
class Nil(Node):
    """`nil`."""


@dataclass(frozen=True, slots=True)
class Bool(Node):
    """`true` or `false`, as a value or as a condition."""

    value: bool


@dataclass(frozen=True, slots=True)
class Int(Node):
    """An integer without sign."""

    value: int


@dataclass(frozen=True, slots=True)
class Float(Node):
    """A number with a dot, without sign."""

    value: float


@dataclass(frozen=True, slots=True)
class String(Node):
    """A string, its escapes resolved."""

    value: str


@dataclass(frozen=True, slots=True)
class Bytes(Node):
    """A byte string, written `0x...`."""

    value: bytes


@dataclass(frozen=True, slots=True)
class Enum(Node):
    """A symbol in capitals."""

    name: str


@dataclass(frozen=True, slots=True)
class FunctionName(Node):
    """The name of a function, given as an argument."""

    name: str


@dataclass(frozen=True, slots=True)
class List(Node):
    """A list literal."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Map(Node):
    """A map literal: keys and values in the order written."""

    items: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Field(Node):
    """One segment of a path with the keys behind it."""

    name: str
    keys: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Path(Node):
    """A dotted path. `context` is its first word where a dot follows, be it a context's name or not."""

    context: str | None
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Argument(Node):
    """An argument, with its name if it was given by name."""

    name: str | None
    value: Value


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A call of an editor or converter, with the keys behind it."""

    name: str
    arguments: tuple[Argument, ...] = ()
    keys: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Group(Node):
    """Maths in parentheses."""

    value: Value


@dataclass(frozen=True, slots=True)
class Sign(Node):
    """`-x` or `+x`."""

    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class Maths(Node):
    """A chain of one precedence, left to right: `first` and then (operator, operand) pairs."""

    first: Value
    rest: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left operator right`."""

    left: Value
    operator: str
    right: Value


@dataclass(frozen=True, slots=True)
class And(Node):
    """Conditions joined by `and`."""

    terms: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Conditions joined by `or`."""

    terms: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """`not term`."""

    term: Condition


@dataclass(frozen=True, slots=True)
class Parentheses(Node):
    """A condition in parentheses."""

    term: Condition


@dataclass(frozen=True, slots=True)
class Statement(Node):
    """An editor's call and the condition under which it runs."""

    call: Call
    where: Condition | None = None


Value = (
    Nil | Bool | Int | Float | String | Bytes | Enum | FunctionName | List | Map | Path | Call | Group | Sign | Maths
)
Condition = Comparison | Bool | Call | And | Or | Not | Parentheses

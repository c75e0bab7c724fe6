"""Arguments: matched with parameters, checked, and converted where they are constant (section 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collector.ottl.casing import camel
from collector.ottl.check import bound
from collector.ottl.errors import EvaluationError, Refusal, suggest
from collector.ottl.parse import tree
from collector.ottl.signature import (
    Evaluated,
    Function,
    FunctionKind,
    Kind,
    ListOf,
    Literal,
    LiteralList,
    Parameter,
    PathKind,
)

if TYPE_CHECKING:
    from collector.ottl.check.checker import Checker

_TOKENS: dict[type, tuple[type[tree.Node], ...]] = {
    str: (tree.String,), int: (tree.Int,), float: (tree.Float,), bool: (tree.Bool,),
}  # fmt: skip


def bind_arguments(checker: Checker, function: Function, node: tree.Call) -> tuple[bound.Bound, ...]:
    """Return one bound argument for each parameter, defaults included, the items first."""
    written = _match(function, node) if function.parameters else {}
    constants: dict[str, Any] = {}
    arguments: list[bound.Bound] = [bound.ItemOf(context) for context in function.items]
    before = len(checker.refusals)
    for parameter in function.parameters:
        argument = written.get(parameter.name)
        if argument is None:
            constants[parameter.name] = parameter.default
            arguments.append(bound.Const(_default(parameter)))
            continue
        (result,) = checker.each([lambda a=argument, p=parameter: _bind(checker, function, p, a)])  # type: ignore[misc]
        arguments.append(result)
        if isinstance(result, bound.Const):
            constants[parameter.name] = result.value
        elif isinstance(result, bound.Many) and all(isinstance(i, bound.Const) for i in result.items):
            constants[parameter.name] = [i.value for i in result.items if isinstance(i, bound.Const)]
    if function.check is not None and len(checker.refusals) == before:
        try:
            function.check(constants)
        except (EvaluationError, ValueError) as error:
            raise Refusal(f"invalid arguments of {function.name}: {error}", node.start, node.end) from error
    return tuple(arguments)


def _default(parameter: Parameter) -> Any:
    kind, value = parameter.kind, parameter.default
    convert = getattr(kind, "convert", None)
    return convert(value) if convert is not None and value is not None else value


def _match(function: Function, node: tree.Call) -> dict[str, tree.Value]:
    names = [p.name for p in function.parameters]
    required = sum(p.required for p in function.parameters)
    count = len(node.arguments)
    if not required <= count <= len(names):
        expected = str(required) if required == len(names) else f"{required} to {len(names)}"
        signature = ", ".join(p.name + ("" if p.required else "?") for p in function.parameters)
        raise Refusal(
            f"incorrect number of arguments for {function.name}: expected {expected}, received {count}; "
            f"its parameters are {signature}",
            node.start,
            node.end,
        )
    written: dict[str, tree.Value] = {}
    named = False
    for place, argument in enumerate(node.arguments):
        if argument.name is None:
            if named:
                raise Refusal("unnamed argument used after named argument", argument.start, argument.end)
            name = names[place]
        else:
            named = True
            name = camel(argument.name)
            if name not in names:
                raise Refusal(f"no such parameter: {argument.name}{suggest(name, names)}", argument.start, argument.end)
            if name in written:
                raise Refusal(f"argument {argument.name} is given twice", argument.start, argument.end)
        written[name] = argument.value
    for parameter in function.parameters:
        if parameter.required and parameter.name not in written:
            raise Refusal(f"argument {parameter.name} of {function.name} is missing", node.start, node.end)
    return written


def _bind(checker: Checker, function: Function, parameter: Parameter, node: tree.Value) -> bound.Bound:
    def refuse(message: str, at: tree.Node = node) -> Refusal:
        return Refusal(f"invalid argument {parameter.name} of {function.name}: {message}", at.start, at.end)

    kind: Kind = parameter.kind
    match kind:
        case Evaluated():
            value = _evaluated(checker, kind, node, refuse)
            return bound.Deferred(value) if kind.lazy else value
        case Literal():
            if not isinstance(node, _TOKENS[kind.type]):
                raise refuse(f"must be {kind.name}, written as a literal")
            literal: Any = node.value  # type: ignore[union-attr]
            try:
                return bound.Const(kind.convert(literal) if kind.convert is not None else literal)
            except (EvaluationError, ValueError) as error:
                raise refuse(str(error)) from error
        case LiteralList():
            if not isinstance(node, tree.List):
                raise refuse(f"must be {kind.name}, written as literals")
            for item in node.items:
                if not isinstance(item, _TOKENS[kind.type]):
                    raise refuse(f"must be {kind.name}, written as literals", item)
            return bound.Const(tuple(i.value for i in node.items))  # type: ignore[union-attr]
        case ListOf(item_kind, lazy):
            if not isinstance(node, tree.List):
                raise refuse("must be a list literal")
            items = checker.each(
                [lambda i=i: _evaluated(checker, item_kind, i, lambda m, i=i: refuse(m, i)) for i in node.items]  # type: ignore[misc]
            )
            return bound.Many(items, lazy)
        case PathKind(holds):
            if not isinstance(node, tree.Path):
                raise refuse("must be a path")
            return bound.Place(checker.path(node), holds)
        case FunctionKind():
            if not isinstance(node, (tree.FunctionName, tree.Enum)):
                raise refuse("must be the name of a function")
            named = checker.functions.get(node.name)
            if named is None or named.is_editor:
                known = [n for n in checker.functions if n[0].isupper()]
                raise refuse(f"undefined function {node.name!r}{suggest(node.name, known)}")
            return bound.Const(named)
        case _:
            raise AssertionError(kind)


def _evaluated(checker: Checker, kind: Evaluated, node: tree.Value, refuse: Any) -> bound.Bound:
    value = checker.value(node)
    if not isinstance(value, bound.Const):
        return (
            value if kind.name == "a value" and kind.convert is None and not kind.exact else bound.Coerced(kind, value)
        )
    try:
        result = (kind.constant or kind.coerce)(value.value)
        return bound.Const(kind.convert(result) if kind.convert is not None else result)
    except (EvaluationError, ValueError) as error:
        raise refuse(str(error)) from error

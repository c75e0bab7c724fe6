"""From a tree back to text, in one canonical form."""

from __future__ import annotations

from collector.ottl.parse import tree
from collector.ottl.parse.literals import quoted


def print_tree(node: tree.Statement | tree.Condition | tree.Value) -> str:
    """Return the text of a statement, a condition or a value; parsing it gives an equal tree."""
    match node:
        case tree.Statement(call, where):
            return print_tree(call) + (f" where {print_tree(where)}" if where is not None else "")
        case tree.Or(terms):
            return " or ".join(map(print_tree, terms))
        case tree.And(terms):
            return " and ".join(map(print_tree, terms))
        case tree.Not(term):
            return f"not {print_tree(term)}"
        case tree.Parentheses(term):
            return f"({print_tree(term)})"
        case tree.Comparison(left, operator, right):
            return f"{print_tree(left)} {operator} {print_tree(right)}"
        case tree.Call(name, arguments, keys):
            inside = ", ".join((f"{a.name}=" if a.name else "") + print_tree(a.value) for a in arguments)
            return f"{name}({inside}){_keys(keys)}"
        case tree.Path(context, fields):
            return ".".join(([context] if context else []) + [f.name + _keys(f.keys) for f in fields])
        case tree.Maths(first, rest):
            return print_tree(first) + "".join(f" {o} {print_tree(v)}" for o, v in rest)
        case tree.Group(value):
            return f"({print_tree(value)})"
        case tree.Sign(operator, value):
            return operator + print_tree(value)
        case tree.List(items):
            return f"[{', '.join(map(print_tree, items))}]"
        case tree.Map(entries):
            return "{" + ", ".join(f"{quoted(k)}: {print_tree(v)}" for k, v in entries) + "}"
        case tree.Nil():
            return "nil"
        case tree.Bool(value):
            return "true" if value else "false"
        case tree.Int(number):
            return str(number)
        case tree.Float(number):
            return _float(number)
        case tree.String(text):
            return quoted(text)
        case tree.Bytes(data):
            return "0x" + data.hex()
        case tree.Enum(name) | tree.FunctionName(name):
            return name


def _keys(keys: tuple[tree.Value, ...]) -> str:
    return "".join(f"[{print_tree(k)}]" for k in keys)


def _float(number: float) -> str:
    text = repr(number)
    mantissa, e, exponent = text.partition("e")
    return mantissa + ("" if "." in mantissa else ".0") + e + exponent

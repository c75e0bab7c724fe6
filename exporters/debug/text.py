"""Values, times and numbers as the Collector prints them."""

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from collector.pdata import EMPTY, attribute_value_as_string

__all__ = ["attribute_block", "decimal", "pairs", "shortest", "timestamp", "typed"]

least_power, first_power = -4, 6


def typed(value: Any) -> str:
    """`Str(text)`, `Int(1)`, `Map({"a":1})` …."""
    return f"{type_name(value)}({attribute_value_as_string(value)})"


def type_name(value: Any) -> str:
    if value is EMPTY:
        return "Empty"
    if isinstance(value, bool):
        return "Bool"
    name = names.get(type(value))
    if name is None:
        return "Map" if isinstance(value, Mapping) else "Slice"
    return name


names = {str: "Str", int: "Int", float: "Double", bytes: "Bytes"}


def pairs(attributes: Mapping[str, Any]) -> Iterable[str]:
    """Attributes as `key=value`."""
    return (f"{key}={attribute_value_as_string(value)}" for key, value in attributes.items())


def attribute_block(header: str, values: Mapping[str, Any], indent: str = "     ") -> Iterator[str]:
    """A header and a line an attribute; nothing where there are none."""
    if values:
        yield f"{header}:"
        for key, value in values.items():
            yield f"{indent}-> {key}: {typed(value)}"


def timestamp(nanoseconds: int) -> str:
    """`2020-02-11 20:26:12.000000321 +0000 UTC`, the fraction without zeros at its end; numbers wrap at 64 bits."""
    signed = (nanoseconds + (1 << 63)) % (1 << 64) - (1 << 63)
    seconds, fraction = divmod(signed, 1_000_000_000)
    moment = datetime.fromtimestamp(seconds, UTC)
    digits = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{moment:%Y-%m-%d %H:%M:%S}{digits} +0000 UTC"


def decimal(number: float) -> str:
    """Six decimals."""
    return f"{number:f}" if math.isfinite(number) else special(number)


def shortest(number: float) -> str:
    """The shortest text that reads back as the same number, as Go's `%v`: `1`, `2.5`, `1e+06`, `1e-05`."""
    if not math.isfinite(number):
        return special(number)
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits))
    power = len(text) - 1 + exponent if number else 0
    if least_power <= power < first_power:
        body = format(Decimal((0, digits, exponent)), "f")
    else:
        body = f"{text[0]}.{text[1:]}".rstrip(".") + f"e{power:+03d}"
    return f"-{body}" if sign else body


def special(number: float) -> str:
    if math.isnan(number):
        return "NaN"
    return "+Inf" if number > 0 else "-Inf"

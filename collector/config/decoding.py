"""How the fields of a settings model are read: which converter an annotation means (components.md 1.4).

Worked out once for each model, from the annotations of its fields.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from collector.component import ComponentID
from collector.config.converters import (
    WRONG_VALUE,
    Converter,
    Undecodable,
    opened,
    read_bool,
    read_duration,
    read_float,
    read_headers,
    read_id,
    read_int,
    read_later,
    read_list,
    read_lower,
    read_mapping,
    read_secret,
    read_text,
    read_unsigned,
)
from collector.config.kinds import (
    DurationKind,
    HeaderMapKind,
    IgnoreCase,
    LaterKind,
    NotNull,
    SectionKind,
    UnsignedKind,
)
from collector.config.secret import Secret
from collector.config.values import plain, shown, type_name


@dataclass(frozen=True, slots=True)
class Over:
    """A mapping of the document on top of a model that holds the defaults."""

    base: BaseModel
    given: object


@dataclass(frozen=True, slots=True)
class Field:
    """How one key of a model is read."""

    name: str
    convert: Converter
    section: SectionKind | None
    own_switch: bool
    """The section's model has a key `enabled` of its own."""
    zero: object
    """What null means: the zero value of a text, number, bool or duration; `None`: null leaves the default."""
    instead_of_null: str
    """What is right where null is refused; empty where it is not."""


@cache
def fields_of(model: type[BaseModel]) -> dict[str, Field]:
    """The keys of a model as users write them."""
    fields = {}
    for name, info in model.model_fields.items():
        section = next((mark for mark in info.metadata if isinstance(mark, SectionKind)), None)
        inner = _without_none(info.annotation)
        own_switch = isinstance(inner, type) and issubclass(inner, BaseModel) and "enabled" in inner.model_fields
        convert = _converter(info.annotation, info.metadata)
        instead = next((mark.expected for mark in info.metadata if isinstance(mark, NotNull)), "")
        zero = _zero(info.annotation, convert)
        fields[info.alias or name] = Field(name, convert, section, own_switch, zero, instead)
    return fields


def default_of(info: FieldInfo) -> object:
    """The default of a field, `None` where it has none."""
    return None if info.is_required() else info.get_default(call_default_factory=True, validated_data={})


def read_section(value: object, field: Field) -> object:
    """The section's settings, or `None` when its `enabled` key turns it off."""
    value = opened(value)
    if not isinstance(value, dict) or "enabled" not in value:
        return value
    switch = plain(value["enabled"])
    if not isinstance(switch, bool):
        text = (
            f"unexpected type {type_name(switch)} for 'enabled': got '{shown(switch)}' value expected 'true' or 'false'"
        )
        raise Undecodable((("enabled",), WRONG_VALUE, text))
    if field.own_switch:
        return value
    return {key: item for key, item in value.items() if key != "enabled"} if switch else None


def _zero(annotation: Any, convert: Converter) -> object:
    if get_origin(annotation) is Literal or (isinstance(annotation, type) and issubclass(annotation, Enum)):
        return None
    return 0 if isinstance(convert, partial) and convert.func is read_unsigned else _ZEROS.get(convert)


def _converter(annotation: Any, marks: Sequence[object] = ()) -> Converter:
    while get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        marks = [*marks, *more]
    annotation = getattr(annotation, "__value__", annotation)
    if get_origin(annotation) in {Union, UnionType}:
        chosen = _without_none(annotation)
        return plain if get_origin(chosen) in {Union, UnionType} else _or_none(_converter(chosen, marks))
    for mark in marks:
        if isinstance(mark, DurationKind):
            return read_duration
        if isinstance(mark, HeaderMapKind):
            return read_headers
        if isinstance(mark, UnsignedKind):
            return partial(read_unsigned, mark.bits)
        if isinstance(mark, IgnoreCase):
            return read_lower
        if isinstance(mark, LaterKind):
            return partial(read_later, mark)
    origin = get_origin(annotation)
    if origin is Literal:
        return read_text if all(isinstance(choice, str) for choice in get_args(annotation)) else plain
    if origin is not None and issubclass(origin, Mapping):
        return partial(read_mapping, _converter(get_args(annotation)[1]))
    if origin is not None and issubclass(origin, Sequence | AbstractSet):
        inner = get_args(annotation)[0]
        return partial(read_list, _converter(inner), inner is str)
    if isinstance(annotation, type):
        return _of_type(annotation)
    return plain


def _of_type(kind: type) -> Converter:
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if issubclass(kind, BaseModel):
        return opened if hasattr(kind, "decoded_by_base") else plain
    if issubclass(kind, Enum):
        return read_text if issubclass(kind, str) else plain
    return plain


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) not in {Union, UnionType}:
        return annotation
    choices = [choice for choice in get_args(annotation) if choice is not NoneType]
    return choices[0] if len(choices) == 1 else annotation


def _or_none(convert: Converter) -> Converter:
    return lambda value: None if value is None else convert(value)


_ZEROS: dict[Converter, object] = {
    read_text: "",
    read_lower: "",
    read_secret: Secret(""),
    read_bool: False,
    read_int: 0,
    read_float: 0.0,
    read_duration: 0.0,
}

_SIMPLE: dict[type, Converter] = {
    str: read_text,
    bool: read_bool,
    int: read_int,
    float: read_float,
    Secret: read_secret,
    ComponentID: read_id,
    dict: partial(read_mapping, plain),
    list: partial(read_list, plain, False),
}

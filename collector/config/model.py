"""`ComponentConfig`: the base of every settings model of a component.

Models are plain: `send_batch_size: UInt = 8192`. Reading by the rules of the Collector's configuration (no weak
typing, null keeps the default, mappings merge over defaults, `enabled` switches: components.md 1.4) happens here.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from collector.config.converters import UNKNOWN_KEY, WRONG_TYPE, Path, Undecodable, hint_of
from collector.config.decoding import Field, Over, default_of, fields_of, read_section
from collector.config.problems import suggestion
from collector.config.values import Expanded, plain, type_name


class ComponentConfig(BaseModel):
    """Settings of a component: unknown keys are refused, values are frozen, every field has a docstring."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=False, protected_namespaces=(), defer_build=True
    )
    decoded_by_base: ClassVar[bool] = True

    @model_validator(mode="wrap")
    @classmethod
    def _decode(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(data, cls):
            return data
        given, problems = _decoded(cls, data)
        try:
            model = handler(given)
        except ValidationError as error:
            if not problems:
                raise
            found = {problem["loc"] for problem in problems if "loc" in problem}
            problems.extend(
                _repeated(detail) for detail in error.errors() if detail["loc"] and detail["loc"] not in found
            )
        if problems:
            raise ValidationError.from_exception_data(cls.__name__, problems)
        return model


def _decoded(model: type[BaseModel], data: object) -> tuple[dict[str, object], list[InitErrorDetails]]:
    """What pydantic shall validate, and what could not be read."""
    base = None
    if isinstance(data, Over):
        base, data = data.base, data.given
    hint = hint_of(data)
    if isinstance(data, Expanded):
        data = data.value
    if data is None:
        data = {}
    if not isinstance(data, dict):
        kind = "slice" if isinstance(data, list) else type_name(data)
        return {}, [_problem((), WRONG_TYPE, f"expected a map, got '{kind}'{hint}", data)]
    problems: list[InitErrorDetails] = []
    fields = fields_of(model)
    given: dict[str, object] = {} if base is None else {key: getattr(base, field.name) for key, field in fields.items()}
    for key, value in data.items():
        field = fields.get(key)
        if field is None:
            if model.model_config.get("extra") == "forbid":
                problems.append(_unknown(key, fields, value))
            else:
                given[key] = value
            continue
        default = getattr(base, field.name) if base is not None else default_of(model.model_fields[field.name])
        try:
            _read(given, key, value, field, default)
        except Undecodable as wrong:
            given.pop(key, None)
            problems.extend(_problem((key, *path), kind, text, value) for path, kind, text in wrong.problems)
        except ValidationError as error:  # of a type that was imported for this field
            given.pop(key, None)
            problems.extend(_repeated(detail, key) for detail in error.errors())
    return given, problems


def _read(given: dict[str, object], key: str, value: object, field: Field, default: object) -> None:
    if field.section is not None:
        if plain(value) is None:
            if not field.section.null_is_on:
                return
            value = {}
        value = read_section(value, field)
        if value is None:
            given[key] = None
            return
    converted = _converted(field, value)
    if converted is None:
        return
    if isinstance(converted, dict) and isinstance(default, BaseModel):
        given[key] = Over(default, converted)
    elif isinstance(converted, dict) and isinstance(default, dict):
        given[key] = {**default, **converted}
    else:
        given[key] = converted


def _converted(field: Field, value: object) -> object:
    """The value as the field takes it; its zero for null, and for an unset variable unless it takes the text."""
    if value is None:
        if field.instead_of_null:
            raise Undecodable(((), WRONG_TYPE, f"expected {field.instead_of_null}, got null"))
        return field.zero
    try:
        return field.convert(value)
    except Undecodable:
        if isinstance(value, Expanded) and value.value is None:
            return field.zero
        raise


def _unknown(key: str, fields: Iterable[str], value: object) -> InitErrorDetails:
    context = {"text": "unknown key", "hint": suggestion(key, fields)}
    return {"type": PydanticCustomError(UNKNOWN_KEY, "{text}{hint}", context), "loc": (key,), "input": value}


def _problem(path: Path, kind: str, text: str, value: object) -> InitErrorDetails:
    return {"type": PydanticCustomError(kind, "{text}", {"text": text}), "loc": path, "input": value}


def _repeated(detail: Any, *above: str) -> InitErrorDetails:
    context = {**detail.get("ctx", {}), "text": detail["msg"]}
    return {
        "type": PydanticCustomError(detail["type"], "{text}", context),
        "loc": (*above, *detail["loc"]),
        "input": detail["input"],
    }

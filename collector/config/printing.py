"""A resolved document for people: plain data, secrets redacted (components.md 1.4, 1.10)."""

import re
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from collector.component import Kind
from collector.config import registry
from collector.config.identifiers import parse_id
from collector.config.kinds import HeaderMapKind, LaterKind
from collector.config.secret import REDACTED, Secret
from collector.config.service import ServiceConfig
from collector.config.values import Expanded, plain

_SUSPICIOUS = re.compile(r"passw|secret|token|api_?key|key_pem|credential", re.IGNORECASE)


def printable(document: Mapping[str, object], *, redact: bool) -> dict[str, object]:
    """The document as plain data; with `redact`, secret settings become `[REDACTED]`.

    Which settings are secret the models say; where a component is unknown, their names do.
    """
    shown: dict[str, object] = {}
    for section, value in document.items():
        opened = value.value if isinstance(value, Expanded) else value
        kind = next((kind for kind in Kind if f"{kind}s" == section), None)
        if kind is not None and isinstance(opened, dict):
            shown[section] = {key: _component(kind, key, item, redact=redact) for key, item in opened.items()}
        elif section == "service":
            shown[section] = _field(ServiceConfig, (), opened, redact=redact)
        else:
            shown[section] = _unknown(opened, redact=redact)
    return shown


def _component(kind: Kind, key: str, value: object, *, redact: bool) -> object:
    try:
        model = registry.load(kind, parse_id(key).type).config
    except (ValueError, registry.RegistryError):
        return _unknown(value, redact=redact)
    return _field(model, (), value, redact=redact)


def _field(annotation: Any, marks: tuple[object, ...], value: object, *, redact: bool) -> object:
    """A value as its field's type shows it."""
    while get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        marks = (*marks, *more)
    later = next((mark for mark in marks if isinstance(mark, LaterKind)), None)
    if later is not None:
        annotation, marks = later.annotation(), ()
    if get_origin(annotation) in {Union, UnionType}:
        choices = [choice for choice in get_args(annotation) if choice is not NoneType]
        return _field(choices[0], marks, value, redact=redact) if len(choices) == 1 else _unknown(value, redact=redact)
    if annotation is str or annotation is Secret or get_origin(annotation) is Literal:
        value = value.text if isinstance(value, Expanded) else value
        return REDACTED if annotation is Secret and redact and value is not None else value
    value = value.value if isinstance(value, Expanded) else value
    if isinstance(value, dict):
        return _mapping(annotation, marks, value, redact=redact)
    if isinstance(value, list):
        if redact and any(isinstance(mark, HeaderMapKind) for mark in marks):
            return [{**pair, "value": REDACTED} if isinstance(pair, dict) else REDACTED for pair in value]
        inner = (get_args(annotation) or (object,))[0]
        return [_field(inner, (), item, redact=redact) for item in value]
    return plain(value)


def _mapping(annotation: Any, marks: tuple[object, ...], value: dict[str, object], *, redact: bool) -> object:
    if any(isinstance(mark, HeaderMapKind) for mark in marks):
        return {key: REDACTED if redact else _field(str, (), item, redact=False) for key, item in value.items()}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = {info.alias or name: info for name, info in annotation.model_fields.items()}
        return {
            key: _field(fields[key].annotation, tuple(fields[key].metadata), item, redact=redact)
            if key in fields
            else _unknown({key: item}, redact=redact)[key]
            for key, item in value.items()
        }
    inner = get_args(annotation)
    if len(inner) == 2:
        return {key: _field(inner[1], (), item, redact=redact) for key, item in value.items()}
    return plain(value)


def _unknown(value: object, *, redact: bool) -> Any:
    """A value without a model: keys that look like secrets are taken for secrets, and all headers."""
    value = plain(value)
    if not redact:
        return value
    if isinstance(value, dict):
        return {
            key: REDACTED
            if _SUSPICIOUS.search(key) and not isinstance(item, dict | list)
            else _hidden(item)
            if key == "headers"
            else _unknown(item, redact=True)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_unknown(item, redact=True) for item in value]
    return value


def _hidden(headers: object) -> object:
    if isinstance(headers, dict):
        return dict.fromkeys(headers, REDACTED)
    if isinstance(headers, list):
        return [{**pair, "value": REDACTED} if isinstance(pair, dict) else REDACTED for pair in headers]
    return REDACTED

"""Values of a configuration before they are decoded into a model.

A document is plain data: `dict`, `list`, `str`, `int`, `float`, `bool`, `None`, `datetime`, and `Expanded` where the
whole value came from a `${…}` reference.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Expanded:
    """What a whole-value `${…}` gave: the value read as YAML, and its source text for keys that want text."""

    value: object
    text: str
    invalid: str = field(default="", compare=False)
    """Why the text could not be read as YAML, so that it was taken for a string."""

    @property
    def hint(self) -> str:
        """What to add where something other than a text was wanted."""
        return f"; assuming string type since contents are not valid YAML: {self.invalid}" if self.invalid else ""


def plain(value: object) -> object:
    """The value with every `Expanded` inside replaced by its parsed value; models and other objects stay."""
    if isinstance(value, Expanded):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def type_name(value: object) -> str:
    """Name of the value's type as the Collector's messages spell it: `string`, `int`, `float64`, and so on."""
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "string"
    if isinstance(value, int):
        return "int"
    if isinstance(value, float):
        return "float64"
    if isinstance(value, Mapping):
        return "map[string]interface {}"
    if isinstance(value, list | tuple):
        return "[]interface {}"
    if isinstance(value, datetime):
        return "time.Time"
    return type(value).__name__


def shown(value: object) -> str:
    """The value as messages print it: `true`, `<nil>`, `[a b]`, `map[k:v]`; long ones are cut."""
    text = _shown(plain(value))
    return text if len(text) <= _SHOWN_LIMIT else text[:_SHOWN_LIMIT] + "…"


_SHOWN_LIMIT = 200


def _shown(value: object) -> str:
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return f"map[{' '.join(f'{key}:{_shown(item)}' for key, item in value.items())}]"
    if isinstance(value, list | tuple):
        return f"[{' '.join(_shown(item) for item in value)}]"
    return str(value)

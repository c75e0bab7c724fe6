"""Types for the fields of component models, beyond `int`, `str`, `bool`, `float`, lists, mappings and other models.

How each is read is in `decoding`; models only name them:

    class ClientConfig(ComponentConfig):
        timeout: Duration = 5.0
        headers: HeaderMap = {}
        tls: OptionalSection[TLSConfig] = None
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, PlainValidator

from collector.component import ComponentID
from collector.config.identifiers import parse_id
from collector.config.secret import Secret


@dataclass(frozen=True, slots=True)
class DurationKind:
    """Marks a number of seconds that is written as a Go duration or as whole nanoseconds."""


@dataclass(frozen=True, slots=True)
class UnsignedKind:
    """Marks an integer that must not be negative."""

    bits: int


@dataclass(frozen=True, slots=True)
class HeaderMapKind:
    """Marks a mapping that may also be written as a list of `{name, value}`."""


@dataclass(frozen=True, slots=True)
class SectionKind:
    """Marks a section that may be off; `null_is_on` says what its key with nothing behind it means."""

    null_is_on: bool


@dataclass(frozen=True, slots=True)
class IgnoreCase:
    """Marks a text whose case does not matter; the field's value is lower case.

    `verbosity: Annotated[Literal["basic", "normal"], IgnoreCase()] = "basic"`
    """


@dataclass(frozen=True, slots=True)
class NotNull:
    """Marks a field for which null is refused, where null elsewhere leaves the default."""

    expected: str
    """What is right instead, such as `a list of statements`."""


@dataclass(frozen=True, slots=True)
class LaterKind:
    """Marks a field whose type lies in a module that is imported only when the field is set."""

    module: str
    name: str

    def annotation(self) -> Any:
        """The type itself."""
        return getattr(import_module(self.module), self.name)


def _component_id(value: object) -> ComponentID:
    return value if isinstance(value, ComponentID) else parse_id(str(value))


def _distinct(keys: list[str]) -> list[str]:
    seen: set[str] = set()
    for key in map(str.lower, keys):
        if key in seen:
            raise ValueError(f'duplicate entry in metadata_keys: "{key}" (case-insensitive)')
        seen.add(key)
    return keys


Model = TypeVar("Model")

Duration = Annotated[float, DurationKind()]
"""Seconds; written as a Go duration (`1.5s`) or as an integer of nanoseconds."""

UInt = Annotated[int, UnsignedKind(64)]
"""A whole number that is not negative."""

UInt32 = Annotated[int, UnsignedKind(32)]
"""A whole number that is not negative and fits 32 bits."""

StringList = list[str]
"""Texts; one text is split on commas."""

MetadataKeys = Annotated[list[str], AfterValidator(_distinct)]
"""Keys of client metadata for a field `metadata_keys`: none twice, in whatever case; read as a `StringList`."""

LowerStr = Annotated[str, IgnoreCase()]
"""A text read without regard to case; the field's value is lower case."""

HeaderMap = Annotated[dict[str, Secret], HeaderMapKind()]
"""Names and secret values; written as a mapping or as a list of `{name, value}`."""

OptionalSection = Annotated[Model | None, SectionKind(null_is_on=False)]
"""`opt{}`: absent or null leaves the default, a mapping turns it on, `enabled: false` inside turns it off."""

DefaultSection = Annotated[Model | None, SectionKind(null_is_on=True)]
"""As `OptionalSection`, but the key alone (`grpc:`) turns it on with defaults."""

ComponentRef = Annotated[ComponentID, PlainValidator(_component_id, json_schema_input_type=str)]
"""The id of another component, such as an authenticator."""

"""Settings that blocks of `include` and `exclude` are made of."""

from typing import Any

from pydantic import model_validator

from collector.config import ComponentConfig, UInt

__all__ = ["AttributeEntry", "LibraryEntry", "MatchType", "SeverityNumber"]


class RegexpConfig(ComponentConfig):
    """How results of regular expressions are remembered."""

    cacheenabled: bool = False
    """Accepted for compatibility: results are always remembered."""

    cachemaxnumentries: UInt = 0
    """How many results are remembered for an expression; 0 for a fixed number."""


class MatchType(ComponentConfig):
    """How texts are compared."""

    match_type: str = ""
    """`strict` for equality, `regexp` for a regular expression that is found anywhere in the text."""

    regexp: RegexpConfig | None = None
    """Settings of `regexp`."""

    @model_validator(mode="after")
    def _known_type(self) -> "MatchType":
        if self.match_type not in {"strict", "regexp"}:
            raise ValueError(f"unrecognized match_type: '{self.match_type}', valid types are: [regexp strict]")
        return self


class AttributeEntry(ComponentConfig):
    """An attribute that must be there."""

    key: str = ""
    """The attribute's key."""

    value: Any = None
    """What the value must be; without it the key is enough."""


class LibraryEntry(ComponentConfig):
    """An instrumentation scope."""

    name: str = ""
    """The scope's name."""

    version: str | None = None
    """The scope's version; any if not given."""


class SeverityNumber(ComponentConfig):
    """A range of severities."""

    min: int = 0
    """The lowest severity that matches."""

    match_undefined: bool = False
    """Whether a record without a severity matches."""

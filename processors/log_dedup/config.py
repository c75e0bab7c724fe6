"""Settings of the `log_dedup` processor (components.md 4.18)."""

from typing import Self
from zoneinfo import ZoneInfo

from pydantic import field_validator, model_validator

from collector.config import ComponentConfig, Duration, StringList, UInt32

from .paths import check_path

__all__ = ["LogDedupConfig"]


class LogDedupConfig(ComponentConfig):
    interval: Duration = 10.0
    """How long records are gathered before each distinct one goes on once."""

    log_count_attribute: str = "log_count"
    """Attribute that says how many records one stands for."""

    timezone: str = "UTC"
    """IANA time zone of `first_observed_timestamp` and `last_observed_timestamp`."""

    exclude_fields: StringList = []
    """Fields removed from records and comparison: `body.x`, `attributes.x.y`; `\\.` is a dot in a key."""

    include_fields: StringList = []
    """Compare only these fields; a record that has none of them is compared whole."""

    conditions: list[str] = []
    """OTTL conditions of context `log`; records for which none is true pass at once."""

    metadata_keys: StringList = []
    """Client metadata: records are gathered apart for each combination of their values, which goes on with them."""

    metadata_cardinality_limit: UInt32 = 0
    """Combinations of metadata values at most; payloads with further ones are refused; 0 is no limit."""

    @field_validator("interval")
    @classmethod
    def _positive(cls, interval: float) -> float:
        if interval <= 0:
            raise ValueError("interval must be greater than 0")
        return interval

    @field_validator("log_count_attribute")
    @classmethod
    def _set(cls, name: str) -> str:
        if not name:
            raise ValueError("log_count_attribute must be set")
        return name

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name or "UTC")
        except (KeyError, OSError, ValueError) as exc:
            raise ValueError(
                f"timezone is invalid: unknown time zone {name}; an IANA name such as Europe/Berlin is right"
            ) from exc
        return name or "UTC"

    @model_validator(mode="after")
    def _fields_make_sense(self) -> Self:
        if self.exclude_fields and self.include_fields:
            raise ValueError("cannot define both exclude_fields and include_fields")
        for kind, fields in (("exclude", self.exclude_fields), ("include", self.include_fields)):
            seen = set()
            for field in fields:
                check_path(kind, field)
                if field in seen:
                    raise ValueError(f"duplicate {kind}_field {field}")
                seen.add(field)
        lowered = [key.lower() for key in self.metadata_keys]
        for key in lowered:
            if lowered.count(key) > 1:
                raise ValueError(f'duplicate entry in metadata_keys: "{key}" (case-insensitive)')
        return self

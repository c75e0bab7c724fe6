"""Text that must not be seen: passwords, tokens, header values, keys (components.md 1.4, "opaque")."""

import hmac

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

REDACTED = "[REDACTED]"


class Secret:
    """A string that prints as `[REDACTED]` everywhere; `get_secret_value()` gives the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def get_secret_value(self) -> str:
        """The text itself."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(self._text)

    def __str__(self) -> str:
        return REDACTED

    def __repr__(self) -> str:
        return f"Secret({REDACTED!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _secret,
            json_schema_input_schema=core_schema.str_schema(),
            serialization=core_schema.plain_serializer_function_ser_schema(str, when_used="json"),
        )


def _secret(value: object) -> Secret:
    if isinstance(value, str):
        return Secret(value)
    if isinstance(value, Secret):
        return value
    message = f"expected a text, got {type(value).__name__}"
    raise ValueError(message)

"""The settings of one action."""

from typing import Any

from pydantic import field_validator

from collector.config import ComponentConfig

__all__ = ["Action"]


class Action(ComponentConfig):
    """One action on attributes."""

    key: str = ""
    """The attribute that is acted on."""

    action: str = ""
    """`insert`, `update`, `upsert`, `delete`, `hash`, `extract` or `convert`, in any case."""

    value: Any = None
    """The value to set."""

    from_attribute: str = ""
    """The attribute whose value is set."""

    from_context: str = ""
    """What of the request is set: `metadata.KEY` or just `KEY`, `auth.ATTRIBUTE`, or `client.address`."""

    default_value: Any = None
    """The value to set where the source named above has none."""

    pattern: str = ""
    """Regular expression: for `delete` and `hash` of keys, for `extract` of the value, with named groups."""

    converted_type: str = ""
    """For `convert`: `int`, `double` or `string`."""

    @field_validator("action")
    @classmethod
    def _any_case(cls, action: str) -> str:
        return action.lower()

"""`EMPTY`: an attribute value that is there but has no kind, as OTLP allows."""

from enum import Enum
from typing import Final


class _Empty(Enum):
    EMPTY = "EMPTY"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "EMPTY"


EMPTY: Final = _Empty.EMPTY

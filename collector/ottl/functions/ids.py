"""Trace, span and profile ids; UUIDs."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from collector.ottl import coerce
from collector.ottl.errors import EvaluationError
from collector.ottl.signature import Evaluated, function
from collector.ottl.values import ProfileID, SpanID, TraceID

_T = TypeVar("_T", TraceID, SpanID, ProfileID)


def _identifier(kind: type[_T], size: int) -> Callable[[Any], _T]:
    def convert(value: Any) -> _T:
        data = coerce.bytes_like(value)
        if data is not None and len(data) == size:
            return kind(data)
        if data is not None and len(data) == 2 * size and data.isalnum():
            try:
                return kind(bytes.fromhex(data.decode("ascii")))
            except ValueError:
                pass
        raise EvaluationError(f"{kind.__name__} needs {size} bytes or {2 * size} hex digits, got {value!r}")

    return convert


@function("TraceID", memo=True)
def trace_id(
    target: Annotated[TraceID, Evaluated("an id", coerce.anything, convert=_identifier(TraceID, 16))],
) -> TraceID:
    return target


@function("SpanID", memo=True)
def span_id(target: Annotated[SpanID, Evaluated("an id", coerce.anything, convert=_identifier(SpanID, 8))]) -> SpanID:
    return target


@function("ProfileID", memo=True)
def profile_id(
    target: Annotated[ProfileID, Evaluated("an id", coerce.anything, convert=_identifier(ProfileID, 16))],
) -> ProfileID:
    return target


@function("UUID")
def uuid4() -> str:
    return str(uuid.uuid4())


@function("UUIDv7")
def uuid7() -> str:
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    high, low = random >> 62 & 0xFFF, random & (1 << 62) - 1
    return str(uuid.UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low))

"""`Context`: who sent a payload. Immutable and shared by everything made from one request."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the request that a payload came with.

    `metadata` maps lower-case names to tuples of values, `auth` holds attributes set by an authenticator, `deadline` is
    in seconds of the event loop's clock.
    """

    client_address: str = ""
    metadata: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NOTHING)
    auth: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    deadline: float | None = None

    def only(self, keys: Iterable[str]) -> "Context":
        """Give a context with just these metadata keys and nothing else."""
        kept = {key: self.metadata[key] for key in keys if key in self.metadata}
        return Context(metadata=MappingProxyType(kept)) if kept else EMPTY_CONTEXT

    def without_deadline(self) -> "Context":
        return self if self.deadline is None else replace(self, deadline=None)


EMPTY_CONTEXT = Context()

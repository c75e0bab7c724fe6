"""What keeps what it is given."""

import asyncio
from typing import Any

from collector.pdata import Payload


class RecordingSink:
    """A consumer that keeps what it is given; `fail` with an error makes it raise that, `hold()` makes it wait."""

    def __init__(self) -> None:
        self.payloads: list[Any] = []
        self.fail: Exception | None = None
        self._gate: asyncio.Event | None = None

    def hold(self) -> asyncio.Event:
        """Keep whoever hands on a payload waiting until the event that this gives is set."""
        self._gate = asyncio.Event()
        return self._gate

    async def __call__(self, payload: Payload) -> None:
        if self._gate is not None:
            await self._gate.wait()
        if self.fail is not None:
            raise self.fail
        self.payloads.append(payload)

    @property
    def item_count(self) -> int:
        """Items in all payloads taken."""
        return sum(payload.item_count for payload in self.payloads)


class LogRecorder:
    """A structlog logger that keeps (level, event, fields)."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, dict[str, Any]]] = []

    def logger(self) -> Any:
        import structlog  # noqa: PLC0415 - costly, and only benches of components that log need it

        def keep(_logger: object, level: str, event: Any) -> Any:
            self.lines.append((level, event.pop("event"), event))
            raise structlog.DropEvent

        return structlog.wrap_logger(None, processors=[keep], wrapper_class=structlog.BoundLogger)

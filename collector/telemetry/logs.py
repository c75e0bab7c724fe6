"""Our own logs: structlog, with the settings of `service::telemetry::logs` (components.md 1.11).

Nothing is configured globally, so an embedded collector leaves its host's logging alone.
"""

import json
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import structlog

__all__ = ["LogOutput", "Sampler", "make_logger"]

levels = {"debug": 10, "info": 20, "warn": 30, "error": 40, "dpanic": 50, "panic": 50, "fatal": 50}
names = {"warning": "warn", "exception": "error", "critical": "fatal"}


class LogOutput:
    """Where log lines go: files by path, `stdout` and `stderr`.

    Raises:
        OSError: a file can't be opened for appending.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self._own: list[TextIO] = []
        self._streams: list[str | TextIO] = []
        for path in paths:
            if path in ("stdout", "stderr"):
                self._streams.append(path)
            else:
                file = Path(path).open("a", encoding="utf-8", buffering=1)  # noqa: SIM115 - closed by `close`
                self._own.append(file)
                self._streams.append(file)

    def msg(self, line: str) -> None:
        """Write a line."""
        for stream in self._streams:
            file: TextIO = getattr(sys, stream) if isinstance(stream, str) else stream
            try:
                file.write(line + "\n")
                file.flush()
            except (OSError, ValueError):  # a closed pipe or file: there is nobody left to tell
                continue

    debug = info = warn = warning = error = exception = critical = fatal = log = msg

    @property
    def is_terminal(self) -> bool:
        """Whether the first output is a terminal."""
        first = self._streams[0] if self._streams else None
        stream = getattr(sys, first) if isinstance(first, str) else first
        return stream is not None and stream.isatty()

    def close(self) -> None:
        """Close the files that were opened here."""
        for file in self._own:
            file.close()


class Sampler:
    """Per message, level and `tick` seconds: passes the first `initial` lines, then every `thereafter`-th."""

    def __init__(self, tick: float, initial: int, thereafter: int) -> None:
        self._tick = tick
        self._initial = initial
        self._thereafter = thereafter
        self._until = 0.0
        self._counts: dict[tuple[str, str], int] = {}

    def __call__(self, _logger: object, method: str, event: Any) -> Any:
        now = time.monotonic()
        if now >= self._until:
            self._until = now + self._tick
            self._counts.clear()
        key = (method, str(event.get("event")))
        count = self._counts[key] = self._counts.get(key, 0) + 1
        if count > self._initial and (not self._thereafter or (count - self._initial) % self._thereafter):
            raise structlog.DropEvent
        return event


def with_time_and_level(_logger: object, method: str, event: Any) -> Any:
    now = datetime.now().astimezone()
    head = {"level": names.get(method, method), "ts": now.isoformat(timespec="milliseconds"), "msg": event.pop("event")}
    return {**head, **event}


def with_stack(_logger: object, _method: str, event: Any) -> Any:
    """An exception given as `exc_info` becomes the text fields `error` and `stacktrace`."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event.setdefault("error", f"{type(error).__name__}: {error}")
        event["stacktrace"] = "".join(traceback_lines(error))
    return event


def without_stack(_logger: object, _method: str, event: Any) -> Any:
    event.pop("stacktrace", None)
    return event


def traceback_lines(error: BaseException) -> list[str]:
    import traceback  # noqa: PLC0415 - only when something is broken

    return traceback.format_exception(error)


def as_json(_logger: object, _method: str, event: Mapping[str, Any]) -> str:
    return json.dumps(event, default=str, ensure_ascii=False, separators=(",", ":"))


def as_text(_logger: object, _method: str, event: Any) -> str:
    """`ts<TAB>level<TAB>message<TAB>{fields as JSON}`, with a stack on lines of its own."""
    head = "\t".join(str(event.pop(key)) for key in ("ts", "level", "msg"))
    stack = event.pop("stacktrace", "")
    fields = f"\t{json.dumps(event, default=str, ensure_ascii=False)}" if event else ""
    return head + fields + (f"\n{stack.rstrip()}" if stack else "")


def make_logger(
    output: LogOutput,
    *,
    level: str = "info",
    encoding: str | None = None,
    initial_fields: Mapping[str, Any] | None = None,
    sampler: Sampler | None = None,
    stacks: bool = True,
    resource: Mapping[str, str] | None = None,
    forward: Any = None,
) -> Any:
    """The logger of a service, to which components bind what they are.

    `encoding` is `console` or `json`; None: console on a terminal, JSON otherwise. JSON lines carry the `resource`.
    `forward` is a processor that sends lines on.
    """
    console = output.is_terminal if encoding is None else encoding == "console"
    processors: list[Any] = [sampler] if sampler else []
    processors += [forward] if forward else []
    processors += [with_stack] if stacks else [with_stack, without_stack]
    processors += [with_time_and_level, as_text if console else as_json]
    logger = structlog.wrap_logger(
        output,
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(levels[level.lower()]),
        cache_logger_on_first_use=True,
    )
    fields = {"resource": dict(resource)} if resource and not console else {}
    return logger.bind(**fields, **dict(initial_fields or {}))

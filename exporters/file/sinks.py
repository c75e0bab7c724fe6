"""Where framed bytes go: a file behind a buffer, or one that is put aside when it is full; through zstd or not."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from weakref import WeakSet

from collector.component import TelepipeError
from exporters.file.config import RotationSettings

buffer_size = 256 << 10
file_mode = 0o644
megabyte = 1 << 20


class WriteTooLong(TelepipeError):
    """One write is larger than a whole file may be."""


class Sink(Protocol):
    """Takes bytes in order."""

    buffered: bool

    def write(self, data: bytes) -> None: ...
    def flush(self) -> None: ...
    def close(self) -> None: ...


open_files: WeakSet[BinaryIO] = WeakSet()
kept_by_parent: set[str] = set()
"""In the child of a fork: the files that its parent writes too; they are added to, never truncated."""


def open_file(path: Path, flags: int) -> BinaryIO:
    """The file, written at its end, made with mode 0644 where it did not exist."""

    def opener(name: str, _flags: int) -> int:
        return os.open(name, flags | os.O_APPEND | os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, file_mode)

    file = open(path, "wb", buffer_size, opener=opener)  # noqa: SIM115 - stays open
    open_files.add(file)
    return file


def leave_to_parent() -> None:
    """In the child of a fork: what the buffers hold is the parent's to write, so here it goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for file in open_files:
        if not file.closed:
            kept_by_parent.add(file.name)
            os.dup2(nowhere, file.fileno())
    os.close(nowhere)
    open_files.clear()


os.register_at_fork(after_in_child=leave_to_parent)


class PlainSink:
    """One file for ever, truncated at the start unless it is to be added to."""

    buffered = True

    def __init__(self, path: Path, *, append: bool) -> None:
        self._file = open_file(path, 0 if append or str(path) in kept_by_parent else os.O_TRUNC)

    def write(self, data: bytes) -> None:
        self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()


class RotatingSink:
    """A file is renamed to `name-<time>.ext` when the next write would make it too large; old ones are removed.

    `now` gives nanoseconds since the epoch. Writes are not buffered, so a file put aside is whole.
    """

    buffered = False

    def __init__(self, path: Path, settings: RotationSettings, now: Callable[[], int]) -> None:
        self._path = path
        self._settings = settings
        self._now = now
        self._limit = (settings.max_megabytes or 100) * megabyte
        self._file: BinaryIO | None = None
        self._size = 0

    def write(self, data: bytes) -> None:
        if len(data) > self._limit:
            raise WriteTooLong(f"write length {len(data)} exceeds maximum file size {self._limit}")
        if self._file is None:
            self._open()
        if self._size and self._size + len(data) > self._limit:
            self._rotate()
        assert self._file is not None
        self._file.write(data)
        self._file.flush()
        self._size += len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> None:
        self._file = open_file(self._path, 0)
        self._size = os.fstat(self._file.fileno()).st_size

    def _rotate(self) -> None:
        self.close()
        self._path.rename(self._backup_path())
        self._open()
        self._remove_old()

    def _backup_path(self) -> Path:
        moment = datetime.fromtimestamp(self._now() // 1_000_000 / 1000, UTC)
        while True:
            shown = moment.astimezone() if self._settings.localtime else moment
            stamp = f"{shown:%Y-%m-%dT%H-%M-%S}.{shown.microsecond // 1000:03d}"
            backup = self._path.with_name(f"{self._path.stem}-{stamp}{self._path.suffix}")
            if not backup.exists():
                return backup
            moment = datetime.fromtimestamp((round(moment.timestamp() * 1000) + 1) / 1000, UTC)

    def _remove_old(self) -> None:
        backups = sorted(self._backups(), reverse=True)
        doomed = backups[self._settings.max_backups :] if self._settings.max_backups > 0 else []
        if self._settings.max_days > 0:
            oldest = self._now() / 1e9 - self._settings.max_days * 86400
            doomed += [entry for entry in backups if entry[0].timestamp() < oldest]
        for _, path in doomed:
            path.unlink(missing_ok=True)

    def _backups(self) -> list[tuple[datetime, Path]]:
        found = []
        for path in self._path.parent.glob(f"{_escaped(self._path.stem)}-*{_escaped(self._path.suffix)}"):
            stamp = path.name[len(self._path.stem) + 1 : len(path.name) - len(self._path.suffix)]
            try:
                moment = datetime.strptime(stamp, "%Y-%m-%dT%H-%M-%S.%f")  # noqa: DTZ007 - the zone follows
            except ValueError:
                continue
            found.append((moment.astimezone() if self._settings.localtime else moment.replace(tzinfo=UTC), path))
        return found


def _escaped(text: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in text)


class ZstdSink:
    """What is written passes through zstd first, so that the file is one a `zstd` program reads.

    Behind a sink that does not buffer each write is a frame of its own, so that every file put aside is valid alone.
    """

    def __init__(self, sink: Sink, level: int) -> None:
        if sys.version_info >= (3, 14):
            from compression.zstd import ZstdCompressor  # noqa: PLC0415 - only where it is configured
        else:
            from backports.zstd import ZstdCompressor  # noqa: PLC0415 - only where it is configured

        self.buffered = sink.buffered
        self._sink = sink
        self._stream: Any = ZstdCompressor(level=level or 1)
        self._end = self._stream.FLUSH_FRAME
        self._block = self._stream.FLUSH_BLOCK

    def write(self, data: bytes) -> None:
        packed = self._stream.compress(data)
        if not self.buffered:
            packed += self._stream.flush(self._end)
        self._sink.write(packed)

    def flush(self) -> None:
        if self.buffered:
            self._sink.write(self._stream.flush(self._block))
        self._sink.flush()

    def close(self) -> None:
        if self.buffered:
            self._sink.write(self._stream.flush(self._end))
        self._sink.close()

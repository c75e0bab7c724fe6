"""Where messages go when the service's logger is not used: lines of text and fields, `<text>TAB<fields as JSON>`."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO


class LineOutput:
    """Writes messages to files, `stdout` or `stderr`."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths
        self._streams: list[TextIO] = []
        self._opened: list[TextIO] = []

    def open(self) -> None:
        """Open the files, to be added to.

        Raises:
            OSError: where one can't be opened.
        """
        for path in self._paths:
            if path in {"stdout", "stderr"}:
                self._streams.append(getattr(sys, path))
            else:
                file = Path(path.removeprefix("file://")).open("a", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115 - until `close`
                self._opened.append(file)
                self._streams.append(file)

    def info(self, text: str, /, **fields: object) -> None:
        """Write one message."""
        line = f"{text}\t{json.dumps(fields)}\n" if fields else f"{text}\n"
        for stream in self._streams:
            stream.write(line)
            stream.flush()

    def close(self) -> None:
        """Close what was opened here."""
        for file in self._opened:
            file.close()
        self._opened.clear()
        self._streams.clear()

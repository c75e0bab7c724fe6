"""One file for each value of a resource attribute, with a bound on how many are open."""

import os.path
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from collector.pdata import Payload
from exporters.file.config import FileConfig
from exporters.file.writer import PayloadWriter


class GroupedWriter:
    """Chooses the file by the attribute's value; the file used longest ago is closed first.

    `open_writer` makes the writer of a path; `dropped(count)` hears of items whose resource names no file.
    """

    def __init__(
        self, config: FileConfig, open_writer: Callable[[Path], PayloadWriter], dropped: Callable[[int], None]
    ) -> None:
        self._attribute = config.group_by.resource_attribute
        self._max_open = max(config.group_by.max_open_files, 1)
        self._prefix, self._suffix = split_pattern(config.path)
        self._mode = config.directory_mode
        self._open_writer = open_writer
        self._dropped = dropped
        self._open: OrderedDict[str, PayloadWriter] = OrderedDict()

    def write(self, payload: Payload) -> None:
        attribute = self._attribute
        values = {group.resource.attributes.get(attribute) for group in payload.resources()}
        texts = sorted(value for value in values if isinstance(value, str))
        if len(values) == 1 and texts:
            self._writer(texts[0]).write(payload)
            return
        written = 0
        for text in texts:
            part = payload.fork()
            part.remove_resources_if(partial(differs, attribute, text))
            self._writer(text).write(part)
            written += part.item_count
        if lost := payload.item_count - written:
            self._dropped(lost)

    def flush(self) -> None:
        for writer in self._open.values():
            writer.sink.flush()

    def close(self) -> None:
        while self._open:
            self._open.popitem()[1].close()

    def _writer(self, segment: str) -> PayloadWriter:
        path = grouped_path(self._prefix, segment, self._suffix)
        writer = self._open.get(path)
        if writer is not None:
            self._open.move_to_end(path)
            return writer
        while len(self._open) >= self._max_open:
            self._open.popitem(last=False)[1].close()
        Path(path).parent.mkdir(mode=self._mode, parents=True, exist_ok=True)
        writer = self._open[path] = self._open_writer(Path(path))
        return writer


def differs(attribute: str, text: str, group: Any) -> bool:
    """Whether a resource group belongs to another file than that of `text`."""
    return bool(group.resource.attributes.get(attribute) != text)


def split_pattern(path: str) -> tuple[str, str]:
    """What stands before and after `*`; the first is absolute and clean, a slash at its end is kept."""
    prefix, _, suffix = path.partition("*")
    clean = os.path.abspath(prefix)  # noqa: PTH100 - text on purpose: `Path` would lose the slash at the end
    return (clean if clean.endswith("/") or not prefix.endswith("/") else clean + "/"), suffix


def grouped_path(prefix: str, segment: str, suffix: str) -> str:
    """The file of a segment; one that would leave the prefix is forced below it."""
    path = os.path.normpath(prefix + segment.removeprefix("./") + suffix)
    if path.startswith(prefix):
        return path
    return os.path.normpath(prefix + os.path.normpath("/" + segment + suffix))

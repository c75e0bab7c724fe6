"""Where the keys and values of a document stand in its sources."""

from typing import NamedTuple

Path = tuple[str | int, ...]


class Mark(NamedTuple):
    """Place of one key and its value; lines and columns count from 1, 0 where the source has none."""

    source: str
    key_line: int = 0
    key_column: int = 0
    line: int = 0
    column: int = 0

    def key(self) -> str:
        """`file:line:column` of the key."""
        return f"{self.source}:{self.key_line}:{self.key_column}" if self.key_line else self.source

    def value(self) -> str:
        """`file:line:column` of the value; of its key where the value begins on a later line, as blocks do."""
        if self.line > self.key_line:
            return self.key()
        return f"{self.source}:{self.line}:{self.column}" if self.line else self.source


Marks = dict[Path, Mark]


def nearest(marks: Marks, path: Path) -> tuple[Mark | None, bool]:
    """The mark of the path or of what holds it, and whether it is the path's own."""
    for end in range(len(path), -1, -1):
        mark = marks.get(path[:end])
        if mark is not None:
            return mark, end == len(path)
    return None, False


def joined(path: Path) -> str:
    """The path as messages show it: `receivers::otlp::protocols`, list items `::1`."""
    return "::".join(map(str, path))


def dotted(path: Path) -> str:
    """The path as decoding errors show it: `protocols.grpc`, list items `[1]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text

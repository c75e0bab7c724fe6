"""YAML as the Collector reads it: version 1.2 with Go's leniencies (components.md 1.9), with the place of every value.

PyYAML gives the nodes; `scalars` says what plain ones mean, since PyYAML's own rules are those of version 1.1 (`on` is
a bool there, `12:30:45` a number). Only the first document of a text is read.
"""

import base64
import binascii
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import yaml

from collector.config.marks import Mark, Marks, Path
from collector.config.scalars import resolve

LARGEST_TEXT = 16 << 20
"""Bytes of a source that are read at most."""
DEEPEST = 200
"""Levels of nesting that are accepted."""
MOST_VALUES = 1_000_000
"""Values of a document after aliases are followed."""


class YamlError(ValueError):
    """A text that is not valid YAML; `line` and `column` count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


def read_yaml(text: str, source: str) -> tuple[object, Marks]:
    """The value of the first document of a text (`None` where there is none) and where everything stands.

    Raises:
        YamlError: not valid YAML, a key given twice, or nested, aliased or sized beyond all reason.
    """
    if len(text) > LARGEST_TEXT:
        raise YamlError(f"document of {len(text)} characters is too large; at most {LARGEST_TEXT} are read", 1, 1)
    try:
        _check_depth(text)
        loader = _Loader(text)
        try:
            node = loader.get_node() if loader.check_node() else None
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        raise _readable(error) from error
    except yaml.YAMLError as error:
        raise YamlError(str(error).partition("\n")[0], 1, 1) from error
    if node is None:
        return None, {}
    return _Reader(source).read(node)


class _Loader(yaml.CSafeLoader):
    """Leaves plain scalars unresolved."""

    def resolve(self, kind: type[yaml.Node], _value: str, implicit: tuple[bool, bool]) -> str:
        if kind is yaml.ScalarNode:
            return _PLAIN if implicit[0] else _STRING
        return _SEQUENCE if kind is yaml.SequenceNode else _MAPPING


_TAGS = "tag:yaml.org,2002:"
_PLAIN = "plain"
_STRING = _TAGS + "str"
_SEQUENCE = _TAGS + "seq"
_MAPPING = _TAGS + "map"


def _check_depth(text: str) -> None:
    """Count levels on parse events: composing is recursive in C and would crash on absurd ones."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise YamlError(f"exceeded max depth of {DEEPEST}", line, 1)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentEndEvent):
            return


def _readable(error: yaml.MarkedYAMLError) -> YamlError:
    mark = error.problem_mark or error.context_mark
    text = ", ".join(part for part in (error.context, error.problem) if part)
    if error.context and "flow" in error.context:
        text += "; values inside {…} or […] that hold '{', '[', ',' or ': ' need quotes"
    return YamlError(text, mark.line + 1 if mark else 1, mark.column + 1 if mark else 1)


class _Reader:
    """Turns nodes into plain data; anchored values are read once and shared."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._marks: Marks = {}
        self._sizes: dict[int, int] = {}
        self._open: set[int] = set()

    def read(self, node: yaml.Node) -> tuple[object, Marks]:
        self._size(node)
        value = self._value(node, ())
        self._marks.setdefault((), self._mark(node, node))
        return value, self._marks

    def _mark(self, key: yaml.Node, value: yaml.Node) -> Mark:
        first, second = key.start_mark, value.start_mark
        return Mark(self._source, first.line + 1, first.column + 1, second.line + 1, second.column + 1)

    def _size(self, node: yaml.Node) -> int:
        """Number of values below a node when aliases are followed; refuses cycles and bombs before they are built."""
        at = id(node)
        if at in self._sizes:
            return self._sizes[at]
        if at in self._open:
            raise _error("anchor contains itself", node)
        self._open.add(at)
        size = 1 + sum(self._size(child) for child in _children(node))
        self._open.discard(at)
        if size > MOST_VALUES:
            raise _error("document contains excessive aliasing", node)
        self._sizes[at] = size
        return size

    def _value(self, node: yaml.Node, path: Path) -> object:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            items: list[object] = []
            for index, child in enumerate(node.value):
                self._marks[(*path, index)] = self._mark(child, child)
                items.append(self._value(child, (*path, index)))
            return items
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        own: dict[str, object] = {}
        places: dict[str, int] = {}
        merged: list[yaml.Node] = []
        for key_node, value_node in node.value:
            if key_node.tag == _PLAIN and key_node.value == "<<":
                merged.append(value_node)
                continue
            key = _key(key_node)
            if key in places:
                raise _error(f'mapping key "{key}" already defined at line {places[key]}', key_node)
            places[key] = key_node.start_mark.line + 1
            self._marks[(*path, key)] = self._mark(key_node, value_node)
            own[key] = self._value(value_node, (*path, key))
        for value_node in merged:
            for source in _merge_sources(value_node):
                for key_node, child in _pairs(source):
                    key = _key(key_node)
                    if key not in own:
                        self._marks[(*path, key)] = self._mark(key_node, child)
                        own[key] = self._value(child, (*path, key))
        return own


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


def _merge_sources(node: yaml.Node) -> list[yaml.MappingNode]:
    sources: list[Any] = node.value if isinstance(node, yaml.SequenceNode) else [node]
    if not all(isinstance(source, yaml.MappingNode) for source in sources):
        raise _error("map merge requires map or sequence of maps as the value", node)
    return sources


def _pairs(node: yaml.MappingNode) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """Keys and values of a merged mapping, its own before those that it merges itself."""
    for key, value in node.value:
        if not (key.tag == _PLAIN and key.value == "<<"):
            yield key, value
    for key, value in node.value:
        if key.tag == _PLAIN and key.value == "<<":
            for source in _merge_sources(value):
                yield from _pairs(source)


def _key(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise _error("invalid map key; keys are plain texts", node)
    value = _scalar(node)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else node.value


def _scalar(node: Any) -> object:
    if node.tag == _PLAIN:
        return resolve(node.value)
    if node.tag == _TAGS + "binary":
        try:
            return base64.b64decode("".join(node.value.split()), validate=True).decode(errors="replace")
        except binascii.Error as wrong:
            raise _error("!!binary value contains invalid base64 data", node) from wrong
    wanted = _TAGGED.get(node.tag)
    if wanted is None:
        return node.value
    value = resolve(node.value)
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not wanted:
        raise _error(f"cannot decode {node.value!r} as a !!{node.tag.removeprefix(_TAGS)}", node)
    return value


_TAGGED: dict[str, type] = {
    _TAGS + "int": int,
    _TAGS + "float": float,
    _TAGS + "bool": bool,
    _TAGS + "null": type(None),
    _TAGS + "timestamp": datetime,
}


def _error(message: str, node: yaml.Node) -> YamlError:
    return YamlError(message, node.start_mark.line + 1, node.start_mark.column + 1)

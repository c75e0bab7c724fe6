"""A strict reader of XML: no external entities, no entities but the five that XML has, bounded depth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from collector.ottl.errors import EvaluationError
from collector.ottl.xml.nodes import Kind, Node

MAX_DEPTH = 10_000
_NAME = re.compile(r"[^\W\d][\w.\-·]*(?::[^\W\d][\w.\-·]*)?|:[\w.\-·]+")
_SPACE = re.compile(r"[ \t\r\n]*")
_ENTITY = re.compile(r"&(?:#(?:x([0-9a-fA-F]+)|([0-9]+))|(amp|lt|gt|apos|quot));|&")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "apos": "'", "quot": '"'}
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Event(NamedTuple):
    """One piece of a document. Kind "end" closes an element."""

    kind: str
    name: str
    value: str
    attributes: tuple[tuple[str, str], ...] = ()
    end: int = 0
    """Where the piece ends in the text."""


def _error(what: str) -> EvaluationError:
    return EvaluationError(f"XML syntax error: {what}")


def read(text: str) -> Iterator[Event]:
    """Yield the pieces of a document. Elements are balanced. Raises `EvaluationError`."""
    illegal = _ILLEGAL.search(text)
    if illegal:
        raise _error(f"illegal character code {ord(illegal.group()):#06x}")
    open_names: list[str] = []
    at = 0
    while at < len(text):
        if text[at] != "<":
            end = text.find("<", at)
            end = len(text) if end < 0 else end
            piece = text[at:end]
            if "]]>" in piece:
                raise _error("unescaped ]]> not in CDATA section")
            at = end
            yield Event("text", "", _resolve(_line_ends(piece)), end=at)
        elif text.startswith("<!--", at):
            value, at = _until(text, at + 4, "-->", "comment")
            if "--" in value:
                raise _error("invalid sequence -- not allowed in comments")
            yield Event("comment", "", _line_ends(value), end=at)
        elif text.startswith("<![CDATA[", at):
            value, at = _until(text, at + 9, "]]>", "CDATA section")
            yield Event("cdata", "", _line_ends(value), end=at)
        elif text.startswith("<?", at):
            name = _name(text, at + 2)
            value, at = _until(text, at + 2 + len(name), "?>", "processing instruction")
            yield Event("instruction", name, value.lstrip(" \t\r\n"), end=at)
        elif text.startswith("<!", at):
            value, at = _directive(text, at + 2)
            yield Event("directive", "", value, end=at)
        elif text.startswith("</", at):
            name = _name(text, at + 2)
            at = _skip(text, at + 2 + len(name))
            if text[at : at + 1] != ">":
                raise _error(f"invalid characters between </{name} and >")
            at += 1
            if not open_names or open_names.pop() != name:
                raise _error(f"unexpected end element </{name}>")
            yield Event("end", name, "", end=at)
        else:
            event, closed = _start_tag(text, at + 1)
            at = event.end
            yield event
            if closed:
                yield Event("end", event.name, "", end=at)
            else:
                open_names.append(event.name)
                if len(open_names) > MAX_DEPTH:
                    raise EvaluationError(f"XML is nested more than {MAX_DEPTH} levels deep")
    if open_names:
        raise _error(f"unexpected EOF: element <{open_names[-1]}> is never closed")


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _until(text: str, at: int, mark: str, what: str) -> tuple[str, int]:
    end = text.find(mark, at)
    if end < 0:
        raise _error(f"unexpected EOF in {what}")
    return text[at:end], end + len(mark)


def _name(text: str, at: int) -> str:
    match = _NAME.match(text, at)
    if match is None:
        raise _error("expected a name")
    return match.group()


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return at if match is None else match.end()


def _directive(text: str, at: int) -> tuple[str, int]:
    depth, quote, position = 1, "", at
    while position < len(text):
        c = text[position]
        if quote:
            quote = "" if c == quote else quote
        elif c in "\"'":
            quote = c
        elif c == "<":
            depth += 1
        elif c == ">":
            depth -= 1
            if depth == 0:
                return text[at:position], position + 1
        position += 1
    raise _error("unexpected EOF in directive")


def _start_tag(text: str, at: int) -> tuple[Event, bool]:
    name = _name(text, at)
    at += len(name)
    attributes: list[tuple[str, str]] = []
    while True:
        at = _skip(text, at)
        if text.startswith("/>", at):
            return Event("start", name, "", tuple(attributes), at + 2), True
        if text[at : at + 1] == ">":
            return Event("start", name, "", tuple(attributes), at + 1), False
        attribute = _name(text, at)
        at = _skip(text, at + len(attribute))
        if text[at : at + 1] != "=":
            raise _error("attribute name without = in element")
        at = _skip(text, at + 1)
        quote = text[at : at + 1]
        if quote not in ("'", '"') or not quote:
            raise _error("unquoted or missing attribute value in element")
        value, at = _until(text, at + 1, quote, "attribute value")
        if "<" in value:
            raise _error("unescaped < inside quoted string")
        attributes.append((attribute, _resolve(_line_ends(value))))


def _resolve(text: str) -> str:
    def replaced(match: re.Match[str]) -> str:
        hexadecimal, decimal, name = match.groups()
        if name:
            return _ENTITIES[name]
        if hexadecimal is None and decimal is None:
            raise _error(f"invalid character entity {text[match.start() : match.start() + 12]!r}")
        digits = (hexadecimal or decimal).lstrip("0")
        code = int(digits or "0", 16 if hexadecimal else 10) if len(digits) < 9 else 0x110000
        if code > 0x10FFFF or _ILLEGAL.match(chr(code)) or 0xD800 <= code < 0xE000:
            raise _error("invalid character entity")
        return chr(code)

    return _ENTITY.sub(replaced, text) if "&" in text else text


def parse_tree(text: str) -> Node:
    """Return a document, which may have several elements at the top but must have one.

    Raises `EvaluationError`.
    """
    document = Node("document")
    current = document
    kinds: dict[str, Kind] = {
        "text": "text", "cdata": "cdata", "comment": "comment", "instruction": "instruction", "directive": "directive",
    }  # fmt: skip
    declared = text.startswith("<?xml")
    for event in read(text):
        if event.kind == "start":
            current = current.add(Node("element", event.name))
            for name, value in event.attributes:
                current.add_attribute(name, value)
        elif event.kind == "end":
            current = current.parent or document
        elif event.name != "xml" or declared:
            current.add(Node(kinds[event.kind], event.name, event.value))
    first = next((i for i, child in enumerate(document.children) if child.kind == "element"), None)
    if first is None:
        raise EvaluationError("parse XML: there is no element")
    if not declared:  # the Collector keeps what comes before the root only where the text begins with instructions
        del document.children[: 1 if text.startswith("<?") else first]
    return document

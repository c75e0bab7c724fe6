"""Nodes of an XML tree, and their text."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["document", "element", "attribute", "text", "cdata", "comment", "instruction", "directive"]
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", '"': "&#34;"}
_SINGLE_QUOTED = re.compile(r"'([^'\"]*)'")


class Node:
    """One node. `name` is as written, prefix included; `value` is the text of nodes that have no children."""

    __slots__ = ("attributes", "children", "kind", "name", "parent", "value")

    def __init__(self, kind: Kind, name: str = "", value: str = "") -> None:
        self.kind, self.name, self.value = kind, name, value
        self.attributes: list[Node] = []
        self.children: list[Node] = []
        self.parent: Node | None = None

    def add(self, child: Node) -> Node:
        """Append a child."""
        child.parent = self
        self.children.append(child)
        return child

    def add_attribute(self, name: str, value: str) -> None:
        """Append an attribute."""
        attribute = Node("attribute", name, value)
        attribute.parent = self
        self.attributes.append(attribute)

    @property
    def local_name(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    def is_text(self) -> bool:
        """Tell whether the node is text or CDATA."""
        return self.kind in ("text", "cdata")

    def text(self) -> str:
        """Return the text of the node and of everything below it."""
        if self.kind not in ("document", "element"):
            return self.value
        pieces: list[str] = []
        stack = [self]
        while stack:
            node = stack.pop()
            if node.is_text():
                pieces.append(node.value)
            stack.extend(reversed(node.children))
        return "".join(pieces)


def remove_all(nodes: list[Node]) -> None:
    """Take nodes out of their parents. Attributes with a prefix stay, as they do in the Collector."""
    gone = {id(n) for n in nodes if n.kind != "attribute" or ":" not in n.name}
    for parent in {id(n.parent): n.parent for n in nodes if n.parent is not None}.values():
        parent.attributes[:] = [a for a in parent.attributes if id(a) not in gone]
        parent.children[:] = [c for c in parent.children if id(c) not in gone]


def escape(text: str) -> str:
    """Return a text as XML."""
    return re.sub("[&<>'\"]", lambda m: _ESCAPES[m.group()], text)


def serialise(node: Node) -> str:
    """Return a node as XML, without indentation and document types; empty elements have an end tag."""
    out: list[str] = []
    stack: list[Node | str] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            out.append(item)
            continue
        if item.kind in ("document", "element"):
            if item.kind == "element":
                attributes = "".join(f' {a.name}="{escape(a.value)}"' for a in item.attributes)
                out.append(f"<{item.name}{attributes}>")
                stack.append(f"</{item.name}>")
            stack.extend(reversed(item.children))
        elif item.kind == "cdata":
            out.append(f"<![CDATA[{item.value}]]>")
        elif item.kind == "comment":
            out.append(f"<!--{item.value}-->")
        elif item.kind == "instruction":
            value = _SINGLE_QUOTED.sub(r'"\1"', item.value) if item.name == "xml" else item.value
            out.append(f"<?{item.name}{' ' if value else ''}{value}?>")
        elif item.kind != "directive":
            out.append(escape(item.value))
    return "".join(out)

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

    def opening(self) -> str:
        """Return the start tag of an element."""
        attributes = "".join(f' {a.name}="{escape(a.value)}"' for a in self.attributes)
        return f"<{self.name}{attributes}>"

    def is_text(self) -> bool:
        """Tell whether the node is text or CDATA."""
        return self.kind in ("text", "cdata")

    def is_element(self) -> bool:
        """Tell whether XPath takes the node for an element, as it does with instructions but for the declaration."""
        return self.kind == "element" or (self.kind == "instruction" and self.name != "xml")

    def is_blank(self) -> bool:
        """Tell whether the node is a text of white space."""
        return self.kind == "text" and not self.value.strip()

    def seen_children(self) -> list[Node]:
        """Return the children that XPath comes by: no white space but right at the beginning."""
        return [child for i, child in enumerate(self.children) if not i or not child.is_blank()]

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
    """Take nodes out of their parents; instructions and attributes with a prefix stay, as they do in the Collector."""
    stay = ("instruction", "directive")
    gone = {id(n) for n in nodes if n.kind not in stay and not (n.kind == "attribute" and ":" in n.name)}
    for parent in {id(n.parent): n.parent for n in nodes if n.parent is not None}.values():
        parent.attributes[:] = [a for a in parent.attributes if id(a) not in gone]
        parent.children[:] = [c for c in parent.children if id(c) not in gone]


def escape(text: str) -> str:
    """Return a text as XML."""
    return re.sub("[&<>'\"]", lambda m: _ESCAPES[m.group()], text)


def serialise(node: Node) -> str:
    """Return a node as XML, without indentation; empty elements have an end tag."""
    out: list[str] = []
    stack: list[Node | str] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            out.append(item)
            continue
        if item.kind in ("document", "element"):
            if item.kind == "element":
                out.append(item.opening())
                stack.append(f"</{item.name}>")
            stack.extend(reversed(item.children))
        elif item.kind == "cdata":
            out.append(f"<![CDATA[{item.value}]]>")
        elif item.kind == "comment":
            out.append(f"<!--{item.value}-->")
        elif item.kind == "instruction":
            value = _SINGLE_QUOTED.sub(r'"\1"', item.value) if item.name == "xml" else item.value
            out.append(f"<?{item.name}{' ' if value else ''}{value}?>")
        elif item.kind == "directive":
            out.append(f"<!{item.value}>")
        else:
            out.append(escape(item.value))
    return "".join(out)

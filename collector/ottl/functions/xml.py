"""XML (appendix F)."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from collector.ottl.errors import EvaluationError
from collector.ottl.signature import Literal, LitStr, function
from collector.ottl.values import Slice
from collector.ottl.xml import Node, XPath, parse_tree, read, serialise, xpath
from collector.ottl.xml.moving import matches_text
from collector.ottl.xml.nodes import remove_all

Expression = Annotated[XPath, Literal("a string", str, convert=xpath)]
_ATTRIBUTES: Any = "//@*"
_EVERYTHING: Any = "/"


@function("GetXML", memo=True)
def get_xml(target: str, x_path: Expression) -> str:
    if not target:
        return ""
    return matches_text(x_path.select(parse_tree(target)))


@function("RemoveXML", memo=True)
def remove_xml(target: str, x_path: Expression) -> str:
    if not target:
        return ""
    document = parse_tree(target)
    remove_all(x_path.select(document))
    return serialise(document)


@function("InsertXML", memo=False)
def insert_xml(target: str, x_path: Expression, sub_document: str) -> str:
    document = parse_tree(target) if target else Node("document")
    added = parse_tree(sub_document)
    for node in x_path.select(document):
        if node.kind not in ("element", "document"):
            named = node.name if node.kind == "instruction" else node.value
            raise EvaluationError(f"InsertXML XPath selected non-element: {named!r}")
        for child in added.children:
            node.add(_copy(child))
    return serialise(document)


def _copy(node: Node) -> Node:
    made = Node(node.kind, node.name, node.value)
    stack = [(node, made)]
    while stack:
        source, target = stack.pop()
        for attribute in source.attributes:
            target.add_attribute(attribute.name, attribute.value)
        stack.extend((c, target.add(Node(c.kind, c.name, c.value))) for c in source.children)
    return made


@function("ConvertAttributesToElementsXML", memo=True)
def convert_attributes(target: str, x_path: Expression = _ATTRIBUTES) -> str:
    document = parse_tree(target)
    selected = x_path.select(document)
    for node in selected:
        if node.kind == "attribute" and node.parent is not None:
            element = node.parent.add(Node("element", node.local_name))
            element.add(Node("text", value=node.value))
    remove_all([n for n in selected if n.kind == "attribute"])
    return serialise(document)


@function("ConvertTextToElementsXML", memo=True)
def convert_text(target: str, x_path: Expression = _EVERYTHING, element_name: LitStr = "value") -> str:
    document = parse_tree(target)
    for selected in x_path.select(document):
        stack = [selected]
        while stack:
            node = stack.pop()
            _wrap_text(node, element_name)
            stack.extend(c for c in node.children if c.kind == "element")
    return serialise(document)


def _wrap_text(node: Node, name: str) -> None:
    texts = [c for c in node.children if c.kind == "text"]
    elements = any(c.kind == "element" for c in node.children)
    if not texts or (len(texts) < 2 and not elements):
        return
    for place, child in enumerate(node.children):
        if child.kind == "text":
            wrapper = Node("element", name)
            wrapper.parent = node
            wrapper.add(child)
            node.children[place] = wrapper


@function("ParseXML", memo=True)
def parse_xml(target: str) -> dict[str, Any]:
    stack: list[dict[str, Any]] = []
    root: dict[str, Any] | None = None
    for event in read(target):
        if root is not None:
            raise EvaluationError("unmarshal xml: trailing data after the root element")
        if event.kind == "start":
            element: dict[str, Any] = {"tag": _local(event.name)}
            if event.attributes:
                element["attributes"] = {_local(name): value for name, value in event.attributes}
            if stack:
                stack[-1].setdefault("children", Slice()).append(element)
            stack.append(element)
        elif event.kind == "end":
            element = stack.pop()
            if not stack:
                root = element
        elif event.kind in ("text", "cdata") and stack and (text := event.value.strip()):
            stack[-1]["content"] = stack[-1].get("content", "") + text
    if root is None:
        raise EvaluationError("unmarshal xml: there is no element")
    return root


def _local(name: str) -> str:
    return name.rpartition(":")[2]


@function("ParseSimplifiedXML", memo=True)
def parse_simplified_xml(target: str) -> dict[str, Any]:
    return _simplified(parse_tree(target), 0) or {}


def _simplified(node: Node, depth: int) -> dict[str, Any]:
    if depth > 200:
        raise EvaluationError("XML is nested too deeply to become a map")
    result: dict[str, Any] = {}
    elements = [c for c in node.children if c.kind == "element"]
    names = Counter(c.local_name for c in elements)
    for child in elements:
        if not child.children:
            continue
        if any(c.kind == "element" for c in child.children):
            value: Any = _simplified(child, depth + 1)
            if not value:
                continue
        else:
            texts = [c for c in child.children if c.is_text()]
            if not texts:
                continue
            value = texts[0].value
        if names[child.local_name] > 1:
            result.setdefault(child.local_name, Slice()).append(value)
        else:
            result[child.local_name] = value
    return result

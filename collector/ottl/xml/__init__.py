"""XML as the Collector's functions see it: a tree that keeps text, CDATA and comments apart, and XPath over it."""

from collector.ottl.xml.nodes import Node, serialise
from collector.ottl.xml.reader import Event, parse_tree, read
from collector.ottl.xml.xpath import XPath, xpath

__all__ = ["Event", "Node", "XPath", "parse_tree", "read", "serialise", "xpath"]

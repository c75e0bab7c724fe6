"""Stage one: from text to a tree that knows where each of its parts stood, and back.

`parse_statement(print_tree(tree)) == tree` for every tree: positions take no part in comparisons.
"""

from collector.ottl.parse.parser import (
    MAX_DEPTH,
    MAX_LENGTH,
    parse_condition,
    parse_statement,
    parse_value,
)
from collector.ottl.parse.printer import print_tree

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "parse_condition", "parse_statement", "parse_value", "print_tree"]

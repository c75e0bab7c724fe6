"""`include` and `exclude`: which records a component works on (components.md 4.3).

The parts are usable alone: `text_test` for a list of texts or patterns, `attributes_test` for key-value entries,
`Match` for one block, `Selection` for both blocks over a payload.
"""

from collector.matching.conditions import attributes_test, scalar_text, severity_test, text_test
from collector.matching.match import Match
from collector.matching.properties import MatchProperties
from collector.matching.selection import Selection
from collector.matching.settings import AttributeEntry, MatchType

__all__ = [
    "AttributeEntry",
    "Match",
    "MatchProperties",
    "MatchType",
    "Selection",
    "attributes_test",
    "scalar_text",
    "severity_test",
    "text_test",
]

"""Stage two: from trees to bound expressions: every path, function, enum and literal resolved and checked.

All problems of all statements are found before any is reported.
"""

from collector.ottl.check.checker import Checker
from collector.ottl.check.contexts import CONTEXTS, SIGNALS
from collector.ottl.check.inference import NoContext, infer

__all__ = ["CONTEXTS", "SIGNALS", "Checker", "NoContext", "infer"]

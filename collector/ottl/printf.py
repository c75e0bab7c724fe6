"""Go's `fmt.Sprintf` for the values of OTTL (appendix B). It never fails: mistakes show up in the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from collector.ottl.errors import EvaluationError
from collector.ottl.printf_scalars import Spec
from collector.ottl.printf_values import go_type, show
from collector.ottl.values import (
    MAX_BYTES,
)

MAX_WIDTH = 1_000_000
_DIRECTIVE = re.compile(
    r"%(?P<flags>[+\-# 0]*)(?P<wi>\[[^\]]*\]?)?(?P<width>\*|\d+)?(?:(?P<dot>\.)(?P<pi>\[[^\]]*\]?)?(?P<prec>\*|\d+)?)?"
    r"(?P<vi>\[[^\]]*\]?)?(?P<verb>.)?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Format:
    """A parsed format: text pieces and the matches of directives between them."""

    pieces: tuple[str | re.Match[str], ...]

    def fill(self, values: Sequence[Any]) -> str:
        """Return the formatted text."""
        state = _State(values)
        out: list[str] = []
        size = 0
        for piece in self.pieces:
            out.append(piece if isinstance(piece, str) else state.directive(piece))
            size += len(out[-1])
            if size > MAX_BYTES:
                raise EvaluationError(f"the text has grown to more than {MAX_BYTES} bytes")
        if not state.reordered and state.at < len(values):
            extra = ", ".join(
                "<nil>" if v is None else f"{go_type(v)}={show('v', Spec(), v)}" for v in values[state.at :]
            )
            out.append(f"%!(EXTRA {extra})")
        return "".join(out)


@lru_cache(maxsize=256)
def parse_format(text: str) -> Format:
    """Return a format, ready to be filled."""
    pieces: list[str | re.Match[str]] = []
    position = 0
    while (start := text.find("%", position)) >= 0:
        match = _DIRECTIVE.match(text, start)
        assert match is not None
        pieces += [text[position:start], match]
        position = match.end()
    return Format((*pieces, text[position:]))


class _State:
    """Which argument comes next."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.values, self.at, self.reordered, self.good = values, 0, False, True

    def _select(self, index: str | None) -> None:
        if not index:
            return
        self.reordered = True
        number = index[1:-1] if index.endswith("]") else ""
        if number.isdigit() and 1 <= int(number) <= len(self.values):
            self.at = int(number) - 1
        else:
            self.good = False

    def _star(self) -> int | None:
        value = self.values[self.at] if self.at < len(self.values) else None
        self.at += self.at < len(self.values)
        return value if type(value) is int and abs(value) <= MAX_WIDTH else None

    def directive(self, match: re.Match[str]) -> str:
        out, self.good = "", True
        flags, verb = match["flags"], match["verb"]
        spec = Spec("+" in flags, "-" in flags, "#" in flags, " " in flags, "0" in flags and "-" not in flags)
        self._select(match["wi"])
        if match["width"] == "*":
            width = self._star()
            if width is None:
                out += "%!(BADWIDTH)"
            elif width < 0:
                spec.minus, spec.zero, width = True, False, -width
            spec.width = width
        elif match["width"]:
            spec.width = int(match["width"][:8])
        if match["dot"]:
            self._select(match["pi"])
            if match["prec"] == "*":
                spec.precision = self._star()
                if spec.precision is None or spec.precision < 0:
                    spec.precision = None
                    out += "%!(BADPREC)"
            else:
                spec.precision = int((match["prec"] or "0")[:8])
        if (spec.width or 0) > MAX_WIDTH or (spec.precision or 0) > MAX_WIDTH or verb is None:
            return out + "%!(NOVERB)"
        self._select(match["vi"])
        if verb == "%":
            return out + "%"
        if not self.good:
            return out + f"%!{verb}(BADINDEX)"
        if self.at >= len(self.values):
            return out + f"%!{verb}(MISSING)"
        value = self.values[self.at]
        self.at += 1
        if verb == "v" and (spec.plus or spec.sharp):  # these ask for Go syntax here, not for signs
            spec.syntax, spec.plus, spec.sharp = spec.sharp, False, False
        return out + show(verb, spec, value)

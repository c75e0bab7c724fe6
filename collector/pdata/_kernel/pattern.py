"""Patterns that need no going back: a row of character sets, each met a number of times, matched byte by byte.

Whether a regular expression is one is decided by who makes it (`collector.simple_regex`); here it only runs. Texts must
be ASCII and short: others are left to a whole engine.
"""

from .native import is_ascii, splice

MOST_TEXT = 1024
"""Longest text, in bytes, so that the time stays small where a pattern begins to match at every place."""


class Pattern:
    """A row of sets. `sets` has 256 bytes (0 or 1) for each, `least` and `most` how often it is met (255: any number).

    A set takes as many characters as it can; no set may share one with those that can follow it. `anchored` patterns
    match at the start of a text only, `ended` ones at its end.
    """

    __slots__ = ("anchored", "ended", "least", "most", "sets", "size")

    anchored: bool
    ended: bool
    least: bytes
    most: bytes
    sets: bytes
    size: int

    def __init__(self, sets: bytes, least: bytes, most: bytes, *, anchored: bool, ended: bool) -> None:
        if not least or len(least) != len(most) or len(sets) != 256 * len(least) or not max(least):
            raise ValueError("a pattern has one set or more, 256 bytes and two counts for each, and is never empty")
        self.sets = bytes(sets)
        self.least = bytes(least)
        self.most = bytes(most)
        self.size = len(least)
        self.anchored = anchored
        self.ended = ended

    def takes(self, p: bytes, start: int, end: int) -> bool:
        """Tell whether the text in `p[start:end]` is one for patterns like this: short and ASCII."""
        return end - start <= MOST_TEXT and is_ascii(p, start, end)

    def stop(self, p: bytes, pos: int, end: int) -> int:
        """Give where a match that begins at `pos` ends, -1 if none does."""
        sets = self.sets
        least = self.least
        most = self.most
        for index in range(self.size):
            base = index * 256
            left = most[index]
            if left == 255:
                left = MOST_TEXT
            begin = pos
            while pos < end and left > 0 and sets[base + p[pos]]:
                pos += 1
                left -= 1
            if pos - begin < least[index]:
                return -1
        return pos if not self.ended or pos == end else -1

    def find(self, p: bytes, pos: int, end: int) -> tuple[int, int]:
        """Give where the first match in `p[pos:end]` begins and ends; -1 if there is none."""
        if self.anchored:
            stop = self.stop(p, pos, end)
            if stop < 0:
                return -1, -1
            return pos, stop
        sets = self.sets
        skips = self.least[0] > 0
        while pos < end:
            if not skips or sets[p[pos]]:
                stop = self.stop(p, pos, end)
                if stop >= 0:
                    return pos, stop
            pos += 1
        return -1, -1

    def test(self, text: bytes) -> bool | None:
        """Tell whether the pattern matches in a text; None for a text that is not for patterns like this."""
        if not self.takes(text, 0, len(text)):
            return None
        at, _stop = self.find(text, 0, len(text))
        return at >= 0

    def replaced(self, p: bytes, start: int, end: int, replacement: bytes) -> bytes | None:
        """Give `p[start:end]` with every match replaced; None if there is no match."""
        at, stop = self.find(p, start, end)
        if at < 0:
            return None
        following = -1
        if not self.anchored:
            following, last = self.find(p, stop, end)
        if following < 0:
            return splice(p, start, end, at, stop, replacement)
        out = [p[start:at], replacement]
        while following >= 0:
            out.append(p[stop:following])
            out.append(replacement)
            stop = last
            following, last = self.find(p, stop, end)
        out.append(p[stop:end])
        return b"".join(out)

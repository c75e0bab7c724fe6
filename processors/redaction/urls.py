"""Paths with their variable parts replaced by `*` (components.md 4.11, `url_sanitizer`).

A segment is variable when it holds more than letters, or when its letters follow each other as they do in no word: the
mean of -ln P(letter | letter before), from a table of English technical prose, passes a threshold.
"""

import itertools
import re
from functools import lru_cache

from collector.pdata import Span

from .config import UrlConfig

__all__ = ["Urls", "cluster"]

MAX_SEGMENTS = 10
CLIENT, SERVER = 3, 2
HTTP_ATTRIBUTES = (
    "http.route",
    "http.request.method",
    "http.request.method_original",
    "http.response.status_code",
    "url.full",
    "http.scheme",
    "http.target",
    "http.method",
    "http.url",
)

# Row: the letter before, column: the letter (a-z, blank); quarter nats in base 36.
_COST = (
    "xecftlhwewk9c7xfu8a7hiolgra",
    "bqin6suucbs7onbltbgn8qrs9te",
    "9rgo7oqadxdbom6mtfi8dstsnxd",
    "emoh6qpt8sshpfcmwjemfprtjx3",
    "fodahgiojwvfd9phj8adoildjz5",
    "cqpscdtt7vpfri7qvbkecuusiv5",
    "cpmp7ohcbuqflbelqaehbrqtpp5",
    "7tqu3uvs9wvspmatxjmfnvvvpv9",
    "gebfedeyqwmde69ivg88tfzlzkn",
    "ekjl2lkljlilkicklldlalkklld",
    "dkjn3ojoappmpckipkbmhlkpop6",
    "9qle7hsq7xsarlaiwmdecmnvbw8",
    "7eno5rvubvvmflb9wqdmdrvunv8",
    "cuc9ai9rfwmimhbnwsa8hiwwhv6",
    "lffdlbhviylfd6hdz7fbagfttva",
    "8qml6trkdvp9onacv7hbertwevc",
    "lllllllklllkkjlllhkl1lilklf",
    "angg6ngq9xhgeeakxecdhjlxfy7",
    "gvfr7orfbyoknfdfuqb8dsouiz4",
    "ctjp8ou69zxjojbmzbdfhvkvfy7",
    "edegakhvewwab8ldw988sqwtwwb",
    "5rpr2qrr9sqqkogpsompqqrrssg",
    "8spqbsq75sskrd9rscgrrqmsss9",
    "cl9m9kmkcqpnjgm6qoh8qophhp6",
    "komriossgutmid8bthcdrojsrp2",
    "9jjj3ijjbjjhjgehjjgjijjjhh9",
    "chehhgllduohhfeguhebjlhqlu2",
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz "
_PAIRS = {
    before + letter: int(_COST[i][j], 36) for i, before in enumerate(_LETTERS) for j, letter in enumerate(_LETTERS)
}
_IMPROBABLE = 16.0
_END = re.compile(r"[?&#]")
_OTHER = re.compile(r"[^A-Za-z\-_. ]")


def _is_variable(segment: str) -> bool:
    first = _OTHER.search(segment)
    # One odd character is let pass as the second of a segment (`v1`), if nothing odd follows.
    if first and (first.start() != 1 or _OTHER.search(segment, 2)):
        return True
    letters = [c for c in segment.lower() if c in _LETTERS]
    if len(letters) < 2:
        return False
    cost = sum(_PAIRS[a + b] for a, b in itertools.pairwise(letters))
    return cost / (len(letters) - 1) >= _IMPROBABLE


@lru_cache(maxsize=8192)
def cluster(url: str) -> str:
    """The path without query and fragment, variable segments replaced; at most ten separators are kept."""
    end = _END.search(url)
    segments = (url[: end.start()] if end else url).split("/")
    cut = len(segments) > MAX_SEGMENTS
    out = ["*" if s and _is_variable(s) else s for s in segments[:MAX_SEGMENTS]]
    if end and not cut and segments[-1] and not _OTHER.search(segments[-1]):
        out[-1] = segments[-1]  # letters right before a query stay, word or not
    return "/".join(out)


class Urls:
    """The `url_sanitizer` section, when enabled."""

    def __init__(self, config: UrlConfig) -> None:
        self.sanitize_span_name = config.sanitize_span_name
        self._attributes = frozenset(config.attributes)

    def attribute(self, key: str, text: str) -> str:
        return cluster(text) if text and key in self._attributes else text

    def span_name(self, span: Span) -> str | None:
        """The new name of a client or server span that looks like HTTP; None where it stays as it is."""
        if span.kind not in (CLIENT, SERVER):
            return None
        name = span.name
        if "/" not in name and not any(key in span.attributes for key in HTTP_ATTRIBUTES):
            return None
        new = cluster(name)
        if new == name or ("*" in new and not new.replace("*", "").replace("/", "")):
            return None
        return new

"""Time zones: an offset and an abbreviation for every instant."""

from __future__ import annotations

import time
from datetime import UTC as PYTHON_UTC
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=PYTHON_UTC)
_FIRST, _LAST = -62135596800 + 86400, 253402300799 - 86400


class Zone:
    """A zone by name. `at` gives the offset and the abbreviation for an instant."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def at(self, seconds: int) -> tuple[int, str]:
        """Return the offset in seconds and the abbreviation at a Unix time in seconds."""
        raise NotImplementedError

    def local(self, seconds: int) -> tuple[int, str]:
        """Return the offset and abbreviation for a wall clock reading, given as if it were Unix time.

        As Go's `time.Date`: a reading that a change of clocks skips or repeats takes the offset of the guess before it.
        """
        offset, _ = self.at(seconds)
        guess = self.at(seconds - offset)
        if guess[0] == offset:
            return guess
        other = self.at(seconds - guess[0])
        return other if other[0] == guess[0] else guess

    def abbreviations(self) -> dict[str, int]:
        """Return the abbreviations used in this zone and their offsets."""
        return {}


class FixedZone(Zone):
    """A constant offset."""

    __slots__ = ("_offset",)

    def __init__(self, name: str, offset: int) -> None:
        super().__init__(name)
        self._offset = offset

    def at(self, seconds: int) -> tuple[int, str]:
        del seconds
        return self._offset, self.name

    def abbreviations(self) -> dict[str, int]:
        return {self.name: self._offset}


class _NamedZone(Zone):
    """A zone of the IANA data base."""

    __slots__ = ("_info",)

    def __init__(self, name: str, info: ZoneInfo) -> None:
        super().__init__(name)
        self._info = info

    def at(self, seconds: int) -> tuple[int, str]:
        when = (_EPOCH + timedelta(seconds=min(max(seconds, _FIRST), _LAST))).astimezone(self._info)
        offset = when.utcoffset() or timedelta()
        return offset.days * 86400 + offset.seconds, when.tzname() or ""

    def abbreviations(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for year in range(2037, 1899, -1):
            for month in (1, 4, 7, 10):
                offset, name = self.at(int((datetime(year, month, 1, tzinfo=PYTHON_UTC) - _EPOCH).total_seconds()))
                found.setdefault(name, offset)
        return found


class _LocalZone(Zone):
    """The zone of this process."""

    __slots__ = ()

    def at(self, seconds: int) -> tuple[int, str]:
        try:
            local = time.localtime(seconds)
        except (OverflowError, OSError, ValueError):
            local = time.localtime(0)
        return local.tm_gmtoff, local.tm_zone

    def abbreviations(self) -> dict[str, int]:
        found = {}
        for moment in (0, 15_552_000, int(time.time()), int(time.time()) + 15_552_000):
            offset, name = self.at(moment)
            found[name] = offset
        return found


UTC: Zone = FixedZone("UTC", 0)
LOCAL: Zone = _LocalZone("Local")


@lru_cache(maxsize=256)
def zone(name: str) -> Zone:
    """Return a zone by its IANA name. Raises `ValueError` when there is none."""
    if name in ("", "UTC"):
        return UTC
    if name == "Local":
        return LOCAL
    try:
        return _NamedZone(name, ZoneInfo(name))
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(f"unknown time zone {name}") from error


@lru_cache(maxsize=64)
def abbreviations_of(place: Zone) -> dict[str, int]:
    """Return the abbreviations of a zone, remembered."""
    return place.abbreviations()

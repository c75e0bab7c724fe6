# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What is known of streams of points, and the samples of one push.

A stream is looked up by bytes as they came: resource, scope, metric without its points, attributes of the point. It has
its series, whose labels are encoded once. A push collects samples in arrays; each series has a linked list in them.
"""

from typing import Any

FIRST_ROOM = 1024


class Symbol:
    """A string of Remote Write 2.0; `request` and `ref` say where it is in the table of a request."""

    __slots__ = ("ref", "request", "text")

    text: bytes
    request: int
    ref: int

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.request = 0
        self.ref = 0


class Metadata:
    """Type, help and unit of a family; `encoded` is its metadata message of Remote Write 1.0."""

    __slots__ = ("encoded", "help", "type", "unit")

    type: int
    help: Symbol
    unit: Symbol
    encoded: bytes

    def __init__(self, type: int, help: Symbol, unit: Symbol, encoded: bytes) -> None:
        self.type = type
        self.help = help
        self.unit = unit
        self.encoded = encoded


class Series:
    """One label set, and what the push numbered `push` has of it.

    `labels` are the encoded label fields of Remote Write 1.0, `symbols` name, value, name, value for 2.0. `first` and
    `last` are places in the arrays of samples, -1 without samples. `exemplars` are `(labels, tail)`, where `labels` are
    encoded bytes or symbols, and `tail` holds the encoded value and time; `histograms` are `(time, message)`.
    """

    __slots__ = (
        "count", "exemplars", "first", "histograms", "labels", "last", "metadata", "push", "symbols", "tangled",
    )  # fmt: skip

    labels: bytes
    symbols: tuple[Symbol, ...]
    metadata: Metadata
    push: int
    first: int
    last: int
    count: int
    tangled: bool
    exemplars: list[tuple[Any, bytes]] | None
    histograms: list[tuple[int, bytes]] | None

    def __init__(self, labels: bytes, symbols: tuple[Symbol, ...], metadata: Metadata) -> None:
        self.labels = labels
        self.symbols = symbols
        self.metadata = metadata
        self.push = 0
        self.first = -1
        self.last = -1
        self.count = 0
        self.tangled = False
        self.exemplars = None
        self.histograms = None


class Stream:
    """The points of one metric with one set of attributes, and the series they go to.

    `single` has the values of numbers and native histograms; `total`, `count` and `infinite` those of the other kinds,
    `parts` the buckets or quantiles, for the bounds or quantiles that `layout` has encoded. Without series at all the
    points can't be translated, `error` says why.
    """

    __slots__ = (
        "count", "created", "error", "infinite", "key", "layout", "parts", "place", "push", "single", "total",
    )  # fmt: skip

    key: bytes
    place: int
    push: int
    error: str
    single: Series | None
    total: Series | None
    count: Series | None
    infinite: Series | None
    created: Series | None
    layout: bytes
    parts: list[Series]

    def __init__(self, key: bytes, place: int) -> None:
        self.key = key
        self.place = place
        self.push = 0
        self.error = ""
        self.single = None
        self.total = None
        self.count = None
        self.infinite = None
        self.created = None
        self.layout = b""
        self.parts = []


class Family:
    """A metric of one scope, without its points: what they become.

    `kind` is the field number of the data in OTLP's Metric; `error` says why none of its points can be sent. `detail`
    is the catalog's.
    """

    __slots__ = (
        "classic", "detail", "error", "kind", "metadata", "name", "native", "order", "push", "starts", "streams",
        "takes_exemplars", "turn",
    )  # fmt: skip

    kind: int
    name: str
    error: str
    detail: object
    metadata: Metadata
    classic: bool
    native: bool
    takes_exemplars: bool
    starts: bool
    push: int
    turn: int
    order: list[Stream]
    streams: dict[bytes, Stream]

    def __init__(self, kind: int, name: str, metadata: Metadata) -> None:
        self.kind = kind
        self.name = name
        self.error = ""
        self.detail = None
        self.metadata = metadata
        self.classic = False
        self.native = False
        self.takes_exemplars = False
        self.starts = False
        self.push = 0
        self.turn = 0
        self.order = []
        self.streams = {}


class Samples:
    """The samples of one push, by series in order of first appearance.

    `starts` keeps start times as well, which only Remote Write 2.0 has.
    """

    __slots__ = ("bits", "links", "push", "room", "series", "starts", "starts_kept", "times", "used")

    bits: "memoryview[int]"
    times: "memoryview[int]"
    starts: "memoryview[int]"
    links: "memoryview[int]"
    starts_kept: bool
    room: int
    used: int
    push: int
    series: list[Series]

    def __init__(self, *, starts_kept: bool) -> None:
        self.starts_kept = starts_kept
        self.push = 0
        self.used = 0
        self.series = []
        self.resize(FIRST_ROOM)

    def open(self) -> None:
        """Begin a push."""
        self.push += 1
        self.used = 0
        self.series = []

    def add(self, series: Series, metadata: Metadata, bits: int, time: int, start: int) -> None:
        """Add one sample; the times are in milliseconds, a start time of 0 is none."""
        used = self.used
        if used == self.room:
            self.resize(2 * used)
        self.bits[used] = bits
        self.times[used] = time
        self.links[used] = -1
        if self.starts_kept:
            self.starts[used] = start if start <= time else 0
        if series.push != self.push:
            self.touch(series, metadata)
        if series.count:
            if time <= self.times[series.last]:
                series.tangled = True
            self.links[series.last] = used
        else:
            series.first = used
        series.last = used
        series.count += 1
        self.used = used + 1

    def touch(self, series: Series, metadata: Metadata) -> None:
        """Enter a series in this push. The first family that has it gives the metadata."""
        series.push = self.push
        series.metadata = metadata
        series.first = -1
        series.count = 0
        series.tangled = False
        series.exemplars = None
        series.histograms = None
        self.series.append(series)

    def add_histogram(self, series: Series, metadata: Metadata, time: int, message: bytes) -> None:
        """Add one native histogram."""
        if series.push != self.push:
            self.touch(series, metadata)
        if series.histograms is None:
            series.histograms = []
        series.histograms.append((time, message))

    def untangle(self, series: Series) -> None:
        """Put the samples of a series in order of time; of equal times the last one given stays.

        A merge sort of the linked list: it is stable and needs no room.
        """
        links = self.links
        times = self.times
        head = series.first
        width = 1
        merges = 2
        while merges > 1:
            left = head
            head = -1
            last = -1
            merges = 0
            while left >= 0:
                merges += 1
                right = left
                left_size = 0
                while left_size < width and right >= 0:
                    left_size += 1
                    right = links[right]
                right_size = width
                while left_size > 0 or (right_size > 0 and right >= 0):
                    if left_size == 0 or (right_size > 0 and right >= 0 and times[right] < times[left]):
                        taken = right
                        right = links[right]
                        right_size -= 1
                    else:
                        taken = left
                        left = links[left]
                        left_size -= 1
                    if last < 0:
                        head = taken
                    else:
                        links[last] = taken
                    last = taken
                left = right
            links[last] = -1
            width *= 2
        series.first = head
        self.keep_last(series)
        series.tangled = False

    def keep_last(self, series: Series) -> None:
        """Of neighbours with one time keep the later one."""
        links = self.links
        times = self.times
        at = series.first
        before = -1
        while at >= 0:
            after = links[at]
            if after >= 0 and times[after] == times[at]:
                series.count -= 1
                if before < 0:
                    series.first = after
                else:
                    links[before] = after
            else:
                before = at
            at = after
        series.last = before

    def resize(self, room: int) -> None:
        """Make the arrays larger; what is in them is kept up to `used`."""
        self.bits = resized(self.bits if self.used else None, "Q", room, self.used)
        self.times = resized(self.times if self.used else None, "q", room, self.used)
        self.links = resized(self.links if self.used else None, "q", room, self.used)
        self.starts = resized(self.starts if self.used else None, "q", room if self.starts_kept else 1, self.used)
        self.room = room


def resized(old: "memoryview[int] | None", code: str, room: int, used: int) -> "memoryview[int]":
    """Make an array of `room` numbers of eight bytes that begins with the first `used` ones of the old."""
    block = bytearray(8 * room)
    if old is not None and used:
        block[: 8 * used] = memoryview(old).cast("B")[: 8 * used]
    return memoryview(block).cast(code)  # type: ignore[call-overload,no-any-return]

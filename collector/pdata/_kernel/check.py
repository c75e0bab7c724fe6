"""Validation of a whole payload in one pass, driven by a table of what each OTLP message may hold.

Refused: truncated or malformed fields, wrong wire types, invalid UTF-8, ids of a wrong length, groups, more than 100
levels. Unknown fields are passed over, but must be well-formed. Legal but odd input (a singular field twice, two
members of a oneof, numbers packed otherwise than usual) is reported, so that it can be put in order before a view
meets it.
"""

from .native import is_text
from .wire import read_varint

MAX_DEPTH = 100

_VARINT, _FIXED64, _FIXED32, _TEXT, _BYTES, _ID16, _ID8, _VARINTS, _FIXED64S = range(1, 10)
_MESSAGE = 16  # and the message's number; from 128 on likewise for messages that are counted
_COUNTED = 128
_KINDS = {
    "varint": _VARINT,
    "fixed64": _FIXED64,
    "fixed32": _FIXED32,
    "text": _TEXT,
    "bytes": _BYTES,
    "id16": _ID16,
    "id8": _ID8,
    "varints": _VARINTS,
    "fixed64s": _FIXED64S,
}

# `number:kind` singular, `number*kind` repeated, `number|kind` member of the oneof; `+` marks what is counted.
_POINT = " 2:fixed64 3:fixed64 "
_SCHEMA = {
    "traces": "1*ResourceSpans",
    "metrics": "1*ResourceMetrics",
    "logs": "1*ResourceLogs",
    "ResourceSpans": "1:Resource 2*ScopeSpans 3:text",
    "ResourceMetrics": "1:Resource 2*ScopeMetrics 3:text",
    "ResourceLogs": "1:Resource 2*ScopeLogs 3:text",
    "ScopeSpans": "1:Scope 2*Span 3:text",
    "ScopeMetrics": "1:Scope 2*Metric 3:text",
    "ScopeLogs": "1:Scope 2*LogRecord 3:text",
    "Resource": "1*KeyValue 2:varint 3*EntityRef",
    "Scope": "1:text 2:text 3*KeyValue 4:varint",
    "EntityRef": "1:text 2:text 3*text 4*text",
    "KeyValue": "1:text 2:AnyValue 3:varint",
    "AnyValue": "1|text 2|varint 3|varint 4|fixed64 5|ArrayValue 6|KeyValueList 7|bytes 8|varint",
    "ArrayValue": "1*AnyValue",
    "KeyValueList": "1*KeyValue",
    "Span": "1:id16 2:id8 3:text 4:id8 5:text 6:varint 7:fixed64 8:fixed64 9*KeyValue 10:varint 11*Event 12:varint"
    " 13*Link 14:varint 15:Status 16:fixed32 +",
    "Event": "1:fixed64 2:text 3*KeyValue 4:varint",
    "Link": "1:id16 2:id8 3:text 4*KeyValue 5:varint 6:fixed32",
    "Status": "2:text 3:varint",
    "LogRecord": "1:fixed64 2:varint 3:text 5:AnyValue 6*KeyValue 7:varint 8:fixed32 9:id16 10:id8 11:fixed64"
    " 12:text +",
    "Metric": "1:text 2:text 3:text 5|Gauge 7|Sum 9|Histogram 10|ExponentialHistogram 11|Summary 12*KeyValue",
    "Gauge": "1*NumberDataPoint",
    "Sum": "1*NumberDataPoint 2:varint 3:varint",
    "Histogram": "1*HistogramDataPoint 2:varint",
    "ExponentialHistogram": "1*ExponentialHistogramDataPoint 2:varint",
    "Summary": "1*SummaryDataPoint",
    "NumberDataPoint": _POINT + "4|fixed64 5*Exemplar 6|fixed64 7*KeyValue 8:varint +",
    "HistogramDataPoint": _POINT
    + "4:fixed64 5:fixed64 6:fixed64s 7:fixed64s 8*Exemplar 9*KeyValue 10:varint 11:fixed64"
    " 12:fixed64 +",
    "ExponentialHistogramDataPoint": _POINT + "1*KeyValue 4:fixed64 5:fixed64 6:varint 7:fixed64 8:Buckets 9:Buckets"
    " 10:varint 11*Exemplar 12:fixed64 13:fixed64 14:fixed64 +",
    "SummaryDataPoint": _POINT + "4:fixed64 5:fixed64 6*ValueAtQuantile 7*KeyValue 8:varint +",
    "Exemplar": "2:fixed64 3|fixed64 4:id8 5:id16 6|fixed64 7*KeyValue",
    "Buckets": "1:varint 2:varints",
    "ValueAtQuantile": "1:fixed64 2:fixed64",
}
_ORDER = list(_SCHEMA)
_ONEOF_BIT = 30


def _tables() -> tuple[bytes, bytes]:
    kinds = bytearray(32 * len(_ORDER))
    bits = bytearray(32 * len(_ORDER))
    counted = {name for name, words in _SCHEMA.items() if words.endswith(" +")}
    for index, name in enumerate(_ORDER):
        for word in _SCHEMA[name].removesuffix(" +").split():
            mark = next(char for char in word if char in ":*|")
            number, kind = word.split(mark)
            place = 32 * index + int(number)
            message = (_COUNTED if kind in counted else _MESSAGE) + _ORDER.index(kind) if kind in _ORDER else 0
            kinds[place] = _KINDS.get(kind, message)
            bits[place] = {":": int(number), "*": 0, "|": _ONEOF_BIT}[mark]
    return bytes(kinds), bytes(bits)


KINDS, BITS = _tables()
_ENTRY = _MESSAGE + _ORDER.index("KeyValue")


class Check:
    """The result of one validation: `items` counted, `odd` if it must be put in order; or `reason` and `place`."""

    __slots__ = ("bits", "items", "kinds", "odd", "place", "reason")

    bits: bytes
    items: int
    kinds: bytes
    odd: bool
    place: int
    reason: str


def fail(check: Check, place: int, reason: str) -> bool:
    check.place = place
    check.reason = reason
    return False


def is_plain_entry(p: bytes, pos: int, end: int) -> bool:
    """Tell whether a KeyValue is valid and has the usual form: key and scalar value, no length over 127.

    Nine tenths of a payload are such entries, so they are worth a path of their own. False says nothing.
    """
    if end - pos < 6 or p[pos] != 10:
        return False
    size = p[pos + 1]
    middle = pos + 2 + size
    if size > 127 or end - middle < 4 or p[middle] != 18:
        return False
    start = middle + 2
    if p[middle + 1] > 127 or start + p[middle + 1] != end or not is_text(p, pos + 2, middle):
        return False
    kind = p[start]
    if kind == 10:
        size = p[start + 1]
        return size < 128 and start + 2 + size == end and is_text(p, start + 2, end)
    if kind in (16, 24):
        _value, stop = read_varint(p, start + 1, end)
        return stop == end
    return kind == 33 and end - start == 9


def check_message(check: Check, p: bytes, pos: int, end: int, kind: int, depth: int) -> bool:
    """Check the message of this kind in `p[pos:end]`."""
    kinds = check.kinds
    bits = check.bits
    base = kind << 5
    seen = 0
    while pos < end:
        begin = pos
        tag = p[pos]
        if tag < 128:
            pos += 1
        else:
            tag, pos = read_varint(p, pos, end)
            if pos < 0 or pos - begin > 5 or tag > 0xFFFF_FFFF:
                return fail(check, begin, "malformed tag")
            if p[pos - 1] == 0:
                check.odd = True  # more bytes than need be: equal values must have equal bytes
        number = tag >> 3
        wire = tag & 7
        if number == 0:
            return fail(check, begin, "field number 0")
        code = 0
        if number < 32:
            code = kinds[base + number]
            bit = bits[base + number]
            if bit:
                if seen >> bit & 1:
                    check.odd = True
                seen |= 1 << bit
        if wire == 2:
            if pos < end and p[pos] < 128:
                size = p[pos]
                pos += 1
            else:
                size, pos = read_varint(p, pos, end)
                if pos < 0:
                    return fail(check, begin, "malformed length")
                if p[pos - 1] == 0:
                    check.odd = True
            left = end - pos
            if size > left:
                return fail(check, begin, "length past the end of the enclosing message")
            stop = pos + size
            if code == _ENTRY and depth < 98 and is_plain_entry(p, pos, stop):
                pass
            elif code >= 16:
                if depth >= 100:
                    return fail(check, begin, "nested deeper than 100 levels")
                if code >= 128:
                    check.items += 1
                    code -= 112
                if pos < stop and not check_message(check, p, pos, stop, code - 16, depth + 1):
                    return False
            elif code == 4:
                if not is_text(p, pos, stop):
                    return fail(check, pos, "invalid UTF-8 in a string field")
            elif code in (6, 7):
                if size > 0 and size != (16 if code == 6 else 8):
                    return fail(check, pos, f"{'trace' if code == 6 else 'span'} id of {size} bytes")
            elif code == 8:
                while pos < stop:
                    size, pos = read_varint(p, pos, stop)
                    if pos < 0:
                        return fail(check, begin, "malformed packed numbers")
            elif code == 9:
                if size & 7:
                    return fail(check, begin, "malformed packed numbers")
            elif code not in (0, 5):
                return fail(check, begin, "wrong wire type")
            pos = stop
        elif wire == 0:
            if pos < end and p[pos] < 128:
                pos += 1
            else:
                size, pos = read_varint(p, pos, end)
                if pos < 0:
                    return fail(check, begin, "malformed number")
            if code > 1:
                if code != 8:
                    return fail(check, begin, "wrong wire type")
                check.odd = True
        elif wire == 1:
            pos += 8
            if pos > end:
                return fail(check, begin, "number past the end of the enclosing message")
            if code not in (0, 2):
                if code != 9:
                    return fail(check, begin, "wrong wire type")
                check.odd = True
        elif wire == 5:
            pos += 4
            if pos > end:
                return fail(check, begin, "number past the end of the enclosing message")
            if code not in (0, 3):
                return fail(check, begin, "wrong wire type")
        else:
            return fail(check, begin, "group or unknown wire type")
    return True


def check_payload(signal: str, data: bytes) -> Check:
    """Validate an export request of this signal."""
    check = Check.__new__(Check)
    check.items = 0
    check.odd = False
    check.place = -1
    check.reason = ""
    check.kinds = KINDS
    check.bits = BITS
    check_message(check, data, 0, len(data), _ORDER.index(signal), 0)
    return check

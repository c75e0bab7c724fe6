"""Character sets by the names that the Collector knows: those that IANA has registered and Go has a table for."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from functools import lru_cache

from collector.ottl.errors import EvaluationError
from collector.ottl.values import text_of

_NAMES = {
    "utf-8": "utf-8 utf8 csutf8 ascii us-ascii",
    "ascii": "us csascii ansi_x3.4-1968 iso646-us iso-ir-6 cp367 ibm367",
    "utf-16-le": "utf-16 utf16 utf-16le csutf16le",
    "utf-16-be": "utf-16be csutf16 csutf16be",
    "iso8859-1": "iso-8859-1 iso_8859-1 iso_8859-1:1987 iso-ir-100 latin1 l1 ibm819 cp819 csisolatin1",
    "iso8859-2": "iso-8859-2 iso_8859-2 iso_8859-2:1987 iso-ir-101 latin2 l2 csisolatin2",
    "iso8859-3": "iso-8859-3 iso_8859-3 iso_8859-3:1988 iso-ir-109 latin3 l3 csisolatin3",
    "iso8859-4": "iso-8859-4 iso_8859-4 iso_8859-4:1988 iso-ir-110 latin4 l4 csisolatin4",
    "iso8859-5": "iso-8859-5 iso_8859-5 iso_8859-5:1988 iso-ir-144 cyrillic csisolatincyrillic",
    "iso8859-6": "iso-8859-6 iso_8859-6 iso_8859-6:1987 iso-ir-127 arabic asmo-708 ecma-114 csisolatinarabic "
    "iso-8859-6-e iso-8859-6-i iso_8859-6-e iso_8859-6-i csiso88596e csiso88596i",
    "iso8859-7": "iso-8859-7 iso_8859-7 iso_8859-7:1987 iso-ir-126 greek greek8 ecma-118 elot_928 csisolatingreek",
    "iso8859-8": "iso-8859-8 iso_8859-8 iso_8859-8:1988 iso-ir-138 hebrew csisolatinhebrew "
    "iso-8859-8-e iso-8859-8-i iso_8859-8-e iso_8859-8-i csiso88598e csiso88598i",
    "iso8859-9": "iso-8859-9 iso_8859-9 iso_8859-9:1989 iso-ir-148 latin5 l5 csisolatin5",
    "iso8859-10": "iso-8859-10 iso_8859-10:1992 iso-ir-157 latin6 l6 csisolatin6",
    "iso8859-13": "iso-8859-13 csiso885913",
    "iso8859-14": "iso-8859-14 iso_8859-14 iso_8859-14:1998 iso-ir-199 iso-celtic latin8 l8 csiso885914",
    "iso8859-15": "iso-8859-15 iso_8859-15 latin-9 csiso885915",
    "iso8859-16": "iso-8859-16 iso_8859-16 iso_8859-16:2001 iso-ir-226 latin10 l10 csiso885916",
    "cp874": "windows-874 cswindows874",
    "cp437": "ibm437 cp437 437 cspc8codepage437",
    "cp850": "ibm850 cp850 850 cspc850multilingual",
    "cp852": "ibm852 cp852 852 cspcp852",
    "cp855": "ibm855 cp855 855 csibm855",
    "cp858": "ibm00858 cp00858 ccsid00858 csibm00858 pc-multilingual-850+euro",
    "cp860": "ibm860 cp860 860 csibm860",
    "cp862": "ibm862 cp862 862 cspc862latinhebrew",
    "cp863": "ibm863 cp863 863 csibm863",
    "cp865": "ibm865 cp865 865 csibm865",
    "cp866": "ibm866 cp866 866 csibm866",
    "cp037": "ibm037 cp037 csibm037 ebcdic-cp-us ebcdic-cp-ca ebcdic-cp-nl ebcdic-cp-wt",
    "cp1140": "ibm01140 cp01140 ccsid01140 csibm01140 ebcdic-us-37+euro",
    "koi8-r": "koi8-r cskoi8r",
    "koi8-u": "koi8-u cskoi8u",
    "mac-roman": "macintosh mac csmacintosh",
    "cp932": "shift_jis ms_kanji csshiftjis",
    "euc-jp": "euc-jp cseucpkdfmtjapanese extended_unix_code_packed_format_for_japanese",
    "iso-2022-jp": "iso-2022-jp csiso2022jp",
    "cp949": "euc-kr cseuckr",
    "gbk": "gbk cp936 ms936 windows-936 csgbk",
    "gb18030": "gb18030 csgb18030",
    "hz": "hz-gb-2312",
    "big5hkscs": "big5 csbig5",
} | {f"cp125{n}": f"windows-125{n} cswindows125{n}" for n in range(9)}
_CODECS = {name: codec for codec, names in _NAMES.items() for name in names.split()} | {"": "utf-8"}
_RAW = frozenset({"utf-8-raw", "utf8-raw", "nop"})
_CONTROLS_KEPT = frozenset({"iso8859-1", "iso8859-9"})
_NO_CONTROLS = dict.fromkeys(range(0x80, 0xA0), "\ufffd")
_NO_PRIVATE = dict.fromkeys((0xA0, *range(0xE000, 0xF900)), "\ufffd")
_DIFFERENT = {
    "cp932": _NO_PRIVATE,
    "gb18030": _NO_PRIVATE,
    "koi8-u": {0x255D: "\u045e", 0x256C: "\u040e"},
}
"""What Python decodes differently, by what it makes of it."""
_LONE = {("gbk", 0x80): "\u20ac", ("gb18030", 0x80): "\u20ac"}
"""Bytes that Python has no character for."""


def _replaced(error: UnicodeError) -> tuple[str, int]:
    """Replace a byte that cannot be decoded; in sets of two-byte characters along with the one behind it."""
    assert isinstance(error, UnicodeDecodeError)
    start, data = error.start, error.object
    known = _LONE.get((error.encoding, data[start]))
    if known is not None:
        return known, start + 1
    lead, trail = data[start], (data[start + 1 : start + 2] or b"\0")[0]
    first_lead, first_trail = _PAIRS.get(error.encoding, (0xFF, 0xFF))
    pair = lead >= first_lead and first_trail <= trail < 0xFF and trail != 0x7F
    return "\ufffd", start + (2 if pair else 1)


_PAIRS = {
    "cp932": (0x81, 0x40), "cp949": (0x81, 0x81), "gbk": (0x81, 0x40), "gb18030": (0x81, 0x40),
    "big5hkscs": (0x81, 0x40), "euc_jp": (0xA1, 0xA1),
}  # fmt: skip
"""The first byte of a pair and its second begin there."""
codecs.register_error("ottl.replace", _replaced)


@lru_cache(maxsize=64)
def charset(name: str) -> Callable[[bytes], str]:
    """Return the decoder of a character set; what it cannot decode becomes U+FFFD. Raises `EvaluationError`."""
    lowered = name.lower()
    if lowered in _RAW:
        return text_of
    codec = _CODECS.get(lowered)
    if codec is None:
        raise EvaluationError(f"unsupported encoding {name!r}")
    decoded = codecs.lookup(codec).decode
    if codec.startswith("utf"):
        return lambda data: decoded(data, "replace")[0]
    different = _DIFFERENT.get(codec)
    if codec.startswith("iso8859") and codec not in _CONTROLS_KEPT:
        different = _NO_CONTROLS
    if different:
        return lambda data: decoded(data, "ottl.replace")[0].translate(different)
    return lambda data: decoded(data, "ottl.replace")[0]

"""Base64 and character sets."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Callable, Mapping
from typing import Any

from collector.ottl.errors import EvaluationError
from collector.ottl.signature import function
from collector.ottl.values import mismatch, text_of, utf8

_BASE64 = {
    "base64": (False, True), "base64-raw": (False, False), "base64-url": (True, True), "base64-raw-url": (True, False),
}  # fmt: skip
_STANDARD, _URL = re.compile(rb"[A-Za-z0-9+/]*={0,2}"), re.compile(rb"[A-Za-z0-9_-]*={0,2}")
_UTF8 = frozenset({"utf-8", "utf8", "ascii", "us-ascii", ""})
_RAW = frozenset({"utf-8-raw", "utf8-raw", "nop"})
_ALIASES = {
    "utf-16": "utf-16-le", "utf16": "utf-16-le", "utf-16be": "utf-16-be", "utf-16le": "utf-16-le",
    "latin1": "iso-8859-1", "shift_jis": "cp932", "sjis": "cp932", "gbk": "gbk", "big5": "big5hkscs",
    "euc-kr": "cp949", "hz-gb-2312": "hz", "macintosh": "mac_roman", "windows-874": "cp874", "ibm866": "cp866",
}  # fmt: skip
_FAMILIES = re.compile(
    r"iso[-_]8859[-_]\d{1,2}|iso-ir-\d+|latin\d|windows-\d{3,4}|cp\d{3,4}|ibm\d{3,4}|koi8-[ru]|euc-(?:jp|kr)|iso-2022-jp"
    r"|gb2312|gb18030|gbk|big5|shift_jis|hz-gb-2312|macintosh|utf-16(?:be|le)?|utf16|cs\w+|l\d",
    re.IGNORECASE,
)


def decode_base64(data: bytes, name: str) -> bytes:
    """Return decoded base64; line ends are skipped. Raises `EvaluationError`."""
    url, padded = _BASE64[name]
    data = data.replace(b"\r", b"").replace(b"\n", b"")
    whole = len(data) % 4 == 0 if padded else b"=" not in data
    if not whole or not (_URL if url else _STANDARD).fullmatch(data):
        raise EvaluationError("illegal base64 data")
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4), b"-_" if url else None)
    except (binascii.Error, ValueError) as error:
        raise EvaluationError(f"illegal base64 data: {error}") from error


def _charset(name: str) -> Callable[[bytes], str]:
    if name in _BASE64:
        return lambda data: text_of(decode_base64(data, name))
    lowered = name.lower()
    if lowered in _UTF8:
        return lambda data: data.decode("utf-8", "replace")
    if lowered in _RAW:
        return text_of
    codec = _ALIASES.get(lowered)
    if codec is None and _FAMILIES.fullmatch(lowered):
        codec = lowered.replace("windows-", "cp")
    try:
        info = codecs.lookup(codec or "")
    except LookupError as error:
        raise EvaluationError(f"unsupported encoding {name!r}") from error
    return lambda data: info.decode(data, "replace")[0]


def _check(constants: Mapping[str, Any]) -> None:
    if isinstance(constants.get("Encoding"), str):
        _charset(constants["Encoding"])


@function("Decode", check=_check)
def decode(target: Any, encoding: str) -> str:
    if type(target) is not str and type(target) is not bytes:
        raise mismatch("string or []byte", target)
    data = utf8(target) if isinstance(target, str) else target
    return _charset(encoding)(data)


@function("Base64Decode", memo=True)
def base64_decode(target: str) -> str:
    return text_of(decode_base64(utf8(target), "base64"))


@function("Base64Encode")
def base64_encode(target: str, variant: str = "base64") -> str:
    if variant not in _BASE64:
        raise EvaluationError(f"unsupported base64 variant: {variant}")
    url, padded = _BASE64[variant]
    data = base64.b64encode(utf8(target), b"-_" if url else None)
    return (data if padded else data.rstrip(b"=")).decode()

"""Base64 and character sets."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Any

from collector.ottl.charsets import charset
from collector.ottl.errors import EvaluationError
from collector.ottl.signature import function
from collector.ottl.values import mismatch, text_of, utf8

_BASE64 = {
    "base64": (False, True), "base64-raw": (False, False), "base64-url": (True, True), "base64-raw-url": (True, False),
}  # fmt: skip
_STANDARD, _URL = re.compile(rb"[A-Za-z0-9+/]*={0,2}"), re.compile(rb"[A-Za-z0-9_-]*={0,2}")


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


def _decoder(name: str) -> Callable[[bytes], str]:
    if name in _BASE64:
        return lambda data: text_of(decode_base64(data, name))
    return charset(name)


def _check(constants: Mapping[str, Any]) -> None:
    if isinstance(constants.get("Encoding"), str):
        _decoder(constants["Encoding"])


@function("Decode", check=_check)
def decode(target: Any, encoding: str) -> str:
    if type(target) is not str and type(target) is not bytes:
        raise mismatch("string or []byte", target)
    data = utf8(target) if isinstance(target, str) else target
    return _decoder(encoding)(data)


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

"""Hashes of text."""

from __future__ import annotations

import hashlib

import mmh3
import xxhash

from collector.ottl.signature import function
from collector.ottl.values import utf8, wrap64

_FNV_OFFSET, _FNV_PRIME, _MASK = 0xCBF29CE484222325, 0x100000001B3, (1 << 64) - 1


@function("MD5", memo=True)
def md5(target: str) -> str:
    return hashlib.md5(utf8(target), usedforsecurity=False).hexdigest()


@function("SHA1", memo=True)
def sha1(target: str) -> str:
    return hashlib.sha1(utf8(target), usedforsecurity=False).hexdigest()


@function("SHA256", memo=True)
def sha256(target: str) -> str:
    return hashlib.sha256(utf8(target)).hexdigest()


@function("SHA512", memo=True)
def sha512(target: str) -> str:
    return hashlib.sha512(utf8(target)).hexdigest()


@function("FNV", memo=True)
def fnv(target: str) -> int:
    state = _FNV_OFFSET
    for byte in utf8(target):
        state = (state ^ byte) * _FNV_PRIME & _MASK
    return wrap64(state)


@function("Murmur3Hash", memo=True)
def murmur3_hash(target: str) -> str:
    return mmh3.hash(utf8(target), signed=False).to_bytes(4, "little").hex()


@function("Murmur3Hash128", memo=True)
def murmur3_hash128(target: str) -> str:
    return b"".join(h.to_bytes(8, "little") for h in mmh3.hash64(utf8(target), signed=False)).hex()


@function("XXH3", memo=True)
def xxh3(target: str) -> str:
    return xxhash.xxh3_64_hexdigest(utf8(target))


@function("XXH128", memo=True)
def xxh128(target: str) -> str:
    return xxhash.xxh3_128_hexdigest(utf8(target))

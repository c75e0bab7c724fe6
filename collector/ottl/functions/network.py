"""Addresses, community ids, check digits."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
import struct
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from collector.ottl.errors import EvaluationError
from collector.ottl.signature import StringLike, function

_PROTOCOLS = {"ICMP": 1, "TCP": 6, "UDP": 17, "RSVP": 46, "ICMP6": 58, "SCTP": 132}
_MAPPED = 96  # bits in front of an IPv4 address within an IPv6 one
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def address(text: str) -> _Address | None:
    """Return an address as Go reads it (no zones; IPv4 inside IPv6 is IPv4); None if it is none."""
    try:
        found = ipaddress.ip_address(text) if "%" not in text else None
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


@lru_cache(maxsize=1024)
def network(text: str) -> _Network:
    """Return a network. Raises `EvaluationError`."""
    base, slash, bits = text.partition("/")
    if not slash or not re.fullmatch(r"[0-9]{1,3}", bits) or "%" in base:
        raise EvaluationError(f"invalid CIDR address: {text}")
    try:
        found = ipaddress.ip_network(f"{base}/{int(bits)}", strict=False)
    except ValueError as error:
        raise EvaluationError(f"invalid CIDR address: {text}") from error
    mapped = found.network_address.ipv4_mapped if isinstance(found, ipaddress.IPv6Network) else None
    if mapped is None or found.prefixlen < _MAPPED:
        return found
    return ipaddress.IPv4Network((mapped, found.prefixlen - _MAPPED))


def _check(constants: Mapping[str, Any]) -> None:
    for text in constants.get("Networks") or ():
        network(text)


@function("IsInCIDR", check=_check)
def is_in_cidr(target: str, networks: list[str]) -> bool:
    found = address(target)
    return found is not None and any(found in n for n in [network(n) for n in networks])


@function("CommunityID")
def community_id(
    source_i_p: str,
    source_port: int,
    destination_i_p: str,
    destination_port: int,
    protocol: str = "TCP",
    seed: int = 0,
) -> str:
    source, destination = address(source_i_p), address(destination_i_p)
    if source is None or destination is None:
        raise EvaluationError(f"failed to parse IP {source_i_p if source is None else destination_i_p!r}")
    for name, number in (("source port", source_port), ("destination port", destination_port), ("seed", seed)):
        if not 0 <= number <= 65535:
            raise EvaluationError(f"{name} must be between 0 and 65535, got {number}")
    if protocol not in _PROTOCOLS:
        raise EvaluationError(f"unsupported protocol: {protocol}; known: {', '.join(_PROTOCOLS)}")
    ends = [(source.packed, source_port), (destination.packed, destination_port)]
    (a, port_a), (b, port_b) = sorted(ends)
    data = struct.pack(">H", seed) + a + b + struct.pack(">BBHH", _PROTOCOLS[protocol], 0, port_a, port_b)
    return "1:" + base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


@function("IsValidLuhn", memo=True)
def is_valid_luhn(target: StringLike) -> bool:
    if target is None:
        raise EvaluationError("invalid input: nil is no number")
    digits = target.replace(" ", "")
    if not re.fullmatch(r"[0-9]*", digits):
        raise EvaluationError(f"invalid input: {target!r} holds characters that are no digits")
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 + place % 2)
        total += number - 9 if number > 9 else number
    return bool(digits) and total % 10 == 0

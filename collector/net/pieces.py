"""Bodies as lists of pieces: few enough system calls, no piece of megabytes made on the way."""

from collections.abc import Sequence

__all__ = ["coalesced"]

piece_size = 256 << 10


def coalesced(chunks: Sequence[bytes], size: int = piece_size) -> list[bytes]:
    """The same bytes in fewer pieces: small neighbours are joined up to about `size`, large ones stay as they are."""
    out: list[bytes] = []
    small: list[bytes] = []
    room = size
    for chunk in chunks:
        if len(chunk) > room and small:
            out.append(b"".join(small))
            small, room = [], size
        if len(chunk) >= size:
            out.append(chunk)
        else:
            small.append(chunk)
            room -= len(chunk)
    if small or not out:
        out.append(b"".join(small))
    return out

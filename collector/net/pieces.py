"""Bodies as pieces: few enough calls, and no more fresh memory on the way than one piece needs."""

from collections.abc import Iterator, Sequence

__all__ = ["coalesced"]


def coalesced(chunks: Sequence[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in fewer pieces: small neighbours are joined up to about `size`, large ones stay as they are."""
    if len(chunks) == 1:
        yield chunks[0]
        return
    small: list[bytes] = []
    room = size
    for chunk in chunks:
        length = len(chunk)
        if length > room and small:
            yield b"".join(small)
            small = []
            room = size
        if length >= size:
            yield chunk
        else:
            small.append(chunk)
            room -= length
    if small:
        yield b"".join(small)

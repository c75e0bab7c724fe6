"""Header blocks: decoding with a cache, the checks of RFC 9113 section 8, and the encoding of answers."""

import re
from collections.abc import Iterable

from hpack import Decoder, HPACKError, OversizedHeaderListError

from collector.net.exchange import Head, Headers
from collector.net.http2.frames import ConnectionFault, ErrorCode, StreamFault

__all__ = ["HeaderDecoder", "encode"]

max_list_size = 16_384
max_fields = 256
cached_blocks = 64
cached_block_size = 2_048
table_size = 4_096

bad_name = re.compile(rb"[^!#$%&'*+\-.^_`|~0-9a-z]")
bad_value = re.compile(rb"[\0\r\n]|^[ \t]|[ \t]$")
of_connection = {b"connection", b"proxy-connection", b"keep-alive", b"transfer-encoding", b"upgrade"}
pseudo_names = {b":method", b":scheme", b":path", b":authority"}


class HeaderDecoder:
    """Decodes the header blocks of one connection, in order.

    A block that leaves the dynamic table as it was means the same until the table changes, so its `Head` is kept:
    clients send the same few blocks again and again, and decoding is the dearest part of a small request.
    """

    __slots__ = ("cache", "decoder")

    def __init__(self) -> None:
        self.decoder: Decoder | None = None  # made when the first block comes
        self.cache: dict[bytes, Head] = {}

    def decode(self, block: bytes) -> Head:
        """The request of a block; ConnectionFault or StreamFault if it is none."""
        head = self.cache.get(block)
        if head is None:
            fields, changed = self._fields(block)
            head = request(fields)
            if not changed and len(block) <= cached_block_size:
                if len(self.cache) >= cached_blocks:
                    self.cache.clear()
                self.cache[block] = head
        return head

    def skip(self, block: bytes, *, trailers: bool) -> None:
        """Decode a block for its effect on the table: trailers, or a request that is not served."""
        fields, _ = self._fields(block)
        if trailers:
            for name, value in fields:
                check_field(name, value)

    def _fields(self, block: bytes) -> tuple[list[tuple[bytes, bytes]], bool]:
        decoder = self.decoder
        if decoder is None:
            decoder = self.decoder = Decoder(max_list_size)
            decoder.max_allowed_table_size = table_size
        entries = decoder.header_table.dynamic_entries
        before = len(entries), entries[0] if entries else None
        try:
            fields: list[tuple[bytes, bytes]] = [(n, v) for n, v in decoder.decode(block, raw=True)]
        except OversizedHeaderListError as error:
            raise ConnectionFault(ErrorCode.ENHANCE_YOUR_CALM, "header list too large") from error
        except (HPACKError, IndexError, ValueError) as error:
            raise ConnectionFault(ErrorCode.COMPRESSION_ERROR, "header block can't be decoded") from error
        if len(fields) > max_fields:
            raise ConnectionFault(ErrorCode.ENHANCE_YOUR_CALM, "too many headers")
        changed = len(entries) != before[0] or (entries and entries[0] is not before[1])
        if changed:
            self.cache.clear()
        return fields, bool(changed)


def check_field(name: bytes, value: bytes) -> None:
    """StreamFault for a field that no request or trailer may have."""
    if (
        not name
        or bad_name.search(name)
        or bad_value.search(value)
        or name in of_connection
        or (name == b"te" and value != b"trailers")
    ):
        raise StreamFault(ErrorCode.PROTOCOL_ERROR)


def request(fields: Iterable[tuple[bytes, bytes]]) -> Head:
    """The checked request of decoded fields (RFC 9113, 8.2 and 8.3.1)."""
    pseudo: dict[bytes, bytes] = {}
    regular: list[tuple[str, str]] = []
    for name, value in fields:
        if name[:1] == b":":
            if name not in pseudo_names or name in pseudo or regular or bad_value.search(value):
                raise StreamFault(ErrorCode.PROTOCOL_ERROR)
            pseudo[name] = value
        else:
            check_field(name, value)
            regular.append((name.decode("latin-1"), value.decode("latin-1")))
    if not (pseudo.get(b":method") and pseudo.get(b":scheme") and pseudo.get(b":path")):
        raise StreamFault(ErrorCode.PROTOCOL_ERROR)
    head = Head(
        pseudo[b":method"].decode("latin-1"),
        pseudo[b":path"].decode("latin-1"),
        regular,
        pseudo.get(b":authority", b"").decode("latin-1"),
    )
    if "content-length" in head.headers and head.length is None:
        raise StreamFault(ErrorCode.PROTOCOL_ERROR)
    return head


static_status = {200: 8, 204: 9, 206: 10, 304: 11, 400: 12, 404: 13, 500: 14}


def text(value: str) -> bytes:
    data = value.encode("latin-1", "replace")
    size = len(data)
    if size < 127:
        return b"%c%b" % (size, data)
    out, size = b"\x7f", size - 127
    while size > 127:
        out += b"%c" % (size & 127 | 128)
        size >>= 7
    return b"%b%c%b" % (out, size, data)


def encode(fields: Headers, status: int | None = None) -> bytes:
    """A header block that uses no dynamic table, so that it can be made beforehand and kept."""
    out = []
    if status is not None:
        index = static_status.get(status)
        out.append(b"%c" % (0x80 | index) if index else b"\x08" + text(str(status)))
    out += [b"\0" + text(name) + text(value) for name, value in fields]
    return b"".join(out)

"""Header blocks of answers."""

from collector.net.http2.headers import HeaderDecoder

__all__ = ["ReplyDecoder"]

most_known = 64


class ReplyDecoder(HeaderDecoder):
    """Decodes answers; blocks that leave the table as it was are decoded once."""

    __slots__ = ("known",)

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[bytes, dict[str, str]] = {}

    def reply(self, block: bytes) -> dict[str, str]:
        """The fields of a block, repeated ones joined; ConnectionFault where it can't be decoded."""
        fields = self.known.get(block)
        if fields is None:
            pairs, changed = self._fields(block)
            fields = {}
            for name, value in pairs:
                key, text = name.decode("latin-1"), value.decode("latin-1")
                fields[key] = f"{fields[key]}, {text}" if key in fields else text
            if changed or len(self.known) > most_known:
                self.known.clear()
            if not changed:
                self.known[block] = fields
        return fields

"""Entries of maps - KeyValue fields of a message - found, set and removed as encoded bytes."""

from .anyvalue import encode_entry, text_of
from .message import Message
from .native import cut, equal, splice, splice_entry
from .node import Node, Piece, make_cursor, make_node, make_piece
from .wire import encode_block, find, find_key, find_value, next_field


def find_attribute(owner: Message, number: int, key: bytes) -> tuple[int, int, int]:
    """Find the first entry with this key in the owner's own bytes; the place as in `find`."""
    if owner.free == 0:
        at, _start, _stop = find(owner.buf, owner.start, owner.end, number)
        if at < 0:
            return -1, 0, 0
        owner.free = at - owner.start
    return find_key(owner.buf, owner.start + owner.free, owner.end, number, key, len(key))


def put_entry(owner: Message, number: int, key: bytes, value: bytes) -> None:
    """Set the entry to an encoded AnyValue: in its place if it is there, at the end if not. An equal one stays."""
    node = owner.live()
    if node is None:
        at, start, stop = find_attribute(owner, number, key)
        put_found(owner, number, key, value, at, start, stop)
        return
    plain = False
    piece = node.find_key(number, key)
    if piece is not None and piece.node is None:
        where, begin, finish, plain = find_value(piece.buf, piece.start, piece.stop, len(key))
        if where >= 0 and finish - begin == len(value) and equal(piece.buf, begin, value, len(value)):
            return
    put_piece(owner.edit(), number, key, value, piece, plain)


def put_found(owner: Message, number: int, key: bytes, value: bytes, at: int, start: int, stop: int) -> None:
    """Set the entry in this place of the owner's own bytes (-1: add one) to an encoded AnyValue."""
    plain = True
    if at >= 0:
        where, begin, finish, plain = find_value(owner.buf, start, stop, len(key))
        if where >= 0 and finish - begin == len(value) and equal(owner.buf, begin, value, len(value)):
            return
    if plain and owner.is_held():
        if at < 0:
            at = stop = owner.end
        owner.become(splice_entry(owner.buf, owner.start, owner.end, at, stop, number << 3 | 2, key, value))
        return
    node = owner.edit()
    piece = None if at < 0 else make_piece(number, at, node.buf, start, stop)
    put_piece(node, number, key, value, piece, plain)


def put_piece(node: Node, number: int, key: bytes, value: bytes, piece: Piece | None, plain: bool) -> None:
    """Set the entry in a piece, or a new one, to an encoded AnyValue; `plain` if nothing would be lost with the old."""
    if piece is None:
        node.append(number, encode_entry(number, key, value))
    elif plain:
        node.replace(piece, encode_entry(number, key, value))
    else:
        node.own(piece)
        if piece.node is None:
            piece.node = make_node(piece.buf, piece.start, piece.stop)
        piece.node.put(2, encode_block(2, value))


def remove_entry(owner: Message, number: int, key: bytes) -> bool:
    """Take out every entry with this key; tell whether there was one."""
    node = owner.live()
    pos = 0
    if node is None:
        at, _start, pos = find_attribute(owner, number, key)
        if at < 0:
            return False
        if owner.is_held():
            while at >= 0:
                kept = at - owner.start
                owner.become(splice(owner.buf, owner.start, owner.end, at, pos, b""))
                at, _start, pos = find_key(owner.buf, kept, owner.end, number, key, len(key))
            return True
        node = owner.edit()
        node.remove_at(at, number, pos)
    elif node.find_key(number, key) is None:
        return False
    cursor = make_cursor(node, number)
    if pos > 0:
        cursor.pos = pos
    piece = cursor.step_key(key)
    while piece is not None:
        node.remove(piece)
        piece = cursor.step_key(key)
    return True


def has_entry(owner: Message, number: int, key: bytes) -> bool:
    node = owner.live()
    if node is None:
        at, _start, _stop = find_attribute(owner, number, key)
        return at >= 0
    return node.find_key(number, key) is not None


def piece_entry_raw(piece: Piece) -> bytes:
    """Give the encoded AnyValue of a KeyValue field."""
    if piece.node is not None:
        inner = piece.node.find(2)
        return b"" if inner is None else inner.value()
    where, begin, finish = find(piece.buf, piece.start, piece.stop, 2)
    return cut(piece.buf, begin, finish) if where >= 0 else b""


def entry_text(buf: bytes, start: int, stop: int, size: int) -> tuple[int, int, int]:
    """Give the place of the text in the KeyValue in `buf[start:stop]`, with a key of `size` bytes; -1 if none is."""
    where, begin, finish, _plain = find_value(buf, start, stop, size)
    if where < 0:
        return -1, 0, 0
    return text_of(buf, begin, finish)


def append_entries(owner: Message, number: int, raw: bytes) -> None:
    """Add encoded KeyValue fields at the end of a message."""
    pos = 0
    end = len(raw)
    node = owner.edit()
    while pos < end:
        found, _wire, _start, stop = next_field(raw, pos, end)
        if found == 0:
            break
        node.append(number, raw[pos:stop])
        pos = stop


def contiguous_fields(buf: bytes, start: int, end: int, number: int) -> bytes:
    """Copy the fields of one number, which mostly lie side by side."""
    out: list[bytes] = []
    pos = start
    begin = -1
    while pos < end:
        found, _wire, _start, stop = next_field(buf, pos, end)
        if found == 0:
            break
        if found == number:
            if begin < 0:
                begin = pos
        elif begin >= 0:
            out.append(buf[begin:pos])
            begin = -1
        pos = stop
    if begin >= 0:
        out.append(buf[begin:pos])
    if len(out) == 1:
        return out[0]
    return b"".join(out)

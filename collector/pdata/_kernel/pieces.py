"""The fields of one number of a message, edited or not."""

from .message import Message
from .node import Cursor, Piece, make_cursor, make_node
from .wire import count_fields


class Pieces:
    """Iterates over the fields of one number, edited or not."""

    __slots__ = ("cursor",)

    cursor: Cursor

    def __iter__(self) -> "Pieces":
        return self

    def __next__(self) -> Piece:
        piece = self.cursor.step()
        if piece is None:
            raise StopIteration
        return piece


def pieces(owner: Message, number: int) -> Pieces:
    """Iterate over the owner's fields of this number."""
    node = owner.live()
    if node is None:
        node = make_node(owner.buf, owner.start, owner.end)  # not kept: it only tells the cursor where to walk
    walk = Pieces.__new__(Pieces)
    walk.cursor = make_cursor(node, number)
    return walk


def count_pieces(owner: Message, number: int) -> int:
    """Count the owner's fields of this number."""
    node = owner.live()
    if node is None:
        return count_fields(owner.buf, owner.start, owner.end, number)
    total = 0
    cursor = make_cursor(node, number)
    while cursor.step() is not None:
        total += 1
    return total

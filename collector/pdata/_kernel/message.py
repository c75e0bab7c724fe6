"""`Message`: a thin view of one protobuf message inside a payload. Nothing is decoded before it is asked for."""

from typing import Any, Self

from .node import Node, Piece, make_node
from .wire import encode_block, find


class Part:
    """One run of encoded bytes of a payload, with its edits and its exact number of items.

    `closed` is set when the edits have been written out; views made before can be read but no longer edited.
    """

    __slots__ = ("buf", "closed", "items", "node")

    buf: bytes
    closed: bool
    items: int
    node: Node | None

    def sealed(self) -> "Part":
        """Give a part without edits: itself if it has none."""
        if self.node is None:
            return self
        self.closed = True
        return make_part(self.node.encode(), self.items)


def make_part(buf: bytes, items: int) -> Part:
    """Wrap encoded bytes."""
    part = Part.__new__(Part)
    part.buf = buf
    part.items = items
    part.node = None
    part.closed = False
    return part


class Message:
    """A view of one message. It reads through edits made by other views of the same message.

    Fields are attributes with the names of the OTLP protobuf files. Setting a field to its default removes it from the
    wire; setting an optional one to None does. Editing a view that was removed from its payload changes only that view;
    editing one whose payload has been sealed meanwhile raises RuntimeError.

    `free` is how many bytes from `start` on are known to hold no attribute.

    A view that is `alone` (see `rewriting`) has no node at first: its edits make other bytes of the message at once,
    and `buf`, `start` and `end` are always where it is now.
    """

    __slots__ = ("alone", "at", "buf", "end", "free", "node", "number", "parent", "part", "piece", "start")

    alone: bool
    at: int
    buf: bytes
    end: int
    free: int
    node: Node | None
    number: int
    parent: "Message | None"
    part: Part
    piece: Piece | None
    start: int

    def __init__(self, raw: bytes = b"") -> None:
        """Make a free-standing message of encoded bytes, which must be valid."""
        stand_alone(self, bytes(raw))

    @classmethod
    def from_raw(cls, raw: bytes = b"") -> Self:
        """Make a free-standing message of encoded bytes, which must be valid."""
        return cls(raw)

    @classmethod
    def new(cls, **fields: Any) -> Self:
        """Make a free-standing message with these fields."""
        view = cls()
        view.set(**fields)
        return view

    def blank(self) -> "Message":
        """Give an empty view of the same class."""
        kind = type(self)
        return kind.__new__(kind)

    def weight(self) -> int:
        """Give the number of items (spans, data points, log records) in this message."""
        return 1 if self.is_item() else 0

    def is_item(self) -> bool:
        """Tell whether messages of this class are what payloads count."""
        return False

    def attributes_number(self) -> int:
        """Give the field number of the message's attributes; 0 if it has none."""
        return 0

    def live(self) -> Node | None:
        """Give the node with this message's edits, None if it has none."""
        if self.node is not None or self.alone or self.part.node is None:
            return self.node
        return self.synchronise()

    def synchronise(self) -> Node | None:
        """Learn of edits that were made through other views."""
        parent = self.parent
        if parent is None:
            self.node = self.part.node
            return self.node
        above = parent.live()
        if above is None:
            return None
        piece = self.piece
        if piece is None:
            if self.at < 0:
                piece = above.find(self.number)
            elif above.buf is self.buf:
                piece = above.piece_at(self.at)
            if piece is None or piece.is_removed():
                return None
            if piece.owned:
                self.piece = piece
            self.at = piece.at
        if piece.node is not None:
            self.node = piece.node
        elif not piece.is_removed():
            if piece.buf is not self.buf or piece.start != self.start:
                self.free = 0
            self.buf = piece.buf
            self.start = piece.start
            self.end = piece.stop
        return self.node

    def edit(self) -> Node:
        """Give the node with this message's edits, made if need be.

        Raises:
            RuntimeError: the payload was sealed after this view was made.
        """
        if self.part.closed:
            raise RuntimeError("edit of a view whose payload was sealed meanwhile; take a new view from the payload")
        node = self.live()
        if node is not None:
            return node
        parent = self.parent
        if parent is None:
            node = make_node(self.buf, self.start, self.end)
            self.node = node
            self.part.node = node
            return node
        above = parent.edit()
        piece = self.piece
        if piece is None:
            piece = self.place(above)
            if piece is None:
                return self.detach()
            self.piece = piece
        elif piece.is_removed():
            return self.detach()
        node = piece.node
        if node is None:
            node = make_node(piece.buf, piece.start, piece.stop)
            piece.node = node
        self.node = node
        return node

    def is_held(self) -> bool:
        """Tell whether this message is alone and can become other bytes; if so, its piece is there."""
        if not self.alone or self.node is not None:
            return False
        if self.part.closed:
            raise RuntimeError("edit of a view whose payload was sealed meanwhile; take a new view from the payload")
        piece = self.piece
        if piece is None and self.parent is not None:
            piece = self.place(self.parent.edit())
            self.piece = piece
        if piece is None or piece.is_removed():
            self.detach()
            return False
        return True

    def become(self, data: bytes) -> None:
        """Replace a message that is held. What is known to be `free` stays so, or is set by the caller."""
        piece = self.piece
        if piece is not None:
            piece.hold(data)
        self.buf = data
        self.start = 0
        self.end = len(data)

    def settle(self) -> None:
        """End being alone: the edits made through views of what lies in this message are written out."""
        piece = self.piece
        if piece is not None and piece.node is not None and piece.node is self.node:
            data = piece.node.encode()
            self.node = None
            self.free = 0
            self.become(data)
        self.alone = False

    def place(self, above: Node) -> Piece | None:
        """Give the piece of this message among its parent's edits; None if it is no longer there."""
        if self.at >= 0 and above.buf is self.buf and above.ends_before(self.at):
            return above.add_last(make_piece_of(self))
        if self.at < 0:
            piece = above.find(self.number)
            if piece is None:
                piece = above.append(self.number, b"")
            else:
                above.own(piece)
            return piece
        if above.buf is not self.buf and self.parent is not None and self.parent.alone:
            raise RuntimeError("edit of a view of what lay in a record before the record was edited; take a new view")
        if above.buf is not self.buf or above.covers(self.at):
            return None
        piece = above.piece_at(self.at)
        if piece is None:
            piece = make_piece_of(self)
            above.own(piece)
        elif piece.is_removed():
            return None
        return piece

    def detach(self) -> Node:
        """Go on as a free-standing message."""
        part = make_part(self.buf, 0)
        node = make_node(self.buf, self.start, self.end)
        part.node = node
        self.alone = False
        self.part = part
        self.parent = None
        self.piece = None
        self.node = node
        return node

    def add_items(self, count: int) -> None:
        """Change the payload's number of items."""
        view = self
        while view.parent is not None:
            view = view.parent
        view.part.items += count

    @property
    def raw(self) -> bytes:
        """The encoded message, edits included: its identity as a dictionary key."""
        node = self.live()
        if node is not None:
            return node.encode()
        return self.buf[self.start : self.end]

    def set(self, **fields: Any) -> None:
        """Set several fields.

        Raises:
            AttributeError: the message has no such field.
        """
        for name, value in fields.items():
            setattr(self, name, value)

    def copy_from(self, other: "Message | bytes") -> None:
        """Become a copy of another message of the same type, given as a view or as encoded bytes."""
        raw = other.raw if isinstance(other, Message) else bytes(other)
        before = self.weight()
        self.edit().reset(raw)
        self.add_items(self.weight() - before)

    def has(self, name: str) -> bool:
        """Tell whether the field is on the wire.

        Raises:
            AttributeError: the message has no such field.
        """
        return self.field_raw(getattr(type(self), name).number) is not None

    def field_raw(self, number: int) -> bytes | None:
        """Copy the encoded value of the first field of this number, without tag and length; None if absent."""
        node = self.live()
        if node is None:
            at, start, stop = find(self.buf, self.start, self.end, number)
            return None if at < 0 else self.buf[start:stop]
        piece = node.find(number)
        return None if piece is None else piece.value()

    def set_field_raw(self, number: int, value: bytes | None) -> None:
        """Set a length-delimited field to an encoded value; None removes it."""
        self.edit().put(number, b"" if value is None else encode_block(number, value))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self.raw)} bytes>"


def make_piece_of(view: Message) -> Piece:
    """Describe the field that holds this message in its parent's bytes."""
    piece = Piece.__new__(Piece)
    piece.number = view.number
    piece.at = view.at
    piece.skip = view.end
    piece.buf = view.buf
    piece.head = view.at
    piece.start = view.start
    piece.stop = view.end
    piece.node = None
    piece.owned = False
    return piece


def stand_alone(view: Message, raw: bytes) -> None:
    """Make the view the root of bytes of its own."""
    view.part = make_part(raw, 0)
    view.parent = None
    view.buf = raw
    view.start = 0
    view.end = len(raw)
    view.at = 0
    view.number = 0
    view.piece = None
    view.node = None
    view.alone = False
    view.free = 0


def view_at(model: Message, parent: Message, number: int, at: int, start: int, end: int) -> Message:
    """Make a view, of the same class as `model`, of a field in the parent's own bytes."""
    view = model.blank()
    view.part = parent.part
    view.parent = parent
    view.buf = parent.buf
    view.number = number
    view.at = at
    view.start = start
    view.end = end
    view.piece = None
    view.node = None
    view.alone = False
    view.free = 0
    return view


def view_of(model: Message, parent: Message, piece: Piece) -> Message:
    """Make a view, of the same class as `model`, of a field of an edited parent."""
    view = model.blank()
    view.part = parent.part
    view.parent = parent
    view.number = piece.number
    view.at = piece.at
    view.buf = piece.buf
    view.start = piece.start
    view.end = piece.stop
    view.piece = piece if piece.owned else None
    view.node = piece.node
    view.alone = False
    view.free = 0
    return view


def view_absent(model: Message, parent: Message, number: int) -> Message:
    """Make a view of a singular message that is not there; its first edit brings it into being."""
    view = model.blank()
    view.part = parent.part
    view.parent = parent
    view.buf = b""
    view.number = number
    view.at = -1
    view.start = 0
    view.end = 0
    view.piece = None
    view.node = None
    view.alone = False
    view.free = 0
    return view


def child(model: Message, parent: Message, number: int) -> Message:
    """View the singular message field `number` of `parent`, present or not."""
    node = parent.live()
    if node is not None:
        piece = node.find(number)
        return view_absent(model, parent, number) if piece is None else view_of(model, parent, piece)
    at, start, stop = find(parent.buf, parent.start, parent.end, number)
    if at < 0:
        return view_absent(model, parent, number)
    return view_at(model, parent, number, at, start, stop)


def root_of(part: Part) -> Message:
    """View a part as a message."""
    root = Message.__new__(Message)
    root.part = part
    root.parent = None
    root.buf = part.buf
    root.start = 0
    root.end = len(part.buf)
    root.at = 0
    root.number = 0
    root.piece = None
    root.node = part.node
    root.alone = False
    root.free = 0
    return root

"""Edits: what was changed in a message, kept beside its bytes until the payload is sealed.

A `Node` holds the edits of one message: `patches` for fields it came with (ascending by place), `tail` for new ones. A
`Piece` is where one field is now. A nested message that was edited hangs in its piece as a node of its own, so emitting
is a walk over what changed; every stretch between two patches is one slice.
"""

from .native import cut, head
from .wire import find, find_key, has_key, next_field

_NONE: list["Piece"] = []  # shared, never changed: most nodes have one list at most


class Piece:
    """Where one field of an edited message is.

    `at` and `skip` are its place in the node's own bytes (`at` is -1 for new fields). Its present encoding is
    `buf[head:stop]`, the value in it `buf[start:stop]`; a removed field is empty. A `head` of -1 says that `buf` holds
    the value alone, without tag and length. If `node` is there, it has the value.
    """

    __slots__ = ("at", "buf", "head", "node", "number", "owned", "skip", "start", "stop")

    at: int
    buf: bytes
    head: int
    node: "Node | None"
    number: int
    owned: bool
    skip: int
    start: int
    stop: int

    def is_removed(self) -> bool:
        return self.node is None and self.head == self.stop

    def fill(self, field: bytes) -> None:
        """Put another encoded field (or nothing, which removes it) in this place."""
        self.node = None
        self.buf = field
        self.head = 0
        self.start = 0
        self.stop = 0
        if field:
            _number, _wire, self.start, self.stop = next_field(field, 0, len(field))

    def hold(self, value: bytes) -> None:
        """Put another message in this place, given without tag and length."""
        self.node = None
        self.buf = value
        self.head = -1
        self.start = 0
        self.stop = len(value)

    def value(self) -> bytes:
        """Copy the value's bytes, edits included."""
        if self.node is not None:
            return self.node.encode()
        return self.buf[self.start : self.stop]

    def emit(self, out: list[bytes]) -> int:
        """Add the field's encoding to `out`; give its size."""
        node = self.node
        if node is None:
            if self.head < 0:
                prefix = head(self.number << 3 | 2, self.stop)
                out.append(prefix)
                out.append(self.buf)
                return self.stop + len(prefix)
            if self.head == 0 and self.stop == len(self.buf):
                if self.stop > 0:
                    out.append(self.buf)
            elif self.stop > self.head:
                out.append(cut(self.buf, self.head, self.stop))
            return self.stop - self.head
        place = len(out)
        out.append(b"")
        size = node.emit(out)
        prefix = head(self.number << 3 | 2, size)
        out[place] = prefix
        return size + len(prefix)


def make_piece(number: int, at: int, buf: bytes, start: int, stop: int) -> Piece:
    """Describe a field where it lies in its message's own bytes."""
    piece = Piece.__new__(Piece)
    piece.number = number
    piece.at = at
    piece.skip = stop
    piece.buf = buf
    piece.head = at
    piece.start = start
    piece.stop = stop
    piece.node = None
    piece.owned = False
    return piece


class Node:
    """The edits of one message whose bytes are `buf[start:end]`."""

    __slots__ = ("buf", "end", "patches", "start", "tail")

    buf: bytes
    end: int
    patches: list[Piece]
    start: int
    tail: list[Piece]

    def index(self, at: int) -> int:
        """Give the place in `patches` of the first piece that begins at `at` or behind it."""
        patches = self.patches
        low = 0
        high = len(patches)
        if high > 0:
            piece = patches[high - 1]
            if piece.at < at:
                return high
        while low < high:
            middle = (low + high) >> 1
            piece = patches[middle]
            if piece.at < at:
                low = middle + 1
            else:
                high = middle
        return low

    def place(self, index: int, end: int) -> int:
        """Give where the patch of this index begins; `end` if there is none."""
        if index >= len(self.patches):
            return end
        piece = self.patches[index]
        return piece.at

    def piece_at(self, at: int) -> Piece | None:
        """Give the piece of the field that began at `at`, if it was edited."""
        index = self.index(at)
        if index < len(self.patches):
            piece = self.patches[index]
            if piece.at == at:
                return piece
        return None

    def ends_before(self, at: int) -> bool:
        """Tell whether all patches lie before `at`."""
        if not self.patches:
            return True
        piece = self.patches[len(self.patches) - 1]
        return piece.skip <= at

    def covers(self, at: int) -> bool:
        """Tell whether `at` lies inside a run of removed fields."""
        index = self.index(at)
        if index > 0:
            piece = self.patches[index - 1]
            return piece.skip > at
        return False

    def own(self, piece: Piece) -> None:
        """Take a piece that describes an original field into the edits."""
        if not piece.owned:
            piece.owned = True
            self.insert(self.index(piece.at), piece)

    def find(self, number: int) -> Piece | None:
        """Find the first field of this number."""
        cursor = make_cursor(self, number)
        return cursor.step()

    def find_key(self, number: int, key: bytes) -> Piece | None:
        """Find the first field of this number that is a KeyValue with this key."""
        cursor = make_cursor(self, number)
        return cursor.step_key(key)

    def replace(self, piece: Piece, field: bytes) -> None:
        """Put an encoded field in the place of another one."""
        self.own(piece)
        piece.fill(field)

    def remove(self, piece: Piece) -> None:
        """Take a field out."""
        self.own(piece)
        piece.fill(b"")

    def remove_at(self, at: int, number: int, skip: int) -> None:
        """Take out the original field in `[at, skip)`; neighbours that are already out become one run with it."""
        patches = self.patches
        index = self.index(at)
        if index < len(patches):
            piece = patches[index]
            if piece.at == at:
                piece.fill(b"")
                return
        if index > 0:
            piece = patches[index - 1]
            if piece.skip == at and piece.number == number and piece.is_removed():
                piece.skip = skip
                return
        piece = make_piece(number, at, b"", 0, 0)
        piece.head = 0
        piece.skip = skip
        piece.owned = True
        self.insert(index, piece)

    def insert(self, index: int, piece: Piece) -> None:
        patches = self.patches
        if not patches:
            self.patches = [piece]
        elif index == len(patches):
            patches.append(piece)
        else:
            patches.insert(index, piece)

    def add_last(self, piece: Piece) -> Piece:
        """Take a piece that lies behind all others into the edits."""
        piece.owned = True
        self.insert(len(self.patches), piece)
        return piece

    def append(self, number: int, field: bytes) -> Piece:
        """Add an encoded field at the end."""
        piece = make_piece(number, -1, b"", 0, 0)
        piece.fill(field)
        piece.owned = True
        if self.tail:
            self.tail.append(piece)
        else:
            self.tail = [piece]
        return piece

    def put(self, number: int, field: bytes) -> None:
        """Set a singular field to this encoding; an empty one removes it."""
        piece = self.find(number)
        if piece is not None:
            if field:
                self.replace(piece, field)
            else:
                self.remove(piece)
        elif field:
            self.append(number, field)

    def reset(self, raw: bytes) -> None:
        """Replace the whole message."""
        self.buf = raw
        self.start = 0
        self.end = len(raw)
        self.patches = _NONE
        self.tail = _NONE

    def emit(self, out: list[bytes]) -> int:
        """Add the message's encoding to `out`; give its size."""
        size = 0
        pos = self.start
        if not self.patches and pos == 0 and self.end == len(self.buf):
            out.append(self.buf)
            size = pos = self.end
        for piece in self.patches:
            if piece.at > pos:
                out.append(cut(self.buf, pos, piece.at))
                size += piece.at - pos
            size += piece.emit(out)
            pos = piece.skip
        if pos < self.end:
            out.append(cut(self.buf, pos, self.end))
            size += self.end - pos
        for piece in self.tail:
            size += piece.emit(out)
        return size

    def encode(self) -> bytes:
        """Give the message's encoding."""
        out: list[bytes] = []
        self.emit(out)
        if len(out) == 1:
            return out[0]
        return b"".join(out)


def make_node(buf: bytes, start: int, end: int) -> Node:
    """Begin the edits of the message in `buf[start:end]`."""
    node = Node.__new__(Node)
    node.buf = buf
    node.start = start
    node.end = end
    node.patches = _NONE
    node.tail = _NONE
    return node


class Cursor:
    """Walks over the fields of one number of an edited message, in order; fields added while it walks are not met."""

    __slots__ = ("buf", "index", "node", "number", "pos", "tail_end", "tail_index")

    buf: bytes
    index: int
    node: Node
    number: int
    pos: int
    tail_end: int
    tail_index: int

    def step(self) -> Piece | None:
        """Give the next field that is not removed."""
        return self.advance(b"", False)

    def step_key(self, key: bytes) -> Piece | None:
        """Give the next field that is a KeyValue with this key."""
        return self.advance(key, True)

    def advance(self, key: bytes, keyed: bool) -> Piece | None:
        node = self.node
        patches = node.patches
        size = len(key)
        if node.buf is self.buf:
            end = node.end
            count = len(patches)
            index = self.index
            if index > count or (index > 0 and node.place(index - 1, end) >= self.pos):
                index = node.index(self.pos)
            while index < count and node.place(index, end) < self.pos:
                index += 1
            place = node.place(index, end)
            while self.pos < end:
                if self.pos < place:
                    if keyed:
                        at, start, stop = find_key(self.buf, self.pos, place, self.number, key, size)
                    else:
                        at, start, stop = find(self.buf, self.pos, place, self.number)
                    if at >= 0:
                        self.pos = stop
                        self.index = index
                        return make_piece(self.number, at, self.buf, start, stop)
                if index >= count:
                    break
                piece = patches[index]
                self.pos = piece.skip
                index += 1
                place = node.place(index, end)
                if piece.number == self.number and not piece.is_removed() and (not keyed or piece_has_key(piece, key)):
                    self.index = index
                    return piece
            self.index = index
            self.pos = end
        tail = node.tail
        while self.tail_index < self.tail_end and self.tail_index < len(tail):
            piece = tail[self.tail_index]
            self.tail_index += 1
            if piece.number == self.number and not piece.is_removed() and (not keyed or piece_has_key(piece, key)):
                return piece
        return None


def make_cursor(node: Node, number: int) -> Cursor:
    """Begin a walk over the fields of one number."""
    cursor = Cursor.__new__(Cursor)
    cursor.node = node
    cursor.number = number
    cursor.buf = node.buf
    cursor.pos = node.start
    cursor.index = 0
    cursor.tail_index = 0
    cursor.tail_end = len(node.tail)
    return cursor


def piece_has_key(piece: Piece, key: bytes) -> bool:
    """Tell whether the field is a KeyValue with this key."""
    if piece.node is not None:
        return piece_key(piece) == key
    return has_key(piece.buf, piece.start, piece.stop, key, len(key))


def piece_key(piece: Piece) -> bytes:
    """Give the key of the KeyValue in this field."""
    if piece.node is not None:
        inner = piece.node.find(1)
        return b"" if inner is None else inner.value()
    at, start, stop = find(piece.buf, piece.start, piece.stop, 1)
    return piece.buf[start:stop] if at >= 0 else b""

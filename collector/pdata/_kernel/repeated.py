"""`Repeated`: the nested messages of one field, live."""

from collections.abc import Callable
from typing import Any

from .message import Message, view_at, view_of
from .node import Cursor, make_cursor
from .pieces import count_pieces
from .wire import encode_block, next_field


class Repeated:
    """Repeated messages of one kind: iterable, sized, indexable; items are added, removed and sorted in place."""

    __slots__ = ("model", "number", "owner")

    model: Message
    number: int
    owner: Message

    def __iter__(self) -> "Views":
        return make_views(self.owner, self.number, self.model)

    def __len__(self) -> int:
        return count_pieces(self.owner, self.number)

    def __bool__(self) -> bool:
        for _view in make_views(self.owner, self.number, self.model):
            return True
        return False

    def __getitem__(self, index: int | slice) -> Any:
        return list(make_views(self.owner, self.number, self.model))[index]

    def __delitem__(self, index: int) -> None:
        self.remove(self[index])

    def add(self, **fields: Any) -> Any:
        """Add a message with these fields; give its view."""
        view = append_message(self, b"")
        view.set(**fields)
        return view

    def append(self, message: Message | bytes) -> Any:
        """Add a copy of a message, given as a view or as encoded bytes; give its view."""
        return append_message(self, message.raw if isinstance(message, Message) else bytes(message))

    def extend(self, messages: Any) -> None:
        for message in list(messages):
            self.append(message)

    def remove(self, view: Message) -> None:
        """Remove the message that this view shows."""
        self.drop(view)

    def drop(self, view: Message) -> None:
        view.live()
        weight = view.weight()
        node = self.owner.edit()
        piece = view.piece
        if piece is None:
            node.remove_at(view.at, view.number, view.end)
        elif not piece.is_removed():
            node.remove(piece)
        else:
            return
        if weight:
            self.owner.add_items(-weight)

    def remove_if(self, predicate: Callable[[Any], bool]) -> int:
        """Remove the messages for which the predicate is true; give their number."""
        removed = 0
        for view in make_views(self.owner, self.number, self.model):
            if predicate(view):
                self.drop(view)
                removed += 1
        return removed

    def clear(self) -> None:
        for view in make_views(self.owner, self.number, self.model):
            self.drop(view)

    def sort(self, key: Callable[[Any], Any], *, reverse: bool = False) -> None:
        """Sort by a key of the views; stable."""
        views = sorted(make_views(self.owner, self.number, self.model), key=key, reverse=reverse)
        raws = [view.raw for view in views]
        self.clear()
        for raw in raws:
            append_message(self, raw)

    def __repr__(self) -> str:
        return f"<{len(self)} x {type(self.model).__name__}>"


class Views:
    """Iterates over the messages of one field, edited or not. Messages added meanwhile are not met."""

    __slots__ = ("alone", "buf", "cursor", "end", "last", "model", "number", "owner", "pos")

    alone: bool
    buf: bytes
    cursor: Cursor | None
    end: int
    last: Message | None
    model: Message
    number: int
    owner: Message
    pos: int

    def __iter__(self) -> "Views":
        return self

    def __next__(self) -> Any:
        view = self.advance()
        if view is None:
            raise StopIteration
        return view

    def advance(self) -> Message | None:
        """Give the next view, None at the end."""
        if self.alone:
            return self.advance_alone()
        owner = self.owner
        cursor = self.cursor
        if cursor is None:
            node = owner.live()
            if node is None:
                while self.pos < self.end:
                    number, _wire, start, stop = next_field(self.buf, self.pos, self.end)
                    if number == 0:
                        break
                    at = self.pos
                    self.pos = stop
                    if number == self.number:
                        return view_at(self.model, owner, number, at, start, stop)
                return None
            cursor = make_cursor(node, self.number)
            cursor.buf = self.buf  # where the owner was replaced meanwhile, nothing of what was walked is left
            cursor.pos = self.pos
            cursor.tail_end = 0
            self.cursor = cursor
        piece = cursor.step()
        return None if piece is None else view_of(self.model, owner, piece)

    def advance_alone(self) -> Message | None:
        """Give the next view, to be edited alone; the edits of the one before are written out."""
        view = self.last
        if view is not None:
            view.settle()
            view = None
        cursor = self.cursor
        if cursor is not None:
            piece = cursor.step()
            if piece is not None:
                if piece.node is not None:
                    piece.hold(piece.node.encode())
                view = view_of(self.model, self.owner, piece)
        else:
            while self.pos < self.end:
                at = self.pos
                number, _wire, start, self.pos = next_field(self.buf, at, self.end)
                if number == self.number:
                    view = view_at(self.model, self.owner, number, at, start, self.pos)
                    break
                if number == 0:
                    self.pos = self.end
        if view is not None:
            view.alone = True
        self.last = view
        return view


def make_views(owner: Message, number: int, model: Message) -> Views:
    """Iterate over the messages of one field."""
    views = Views.__new__(Views)
    views.owner = owner
    views.number = number
    views.model = model
    views.alone = False
    views.last = None
    node = owner.live()
    views.buf = owner.buf
    views.pos = owner.start
    views.end = owner.end
    views.cursor = None if node is None else make_cursor(node, number)
    return views


def rewriting(items: Repeated) -> Views:
    """Iterate over messages to edit them one after the other: an edit makes other bytes of the message at once.

    That is the cheapest way to edit many records. While one is edited no other view may edit it; views of what lies in
    it go stale when a field or attribute of its own is set (editing one then raises RuntimeError), views of it that
    were made before go stale altogether. Removing the record that is met is fine.
    """
    views = make_views(items.owner, items.number, items.model)
    views.alone = True
    return views


def make_repeated(owner: Message, number: int, model: Message) -> Repeated:
    """View the messages of one field."""
    items = Repeated.__new__(Repeated)
    items.owner = owner
    items.number = number
    items.model = model
    return items


def append_message(items: Repeated, raw: bytes) -> Any:
    """Add an encoded message; give its view."""
    owner = items.owner
    piece = owner.edit().append(items.number, encode_block(items.number, raw))
    view = view_of(items.model, owner, piece)
    weight = view.weight()
    if weight:
        owner.add_items(weight)
    return view

cimport cython

from .message cimport Message, view_at, view_of
from .native cimport block, cut, entry, equal, load_double, signed64, splice, splice_entry
from .node cimport Cursor, Node, Piece, make_cursor, make_node, make_piece, piece_key
from .pattern cimport Pattern
from .wire cimport count_fields, encode_block, encode_double, encode_text, encode_varint, find, find_key, find_value, next_field, read_varint

cdef object NESTED, _MISSING
cdef Message _PLAIN

cpdef bytes encode_value(object value)

cdef bytes encode_any(object value, int depth)

cdef bytes encode_int_value(object value)

cpdef bytes encode_entries(int number, object mapping, int depth)

cdef bytes encode_entry(int number, bytes key, bytes value)

cdef bytes encode_key(object key)

cdef str decode_key(bytes key)

cpdef object decode_value(bytes raw)

@cython.locals(
    pos=Py_ssize_t, number=int, _wire=int, begin=Py_ssize_t, stop=Py_ssize_t, bits="unsigned long long", _pos=Py_ssize_t
)
cdef object read_value(bytes buf, Py_ssize_t start, Py_ssize_t end)

@cython.locals(
    node=Node, pos=Py_ssize_t, number=int, _wire=int, begin=Py_ssize_t, stop=Py_ssize_t, piece=Piece, raw=bytes
)
cdef object live_value(Message view)

@cython.locals(items=ValueList, entries=ValueMap)
cdef object live_container(Message message, int kind)

@cython.locals(attributes=Attributes)
cdef Attributes make_attributes(Message message, int number)

@cython.locals(where=Py_ssize_t, begin=Py_ssize_t, finish=Py_ssize_t, _plain=bint, pair=Message)
cdef object entry_value(Message owner, int number, Py_ssize_t at, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t size)

@cython.locals(where=Py_ssize_t, begin=Py_ssize_t, finish=Py_ssize_t, pair=Message, node=Node, inner=Piece)
cdef object piece_entry_value(Message owner, Piece piece)

cdef object piece_value(Message owner, Piece piece)

@cython.locals(at=Py_ssize_t, _start=Py_ssize_t, _stop=Py_ssize_t)
cdef (Py_ssize_t, Py_ssize_t, Py_ssize_t) find_attribute(Message owner, int number, bytes key) noexcept

@cython.locals(node=Node, at=Py_ssize_t, start=Py_ssize_t, stop=Py_ssize_t, piece=Piece)
cdef object get_entry(Message owner, int number, bytes key)

@cython.locals(
    node=Node, piece=Piece, at=Py_ssize_t, start=Py_ssize_t, stop=Py_ssize_t, where=Py_ssize_t, begin=Py_ssize_t,
    finish=Py_ssize_t, plain=bint,
)
cdef put_entry(Message owner, int number, bytes key, bytes value)

@cython.locals(node=Node, piece=Piece, where=Py_ssize_t, begin=Py_ssize_t, finish=Py_ssize_t, plain=bint)
cdef put_found(Message owner, int number, bytes key, bytes value, Py_ssize_t at, Py_ssize_t start, Py_ssize_t stop)

cdef put_piece(Node node, int number, bytes key, bytes value, Piece piece, bint plain)

@cython.locals(node=Node, piece=Piece, cursor=Cursor, at=Py_ssize_t, _start=Py_ssize_t, pos=Py_ssize_t, kept=Py_ssize_t)
cdef bint remove_entry(Message owner, int number, bytes key) except -1

@cython.locals(node=Node, at=Py_ssize_t, _start=Py_ssize_t, _stop=Py_ssize_t)
cdef bint has_entry(Message owner, int number, bytes key) except -1

cpdef object attr_get(Message view, bytes key)

cpdef bint attr_has(Message view, bytes key) except -1

@cython.locals(
    number=int, node=Node, at=Py_ssize_t, start=Py_ssize_t, stop=Py_ssize_t, where=Py_ssize_t, begin=Py_ssize_t,
    finish=Py_ssize_t, _plain=bint, piece=Piece,
)
cpdef object attr_raw(Message view, bytes key)

@cython.locals(
    at=Py_ssize_t, start=Py_ssize_t, stop=Py_ssize_t, where=Py_ssize_t, begin=Py_ssize_t, finish=Py_ssize_t,
    _plain=bint,
)
cpdef bint attr_equals(Message view, bytes key, bytes value) except -1

cpdef attr_set(Message view, bytes key, object value)

cpdef attr_set_raw(Message view, bytes key, bytes value)

@cython.locals(
    value=bytes, number=int, at=Py_ssize_t, start=Py_ssize_t, stop=Py_ssize_t, where=Py_ssize_t, begin=Py_ssize_t,
    finish=Py_ssize_t, _plain=bint,
)
cpdef attr_map(Message view, bytes key, object results)

@cython.locals(start=Py_ssize_t, stop=Py_ssize_t, at=Py_ssize_t, _stop=Py_ssize_t)
cpdef int attr_matches(Message view, bytes key, Pattern pattern) except -2

@cython.locals(
    number=int, at=Py_ssize_t, start=Py_ssize_t, stop=Py_ssize_t, where=Py_ssize_t, begin=Py_ssize_t, finish=Py_ssize_t,
    text=bytes,
)
cpdef bint attr_replace(Message view, bytes key, Pattern pattern, bytes replacement) except -1

@cython.locals(where=Py_ssize_t, begin=Py_ssize_t, finish=Py_ssize_t, _plain=bint)
cdef (Py_ssize_t, Py_ssize_t, Py_ssize_t) entry_text(
    const unsigned char* buf, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t size
) noexcept

@cython.locals(number=int, _wire=int, start=Py_ssize_t, stop=Py_ssize_t)
cdef (Py_ssize_t, Py_ssize_t, Py_ssize_t) text_of(const unsigned char* buf, Py_ssize_t pos, Py_ssize_t end) noexcept

cpdef bint attr_delete(Message view, bytes key) except -1

@cython.no_gc
cdef class Attributes:
    cdef readonly Message message
    cdef readonly int number

    cpdef bytes entries(self, int number)

@cython.no_gc
cdef class ValueMap(Attributes):
    pass

@cython.no_gc
cdef class ValueList:
    cdef readonly Message message

@cython.no_gc
cdef class Pieces:
    cdef Cursor cursor

@cython.locals(node=Node, walk=Pieces)
cdef Pieces pieces(Message owner, int number)

@cython.locals(inner=Piece, where=Py_ssize_t, begin=Py_ssize_t, finish=Py_ssize_t)
cdef bytes piece_entry_raw(Piece piece)

cdef bytes entries_of(object other, int number)

@cython.locals(pos=Py_ssize_t, end=Py_ssize_t, node=Node, found=int, _wire=int, _start=Py_ssize_t, stop=Py_ssize_t)
cdef append_entries(Message owner, int number, bytes raw)

@cython.locals(pos=Py_ssize_t, begin=Py_ssize_t, found=int, _wire=int, _start=Py_ssize_t, stop=Py_ssize_t, out=list)
cdef bytes contiguous_fields(bytes buf, Py_ssize_t start, Py_ssize_t end, int number)

@cython.locals(node=Node, total=Py_ssize_t, cursor=Cursor)
cdef Py_ssize_t count_pieces(Message owner, int number) except -1


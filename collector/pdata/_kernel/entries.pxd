cimport cython

@cython.locals(at=Py_ssize_t, _start=Py_ssize_t, _stop=Py_ssize_t)
cdef (Py_ssize_t, Py_ssize_t, Py_ssize_t) find_attribute(Message owner, int number, bytes key) noexcept

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

@cython.locals(inner=Piece, where=Py_ssize_t, begin=Py_ssize_t, finish=Py_ssize_t)
cdef bytes piece_entry_raw(Piece piece)

@cython.locals(where=Py_ssize_t, begin=Py_ssize_t, finish=Py_ssize_t, _plain=bint)
cdef (Py_ssize_t, Py_ssize_t, Py_ssize_t) entry_text(
    const unsigned char* buf, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t size
) noexcept

@cython.locals(pos=Py_ssize_t, end=Py_ssize_t, node=Node, found=int, _wire=int, _start=Py_ssize_t, stop=Py_ssize_t)
cdef append_entries(Message owner, int number, bytes raw)

@cython.locals(pos=Py_ssize_t, begin=Py_ssize_t, found=int, _wire=int, _start=Py_ssize_t, stop=Py_ssize_t, out=list)
cdef bytes contiguous_fields(bytes buf, Py_ssize_t start, Py_ssize_t end, int number)

cimport cython

cdef list _NONE

@cython.no_gc
@cython.freelist(64)
cdef class Piece:
    cdef readonly Py_ssize_t at
    cdef readonly bytes buf
    cdef Py_ssize_t head
    cdef Node node
    cdef readonly int number
    cdef bint owned
    cdef Py_ssize_t skip
    cdef Py_ssize_t start
    cdef Py_ssize_t stop

    cdef bint is_removed(self) noexcept

    @cython.locals(_number=int, _wire=int)
    cdef fill(self, bytes field)

    cdef hold(self, bytes value)

    cpdef bytes value(self)

    @cython.locals(node=Node, place=Py_ssize_t, size=Py_ssize_t, prefix=bytes)
    cpdef Py_ssize_t emit(self, list out) except -1

@cython.locals(piece=Piece)
cdef Piece make_piece(int number, Py_ssize_t at, bytes buf, Py_ssize_t start, Py_ssize_t stop)

@cython.no_gc
cdef class Node:
    cdef bytes buf
    cdef Py_ssize_t end
    cdef list patches
    cdef Py_ssize_t start
    cdef list tail

    @cython.locals(patches=list, low=Py_ssize_t, high=Py_ssize_t, middle=Py_ssize_t, piece=Piece)
    cdef Py_ssize_t index(self, Py_ssize_t at) except -1

    @cython.locals(piece=Piece)
    cdef Py_ssize_t place(self, Py_ssize_t index, Py_ssize_t end) except -1

    @cython.locals(index=Py_ssize_t, piece=Piece)
    cdef Piece piece_at(self, Py_ssize_t at)

    @cython.locals(piece=Piece)
    cdef bint ends_before(self, Py_ssize_t at) except -1

    @cython.locals(index=Py_ssize_t, piece=Piece)
    cdef bint covers(self, Py_ssize_t at) except -1

    @cython.locals(index=Py_ssize_t)
    cdef own(self, Piece piece)

    @cython.locals(cursor=Cursor)
    cdef Piece find(self, int number)

    @cython.locals(cursor=Cursor)
    cdef Piece find_key(self, int number, bytes key)

    cdef replace(self, Piece piece, bytes field)

    cdef remove(self, Piece piece)

    @cython.locals(patches=list, index=Py_ssize_t, piece=Piece)
    cdef remove_at(self, Py_ssize_t at, int number, Py_ssize_t skip)

    @cython.locals(patches=list)
    cdef insert(self, Py_ssize_t index, Piece piece)

    cdef Piece add_last(self, Piece piece)

    @cython.locals(piece=Piece)
    cdef Piece append(self, int number, bytes field)

    @cython.locals(piece=Piece)
    cdef put(self, int number, bytes field)

    cdef reset(self, bytes raw)

    @cython.locals(size=Py_ssize_t, pos=Py_ssize_t, piece=Piece)
    cdef Py_ssize_t emit(self, list out) except -1

    @cython.locals(out=list)
    cdef bytes encode(self)

@cython.locals(node=Node)
cdef Node make_node(bytes buf, Py_ssize_t start, Py_ssize_t end)

@cython.no_gc
cdef class Cursor:
    cdef bytes buf
    cdef Py_ssize_t index
    cdef Node node
    cdef int number
    cdef Py_ssize_t pos
    cdef Py_ssize_t tail_end
    cdef Py_ssize_t tail_index

    cdef Piece step(self)

    cdef Piece step_key(self, bytes key)

    @cython.locals(
        node=Node, patches=list, tail=list, size=Py_ssize_t, end=Py_ssize_t, count=Py_ssize_t, index=Py_ssize_t,
        place=Py_ssize_t, number=int, _wire=int, start=Py_ssize_t, stop=Py_ssize_t, at=Py_ssize_t, piece=Piece,
    )
    cdef Piece advance(self, bytes key, bint keyed)

@cython.locals(cursor=Cursor)
cdef Cursor make_cursor(Node node, int number)

cdef bint piece_has_key(Piece piece, bytes key) except -1

@cython.locals(inner=Piece, at=Py_ssize_t, start=Py_ssize_t, stop=Py_ssize_t)
cdef bytes piece_key(Piece piece)

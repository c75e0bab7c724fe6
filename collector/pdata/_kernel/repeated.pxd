cimport cython

@cython.no_gc
cdef class Repeated:
    cdef readonly Message model
    cdef readonly int number
    cdef readonly Message owner

    @cython.locals(node=Node, piece=Piece, weight=Py_ssize_t)
    cdef drop(self, Message view)

@cython.no_gc
cdef class Views:
    cdef bint alone
    cdef bytes buf
    cdef Cursor cursor
    cdef Py_ssize_t end
    cdef Message last
    cdef Message model
    cdef int number
    cdef Message owner
    cdef Py_ssize_t pos

    @cython.locals(
        owner=Message, cursor=Cursor, node=Node, number=int, _wire=int, start=Py_ssize_t, stop=Py_ssize_t, at=Py_ssize_t,
        piece=Piece,
    )
    cdef Message advance(self)

    @cython.locals(view=Message, cursor=Cursor, number=int, _wire=int, start=Py_ssize_t, at=Py_ssize_t, piece=Piece)
    cdef Message advance_alone(self)

@cython.locals(views=Views, node=Node)
cpdef Views make_views(Message owner, int number, Message model)

@cython.locals(views=Views)
cpdef Views rewriting(Repeated items)

@cython.locals(items=Repeated)
cpdef Repeated make_repeated(Message owner, int number, Message model)

@cython.locals(owner=Message, piece=Piece, view=Message, weight=Py_ssize_t)
cdef Message append_message(Repeated items, bytes raw)

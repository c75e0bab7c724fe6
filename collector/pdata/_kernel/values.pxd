cimport cython

cdef object MISSING
cdef Message _PLAIN

cpdef object decode_value(bytes raw)

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

@cython.locals(node=Node, at=Py_ssize_t, start=Py_ssize_t, stop=Py_ssize_t, piece=Piece)
cdef object get_entry(Message owner, int number, bytes key)

@cython.no_gc
cdef class Attributes(Live):
    cdef readonly Message message
    cdef readonly int number

    cpdef bytes entries(self, int number)

@cython.no_gc
cdef class ValueMap(Attributes):
    pass

@cython.no_gc
cdef class ValueList(Live):
    cdef readonly Message message

cdef bytes entries_of(object other, int number)

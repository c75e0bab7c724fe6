cimport cython

@cython.no_gc
cdef class Pieces:
    cdef Cursor cursor

@cython.locals(node=Node, walk=Pieces)
cdef Pieces pieces(Message owner, int number)

@cython.locals(node=Node, total=Py_ssize_t, cursor=Cursor)
cdef Py_ssize_t count_pieces(Message owner, int number) except -1

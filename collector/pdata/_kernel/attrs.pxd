cimport cython

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

cpdef bint attr_delete(Message view, bytes key) except -1

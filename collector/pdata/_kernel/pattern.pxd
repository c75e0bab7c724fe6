cimport cython

@cython.no_gc
cdef class Pattern:
    cdef bint anchored
    cdef bint ended
    cdef bytes least
    cdef bytes most
    cdef bytes sets
    cdef Py_ssize_t size

    cdef bint takes(self, const unsigned char* p, Py_ssize_t start, Py_ssize_t end) noexcept

    @cython.locals(
        sets="const unsigned char*", least="const unsigned char*", most="const unsigned char*", index=Py_ssize_t,
        base=Py_ssize_t, left=Py_ssize_t, begin=Py_ssize_t,
    )
    cdef Py_ssize_t stop(self, const unsigned char* p, Py_ssize_t pos, Py_ssize_t end) noexcept

    @cython.locals(sets="const unsigned char*", skips=bint, stop=Py_ssize_t)
    cdef (Py_ssize_t, Py_ssize_t) find(self, const unsigned char* p, Py_ssize_t pos, Py_ssize_t end) noexcept

    @cython.locals(at=Py_ssize_t, stop=Py_ssize_t, following=Py_ssize_t, last=Py_ssize_t, out=list)
    cdef bytes replaced(self, bytes p, Py_ssize_t start, Py_ssize_t end, bytes replacement)

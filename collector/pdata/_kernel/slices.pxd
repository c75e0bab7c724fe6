cimport cython

@cython.locals(rest=list, begin=Py_ssize_t, found=int, _wire=int, _start=Py_ssize_t, stop=Py_ssize_t)
cpdef bytes header_of(bytes raw, Py_ssize_t pos, Py_ssize_t end)

@cython.locals(
    rest=list, chosen=list, pos=Py_ssize_t, begin=Py_ssize_t, end=Py_ssize_t, found=int, _wire=int, _start=Py_ssize_t,
    stop=Py_ssize_t,
)
cpdef tuple apart(bytes raw, int number)

@cython.locals(pos=Py_ssize_t, end=Py_ssize_t, found=int, _wire=int, _start=Py_ssize_t, stop=Py_ssize_t)
cpdef tuple without(bytes raw, int number)

@cython.locals(_number=int, _wire=int, start=Py_ssize_t, stop=Py_ssize_t)
cpdef tuple value_at(bytes raw, Py_ssize_t pos, Py_ssize_t end)

@cython.locals(total=Py_ssize_t, number=int, _wire=int, start=Py_ssize_t, stop=Py_ssize_t)
cdef Py_ssize_t weigh(const unsigned char* p, Py_ssize_t pos, Py_ssize_t end, int level, bint metrics) noexcept

@cython.locals(
    wanted=int, begin=Py_ssize_t, items=Py_ssize_t, number=int, _wire=int, start=Py_ssize_t, stop=Py_ssize_t,
    count=Py_ssize_t,
)
cpdef tuple fitting(
    bytes raw, Py_ssize_t pos, Py_ssize_t end, int level, bint metrics, Py_ssize_t max_items, Py_ssize_t max_bytes
)

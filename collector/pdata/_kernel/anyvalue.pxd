cimport cython

cdef object NESTED

@cython.no_gc
cdef class Live:
    cpdef bytes as_value(self)

cpdef bytes encode_value(object value)

cdef bytes encode_any(object value, int depth)

cdef bytes encode_int_value(object value)

cpdef bytes encode_entries(int number, object mapping, int depth)

cdef bytes encode_entry(int number, bytes key, bytes value)

cdef bytes encode_key(object key)

cdef str decode_key(bytes key)

@cython.locals(
    pos=Py_ssize_t, number=int, _wire=int, begin=Py_ssize_t, stop=Py_ssize_t, bits="unsigned long long", _pos=Py_ssize_t
)
cdef object read_value(bytes buf, Py_ssize_t start, Py_ssize_t end)

@cython.locals(number=int, _wire=int, start=Py_ssize_t, stop=Py_ssize_t)
cdef (Py_ssize_t, Py_ssize_t, Py_ssize_t) text_of(const unsigned char* buf, Py_ssize_t pos, Py_ssize_t end) noexcept

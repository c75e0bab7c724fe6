cimport cython

@cython.locals(value="unsigned long long", shift=int, byte="unsigned long long")
cdef (unsigned long long, Py_ssize_t) read_varint(const unsigned char* p, Py_ssize_t pos, Py_ssize_t end) noexcept

@cython.locals(tag="unsigned long long", size="unsigned long long", left="unsigned long long", byte="unsigned char", wire=int, start=Py_ssize_t)
cdef (int, int, Py_ssize_t, Py_ssize_t) next_field(const unsigned char* p, Py_ssize_t pos, Py_ssize_t end) noexcept

@cython.locals(tag=int, number=int, _wire=int, start=Py_ssize_t, stop=Py_ssize_t)
cdef (Py_ssize_t, Py_ssize_t, Py_ssize_t) find(const unsigned char* p, Py_ssize_t pos, Py_ssize_t end, int wanted) noexcept

@cython.locals(tag=int, number=int, _wire=int, start=Py_ssize_t, stop=Py_ssize_t)
cdef (Py_ssize_t, Py_ssize_t, Py_ssize_t) find_key(
    const unsigned char* p, Py_ssize_t pos, Py_ssize_t end, int wanted, const unsigned char* key, Py_ssize_t size
) noexcept

@cython.locals(at=Py_ssize_t, begin=Py_ssize_t, finish=Py_ssize_t)
cdef bint has_key(
    const unsigned char* p, Py_ssize_t start, Py_ssize_t stop, const unsigned char* key, Py_ssize_t size
) noexcept

@cython.locals(
    pos=Py_ssize_t, at=Py_ssize_t, _begin=Py_ssize_t, where=Py_ssize_t, begin=Py_ssize_t, finish=Py_ssize_t,
    known=Py_ssize_t,
)
cdef (Py_ssize_t, Py_ssize_t, Py_ssize_t, bint) find_value(
    const unsigned char* p, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t size
) noexcept

@cython.locals(total=Py_ssize_t, number=int, _wire=int, _start=Py_ssize_t, stop=Py_ssize_t)
cdef Py_ssize_t count_fields(const unsigned char* p, Py_ssize_t pos, Py_ssize_t end, int wanted) noexcept

cpdef bytes encode_varint(unsigned long long value)

cpdef bytes encode_tag(int number, int wire)

cpdef bytes encode_block(int number, bytes data)

cpdef bytes encode_double(double value)

cpdef bytes encode_text(str value)

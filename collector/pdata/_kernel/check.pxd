cimport cython

cdef bytes KINDS, BITS
cdef int _ENTRY

cdef class Check:
    cdef const unsigned char* bits
    cdef readonly Py_ssize_t items
    cdef const unsigned char* kinds
    cdef readonly bint odd
    cdef readonly Py_ssize_t place
    cdef readonly str reason

cdef bint fail(Check check, Py_ssize_t place, str reason) except -1

@cython.locals(
    size=Py_ssize_t, _value="unsigned long long", middle=Py_ssize_t, start=Py_ssize_t, kind=int, stop=Py_ssize_t
)
cdef bint is_plain_entry(const unsigned char* p, Py_ssize_t pos, Py_ssize_t end) noexcept

@cython.locals(
    kinds="const unsigned char*", bits="const unsigned char*", base=int, seen="unsigned int", begin=Py_ssize_t,
    tag="unsigned long long", number="unsigned int", wire=int, code=int, size="unsigned long long",
    left="unsigned long long", stop=Py_ssize_t, bit=int,
)
cdef bint check_message(
    Check check, const unsigned char* p, Py_ssize_t pos, Py_ssize_t end, int kind, int depth
) except -1

@cython.locals(check=Check)
cpdef Check check_payload(str signal, bytes data)

cimport cython

from .native cimport is_text
from .wire cimport read_varint

cdef bytes KINDS, BITS, COUNTED

cdef class Check:
    cdef readonly Py_ssize_t items
    cdef readonly bint odd
    cdef readonly Py_ssize_t place
    cdef readonly str reason

    cdef bint fail(self, Py_ssize_t place, str reason) except -1

    @cython.locals(
        kinds="const unsigned char*", bits="const unsigned char*", base=int, seen="unsigned int", begin=Py_ssize_t,
        tag="unsigned long long", number="unsigned int", wire=int, code=int, size="unsigned long long", stop=Py_ssize_t,
        bit=int, left="unsigned long long",
    )
    cdef bint message(self, const unsigned char* p, Py_ssize_t pos, Py_ssize_t end, int kind, int depth) except -1

@cython.locals(check=Check)
cpdef Check check_payload(str signal, bytes data)

cimport cython

from exporters.prometheus_remote_write cimport _native_c as native

cdef unsigned long long MASK

@cython.locals(value="unsigned long long", shift=int, end=Py_ssize_t, byte="unsigned long long")
cdef (unsigned long long, Py_ssize_t) number(bytes p, Py_ssize_t pos)
cdef long long unzigzag(unsigned long long value)
@cython.locals(size="unsigned long long", begin=Py_ssize_t)
cdef bytes block(bytes p, Py_ssize_t pos)
@cython.locals(wire=int, left=Py_ssize_t, size="unsigned long long", _value="unsigned long long")
cdef Py_ssize_t after(bytes p, unsigned long long tag, Py_ssize_t pos)
cdef unsigned long long eight(bytes p, Py_ssize_t pos, Py_ssize_t end) except? 0x5E5E

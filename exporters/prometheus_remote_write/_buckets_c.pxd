cimport cython

from exporters.prometheus_remote_write cimport _native_c as native
from exporters.prometheus_remote_write cimport _wire_c as wire

cdef int LOWEST_SCALE
cdef int HIGHEST_SCALE
cdef int CUSTOM_BUCKETS
cdef long long WIDEST_BRIDGE
cdef double DEFAULT_ZERO_THRESHOLD
cdef double INFINITE
cdef unsigned long long STALE
cdef unsigned long long MASK
cdef unsigned long long SIGN
cdef bytes EMPTY

@cython.final
cdef class Layout:
    cdef bytearray spans
    cdef bytearray deltas
    cdef long long offset
    cdef long long length
    cdef long long last
    cdef unsigned long long before
    @cython.locals(gap="long long")
    cdef add(self, long long index, unsigned long long count)
    @cython.locals(difference="unsigned long long")
    cdef delta(self, unsigned long long count)
    @cython.locals(span=bytearray)
    cdef close(self)
    @cython.locals(out=bytearray, pos=Py_ssize_t, size=Py_ssize_t)
    cdef bytes fields(self, int span_tag, int delta_tag)

cdef append_varint(bytearray out, unsigned long long value)
cdef append_zigzag(bytearray out, long long value)
@cython.locals(at=Py_ssize_t)
cdef append_double(bytearray out, int tag, unsigned long long bits)
@cython.locals(at=Py_ssize_t)
cdef append_eight(bytearray out, unsigned long long bits)

@cython.final
cdef class Point:
    cdef unsigned long long count
    cdef unsigned long long sum
    cdef long long scale
    cdef unsigned long long zero_count
    cdef unsigned long long zero_threshold
    cdef bytes positive
    cdef bytes negative
    cdef bytes bounds
    cdef bytes counts
    @cython.locals(out=bytearray)
    cdef bytes message(
        self, bytes negative, bytes positive, bytes custom, unsigned long long time, unsigned long long start
    )

@cython.locals(
    point=Point, pos=Py_ssize_t, end=Py_ssize_t, tag="unsigned long long", value="unsigned long long",
    _after=Py_ssize_t, shift="long long", negative=bytes, positive=bytes,
)
cpdef bytes exponential(bytes p, unsigned long long time, unsigned long long start, bint stale)

@cython.locals(
    layout=Layout, offset="long long", counts=bytes, pos=Py_ssize_t, end=Py_ssize_t, tag="unsigned long long",
    value="unsigned long long", _after=Py_ssize_t, index="long long", here="long long", total="unsigned long long",
    bits=int, byte="unsigned long long",
)
cdef Layout side(bytes p, long long shift)

@cython.locals(
    point=Point, pos=Py_ssize_t, end=Py_ssize_t, tag="unsigned long long", bounds=list, counts=list, values=bytearray,
    layout=Layout, index="long long", carried="unsigned long long", total="unsigned long long",
    count="unsigned long long", before=double, bound=double, i=Py_ssize_t, size=Py_ssize_t,
)
cpdef bytes custom(bytes p, unsigned long long time, unsigned long long start, bint stale)

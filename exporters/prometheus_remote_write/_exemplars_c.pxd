cimport cython

from exporters.prometheus_remote_write cimport _native_c as native
from exporters.prometheus_remote_write cimport _series_c as series
from exporters.prometheus_remote_write cimport _wire_c as wire

cdef Py_ssize_t TRACE_ID_SIZE
cdef Py_ssize_t SPAN_ID_SIZE
cdef bytes SPAN_LABEL
cdef bytes TRACE_LABEL
cdef bytes ZERO
cdef bytes EMPTY

@cython.final
cdef class Exemplars:
    cdef public series.Samples samples
    cdef public object catalog
    cdef public bint second
    @cython.locals(
        pos=Py_ssize_t, end=Py_ssize_t, stop=Py_ssize_t, size="unsigned long long", _tag="unsigned long long"
    )
    cpdef add(self, bytes raw, series.Stream stream, unsigned long long time, Py_ssize_t parts)
    @cython.locals(
        span=bytes, trace=bytes, filtered=bint, bits="unsigned long long", own_time="unsigned long long",
        pos=Py_ssize_t, tag="unsigned long long", exemplar=tuple,
    )
    cdef read(
        self, bytes p, Py_ssize_t start, Py_ssize_t end, series.Stream stream, unsigned long long time, Py_ssize_t parts
    )
    @cython.locals(labels=bytes)
    cdef object labels(self, bytes p, Py_ssize_t start, Py_ssize_t end, bytes span, bytes trace, bint filtered)
    @cython.locals(found=series.Series, least=double, bound=double, first=bint, i=Py_ssize_t)
    cdef series.Series bucket(self, series.Stream stream, double value, Py_ssize_t parts)
    cdef attach(self, series.Series entry, tuple exemplar)

@cython.locals(out=bytearray, pos=Py_ssize_t)
cdef bytes tail(unsigned long long bits, unsigned long long time)

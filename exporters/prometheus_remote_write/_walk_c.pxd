cimport cython

from exporters.prometheus_remote_write cimport _exemplars_c as exemplars_
from exporters.prometheus_remote_write cimport _native_c as native
from exporters.prometheus_remote_write cimport _series_c as series

cdef int SUM
cdef int HISTOGRAM
cdef int EXPONENTIAL
cdef int SUMMARY
cdef unsigned long long CUMULATIVE
cdef unsigned long long STALE
cdef unsigned long long ONE
cdef unsigned long long NO_RECORDED_VALUE
cdef unsigned long long MASK
cdef list CODES
cdef bytes ZERO

@cython.final
cdef class Resource:
    cdef public unsigned long long push
    cdef public series.Series info
    cdef public object detail
    cdef public dict scopes

@cython.final
cdef class Scope:
    cdef public object detail
    cdef public dict families

@cython.final
cdef class Walk:
    cdef public series.Samples samples
    cdef public object catalog
    cdef public exemplars_.Exemplars exemplars
    cdef public dict resources
    cdef public list families
    cdef Py_ssize_t at
    cdef unsigned long long latest
    cpdef open(self)
    @cython.locals(pos=Py_ssize_t, end=Py_ssize_t, stop=Py_ssize_t)
    cpdef add(self, bytes p)
    @cython.locals(value="unsigned long long", byte="unsigned long long", shift=int)
    cdef unsigned long long varint(self, bytes p, Py_ssize_t pos, Py_ssize_t end) except? 0x5E5E
    @cython.locals(size="unsigned long long")
    cdef Py_ssize_t block(self, bytes p, Py_ssize_t pos, Py_ssize_t end) except -1
    @cython.locals(wire=int)
    cdef Py_ssize_t skip(self, bytes p, Py_ssize_t pos, Py_ssize_t end) except -1
    @cython.locals(first=Py_ssize_t, last=Py_ssize_t, pos=Py_ssize_t, stop=Py_ssize_t, raw=bytes, resource=Resource)
    cdef resource(self, bytes p, Py_ssize_t start, Py_ssize_t end)
    @cython.locals(
        first=Py_ssize_t, last=Py_ssize_t, url_first=Py_ssize_t, url_last=Py_ssize_t, pos=Py_ssize_t, stop=Py_ssize_t,
        tag=int, raw=bytes, key=bytes, scope=Scope,
    )
    cdef scope(self, bytes p, Py_ssize_t start, Py_ssize_t end, Resource resource)
    @cython.locals(
        kind=int, first=Py_ssize_t, last=Py_ssize_t, head=Py_ssize_t, pos=Py_ssize_t, stop=Py_ssize_t, tag=int,
        temporality="unsigned long long", monotonic=bint, points=bint, code=int, key=bytes, family=series.Family,
    )
    cdef metric(self, bytes p, Py_ssize_t start, Py_ssize_t end, Scope scope)
    cdef nameless(self, bytes raw, Scope scope)
    @cython.locals(points=Py_ssize_t, stop=Py_ssize_t)
    cdef refused(self, bytes p, Py_ssize_t pos, Py_ssize_t end, series.Family family)
    cdef void see(self, unsigned long long time) noexcept
    @cython.locals(size=Py_ssize_t, turn=Py_ssize_t, stream=series.Stream, found=series.Stream, key=bytes)
    cdef series.Stream stream(self, bytes p, Py_ssize_t first, Py_ssize_t last, series.Family family)
    @cython.locals(raw=bytes)
    cdef series.Stream gathered(self, bytes p, Py_ssize_t pos, Py_ssize_t end, int tag, series.Family family)
    @cython.locals(stop=Py_ssize_t, found=list)
    cdef bytes fields(self, bytes p, Py_ssize_t pos, Py_ssize_t end, int tag)
    @cython.locals(
        bits="unsigned long long", time="unsigned long long", began="unsigned long long", flags="unsigned long long",
        first=Py_ssize_t, last=Py_ssize_t, scattered=bint, exemplars=bint, pos=Py_ssize_t, stop=Py_ssize_t, tag=int,
        stream=series.Stream,
    )
    cdef number(self, bytes p, Py_ssize_t start, Py_ssize_t end, series.Family family)
    @cython.locals(
        total="unsigned long long", time="unsigned long long", began="unsigned long long", flags="unsigned long long",
        count="unsigned long long", bits="unsigned long long", running="unsigned long long", first=Py_ssize_t,
        last=Py_ssize_t, counts=Py_ssize_t, counts_end=Py_ssize_t, bounds=Py_ssize_t, bounds_end=Py_ssize_t,
        size=Py_ssize_t, parts=Py_ssize_t, i=Py_ssize_t, scattered=bint, exemplars=bint, has_total=bint, stale=bint,
        pos=Py_ssize_t, stop=Py_ssize_t, tag=int, stream=series.Stream, metadata=series.Metadata,
    )
    cdef histogram(self, bytes p, Py_ssize_t start, Py_ssize_t end, series.Family family)
    @cython.locals(
        time="unsigned long long", began="unsigned long long", flags="unsigned long long", exemplars=bint,
        pos=Py_ssize_t, tag=int, stream=series.Stream,
    )
    cdef exponential(self, bytes p, Py_ssize_t start, Py_ssize_t end, series.Family family)
    @cython.locals(
        total="unsigned long long", time="unsigned long long", began="unsigned long long", flags="unsigned long long",
        count="unsigned long long", first=Py_ssize_t, last=Py_ssize_t, scattered=bint, stale=bint, pos=Py_ssize_t,
        stop=Py_ssize_t, tag=int, i=Py_ssize_t, quantiles=list, values=list, layout=bytes, value=bytes,
        stream=series.Stream, metadata=series.Metadata,
    )
    cdef summary(self, bytes p, Py_ssize_t start, Py_ssize_t end, series.Family family)
    @cython.locals(begin=Py_ssize_t, stop=Py_ssize_t, found=bytes)
    cdef bytes double(self, bytes p, Py_ssize_t pos, Py_ssize_t end, int tag)

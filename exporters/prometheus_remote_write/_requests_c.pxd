cimport cython

from exporters.prometheus_remote_write cimport _native_c as native
from exporters.prometheus_remote_write cimport _series_c as series

cdef Py_ssize_t MOST_OF_REF
cdef Py_ssize_t HEAD
cdef bytes EMPTY
cdef list SMALL

@cython.final
cdef class Writer:
    cdef public series.Samples samples
    cdef public bint second
    cdef public Py_ssize_t limit
    cdef public unsigned long long request
    cdef public Py_ssize_t at
    cdef public Py_ssize_t size
    cdef public Py_ssize_t text
    cdef public Py_ssize_t entered
    cdef public bint closed
    cdef public list table
    cdef bytes extras
    cdef bytearray refs
    cdef Py_ssize_t refs_used
    cpdef rewind(self)
    cpdef bint open(self) except -1
    @cython.locals(filled=Py_ssize_t, size=Py_ssize_t, symbols=Py_ssize_t, touched=list, entry=series.Series)
    cpdef Py_ssize_t write(self, bytearray out) except -1
    @cython.locals(size=Py_ssize_t, at=Py_ssize_t)
    cdef Py_ssize_t measure(self, series.Series entry) except -1
    @cython.locals(size=Py_ssize_t, samples=series.Samples)
    cdef Py_ssize_t sample_size(self, Py_ssize_t at) noexcept
    @cython.locals(size=Py_ssize_t, symbol=series.Symbol, refs=bytearray)
    cdef Py_ssize_t write_refs(self, tuple symbols) except -1
    cdef enter(self, series.Symbol symbol)
    @cython.locals(symbol=series.Symbol)
    cdef forget(self, Py_ssize_t size)
    @cython.locals(size=Py_ssize_t)
    cdef Py_ssize_t metadata_size(self, series.Metadata metadata) except -1
    @cython.locals(at=Py_ssize_t, samples=series.Samples)
    cdef Py_ssize_t encode(self, series.Series entry, bytearray out, Py_ssize_t pos, Py_ssize_t size) except -1
    @cython.locals(symbol=series.Symbol, metadata=series.Metadata)
    cdef Py_ssize_t encode_refs(self, series.Series entry, bytearray out, Py_ssize_t pos) except -1
    @cython.locals(fields=list, tag=bytes, message=bytes, latest=dict)
    cdef bytes rest(self, series.Series entry)
    @cython.locals(size=Py_ssize_t, symbol=series.Symbol)
    cdef bytes packed_refs(self, tuple symbols)

cpdef bytes varint(unsigned long long value)

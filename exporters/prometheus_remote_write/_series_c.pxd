cimport cython

@cython.final
cdef class Symbol:
    cdef public bytes text
    cdef public unsigned long long request
    cdef public Py_ssize_t ref

@cython.final
cdef class Metadata:
    cdef public int type
    cdef public Symbol help
    cdef public Symbol unit
    cdef public bytes encoded

@cython.final
cdef class Series:
    cdef public bytes labels
    cdef public tuple symbols
    cdef public Metadata metadata
    cdef public unsigned long long push
    cdef public Py_ssize_t first
    cdef public Py_ssize_t last
    cdef public Py_ssize_t count
    cdef public bint tangled
    cdef public list exemplars
    cdef public list histograms

@cython.final
cdef class Stream:
    cdef public bytes key
    cdef public Py_ssize_t place
    cdef public unsigned long long push
    cdef public str error
    cdef public Series single
    cdef public Series total
    cdef public Series count
    cdef public Series infinite
    cdef public Series created
    cdef public bytes layout
    cdef public list parts

@cython.final
cdef class Family:
    cdef public int kind
    cdef public str name
    cdef public str error
    cdef public object detail
    cdef public Metadata metadata
    cdef public bint classic
    cdef public bint native
    cdef public bint takes_exemplars
    cdef public bint starts
    cdef public unsigned long long push
    cdef public Py_ssize_t turn
    cdef public list order
    cdef public dict streams

@cython.final
cdef class Samples:
    cdef unsigned long long[::1] bits
    cdef long long[::1] times
    cdef long long[::1] starts
    cdef long long[::1] links
    cdef public bint starts_kept
    cdef public Py_ssize_t room
    cdef public Py_ssize_t used
    cdef public unsigned long long push
    cdef public list series
    cpdef open(self)
    @cython.locals(used=Py_ssize_t)
    cpdef add(self, Series series, Metadata metadata, unsigned long long bits, long long time, long long start)
    cpdef touch(self, Series series, Metadata metadata)
    cpdef add_histogram(self, Series series, Metadata metadata, long long time, bytes message)
    @cython.locals(
        links="long long[::1]", times="long long[::1]", head=Py_ssize_t, last=Py_ssize_t, left=Py_ssize_t,
        right=Py_ssize_t, taken=Py_ssize_t, left_size=Py_ssize_t, right_size=Py_ssize_t, width=Py_ssize_t,
        merges=Py_ssize_t,
    )
    cpdef untangle(self, Series series)
    @cython.locals(links="long long[::1]", times="long long[::1]", at=Py_ssize_t, before=Py_ssize_t, after=Py_ssize_t)
    cpdef keep_last(self, Series series)
    cpdef resize(self, Py_ssize_t room)

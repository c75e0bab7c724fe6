cimport cython

@cython.no_gc
cdef class Status(Message):
    pass

@cython.no_gc
cdef class SpanEvent(Message):
    pass

@cython.no_gc
cdef class SpanLink(Message):
    pass

@cython.no_gc
cdef class Span(Record):
    pass

cdef Message _SPAN, _SCOPE_SPANS

@cython.no_gc
cdef class ScopeSpans(ScopeGroup):
    pass

@cython.no_gc
cdef class ResourceSpans(ResourceGroup):
    pass

from .common cimport Record, ResourceGroup, ScopeGroup
from .message cimport Message

cdef class Status(Message):
    pass

cdef class SpanEvent(Message):
    pass

cdef class SpanLink(Message):
    pass

cdef class Span(Record):
    pass

cdef Message _SPAN, _SCOPE_SPANS

cdef class ScopeSpans(ScopeGroup):
    pass

cdef class ResourceSpans(ResourceGroup):
    pass

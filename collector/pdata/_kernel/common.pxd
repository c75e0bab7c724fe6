from .message cimport Message, child
from .repeated cimport Repeated, make_repeated
from .slices cimport header_of

cdef class EntityRef(Message):
    pass

cdef class Resource(Message):
    pass

cdef class InstrumentationScope(Message):
    pass

cdef class ScopeGroup(Message):
    cpdef Message record_model(self)

cdef class ResourceGroup(Message):
    cpdef Message scope_model(self)

cdef class Record(Message):
    pass

cdef Message _RESOURCE, _SCOPE

cdef object group_resource(Message group)

cdef object group_scope(Message group)

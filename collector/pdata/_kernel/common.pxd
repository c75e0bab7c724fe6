cimport cython

@cython.no_gc
cdef class EntityRef(Message):
    pass

@cython.no_gc
cdef class Resource(Message):
    pass

@cython.no_gc
cdef class InstrumentationScope(Message):
    pass

@cython.no_gc
cdef class ScopeGroup(Message):
    cpdef Message record_model(self)

@cython.no_gc
cdef class ResourceGroup(Message):
    cpdef Message scope_model(self)

@cython.no_gc
cdef class Record(Message):
    pass

cdef Message _RESOURCE, _SCOPE

cdef object group_resource(Message group)

cdef object group_scope(Message group)

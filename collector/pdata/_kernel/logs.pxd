cimport cython

@cython.no_gc
cdef class LogRecord(Record):
    pass

cdef Message _LOG_RECORD, _SCOPE_LOGS

@cython.no_gc
cdef class ScopeLogs(ScopeGroup):
    pass

@cython.no_gc
cdef class ResourceLogs(ResourceGroup):
    pass

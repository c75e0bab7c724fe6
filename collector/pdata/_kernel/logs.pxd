from .common cimport Record, ResourceGroup, ScopeGroup
from .message cimport Message

cdef class LogRecord(Record):
    pass

cdef Message _LOG_RECORD, _SCOPE_LOGS

cdef class ScopeLogs(ScopeGroup):
    pass

cdef class ResourceLogs(ResourceGroup):
    pass

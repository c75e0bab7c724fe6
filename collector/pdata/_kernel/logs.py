"""Views of log records."""

from .common import Record, ResourceGroup, ScopeGroup, text, uint32
from .fields import AttributesField, ValueField
from .message import Message
from .traces import enum, fixed32, fixed64, identity


class LogRecord(Record):
    """A log record. Times are nanoseconds since 1970; `body` is a value, live if it is a map or list."""

    __slots__ = ()

    time_unix_nano: int = fixed64(1)
    observed_time_unix_nano: int = fixed64(11)
    severity_number: int = enum(2)
    severity_text: str = text(3)
    body = ValueField(5)
    attributes = AttributesField(6)
    dropped_attributes_count: int = uint32(7)
    flags: int = fixed32(8)
    trace_id: bytes = identity(9, 16)
    span_id: bytes = identity(10, 8)
    event_name: str = text(12)

    def blank(self) -> Message:
        return LogRecord.__new__(LogRecord)

    def attributes_number(self) -> int:
        return 6

    def is_item(self) -> bool:
        return True


_LOG_RECORD = LogRecord()


class ScopeLogs(ScopeGroup):
    """Log records of one scope."""

    __slots__ = ()

    def blank(self) -> Message:
        return ScopeLogs.__new__(ScopeLogs)

    def record_model(self) -> Message:
        return _LOG_RECORD


_SCOPE_LOGS = ScopeLogs()


class ResourceLogs(ResourceGroup):
    """Scopes of one resource."""

    __slots__ = ()

    def blank(self) -> Message:
        return ResourceLogs.__new__(ResourceLogs)

    def scope_model(self) -> Message:
        return _SCOPE_LOGS

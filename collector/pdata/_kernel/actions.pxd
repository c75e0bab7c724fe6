cimport cython

from .message cimport Message
from .values cimport attr_delete, attr_has, attr_map, attr_set_raw

cdef class Action:
    cdef apply(self, Message view)

cdef class SetAttribute(Action):
    cdef bytes key
    cdef int present
    cdef bytes value

cdef class MapAttribute(Action):
    cdef bytes key
    cdef object results

cdef class DeleteAttribute(Action):
    cdef bytes key

cdef class Call(Action):
    cdef object function

@cython.locals(view=Message, action=Action)
cpdef apply_actions(object views, list actions)

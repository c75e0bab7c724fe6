cimport cython

cdef class Action:
    cdef apply(self, Message view)

cdef class SetAttribute(Action):
    cdef bytes key
    cdef int present
    cdef bytes value

cdef class CopyAttribute(Action):
    cdef bytes key
    cdef bytes source

    @cython.locals(value=bytes)
    cdef apply(self, Message view)

cdef class MapAttribute(Action):
    cdef bytes key
    cdef object results

cdef class DeleteAttribute(Action):
    cdef bytes key

cdef class ReplaceInAttribute(Action):
    cdef bytes key
    cdef object otherwise
    cdef Pattern pattern
    cdef bytes replacement

cdef class ReplaceInText(Action):
    cdef StringField field
    cdef object otherwise
    cdef Pattern pattern
    cdef bytes replacement

cdef class TextFromAttribute(Action):
    cdef StringField field
    cdef bytes key
    cdef object otherwise

cdef class When(Action):
    cdef Action action
    cdef object otherwise
    cdef Test test

    @cython.locals(result=int)
    cdef apply(self, Message view)

cdef class Call(Action):
    cdef object function

@cython.locals(view=Message, action=Action)
cdef walk_actions(Views views, list actions)

@cython.locals(each=Message, action=Action)
cpdef apply_actions(object views, list actions)

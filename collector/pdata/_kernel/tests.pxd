cimport cython

cdef int _TEXT, _BOOL, _INT

cdef class Test:
    cdef int test(self, Message view) except -2

cdef class AttributeEquals(Test):
    cdef unsigned long long bits
    cdef bytes key
    cdef int kind
    cdef bytes text

    @cython.locals(
        at=Py_ssize_t, start=Py_ssize_t, stop=Py_ssize_t, where=Py_ssize_t, begin=Py_ssize_t, finish=Py_ssize_t,
        _plain=bint, kind=int, bits="unsigned long long", end=Py_ssize_t, same=bint,
    )
    cdef int test(self, Message view) except -2

cdef class AttributeMatches(Test):
    cdef bytes key
    cdef Pattern pattern

cdef class TextEquals(Test):
    cdef int number
    cdef bytes text

    @cython.locals(at=Py_ssize_t, start=Py_ssize_t, stop=Py_ssize_t)
    cdef int test(self, Message view) except -2

cdef class TextMatches(Test):
    cdef StringField field
    cdef Pattern pattern

cdef class Opposite(Test):
    cdef Test inner

    @cython.locals(result=int)
    cdef int test(self, Message view) except -2

cdef class Joined(Test):
    cdef list tests
    cdef int until

    @cython.locals(test=Test, result=int)
    cdef int test(self, Message view) except -2

@cython.locals(views=Views, view=Message, place=Py_ssize_t, test=Test, result=int)
cpdef sift(Repeated items, list tests, list others, list dropped, list errors)

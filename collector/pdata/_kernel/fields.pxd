cimport cython

cdef class Field:
    cdef readonly object default
    cdef readonly int number
    cdef bytes tag

    @cython.locals(node=Node, piece=Piece, at=Py_ssize_t, start=Py_ssize_t, stop=Py_ssize_t)
    cdef object read(self, Message message)
    cdef object zero(self)
    cdef int wire(self) except -1
    cdef object decode(self, bytes buf, Py_ssize_t start, Py_ssize_t stop)
    cdef bytes whole(self, object value)
    cdef bytes encode(self, object value)

cdef class StringField(Field):
    @cython.locals(at=Py_ssize_t, start=Py_ssize_t, stop=Py_ssize_t, _stop=Py_ssize_t)
    cpdef int matches(self, Message view, Pattern pattern) except -2

    @cython.locals(at=Py_ssize_t, start=Py_ssize_t, stop=Py_ssize_t, text=bytes)
    cpdef bint replace(self, Message view, Pattern pattern, bytes replacement) except -1

    @cython.locals(at=Py_ssize_t, start=Py_ssize_t, stop=Py_ssize_t)
    cpdef bint put_value(self, Message view, bytes value) except -1

    cpdef bint put_attribute(self, Message view, bytes key) except -1

cdef class BytesField(Field):
    cdef int size

cdef class UInt32Field(Field):
    @cython.locals(value="unsigned long long", _pos=Py_ssize_t)
    cdef object decode(self, bytes buf, Py_ssize_t start, Py_ssize_t stop)

cdef class EnumField(Field):
    @cython.locals(value="unsigned long long", _pos=Py_ssize_t)
    cdef object decode(self, bytes buf, Py_ssize_t start, Py_ssize_t stop)

cdef class ZigZagField(Field):
    @cython.locals(value="unsigned long long", _pos=Py_ssize_t)
    cdef object decode(self, bytes buf, Py_ssize_t start, Py_ssize_t stop)

cdef class BoolField(Field):
    @cython.locals(value="unsigned long long", _pos=Py_ssize_t)
    cdef object decode(self, bytes buf, Py_ssize_t start, Py_ssize_t stop)

cdef class Fixed64Field(Field):
    pass

cdef class Fixed32Field(Field):
    pass

cdef class DoubleField(Field):
    pass

cdef class OptionalDoubleField(DoubleField):
    pass

cdef class PackedFixed64Field(Field):
    pass

cdef class PackedDoubleField(PackedFixed64Field):
    pass

cdef class PackedVarintField(PackedFixed64Field):
    @cython.locals(out=list, item="unsigned long long", pos=Py_ssize_t)
    cdef object decode(self, bytes buf, Py_ssize_t start, Py_ssize_t stop)

cdef class StringsField:
    cdef readonly int number

cdef class ValueField:
    cdef readonly Message model
    cdef readonly int number

    @cython.locals(at=Py_ssize_t, start=Py_ssize_t, stop=Py_ssize_t)
    cdef object read(self, Message message)

cdef class AttributesField:
    cdef readonly int number

cdef class MessageField:
    cdef readonly Message model
    cdef readonly int number

cdef class RepeatedField:
    cdef readonly Message model
    cdef readonly int number

@cython.locals(at=Py_ssize_t, _start=Py_ssize_t, stop=Py_ssize_t)
cdef put_field(Message message, int number, bytes field)

cdef bytes message_bytes(Message model, object value)

@cython.locals(out=list, pos=Py_ssize_t, end=Py_ssize_t, found=int, _wire=int, start=Py_ssize_t, stop=Py_ssize_t)
cdef list block_values(Message message, int number)

@cython.locals(node=Node, piece=Piece)
cdef replace_blocks(Message message, int number, list values)

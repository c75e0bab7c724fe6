cimport cython

@cython.no_gc
cdef class Part:
    cdef readonly bytes buf
    cdef public bint closed
    cdef public Py_ssize_t items
    cdef readonly Node node

    cpdef Part sealed(self)

@cython.locals(part=Part)
cpdef Part make_part(bytes buf, Py_ssize_t items)

@cython.no_gc
@cython.freelist(64)
cdef class Message:
    cdef bint alone
    cdef readonly Py_ssize_t at
    cdef readonly bytes buf
    cdef readonly Py_ssize_t end
    cdef Py_ssize_t free
    cdef Node node
    cdef readonly int number
    cdef readonly Message parent
    cdef readonly Part part
    cdef Piece piece
    cdef readonly Py_ssize_t start

    cdef Message blank(self)
    cpdef Py_ssize_t weight(self) except -1
    cpdef bint is_item(self) except -1
    cdef int attributes_number(self) except -1

    cdef Node live(self)

    @cython.locals(parent=Message, above=Node, piece=Piece)
    cdef Node synchronise(self)

    @cython.locals(parent=Message, above=Node, piece=Piece, node=Node)
    cdef Node edit(self)

    @cython.locals(piece=Piece)
    cdef bint is_held(self) except -1

    @cython.locals(piece=Piece)
    cdef become(self, bytes data)

    @cython.locals(piece=Piece, data=bytes)
    cdef settle(self)

    @cython.locals(piece=Piece)
    cdef Piece place(self, Node above)

    @cython.locals(part=Part, node=Node)
    cdef Node detach(self)

    @cython.locals(view=Message)
    cdef add_items(self, Py_ssize_t count)

    @cython.locals(node=Node, piece=Piece, at=Py_ssize_t, start=Py_ssize_t, stop=Py_ssize_t)
    cpdef object field_raw(self, int number)

    cpdef set_field_raw(self, int number, bytes value)

    cpdef copy_from(self, other)

@cython.locals(piece=Piece)
cdef Piece make_piece_of(Message view)

cdef stand_alone(Message view, bytes raw)

@cython.locals(view=Message)
cdef Message view_at(Message model, Message parent, int number, Py_ssize_t at, Py_ssize_t start, Py_ssize_t end)

@cython.locals(view=Message)
cdef Message view_of(Message model, Message parent, Piece piece)

@cython.locals(view=Message)
cdef Message view_absent(Message model, Message parent, int number)

@cython.locals(node=Node, piece=Piece, at=Py_ssize_t, start=Py_ssize_t, stop=Py_ssize_t)
cdef Message child(Message model, Message parent, int number)

@cython.locals(root=Message)
cpdef Message root_of(Part part)

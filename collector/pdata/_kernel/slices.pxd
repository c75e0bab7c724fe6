cimport cython

from .wire cimport next_field

cpdef bytes header_of(bytes raw)

@cython.locals(
    rest=list, chosen=list, pos=Py_ssize_t, end=Py_ssize_t, found=int, _wire=int, _start=Py_ssize_t, stop=Py_ssize_t
)
cpdef tuple apart(bytes raw, int number)

@cython.locals(pos=Py_ssize_t, end=Py_ssize_t, found=int, _wire=int, _start=Py_ssize_t, stop=Py_ssize_t)
cpdef tuple without(bytes raw, int number)

cimport cython

cdef class NumberField:
    cdef readonly int as_double
    cdef readonly int as_int

    @cython.locals(
        node=Node, piece=Piece, pos=Py_ssize_t, number=int, _wire=int, start=Py_ssize_t, stop=Py_ssize_t,
    )
    cdef object read(self, Message message)

@cython.no_gc
cdef class Exemplar(Message):
    pass

@cython.no_gc
cdef class DataPoint(Message):
    pass

@cython.no_gc
cdef class NumberDataPoint(DataPoint):
    pass

@cython.no_gc
cdef class HistogramDataPoint(DataPoint):
    pass

@cython.no_gc
cdef class Buckets(Message):
    pass

@cython.no_gc
cdef class ExponentialHistogramDataPoint(DataPoint):
    pass

@cython.no_gc
cdef class ValueAtQuantile(Message):
    pass

@cython.no_gc
cdef class SummaryDataPoint(DataPoint):
    pass

@cython.no_gc
cdef class MetricData(Message):
    pass

@cython.no_gc
cdef class Metric(Record):
    pass

cdef Message _NUMBER_POINT, _HISTOGRAM_POINT, _EXPONENTIAL_POINT, _SUMMARY_POINT, _DATA, _METRIC, _SCOPE_METRICS

cdef Message point_model(int number)

@cython.locals(
    node=Node, piece=Piece, pos=Py_ssize_t, number=int, _wire=int, start=Py_ssize_t, stop=Py_ssize_t,
)
cpdef MetricData metric_data(Message metric)

@cython.no_gc
cdef class ScopeMetrics(ScopeGroup):
    pass

@cython.no_gc
cdef class ResourceMetrics(ResourceGroup):
    pass

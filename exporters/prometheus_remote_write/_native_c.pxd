# The operations of _native.py in C. Positions and sizes are checked by the callers.

cdef extern from *:
    """
    #include <stdint.h>
    #include <string.h>

    static inline uint64_t tp_rw_load(PyObject *p, Py_ssize_t pos) {
        const unsigned char *b = (const unsigned char *)PyBytes_AS_STRING(p) + pos;
        return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24
             | (uint64_t)b[4] << 32 | (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 | (uint64_t)b[7] << 56;
    }
    static inline double tp_rw_load_double(PyObject *p, Py_ssize_t pos) {
        uint64_t bits = tp_rw_load(p, pos);
        double value;
        memcpy(&value, &bits, 8);
        return value;
    }
    static inline int tp_rw_same(PyObject *p, Py_ssize_t pos, PyObject *other, Py_ssize_t size) {
        return memcmp(PyBytes_AS_STRING(p) + pos, PyBytes_AS_STRING(other), (size_t)size) == 0;
    }
    static inline uint64_t tp_rw_double_bits(double value) {
        uint64_t bits;
        memcpy(&bits, &value, 8);
        return bits;
    }
    static inline double tp_rw_bits_double(uint64_t bits) {
        double value;
        memcpy(&value, &bits, 8);
        return value;
    }
    static inline uint64_t tp_rw_count_bits(uint64_t value) { return tp_rw_double_bits((double)value); }
    static inline uint64_t tp_rw_signed_bits(uint64_t value) { return tp_rw_double_bits((double)(int64_t)value); }
    static inline void tp_rw_put(PyObject *out, Py_ssize_t pos, int byte) {
        PyByteArray_AS_STRING(out)[pos] = (char)byte;
    }
    static inline void tp_rw_store(PyObject *out, Py_ssize_t pos, uint64_t bits) {
        unsigned char *b = (unsigned char *)PyByteArray_AS_STRING(out) + pos;
        b[0] = (unsigned char)bits; b[1] = (unsigned char)(bits >> 8); b[2] = (unsigned char)(bits >> 16);
        b[3] = (unsigned char)(bits >> 24); b[4] = (unsigned char)(bits >> 32); b[5] = (unsigned char)(bits >> 40);
        b[6] = (unsigned char)(bits >> 48); b[7] = (unsigned char)(bits >> 56);
    }
    static inline void tp_rw_copy(PyObject *out, Py_ssize_t pos, PyObject *data, Py_ssize_t size) {
        memcpy(PyByteArray_AS_STRING(out) + pos, PyBytes_AS_STRING(data), (size_t)size);
    }
    static inline void tp_rw_transfer(PyObject *out, Py_ssize_t pos, PyObject *data, Py_ssize_t size) {
        memcpy(PyByteArray_AS_STRING(out) + pos, PyByteArray_AS_STRING(data), (size_t)size);
    }
    static inline Py_ssize_t tp_rw_put_varint(PyObject *out, Py_ssize_t pos, uint64_t value) {
        unsigned char *b = (unsigned char *)PyByteArray_AS_STRING(out);
        while (value > 127) { b[pos++] = (unsigned char)(value & 127) | 128; value >>= 7; }
        b[pos] = (unsigned char)value;
        return pos + 1;
    }
    static inline Py_ssize_t tp_rw_varint_size(uint64_t value) {
        Py_ssize_t size = 1;
        while (value > 127) { value >>= 7; size++; }
        return size;
    }
    """
    unsigned long long load "tp_rw_load"(bytes p, Py_ssize_t pos) noexcept
    double load_double "tp_rw_load_double"(bytes p, Py_ssize_t pos) noexcept
    bint same "tp_rw_same"(bytes p, Py_ssize_t pos, bytes other, Py_ssize_t size) noexcept
    unsigned long long double_bits "tp_rw_double_bits"(double value) noexcept
    double bits_double "tp_rw_bits_double"(unsigned long long bits) noexcept
    unsigned long long count_bits "tp_rw_count_bits"(unsigned long long value) noexcept
    unsigned long long signed_bits "tp_rw_signed_bits"(unsigned long long value) noexcept
    void put "tp_rw_put"(bytearray out, Py_ssize_t pos, int byte) noexcept
    void store "tp_rw_store"(bytearray out, Py_ssize_t pos, unsigned long long bits) noexcept
    void copy "tp_rw_copy"(bytearray out, Py_ssize_t pos, bytes data, Py_ssize_t size) noexcept
    void transfer "tp_rw_transfer"(bytearray out, Py_ssize_t pos, bytearray data, Py_ssize_t size) noexcept
    Py_ssize_t put_varint "tp_rw_put_varint"(bytearray out, Py_ssize_t pos, unsigned long long value) noexcept
    Py_ssize_t varint_size "tp_rw_varint_size"(unsigned long long value) noexcept

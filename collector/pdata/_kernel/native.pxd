cdef extern from *:
    """
    #include <stdint.h>
    #include <string.h>

    static inline int telepipe_is_ascii(const unsigned char *p, Py_ssize_t size) {
        uint64_t bits = 0, word;
        if (size >= 8) {
            Py_ssize_t pos = 0;
            for (; pos + 8 <= size; pos += 8) { memcpy(&word, p + pos, 8); bits |= word; }
            memcpy(&word, p + size - 8, 8);
            bits |= word;
        } else if (size >= 4) {
            uint32_t half;
            memcpy(&half, p, 4);
            bits = half;
            memcpy(&half, p + size - 4, 4);
            bits |= half;
        } else {
            for (Py_ssize_t pos = 0; pos < size; pos++) bits |= p[pos];
        }
        return (bits & 0x8080808080808080ULL) == 0;
    }

    static inline int telepipe_is_utf8(const unsigned char *p, Py_ssize_t pos, Py_ssize_t end) {
        while (pos < end) {
            unsigned char c = p[pos];
            Py_ssize_t left = end - pos;
            if (c < 0x80) {
                pos++;
            } else if (c >= 0xC2 && c <= 0xDF) {
                if (left < 2 || (p[pos + 1] & 0xC0) != 0x80) return 0;
                pos += 2;
            } else if (c >= 0xE0 && c <= 0xEF) {
                if (left < 3 || (p[pos + 1] & 0xC0) != 0x80 || (p[pos + 2] & 0xC0) != 0x80) return 0;
                if (c == 0xE0 && p[pos + 1] < 0xA0) return 0;
                if (c == 0xED && p[pos + 1] > 0x9F) return 0;
                pos += 3;
            } else if (c >= 0xF0 && c <= 0xF4) {
                if (left < 4 || (p[pos + 1] & 0xC0) != 0x80 || (p[pos + 2] & 0xC0) != 0x80 || (p[pos + 3] & 0xC0) != 0x80) return 0;
                if (c == 0xF0 && p[pos + 1] < 0x90) return 0;
                if (c == 0xF4 && p[pos + 1] > 0x8F) return 0;
                pos += 4;
            } else {
                return 0;
            }
        }
        return 1;
    }

    static inline int telepipe_ascii_span(const unsigned char *p, Py_ssize_t pos, Py_ssize_t end) {
        return telepipe_is_ascii(p + pos, end - pos);
    }

    static inline int telepipe_is_text(const unsigned char *p, Py_ssize_t pos, Py_ssize_t end) {
        return telepipe_is_ascii(p + pos, end - pos) || telepipe_is_utf8(p, pos, end);
    }

    static inline int telepipe_equal(const unsigned char *p, Py_ssize_t start, const unsigned char *other, Py_ssize_t size) {
        return memcmp(p + start, other, (size_t)size) == 0;
    }

    static inline uint64_t telepipe_load_u64(const unsigned char *p, Py_ssize_t pos, Py_ssize_t end) {
        uint64_t value = 0;
        if (end - pos >= 8) for (int i = 7; i >= 0; i--) value = value << 8 | p[pos + i];
        return value;
    }

    static inline int64_t telepipe_load_i64(const unsigned char *p, Py_ssize_t pos, Py_ssize_t end) {
        return (int64_t)telepipe_load_u64(p, pos, end);
    }

    static inline uint32_t telepipe_load_u32(const unsigned char *p, Py_ssize_t pos, Py_ssize_t end) {
        uint32_t value = 0;
        if (end - pos >= 4) for (int i = 3; i >= 0; i--) value = value << 8 | p[pos + i];
        return value;
    }

    static inline double telepipe_load_double(const unsigned char *p, Py_ssize_t pos, Py_ssize_t end) {
        uint64_t bits = telepipe_load_u64(p, pos, end);
        double value;
        memcpy(&value, &bits, 8);
        return value;
    }

    static inline unsigned char *telepipe_put(unsigned char *to, uint64_t value) {
        while (value >= 128) { *to++ = (unsigned char)(value | 128); value >>= 7; }
        *to++ = (unsigned char)value;
        return to;
    }

    static inline Py_ssize_t telepipe_width(uint64_t value) {
        Py_ssize_t width = 1;
        while (value >= 128) { width++; value >>= 7; }
        return width;
    }

    static inline PyObject *telepipe_varint(uint64_t value) {
        unsigned char out[10];
        return PyBytes_FromStringAndSize((char *)out, telepipe_put(out, value) - out);
    }

    static inline PyObject *telepipe_block(unsigned int tag, PyObject *data) {
        if (data == Py_None) { PyErr_SetString(PyExc_TypeError, "bytes expected, not None"); return NULL; }
        Py_ssize_t size = PyBytes_GET_SIZE(data);
        PyObject *field = PyBytes_FromStringAndSize(NULL, telepipe_width(tag) + telepipe_width(size) + size);
        if (field == NULL) return NULL;
        unsigned char *to = telepipe_put(telepipe_put((unsigned char *)PyBytes_AS_STRING(field), tag), size);
        memcpy(to, PyBytes_AS_STRING(data), size);
        return field;
    }

    static inline PyObject *telepipe_head(unsigned int tag, uint64_t size) {
        unsigned char out[20];
        return PyBytes_FromStringAndSize((char *)out, telepipe_put(telepipe_put(out, tag), size) - out);
    }

    static inline PyObject *telepipe_cut(PyObject *data, Py_ssize_t start, Py_ssize_t stop) {
        if (data == Py_None) { PyErr_SetString(PyExc_TypeError, "bytes expected, not None"); return NULL; }
        if (start < 0) start = 0;
        if (stop > PyBytes_GET_SIZE(data)) stop = PyBytes_GET_SIZE(data);
        if (stop < start) stop = start;
        return PyBytes_FromStringAndSize(PyBytes_AS_STRING(data) + start, stop - start);
    }

    static inline Py_ssize_t telepipe_entry_size(Py_ssize_t keys, Py_ssize_t values) {
        return 2 + telepipe_width(keys) + keys + telepipe_width(values) + values;
    }

    static inline unsigned char *telepipe_put_entry(unsigned char *to, unsigned int tag, PyObject *key, PyObject *value) {
        Py_ssize_t keys = PyBytes_GET_SIZE(key), values = PyBytes_GET_SIZE(value);
        to = telepipe_put(telepipe_put(to, tag), telepipe_entry_size(keys, values));
        *to++ = 10;
        to = telepipe_put(to, keys);
        memcpy(to, PyBytes_AS_STRING(key), keys);
        to += keys;
        *to++ = 18;
        to = telepipe_put(to, values);
        memcpy(to, PyBytes_AS_STRING(value), values);
        return to + values;
    }

    static inline PyObject *telepipe_entry(unsigned int tag, PyObject *key, PyObject *value) {
        if (key == Py_None || value == Py_None) { PyErr_SetString(PyExc_TypeError, "bytes expected, not None"); return NULL; }
        Py_ssize_t size = telepipe_entry_size(PyBytes_GET_SIZE(key), PyBytes_GET_SIZE(value));
        PyObject *field = PyBytes_FromStringAndSize(NULL, telepipe_width(tag) + telepipe_width(size) + size);
        if (field != NULL) telepipe_put_entry((unsigned char *)PyBytes_AS_STRING(field), tag, key, value);
        return field;
    }

    static inline int telepipe_span(PyObject *data, Py_ssize_t start, Py_ssize_t end, Py_ssize_t at, Py_ssize_t stop) {
        if (data == Py_None) { PyErr_SetString(PyExc_TypeError, "bytes expected, not None"); return 0; }
        if (start < 0 || at < start || stop < at || end < stop || end > PyBytes_GET_SIZE(data)) {
            PyErr_SetString(PyExc_IndexError, "a place outside the message");
            return 0;
        }
        return 1;
    }

    static inline PyObject *telepipe_splice(PyObject *data, Py_ssize_t start, Py_ssize_t end, Py_ssize_t at, Py_ssize_t stop, PyObject *field) {
        if (!telepipe_span(data, start, end, at, stop)) return NULL;
        if (field == Py_None) { PyErr_SetString(PyExc_TypeError, "bytes expected, not None"); return NULL; }
        Py_ssize_t size = PyBytes_GET_SIZE(field);
        PyObject *out = PyBytes_FromStringAndSize(NULL, (at - start) + size + (end - stop));
        if (out == NULL) return NULL;
        char *to = PyBytes_AS_STRING(out);
        memcpy(to, PyBytes_AS_STRING(data) + start, at - start);
        memcpy(to + (at - start), PyBytes_AS_STRING(field), size);
        memcpy(to + (at - start) + size, PyBytes_AS_STRING(data) + stop, end - stop);
        return out;
    }

    static inline PyObject *telepipe_splice_entry(PyObject *data, Py_ssize_t start, Py_ssize_t end, Py_ssize_t at, Py_ssize_t stop, unsigned int tag, PyObject *key, PyObject *value) {
        if (!telepipe_span(data, start, end, at, stop)) return NULL;
        if (key == Py_None || value == Py_None) { PyErr_SetString(PyExc_TypeError, "bytes expected, not None"); return NULL; }
        Py_ssize_t size = telepipe_entry_size(PyBytes_GET_SIZE(key), PyBytes_GET_SIZE(value));
        size += telepipe_width(tag) + telepipe_width(size);
        PyObject *out = PyBytes_FromStringAndSize(NULL, (at - start) + size + (end - stop));
        if (out == NULL) return NULL;
        unsigned char *to = (unsigned char *)PyBytes_AS_STRING(out);
        memcpy(to, PyBytes_AS_STRING(data) + start, at - start);
        to = telepipe_put_entry(to + (at - start), tag, key, value);
        memcpy(to, PyBytes_AS_STRING(data) + stop, end - stop);
        return out;
    }

    static inline int64_t telepipe_signed64(uint64_t value) { return (int64_t)value; }

    static inline int32_t telepipe_signed32(uint64_t value) { return (int32_t)(uint32_t)value; }
    """
    bint is_ascii "telepipe_ascii_span"(const unsigned char* p, Py_ssize_t start, Py_ssize_t end) noexcept
    bint is_text "telepipe_is_text"(const unsigned char* p, Py_ssize_t start, Py_ssize_t end) noexcept
    bint equal "telepipe_equal"(const unsigned char* p, Py_ssize_t start, const unsigned char* other, Py_ssize_t size) noexcept
    unsigned long long load_u64 "telepipe_load_u64"(const unsigned char* p, Py_ssize_t pos, Py_ssize_t end) noexcept
    long long load_i64 "telepipe_load_i64"(const unsigned char* p, Py_ssize_t pos, Py_ssize_t end) noexcept
    unsigned int load_u32 "telepipe_load_u32"(const unsigned char* p, Py_ssize_t pos, Py_ssize_t end) noexcept
    double load_double "telepipe_load_double"(const unsigned char* p, Py_ssize_t pos, Py_ssize_t end) noexcept
    bytes varint "telepipe_varint"(unsigned long long value)
    bytes block "telepipe_block"(unsigned int tag, bytes data)
    bytes head "telepipe_head"(unsigned int tag, unsigned long long size)
    bytes cut "telepipe_cut"(bytes data, Py_ssize_t start, Py_ssize_t stop)
    bytes entry "telepipe_entry"(unsigned int tag, bytes key, bytes value)
    bytes splice "telepipe_splice"(bytes data, Py_ssize_t start, Py_ssize_t end, Py_ssize_t at, Py_ssize_t stop, bytes field)
    bytes splice_entry "telepipe_splice_entry"(bytes data, Py_ssize_t start, Py_ssize_t end, Py_ssize_t at, Py_ssize_t stop, unsigned int tag, bytes key, bytes value)
    long long signed64 "telepipe_signed64"(unsigned long long value) noexcept
    int signed32 "telepipe_signed32"(unsigned long long value) noexcept

# C names of the operands kernel, for the kernels that build on it.

from cpython.object cimport PyObject

from ClusterShell._compiled.bits cimport Bits
from ClusterShell._compiled.intervals cimport Runs

cdef long long NO_KEY

cdef long long element_key(object element, object pad) noexcept
cdef bint change(Runs runs, int operation, object other) except -1
cdef Runs combined(Runs runs, int operation, object other)
cdef bint is_plain_set(object value) noexcept
cdef bint is_generator(object value) noexcept
cdef bint is_container(object value) noexcept
cdef Bits short_bits(Runs runs, Py_ssize_t most)

cdef extern from *:
    """
    typedef struct {
        PyObject **item, **end;
        setentry *entry, *last;
        Py_ssize_t block;  /* So many entries are looked at next. */
        int whole;  /* Nothing was removed; where something was, the hash is -1. */
        PyObject *found[128];
    } operands_elements;

    static inline void operands_start(operands_elements *some, PyObject *container)
    {
        if (PyAnySet_CheckExact(container)) {
            some->item = some->end = some->found;
            some->entry = ((PySetObject *)container)->table;
            some->last = some->entry + ((PySetObject *)container)->mask + 1;
            some->block = 8;  /* Often the first few elements tell. */
            while (some->entry < some->last && !some->entry->key)
                some->entry++;
            some->whole = ((PySetObject *)container)->fill == ((PySetObject *)container)->used;
        } else {
            some->item = PySequence_Fast_ITEMS(container);
            some->end = some->item + Py_SIZE(container);
            some->entry = some->last = NULL;
        }
    }

    /* Finds some elements of a set at once: no branch depends on which entries are in use. */
    static PyObject *operands_refill(operands_elements *some)
    {
        PyObject **found = some->found, **end = found, **item;
        while (some->entry < some->last && end == found) {
            setentry *entry = some->entry, *last = some->last;
            if (last - entry > some->block)
                last = entry + some->block;
            some->block = 128;
            if (some->whole) {
                for (; entry < last; entry++) {
                    *end = entry->key;
                    end += entry->key != NULL;
                }
            } else {
                for (; entry < last; entry++) {
                    *end = entry->key;
                    end += (entry->key != NULL) & (entry->hash != -1);
                }
            }
            some->entry = last;
        }
        for (item = found; item < end; item++)
            fetch_early(*item);
        some->item = found + (found < end);
        some->end = end;
        return found < end ? *found : NULL;
    }

    static inline PyObject *operands_next(operands_elements *some)
    {
        if (some->item < some->end) {
            /* They may lie anywhere in memory. */
            if (some->end - some->item > 16)
                fetch_early(some->item[16]);
            return *some->item++;
        }
        return some->entry < some->last ? operands_refill(some) : NULL;
    }
    """
    # Goes through the elements of a list, tuple, set or frozenset, while no other code runs:
    # borrowed references, NULL at the end.
    ctypedef struct Elements "operands_elements":
        pass
    void start_elements "operands_start"(Elements *some, object container) noexcept
    PyObject *next_element "operands_next"(Elements *some) noexcept
    bint is_integer "PyLong_CheckExact"(PyObject *element) noexcept

# C names of the algebra kernel, for the kernels that build on it.

from ClusterShell._compiled.intervals cimport Runs

cdef extern from *:
    """
    /* These go no deeper than the interpreter does: indexes may be a set of nodes, and that one
       in itself. */
    static PyObject *algebra_ask(PyObject *indexes, PyObject *method, Py_ssize_t count,
                                 PyObject *first, PyObject *second)
    {
        PyObject *given[3] = {indexes, first, second}, *made;
        if (Py_EnterRecursiveCall(" in a set of nodes"))
            return NULL;
        made = PyObject_VectorcallMethod(method, given, 1 + count, NULL);
        Py_LeaveRecursiveCall();
        return made;
    }

    static Py_ssize_t algebra_length(PyObject *indexes)
    {
        Py_ssize_t length;
        if (Py_EnterRecursiveCall(" in a set of nodes"))
            return -1;
        length = PyObject_Size(indexes);
        Py_LeaveRecursiveCall();
        return length;
    }

    static PyObject *algebra_next(PyObject *iterator)
    {
        PyObject *found;
        if (Py_EnterRecursiveCall(" in a set of nodes"))
            return NULL;
        found = PyIter_Next(iterator);
        Py_LeaveRecursiveCall();
        if (!found && !PyErr_Occurred()) {
            Py_INCREF(Py_None);
            found = Py_None;
        }
        return found;
    }
    """
    # Call a method of indexes with *count* operands.
    object ask_method "algebra_ask"(
        object indexes, str method, Py_ssize_t count, object first, object second)
    Py_ssize_t length_of "algebra_length"(object indexes) except -1
    # What an iterator over indexes has next, None at its end.
    object next_of "algebra_next"(object iterator)

cdef type range_set
cdef object ABSENT

cpdef know(type known)
cdef Runs runs_in(object indexes)
cdef Runs runs_of(object indexes)
cdef object made_like(object indexes, object runs)
cdef object count_of(object indexes)
cdef list items_of(object patterns)
cdef object found_in(object patterns, object pattern)
cpdef list ordered(object patterns)
cpdef dict copied(object patterns)
cpdef step(object patterns, object autostep)
cpdef size(object patterns)
cpdef covers(object patterns, object others)
cpdef update(object patterns, object others, object copy=*, object autostep=*)
cpdef intersect(object patterns, object others)
cpdef subtract(object patterns, object others, object strict=*)
cpdef toggle(object patterns, object others, object autostep=*)

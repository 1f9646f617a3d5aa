# C names of the nodes kernel that no header of Cython's offers.

cdef class PatternSet:
    cdef dict __dict__

cdef class TextSet(PatternSet):
    pass

cdef extern from *:
    """
    /* What an object has in its dictionary, without making one; or else has otherwise. */
    static inline PyObject *nodes_attribute(PyObject *self, PyObject *name)
    {
        PyObject **at = _PyObject_GetDictPtr(self), *own, *found;
        if (at && *at && PyDict_Check(*at)) {
            own = *at;
            Py_INCREF(own);
            found = PyDict_GetItemWithError(own, name);
            Py_XINCREF(found);
            Py_DECREF(own);
            if (found || PyErr_Occurred())
                return found;
        }
        return PyObject_GetAttr(self, name);
    }

    /* Give an object the attributes of another, which it shares then. */
    static inline int nodes_take(PyObject *self, PyObject *other)
    {
        PyObject **from = _PyObject_GetDictPtr(other);
        PyObject *mine, *theirs;
        int done;
        if (!from || !*from)
            return 0;
        mine = PyObject_GenericGetDict(self, NULL);
        if (!mine)
            return -1;
        theirs = *from;
        Py_INCREF(theirs);
        done = PyDict_Update(mine, theirs);
        Py_DECREF(mine);
        Py_DECREF(theirs);
        return done;
    }
    """
    object attribute_of "nodes_attribute"(object self, str name)
    int take_attributes "nodes_take"(object self, object other) except -1
    # Have objects of a class with a dictionary and no other attributes in C made and freed as
    # those of a class in Python, and the class no reflected operators: what Cython generates
    # leaves None for a dictionary, where the interpreter takes its word that it is one, and
    # empties that which others still hold.
    int make_plainly "nodes_make_plainly"(object cls) except -1
    # Whether objects compare as those of a class, which may be derived from it.
    bint compares_as "nodes_compares_as"(object self, type other) noexcept

cdef extern from *:
    """
    static PyGetSetDef nodes_dictionary = {
        "__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL
    };

    static int nodes_clear(PyObject *self)
    {
        PyObject **at = _PyObject_GetDictPtr(self);
        if (at)
            Py_CLEAR(*at);
        return 0;
    }

    static void nodes_dealloc(PyObject *self)
    {
        PyTypeObject *cls = Py_TYPE(self);
        PyObject_GC_UnTrack(self);
        nodes_clear(self);
        cls->tp_free(self);
    #if CYTHON_USE_TYPE_SPECS
        Py_DECREF(cls);
    #endif
    }

    static int nodes_make_plainly(PyObject *made)
    {
        /* An operator in C is both, and only the first of them was written. */
        static const char *const reflected[] = {"__ror__", "__rand__", "__rsub__", "__rxor__", NULL};
        PyTypeObject *cls = (PyTypeObject *)made;
        PyObject *found = PyDescr_NewGetSet(cls, &nodes_dictionary);
        int done, at;
        if (!found)
            return -1;
        for (at = 0; reflected[at]; at++)
            if (PyDict_GetItemString(cls->tp_dict, reflected[at]) &&
                PyDict_DelItemString(cls->tp_dict, reflected[at]) < 0) {
                Py_DECREF(found);
                return -1;
            }
        done = PyDict_SetItemString(cls->tp_dict, "__dict__", found);
        Py_DECREF(found);
        cls->tp_new = PyBaseObject_Type.tp_new;
        cls->tp_clear = nodes_clear;
        cls->tp_dealloc = nodes_dealloc;
        PyType_Modified(cls);
        return done;
    }

    #define nodes_compares_as(self, other) \
        (Py_TYPE(self)->tp_richcompare == ((PyTypeObject *)(other))->tp_richcompare)
    """

# Where Python keeps the attributes of an object, and finds the methods of a class.

cdef extern from *:
    """
    #include <structmember.h>

    /* The dictionary of an object's own attributes, or NULL: borrowed.
     *
     * Python 3.11 makes it when it is first asked for, and may collect garbage for that: what
     * finalisers then set on the object would be lost, and freed twice. */
    static PyObject *attributes_own(PyObject *object)
    {
    #if PY_VERSION_HEX >= 0x030b0000 && PY_VERSION_HEX < 0x030c0000
        int enabled = PyGC_Disable();
        PyObject **place = _PyObject_GetDictPtr(object);

        if (enabled)
            PyGC_Enable();
    #else
        PyObject **place = _PyObject_GetDictPtr(object);
    #endif

        return place == NULL ? NULL : *place;
    }

    /* The same as an object, None where there is none. */
    static PyObject *attributes_own_or_none(PyObject *object)
    {
        PyObject *own = attributes_own(object);

        if (own == NULL)
            own = Py_None;
        Py_INCREF(own);
        return own;
    }

    /* The number of a class as it is now, which no other has or will have; 0 for none: it is
     * changed when the class, or a base of it, is. */
    static unsigned int attributes_tag(PyObject *kind)
    {
        PyTypeObject *type = (PyTypeObject *)kind;

    #if PY_VERSION_HEX < 0x030c0000
        if (!PyType_HasFeature(type, Py_TPFLAGS_VALID_VERSION_TAG))
            return 0;
    #endif
        return type->tp_version_tag;
    }

    /* The number of what an object has of its own as it is now; 0 where it has none: it is
     * another after each change, and no other object has it. */
    static unsigned long long attributes_version(PyObject *object)
    {
    #if PY_VERSION_HEX < 0x030c0000
        PyObject *own = attributes_own(object);

        return own == NULL ? 0 : ((PyDictObject *)own)->ma_version_tag;
    #else
        (void)object;
        return 0;
    #endif
    }

    /* Whether attributes of objects of a class are got and set as for any object. */
    static int attributes_plain(PyObject *kind)
    {
        PyTypeObject *type = (PyTypeObject *)kind;

        return type->tp_getattro == PyObject_GenericGetAttr &&
               type->tp_setattro == PyObject_GenericSetAttr;
    }

    /* Where objects of a class keep what is found in it as one of its __slots__; 0 if it is none. */
    static Py_ssize_t attributes_slot(PyObject *kind, PyObject *found)
    {
        PyMemberDef *member;

        if (Py_TYPE(found) != &PyMemberDescr_Type ||
            !PyType_IsSubtype((PyTypeObject *)kind, PyDescr_TYPE(found)))
            return 0;
        member = ((PyMemberDescrObject *)found)->d_member;
        return member->type == T_OBJECT_EX ? member->offset : 0;
    }

    /* What is in a slot of an object, or NULL: borrowed. */
    static PyObject *attributes_slot_of(PyObject *object, Py_ssize_t slot)
    {
        return *(PyObject **)((char *)object + slot);
    }

    /* Whether what is found in a class is the attribute as it is. */
    static int attributes_shared(PyObject *found)
    {
        return Py_TYPE(found)->tp_descr_get == NULL && Py_TYPE(found)->tp_descr_set == NULL;
    }
    """
    void *attributes_own(object) noexcept
    unsigned long long attributes_version(object) noexcept
    object attributes_own_or_none(object)
    unsigned int attributes_tag(object kind) noexcept
    bint attributes_plain(object kind) noexcept
    Py_ssize_t attributes_slot(object kind, object found) noexcept
    void *attributes_slot_of(object, Py_ssize_t slot) noexcept
    bint attributes_shared(object found) noexcept

cdef extern from "Python.h":
    void *dict_item "PyDict_GetItemWithError"(object mapping, object key) except? NULL
    void *type_lookup "_PyType_Lookup"(type, object name) noexcept

cdef class Attribute:
    cdef str _name
    cdef bint _optional
    # The class whose objects have it where the rest says, by its number.
    cdef unsigned int _tag
    # Where in the object; 0: in its dictionary, or what they share.
    cdef Py_ssize_t _slot
    cdef object _shared

    cdef of(self, obj)
    cdef put(self, obj, value)
    cdef keep(self, obj, value)
    cdef bint _knows(self, obj) except -1
    cdef _learn(self, type kind)

cdef item(mapping, key)

cdef class Hooks:
    cdef tuple _names
    cdef tuple _functions
    # The class last found unchanged, by its number: most objects are of the same.
    cdef unsigned int _tag

    cpdef bint unchanged(self, obj) except -1
    cdef bint _inherited(self, type kind) except -1

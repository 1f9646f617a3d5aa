# C names of the algebra kernel, for the kernels that build on it.

from ClusterShell._compiled.intervals cimport Runs

cdef type range_set

cpdef know(type known)
cdef Runs runs_in(object indexes)
cdef Runs runs_of(object indexes)
cdef object made_like(object indexes, object runs)
cdef object count_of(object indexes)
cpdef list ordered(object patterns)
cpdef dict copied(object patterns)
cpdef step(object patterns, object autostep)
cpdef size(object patterns)
cpdef covers(object patterns, object others)
cpdef update(object patterns, object others, object copy=*, object autostep=*)
cpdef intersect(object patterns, object others)
cpdef subtract(object patterns, object others, object strict=*)
cpdef toggle(object patterns, object others, object autostep=*)

"""Hot paths, one Python file each in Cython's pure Python mode.

Importing a module of this package always gives its interpreted life.  The
build compiles the very same files into ``ClusterShell._compiled``; which of
the two the library uses is decided in ``ClusterShell._accel`` and nowhere
else.  Kernels do no configuration, hold no globals that change, and never
appear in a public signature or a pickle.
"""

"""Compiled lives of the modules of ``ClusterShell._kernels``.

Filled by the build; only declaration files (``.pxd``) are kept in the source.
An empty package is a valid, interpreted, installation.
"""

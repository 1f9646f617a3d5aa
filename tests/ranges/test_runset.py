"""The base class of range sets, at run time and for type checkers."""

import ast
import inspect

from ClusterShell import _accel
from ClusterShell._ranges import runset
from ClusterShell.RangeSet import RangeSet


def test_it_is_that_of_the_kernel_in_use():
    assert runset.RunSet is _accel.runset.RunSet
    assert issubclass(RangeSet, runset.RunSet)


def test_type_checkers_see_what_there_is():
    """Each method told to them is one of the kernel's, with the same parameters."""
    (seen,) = [
        node
        for node in ast.walk(ast.parse(inspect.getsource(runset)))
        if isinstance(node, ast.ClassDef)
    ]
    methods = [node for node in seen.body if isinstance(node, ast.FunctionDef)]
    assert len(methods) > 5
    for method in methods:
        parameters = [argument.arg for argument in method.args.args]
        known = getattr(runset.RunSet, method.name)
        if not method.name.startswith("__"):
            assert list(inspect.signature(known).parameters) == parameters

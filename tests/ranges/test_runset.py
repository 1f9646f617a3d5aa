"""The base class of range sets, at run time and for type checkers."""

import ast
import inspect
import random

import pytest

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


@pytest.mark.parametrize("seed", range(20))
def test_elements_of_each_kind_one_after_the_other(seed):
    """Texts may wait to be added, integers and long numbers do not: what is there is the same."""
    rng = random.Random(seed)
    made, model = RangeSet(), set()
    for _ in range(200):
        number = rng.choice((rng.randrange(40), rng.randrange(3000), 10**17, 10**18 + 3, 10**25))
        element = rng.choice((number, str(number), str(number).zfill(5)))
        pad = rng.choice((0, 0, 3))
        text = element if type(element) is str else str(element).zfill(pad or 1)
        way = rng.randrange(6)
        if way < 3:
            made.add(element, pad)
            model.add(text)
        elif way == 3:
            made.discard(element, pad)
            model.discard(text)
        else:
            assert (element in made) == (str(element) in model)
    assert (set(made), len(made)) == (model, len(model))

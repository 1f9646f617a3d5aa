"""What can be called of the kernels and of the classes that are made of them, and how often it was.

A *call* is an object's kind and the name of a method or an attribute, or a module and the
name of a function.  What of them was never called with a hostile operand can be asked for.
"""

import collections
import importlib
import inspect

from ClusterShell import MsgTree as messages
from ClusterShell import NodeSet as nodes
from ClusterShell import RangeSet as ranges
from ClusterShell import _accel

KERNEL = {
    name: importlib.import_module(f"ClusterShell._compiled.{name}") for name in _accel.KERNELS
}

#: Public functions beside the kernels'; they read texts like the classes do.
PUBLIC = (nodes.expand, nodes.fold, nodes.grouplist)

#: Methods of lists, dicts and the like that are no business of ours, or end the process.
SKIPPED = {"__class__", "__init_subclass__", "__subclasshook__", "__getattribute__", "__dir__"}
SKIPPED |= {"__delattr__", "__setattr__", "__sizeof__", "__class_getitem__"}

CLASSES = [
    ranges.RangeSet,
    ranges.RangeSetND,
    nodes.NodeSet,
    nodes.NodeSetBase,
    messages.MsgTree,
    messages.MsgTreeElem,
]
CLASSES += [
    cls
    for module in KERNEL.values()
    for cls in vars(module).values()
    if isinstance(cls, type)
    and cls.__module__ == module.__name__
    and not issubclass(cls, BaseException)
    # Bases of node sets only, by which what they have is called.
    and cls not in (KERNEL["nodes"].PatternSet, KERNEL["nodes"].TextSet)
]


def of_kernel(module):
    """Return the functions that a kernel defines."""
    return [
        value
        for name, value in sorted(vars(module).items())
        if callable(value)
        and not isinstance(value, type)
        and not name.startswith("__")
        and getattr(value, "__module__", None) == module.__name__
    ]


#: What the package gives a kernel once, before it is used: another one would be wrong for all.
GIVEN = (KERNEL["nodes"].know,)

FUNCTIONS = [function for module in KERNEL.values() for function in of_kernel(module)]
FUNCTIONS = [function for function in FUNCTIONS if function not in GIVEN]
FUNCTIONS += PUBLIC


def methods_of(cls):
    """Return the names of what can be called of the objects of a class."""
    return sorted(name for name in dir(cls) if name not in SKIPPED and callable(getattr(cls, name)))


def own_methods_of(cls):
    """Return those of them that are not just those of any object."""
    return [
        name
        for name in methods_of(cls)
        if getattr(cls, name) is not getattr(object, name, None)
        and not name.startswith("__new")
        and not name.startswith("__abstract")
    ]


def attributes_of(cls):
    """Return the names of the attributes that a class has for its objects, to read or to set."""
    return sorted(
        name
        for name in dir(cls)
        if not name.startswith("__") and inspect.isdatadescriptor(inspect.getattr_static(cls, name))
    )


METHODS = {cls: methods_of(cls) for cls in CLASSES}
ATTRIBUTES = {cls: attributes_of(cls) for cls in CLASSES}


def parameters_of(function):
    """Return the parameters that a function says it has; None if it does not say."""
    try:
        return [
            parameter
            for parameter in inspect.signature(function).parameters.values()
            if parameter.name != "self"
        ]
    except (TypeError, ValueError):
        return None


class Calls:
    """How often each call was made, and how often with a hostile operand."""

    def __init__(self):
        self.made = collections.Counter()
        self.hostile = collections.Counter()
        self.parameters = {}
        wanted = [
            (cls.__name__, name, getattr(cls, name))
            for cls in CLASSES
            for name in own_methods_of(cls)
        ]
        wanted += [(function.__module__, function.__name__, function) for function in FUNCTIONS]
        for kind, name, function in wanted:
            self.parameters[kind, name] = parameters_of(function)
        for cls, names in ATTRIBUTES.items():
            # Reading one takes no operand.
            self.parameters.update({(cls.__name__, name): [] for name in names})

    def note(self, kind, name, hostile):
        self.made[kind, name] += 1
        # What takes no operand has none to be hostile.
        if hostile or self.parameters.get((kind, name)) == []:
            self.hostile[kind, name] += 1

    def rarest(self, choices, rng, call):
        """Return any of *choices*, or of some of them the one whose *call* was seldom made."""
        if rng.random() < 0.5:
            return rng.choice(choices)
        some = rng.sample(choices, min(len(choices), 8))
        return min(some, key=lambda choice: self.hostile[call(choice)])

    def fewer_than(self, count):
        """Return what was called less often than that with a hostile operand."""
        return sorted(
            f"{kind}.{name}" for kind, name in self.parameters if self.hostile[kind, name] < count
        )

    def __str__(self):
        least = min(self.parameters, key=lambda call: self.hostile[call])
        return (
            f"{len(self.parameters)} different ones, each at least {self.hostile[least]} times"
            f" with hostile operands ({'.'.join(least)})"
        )

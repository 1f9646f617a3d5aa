"""Answer cases of calls, one JSON text a line: run by the interpreter of either package.

A case is ``[setup, receiver, name, args, kwargs]``, all of them texts of Python expressions
(``setup`` is a module's name); the answer tells what came of it::

    ["returned", description of the result, description of the receiver]
    ["raised", class, text, description of the receiver]
"""

import importlib
import itertools
import json
import re
import signal
import sys
import warnings

#: Of what is iterated over, so many elements are looked at.
MOST = 40

#: Seconds that a case may take.
PATIENCE = 10


class TookTooLong(BaseException):
    pass


def too_long(_signum, _frame):
    raise TookTooLong


def plain(text):
    """Return a text without what changes from process to process."""
    return re.sub(r"0x[0-9a-f]+", "0x", str(text))[:300]


class Describer:
    """Says what a value is, in words that do not depend on the package."""

    def __init__(self):
        self.public = {}
        for name, ways in {
            "RangeSet": ("RangeSet", lambda v: [str(v), v.autostep, v.padding]),
            "RangeSetND": ("RangeSet", lambda v: [str(v), v.autostep]),
            "NodeSet": ("NodeSet", lambda v: [str(v), repr(v.autostep), v.fold_axis]),
            "NodeSetBase": ("NodeSet", lambda v: [str(v), repr(v.autostep), v.fold_axis]),
            "MsgTree": ("MsgTree", lambda v: sorted(map(repr, ((k, v[k].message()) for k in v)))),
            "MsgTreeElem": ("MsgTree", lambda v: [list(v.lines())]),
        }.items():
            module = importlib.import_module(f"ClusterShell.{ways[0]}")
            self.public[getattr(module, name)] = (name, ways[1])

    def __call__(self, value, depth=0):
        for cls, (name, tell) in self.public.items():
            if isinstance(value, cls):
                try:
                    return [type(value).__name__, name, self(tell(value), depth + 1)]
                except Exception as exc:
                    return [type(value).__name__, name, "broken", type(exc).__name__]
        if value is None or isinstance(value, (bool, int, float, str, bytes)):
            return plain(f"{type(value).__name__} {value!r}")
        if depth > 4:
            return "deep"
        if isinstance(value, (list, tuple)):
            items = [self(item, depth + 1) for item in value[:MOST]]
            return [type(value).__name__, len(value), items]
        if isinstance(value, (set, frozenset)):
            return [type(value).__name__, sorted(self(item, depth + 1) for item in value)]
        if isinstance(value, dict):
            pairs = [[self(k, depth + 1), self(v, depth + 1)] for k, v in value.items()]
            return ["dict", sorted(pairs, key=repr)]
        if isinstance(value, slice):
            return repr(value)
        if hasattr(value, "__next__"):
            return self.iterated(value, depth)
        if isinstance(value, type) or callable(value):
            return f"callable {getattr(value, '__name__', '')}"
        return f"object {type(value).__name__}"

    def iterated(self, value, depth):
        """Return what comes out of an iterator, the exception that ends it included."""
        found = ["iterator"]
        try:
            for item in itertools.islice(value, MOST):
                found.append(self(item, depth + 1))
        except Exception as exc:
            found.append(["raises", type(exc).__name__])
        return found


def namespace(module):
    """Return the names that expressions may use."""
    names = {}
    for home in ("RangeSet", "NodeSet", "NodeUtils", "MsgTree", "Event", "Defaults", "Topology"):
        exec(f"from ClusterShell.{home} import *", names)
    exec(f"from ClusterShell.{module} import *", names)
    exec(SETUP, names)
    return names


SETUP = """
class SubRangeSet(RangeSet): pass
class SubRangeSetND(RangeSetND): pass
class SubNodeSet(NodeSet): pass
class SubInt(int): pass
class SubText(str): pass
class SubList(list): pass
class Odd: pass
class Same:
    def __eq__(self, other): return True
    def __hash__(self): return 1
def groups():
    source = GroupSource("s", {"g": "n[1-3]", "h": "n2", "all": "n[1-9]"}, "n[1-9]")
    return GroupResolver(source)
def tree(mode=0):
    made = MsgTree(mode)
    for key, line in (("n1", b"a"), ("n2", b"a"), ("n2", b"b"), ("n3", b"c")):
        made.add(key, line)
    return made
def topology():
    graph = TopologyGraph()
    graph.add_route(NodeSet("r", resolver=-1), NodeSet("g[1-2]", resolver=-1))
    graph.add_route(NodeSet("g[1-2]", resolver=-1), NodeSet("n[1-9]", resolver=-1))
    return graph
def operated(left, operator, right):
    return eval("left " + operator + " right")
def odd_generator(items):
    yield from items
    raise KeyError("odd")
"""


def answer(case, names, describe):
    """Return what comes of a case."""
    _, receiver, name, args, kwargs = case
    space = dict(names)
    target = None
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        if receiver:
            target = eval(receiver, space)
            before = describe(target)
        given = [eval(arg, space) for arg in args]
        named = {key: eval(value, space) for key, value in kwargs.items()}
        try:
            function = getattr(target, name) if receiver else space[name]
            made = function(*given, **named) if callable(function) else function
            told = ["returned", describe(made)]
        except Exception as exc:
            told = ["raised", type(exc).__name__, plain(exc)]
        if receiver and not isinstance(target, type):
            after = describe(target)
            told += [after, "unchanged" if after == before else "changed"]
        return told
    except TookTooLong:
        return ["took too long"]
    except RecursionError:
        return ["recursion"]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main():
    import resource

    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    signal.signal(signal.SIGALRM, too_long)
    out = sys.stdout
    sys.stdout = sys.stderr
    describe = Describer()
    spaces = {}
    for line in sys.stdin:
        case = json.loads(line)
        if case[0] not in spaces:
            spaces[case[0]] = namespace(case[0])
        try:
            told = answer(case, spaces[case[0]], describe)
        except Exception as exc:
            told = ["no case", type(exc).__name__, plain(exc)]
        out.write(json.dumps(told) + "\n")
        out.flush()


if __name__ == "__main__":
    main()

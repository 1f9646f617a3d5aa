"""The cases: callables of the recorded surface, with arguments of every kind."""

import json
import random
from pathlib import Path

SURFACE = Path(__file__).parents[2] / "recorded" / "surface" / "surface.json"

#: Modules compared when none is named.
MODULES = ("RangeSet", "NodeSet", "MsgTree", "NodeUtils", "Event", "Defaults", "Topology")

VALUES = """None;True;False;0;1;-1;2;3.5;1000;2**70;SubInt(2)
'';'1';'07';'1-3';'x';'n1';'n[1-2]';'@g';'n1,n3';' ';SubText('n2');SubText('2')
b'a';b'';bytearray(b'a');memoryview(b'a');[];['1'];[1];['1','2','x'];['n1','n2'];[None]
SubList(['1']);();('1','2');(1,2);{'1'};{1};set();{'n1'};frozenset({'1','2'});{};{'1':2}
range(3);(v for v in ['1','2']);(v for v in ['n1']);iter([]);odd_generator(['1'])
RangeSet('2-3');RangeSet();SubRangeSet('1-2');RangeSet('1,3,5',autostep=3);RangeSet('01-02')
RangeSetND([['1','2']]);RangeSetND();SubRangeSetND([['1-2','1-2']]);[RangeSet('1'),RangeSet('2')]
[[RangeSet('1'),RangeSet('2')]];[['1','2']];[[1,2]];[RangeSet('4')]
NodeSet('n1',resolver=-1);NodeSet();NodeSet('n[1-2]x[1-2]',resolver=-1);SubNodeSet('n2',resolver=-1)
NodeSetBase('n%s',RangeSet('1-2'));[NodeSet('n1',resolver=-1)];tree();tree()['n1'];MsgTreeElem()
slice(0,2);slice(2);slice(1,9,3);object();Odd();Same();Odd;len;lambda *a: None;KeyError('k')"""
VALUES = [value for line in VALUES.split("\n") for value in line.split(";")]

#: What to call methods on, by class; a class not named here is made without arguments.
RECEIVERS = {
    "RangeSet": [
        "RangeSet('1-5')",
        "RangeSet()",
        "RangeSet('01-03,7,9,11',autostep=3)",
        "SubRangeSet('2,4')",
    ],
    "RangeSetND": [
        "RangeSetND([['1-3','1-2']])",
        "RangeSetND()",
        "RangeSetND([['1','1'],['2','01'],['3','1']],autostep=3)",
    ],
    "NodeSetBase": ["NodeSetBase('n%s',RangeSet('1-5'))", "NodeSetBase()"],
    "NodeSet": [
        "NodeSet('n[1-5],a',resolver=-1)",
        "NodeSet(resolver=groups())",
        "NodeSet('n[1-3]x[1-2],n[1-3]',resolver=groups())",
        "SubNodeSet('n[1-9/2]',autostep=3,resolver=-1)",
    ],
    "ParsingEngine": ["ParsingEngine(None)", "ParsingEngine(groups())"],
    "MsgTree": ["tree()", "MsgTree()", "tree(1)", "tree(2)"],
    "MsgTreeElem": ["tree()['n2']", "MsgTreeElem()", "MsgTreeElem(b'x')"],
    "GroupResolver": ["groups()", "GroupResolver()"],
    "GroupSource": ["GroupSource('s',{'g':'n1'},'n[1-2]')", "GroupSource('s')"],
    "TopologyGraph": ["topology()", "TopologyGraph()"],
    "TopologyTree": ["topology().to_tree('r')", "TopologyTree()"],
    "TopologyNodeGroup": ["TopologyNodeGroup(NodeSet('n[1-2]',resolver=-1))"],
    "TopologyRoute": ["TopologyRoute(NodeSet('a',resolver=-1),NodeSet('b',resolver=-1))"],
    "TopologyRoutingTable": ["TopologyRoutingTable()"],
    "Defaults": ["Defaults([])"],
    "EventHandler": ["EventHandler()"],
}

SPECIAL = [
    "__len__",
    "__iter__",
    "__str__",
    "__contains__",
    "__getitem__",
    "__eq__",
    "__ne__",
    "__lt__",
    "__le__",
    "__gt__",
    "__ge__",
    "__or__",
    "__and__",
    "__sub__",
    "__xor__",
    "__ror__",
    "__rand__",
    "__rsub__",
    "__rxor__",
    "__ior__",
    "__iand__",
    "__isub__",
    "__ixor__",
    "__copy__",
    "__bytes__",
    "__reduce__",
    "__setitem__",
    "__delitem__",
    "__add__",
]

#: Operators, so that what Python makes of two operands is compared, and not a method.
OPERATORS = ["|", "&", "-", "^", "==", "!=", "<", "<=", ">", ">=", "in"]

#: What is drawn at random for each callable.
COMBINED = 40


def module_cases(module, surface, rng, combined=COMBINED):
    """Yield the cases of a module."""
    home = f"ClusterShell.{module}"
    for name, item in sorted(surface[module]["names"].items()):
        if item["kind"] == "function" and item["parameters"] is not None:
            yield from calls(module, "", name, item["parameters"], rng, combined)
        elif item["kind"] == "class" and item["module"] == home:
            yield from class_cases(module, name, item, rng, combined)


def class_cases(module, name, item, rng, combined):
    if item["parameters"] is not None:
        yield from calls(module, "", name, item["parameters"], rng, combined)
    for receiver in RECEIVERS.get(name, []):
        for member, described in sorted(item["members"].items()):
            parameters = described.get("parameters") or []
            if described["kind"] == "method":
                parameters = parameters[1:]
            yield from calls(module, receiver, member, parameters, rng, combined)
        for special in SPECIAL:
            yield [module, receiver, special, [], {}]
            for value in VALUES:
                yield [module, receiver, special, [value], {}]
        for operator in OPERATORS:
            for value in VALUES:
                for left, right in ((receiver, value), (value, receiver)):
                    yield [module, "", "operated", [left, repr(operator), right], {}]
                if operator in "|&-^":
                    yield [module, receiver, "__i" + INPLACE[operator], [value], {}]


INPLACE = {"|": "or__", "&": "and__", "-": "sub__", "^": "xor__"}


def calls(module, receiver, name, parameters, rng, combined):
    """Yield the calls of one callable."""
    names = [parameter[0] for parameter in parameters]
    yield [module, receiver, name, [], {}]
    yield [module, receiver, name, [], {"nosuch": "1"}]
    for value in VALUES:
        yield [module, receiver, name, [value], {}]
    if names:
        for value in rng.sample(VALUES, 8):
            yield [module, receiver, name, [], {names[0]: value}]
    for _ in range(combined):
        count = rng.randrange(2, len(names) + 2) if names else 2
        args = [rng.choice(VALUES) for _ in range(count)]
        if rng.random() < 0.3 and len(names) > 1:
            keyword = rng.choice(names[1:])
            yield [module, receiver, name, args[:1], {keyword: rng.choice(VALUES)}]
        else:
            yield [module, receiver, name, args, {}]


def targets(modules):
    """Return (module, receiver, name, names of parameters) of all that can be called."""
    found = []
    surface = json.loads(SURFACE.read_text())
    for module in modules:
        for name, item in sorted(surface[module]["names"].items()):
            if item.get("parameters") is None:
                continue
            own = item["kind"] == "class" and item["module"] == f"ClusterShell.{module}"
            if item["kind"] == "function" or own:
                found.append((module, "", name, [p[0] for p in item["parameters"]]))
            for receiver in RECEIVERS.get(name, []) if own else []:
                for member, described in sorted(item["members"].items()):
                    parameters = [p[0] for p in described.get("parameters") or []]
                    parameters = parameters[described["kind"] == "method" :]
                    found.append((module, receiver, member, parameters))
                found += [(module, receiver, special, ["other"]) for special in SPECIAL]
                found.append((module, "", "operated", receiver))
    return found


_TARGETS = []


def draw_call(rng):
    """Return a random case, as those of :func:`all_cases`."""
    if not _TARGETS:
        _TARGETS.extend(targets(MODULES))
    module, receiver, name, names = rng.choice(_TARGETS)
    if name == "operated":
        operands = [names, rng.choice(VALUES)]
        rng.shuffle(operands)
        return [module, "", name, [operands[0], repr(rng.choice(OPERATORS)), operands[1]], {}]
    args = [rng.choice(VALUES) for _ in range(rng.randrange(len(names) + 2))]
    if names and not name.startswith("__") and rng.random() < 0.2:
        args = args[: rng.randrange(len(names))]
        return [module, receiver, name, args, {rng.choice(names): rng.choice(VALUES)}]
    return [module, receiver, name, args, {}]


def all_cases(modules, seed, combined=COMBINED):
    """Return the cases of some modules, the same ones for the same seed."""
    surface = json.loads(SURFACE.read_text())
    rng = random.Random(seed)
    return [case for m in modules for case in module_cases(m, surface, rng, combined)]

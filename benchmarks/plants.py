"""Planted slowdowns: functions that count to a number before they do their work.

The numbers come from the environment, one variable a plant, and are nought without it:
one build holds all plants, and is the tree as it is until one of them is told to grow.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

PACKAGE = Path("clustershell") / "ClusterShell"


class Plant(NamedTuple):
    """A place for a slowdown, and a row that must show it.

    function: dotted name in the file; in each life, where they have one of their own.
    """

    name: str
    file: str
    function: str
    row: str

    @property
    def variable(self) -> str:
        return "BENCHMARKS_PLANT_" + re.sub("[^A-Z]+", "_", self.name.upper())


def _kernel(name: str, function: str, row: str) -> Plant:
    return Plant(name, f"_kernels/{name}.py", function, row)


ND = "RangeSetND and nD node sets: "
UNITED = f"{ND}union and fold of r[0-19]c[0-39]n[0-9] and r[10-29]c[20-59]n[0-9]"
FROMLIST = "NodeSet and groups: fromlist of 20,000 names: one prefix"
ANSWERED = "Engine and clush: 10,000 lines answered by the handler, 200 processes in turn"
LINES = "Engine and clush: 100,000 lines of 64 bytes, one ev_read each"

PLANTS = (
    _kernel("algebra", "update", "NodeSet and groups: union of 100,000"),
    _kernel("attributes", "Hooks.unchanged", ANSWERED),
    _kernel("axes", "numbered", UNITED),
    _kernel("bits", "Bits.edges", "RangeSet: union of sparse sets of 100,000"),
    _kernel(
        "blocks", "message_text",
        "MsgTree and gathered output: walk 5,000 messages of 50 lines that differ in the last",
    ),
    _kernel("boxes", "Boxes.add_box", f"{ND}100x100x100 box minus 8 nodes, then len()"),
    _kernel("branches", "step", "MsgTree and gathered output: 128 keys × 1,000 unique lines"),
    _kernel("dispatch", "Dispatcher._serve", ANSWERED),
    _kernel(
        "elements", "LineElement.message", "sweep: MsgTreeElem.message, whole: equal, MODE_DEFER"
    ),
    _kernel("folder", "Folder.measure", UNITED),
    _kernel(
        "intervals", "runs_of_keys", "RangeSet: build from a shuffled list of 100,000 ints"
    ),
    _kernel("keyset", "KeySet.change", "RangeSet: 20,000 random add, each followed by a test"),
    _kernel("longs", "Longs.sort", UNITED),
    _kernel(
        "msgtree", "LineTree.add",
        "MsgTree and gathered output: 10,000 keys × 100 identical lines, one add() a line",
    ),
    _kernel("keys", "plain_key", "RangeSet: 20,000 random add, each followed by a test"),
    _kernel("namer", "Namer.__next__", "NodeSet and groups: expand 100,000 names, plain"),
    _kernel("names", "Names.read_list", FROMLIST),
    _kernel("nodes", "TextSet.update", "NodeSet and groups: 20,000 × add of one node, shuffled"),
    _kernel(
        "operands", "from_elements", "RangeSet: build from a shuffled list of 100,000 ints"
    ),
    _kernel("parts", "change_bounds", "NodeSet and groups: 20,000 × add of one node, shuffled"),
    _kernel("plains", "plainly", "sweep: RangeSet.__and__, frozenset of texts: a hundred"),
    _kernel("rangetext", "read_plain", "RangeSet: parse 20,000 single numbers"),
    _kernel("rows", "Rows.gather", UNITED),
    _kernel("runset", "RunSet.add", "RangeSet: 20,000 random add, each followed by a test"),
    _kernel(
        "spawn", "Spawner.start", "Engine and clush: 1,000 local true, fanout 64, through Task"
    ),
    _kernel("streams", "split_lines", LINES),
    _kernel("sweeps", "merge", "RangeSet: 20,000 x (a | b, a & b, a - b) on sets of 6"),
    _kernel("texts", "lines_of", "sweep: MsgTreeElem.lines, all: equal, MODE_DEFER"),
    _kernel(
        "trunks", "Trunk.ends",
        "MsgTree and gathered output: walk 5,000 messages of 50 lines that differ in the last",
    ),
    _kernel("vectors", "fold", UNITED),
    Plant(
        "union of bits", "_kernels/sweeps.py", "united", "RangeSet: union of sparse sets of 100,000"
    ),
    Plant("Task's delivery", "_kernels/streams.py", "Outlet._each", LINES),
    Plant(
        "clush's printing", "CLI/Display.py", "Display.print_text",
        "Engine and clush: clush -R exec -w n[1-100] seq 1 10000",
    ),
    Plant(
        "start-up", "CLI/Nodeset.py", "main",
        "NodeSet and groups: nodeset -f node[1-10], whole process",
    ),
    Plant("the sweep", "RangeSet.py", "RangeSet.split", "sweep: RangeSet.split, in 7: six"),
)  # fmt: skip


def definitions(body: list[ast.stmt]) -> Iterator[Any]:
    """Yield the classes and functions of a body, those of either life included."""
    for statement in body:
        if isinstance(statement, (ast.ClassDef, ast.FunctionDef)):
            yield statement
        elif isinstance(statement, ast.If):
            yield from definitions(statement.body)
            yield from definitions(statement.orelse)


def find(body: list[ast.stmt], name: str) -> Iterator[ast.FunctionDef]:
    """Yield the functions of a dotted name, one for each life that has its own."""
    first, _, rest = name.partition(".")
    for node in definitions(body):
        if node.name == first:
            if rest:
                yield from find(node.body, rest)
            else:
                yield node


def _is_docstring(statement: ast.stmt) -> bool:
    value = getattr(statement, "value", None)
    return isinstance(statement, ast.Expr) and isinstance(value, ast.Constant)


def planted(source: str, spot: Plant) -> str:
    """Return a module's source with a slowdown in it.

    Raises LookupError where it has no such function.
    """
    tree = ast.parse(source)
    lines = source.splitlines(keepends=True)
    found = list(find(tree.body, spot.function))
    if not found:
        raise LookupError(f"{spot.file} has no {spot.function}")
    name = "_" + spot.variable
    for node in sorted(found, key=lambda node: -node.lineno):
        first = node.body[1] if _is_docstring(node.body[0]) and node.body[1:] else node.body[0]
        at = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", []))])
        indent = " " * (node.col_offset + 4)
        lines.insert(at - 1, f"{indent}for _planted in {name}():\n{indent}    pass\n")
    # Before the first definition, but after all imports that stand at the top.
    top = next(n for n in tree.body if isinstance(n, (ast.ClassDef, ast.FunctionDef, ast.If)))
    at = min([top.lineno, *(d.lineno for d in getattr(top, "decorator_list", []))])
    lines.insert(
        at - 1,
        f"def {name}():\n"
        f"    return {name}_REPEAT(None, {name}_NUMBER)\n\n\n"
        f'{name}_REPEAT = __import__("itertools").repeat\n'
        f'{name}_NUMBER = int(__import__("os").environ.get("{spot.variable}", "0"))\n\n\n',
    )
    return "".join(lines)


def plant_all(tree: Path) -> None:
    """Put all plants into a copy of the tree."""
    for spot in PLANTS:
        path = tree / PACKAGE / spot.file
        path.write_text(planted(path.read_text(), spot))

"""The kinds of programs: how each is drawn, run, and why answers to it may differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fuzz.calls import answers, explained
from tests.fuzz.calls.cases import draw_call
from tests.fuzz.differential import messages, nd, nodeset_cli, nodesets, ranges
from tests.fuzz.programs import clush, gateways, subprocesses, tasks, topologies
from tests.fuzz.tools.differences import common

if TYPE_CHECKING:
    from collections.abc import Callable

SLOW = "the released package takes too long"


@dataclass
class Domain:
    """One kind of programs."""

    #: ``library``, ``processes``, ``commands`` or ``gateways``.
    kind: str
    #: Makes a program of a source of random numbers.
    draw: Callable
    #: Runs a program with the package of this process; returns what it has seen.
    run: Callable
    #: Says why two answers may differ, and whether they are the same to a program.
    explanation: Callable | None = None
    equality: Callable | None = None
    #: How often it is drawn, beside the others of its kind.
    weight: int = 1

    def same(self, theirs, ours):
        """Return whether two answers are the same to a program."""
        return theirs == ours or bool(self.equality and self.equality(theirs, ours))

    def explain(self, program, theirs, ours):
        """Return why two answers may differ, None if they may not."""
        if theirs == ["took too long"] and ours != theirs:
            return SLOW
        return self.explanation(program, theirs, ours) if self.explanation else None


class Calls:
    """Runs single calls; names are made when they are first asked for."""

    def __init__(self):
        self.spaces = {}
        self.describe = None

    def __call__(self, case):
        from ClusterShell.NodeSet import set_std_group_resolver

        if self.describe is None:
            self.describe = answers.Describer()
        if case[0] not in self.spaces:
            self.spaces[case[0]] = answers.namespace(case[0])
        try:
            return answers.answer(case, self.spaces[case[0]], self.describe)
        finally:
            if case[2].startswith("set_std_group_resolver"):  # it is that of all that follow
                set_std_group_resolver(None)


def explain_ranges(program, theirs, ours):
    """Sets of the released package may not come back from a pickle."""
    for statement, one, other in zip(program, theirs, ours):
        if one != other:
            lost = statement[0] == "copy" and one == ["AssertionError", ""]
            return "the released package does not read its own pickle" if lost else None
    return None


def explain_vectors(program, theirs, ours):
    """Vectors may have another autostep where such with and without one meet."""
    if not isinstance(theirs, list) or len(theirs) != len(ours) != len(program):
        return None
    steps = [statement[0] == "read" and statement[2] == "steps" for statement in program]
    same = all(a == b for a, b, read in zip(ours, theirs, steps) if not read)
    if same and nd.mixes_autosteps(program):
        return "which autostep folded vectors have"
    return None


def same_texts(theirs, ours):
    """Return whether commands have said the same but for what is only ours."""
    plain = [
        [common(part) if isinstance(part, str) else part for part in side]
        for side in (theirs, ours)
    ]
    return plain[0] == plain[1]


def run_question(question):
    """Answer a question about node sets."""
    kind, *args = question
    return nodesets.outcome(nodesets.ANSWERS[kind], *args)


DOMAINS = {
    "ranges": Domain(
        "library",
        lambda chance: ranges.Program(chance).statements,
        lambda program: ranges.Interpreter(False).run(program),
        explain_ranges,
        weight=12,
    ),
    "vectors": Domain(
        "library",
        lambda chance: nd.Program(chance).statements,
        lambda program: nd.Machine().run(program),
        explain_vectors,
    ),
    "nodesets": Domain(
        "library",
        lambda chance: nodesets.Generator(chance).question(),
        run_question,
        nodesets.explanation,
        weight=8,
    ),
    "messages": Domain("library", messages.draw_tree, messages.run_tree, weight=10),
    "calls": Domain("library", draw_call, Calls(), explained.explain, explained.same, weight=12),
    "topologies": Domain("library", topologies.draw, topologies.run, topologies.explain, weight=3),
    "tasks": Domain("processes", tasks.draw, tasks.Runner(), tasks.explain, weight=9),
    "subprocesses": Domain("processes", subprocesses.draw, subprocesses.run, subprocesses.explain),
    "gateways": Domain("gateways", gateways.draw, gateways.Runner(), gateways.explain),
    "clubak": Domain("commands", messages.draw_clubak, messages.run_clubak, equality=same_texts),
    "clush": Domain("commands", clush.draw, clush.run, clush.explain, clush.same),
    "nodeset": Domain(
        "commands", nodeset_cli.draw, nodeset_cli.run, nodeset_cli.deliberate, same_texts
    ),
}

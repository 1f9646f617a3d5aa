"""Random node set expressions, on this package and on the released peer.

    python -m tests.fuzz.differential.nodesets --peer PEER/bin/python --count 200000 --seed 1

Both packages answer the same questions in processes of their own, fed over
pipes (this file is the server of either, with ``--serve``).  A question is a
JSON value: a kind and its arguments; an answer is what the API returned, as
text, or the class, text and ``part`` of the exception.  Answers must be equal,
but for the reasons in :func:`explanation`.  What differs is shrunk to a
shorter question that still differs, and printed; the exit code is then 1.
"""

import argparse
import copy
import json
import os
import pickle
import random
import re
import signal
import subprocess
import sys

#: Seconds a question may take.
LIMIT = 20

# -- answers -------------------------------------------------------------------


def outcome(function, *args):
    """Return the answer of a call: ``["ok", value]`` or ``["error", …]``."""
    try:
        return ["ok", function(*args)]
    except KeyError:
        # Which of several missing elements is named depends on hashing there.
        return ["error", "KeyError", "", None]
    except Exception as exc:  # every class of exception is an answer here
        return ["error", type(exc).__name__, str(exc), getattr(exc, "part", None)]


def described(nodes):
    """Return what a node set looks like from outside."""
    steps = [
        [pattern, None if indexes is None else indexes.autostep]
        for pattern, indexes in sorted(nodes._patterns.items())
    ]
    return [str(nodes), len(nodes), list(nodes)[:50], nodes.autostep, steps]


def answer_release():
    import ClusterShell

    return ClusterShell.__version__


def answer_text(text, autostep, fold_axis):
    from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

    return described(NodeSet(text, autostep, RESOLVER_NOGROUP, fold_axis))


def answer_list(texts, single, autostep):
    from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

    make = NodeSet._fromlist1 if single else NodeSet.fromlist
    return described(make(texts, autostep, RESOLVER_NOGROUP))


def answer_program(first, second, autosteps, steps):
    """Do steps on a set of nodes, with another as operand; tell each result.

    Later steps are done on the sets that RESULTS make.
    """
    from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

    nodes = NodeSet(first, autosteps[0], RESOLVER_NOGROUP)
    other = NodeSet(second, autosteps[1], RESOLVER_NOGROUP)
    told = []
    for name, *args in steps:
        if name == "swap":
            nodes, other = other, nodes
        elif name in RESULTS:
            made = outcome(RESULTS[name], nodes, other, *args)
            if made[0] == "ok":
                nodes = made[1]
                made = outcome(described, nodes)
            told.append(made)
        else:
            told.append(outcome(STEPS[name], nodes, other, *args))
    return told


def in_place(method):
    def step(nodes, other, operand):
        getattr(nodes, method)(other if operand is None else operand)
        return described(nodes)

    return step


def remove(nodes, other, operand):
    try:
        nodes.remove(other if operand is None else operand)
    except KeyError:
        # The release may leave patterns without indexes behind, unfit for use.
        for pattern, indexes in list(nodes._patterns.items()):
            if indexes is not None and not indexes:
                del nodes._patterns[pattern]
        raise
    return described(nodes)


def operator(method):
    return lambda nodes, other: getattr(nodes, method)(other)


def in_place_operator(method):
    def step(nodes, other):
        return [getattr(nodes, method)(other) is nodes, described(nodes)]

    return step


def set_attribute(name):
    def step(nodes, other, value):
        setattr(nodes, name, value)
        return str(nodes)

    return step


STEPS = {
    "update": in_place("update"),
    "intersection_update": in_place("intersection_update"),
    "difference_update": in_place("difference_update"),
    "symmetric_difference_update": in_place("symmetric_difference_update"),
    "remove": remove,
    "ior": in_place_operator("__ior__"),
    "iand": in_place_operator("__iand__"),
    "isub": in_place_operator("__isub__"),
    "ixor": in_place_operator("__ixor__"),
    "with_itself": lambda n, o, method: in_place(method)(n, n, None),
    "compare": lambda n, o: [n == o, n != o, n < o, n <= o, n > o, n >= o, o in n],
    "contains": lambda n, o, text: text in n,
    "issubset": lambda n, o, text: [n.issubset(text), n.issuperset(text)],
    "item": lambda n, o, at: n[at],
    "index": lambda n, o, text: n.index(text),
    "split": lambda n, o, count: [str(part) for part in n.split(count)],
    "contiguous": lambda n, o: [str(part) for part in n.contiguous()],
    "nsiter": lambda n, o: [str(part) for part in n.nsiter()],
    "autostep": set_attribute("autostep"),
    "fold_axis": set_attribute("fold_axis"),
}

RESULTS = {
    "or": operator("__or__"),
    "and": operator("__and__"),
    "sub": operator("__sub__"),
    "xor": operator("__xor__"),
    "slice": lambda n, o, lo, hi, step: n[lo:hi:step],
    "copy": lambda n, o: n.copy(),
    "copied": lambda n, o: copy.copy(n),
    "pickled": lambda n, o: pickle.loads(pickle.dumps(n, 2)),
    "part": lambda n, o: list(n.contiguous())[-1],
    "node": lambda n, o: list(n.nsiter())[0],
    "piece": lambda n, o, count: list(n.split(count))[0],
}


def resolver_of(sources, cls=None):
    """Return a resolver of groups in tables, by source; the first is the default."""
    from ClusterShell.NodeUtils import GroupResolver, GroupSource

    resolver = None
    for name, groups in sources.items():
        source = (cls or GroupSource)(name, dict(groups))
        if resolver is None:
            resolver = GroupResolver(default_source=source)
        else:
            resolver.add_source(source)
    return resolver


def answer_groups(sources, question, *args):
    """Ask a node set that knows the groups of ``sources``, the first by default."""
    from ClusterShell.NodeSet import NodeSet, grouplist

    resolver = resolver_of(sources)
    if question == "text":
        return described(NodeSet(args[0], resolver=resolver))
    if question == "groups":
        found = NodeSet(args[0], resolver=resolver).groups(args[1])
        return sorted([name, str(nodes), str(common)] for name, (nodes, common) in found.items())
    if question == "regroup":
        return NodeSet(args[0], resolver=resolver).regroup(args[1], overlap=args[2])
    if question == "all":
        return str(NodeSet.fromall(args[0], resolver=resolver))
    return grouplist(args[0], resolver)


ANSWERS = {
    "release": answer_release,
    "text": answer_text,
    "list": answer_list,
    "program": answer_program,
    "groups": answer_groups,
}


class TooLong(BaseException):
    """The question is given up: no error that a package could catch."""


def give_up(signum, frame):
    raise TooLong


def answer(question):
    kind, *args = question
    signal.alarm(LIMIT)
    try:
        return outcome(ANSWERS[kind], *args)
    except TooLong:
        return ["too long"]
    finally:
        signal.alarm(0)


def serve():
    signal.signal(signal.SIGALRM, give_up)
    sys.setrecursionlimit(400)  # the peer's answer to circular groups takes long
    for line in sys.stdin:
        answers = [answer(question) for question in json.loads(line)]
        sys.stdout.write(json.dumps(answers) + "\n")
        sys.stdout.flush()


class Subject:
    """A process that answers questions.

    release: the version of the package there.
    """

    def __init__(self, python, env):
        self.process = subprocess.Popen(
            [python, os.path.abspath(__file__), "--serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
        )
        self.release = self.ask([["release"]])[0][1]

    def ask(self, questions):
        self.process.stdin.write(json.dumps(questions) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


# -- questions -----------------------------------------------------------------

STEMS = ["n", "node", "a", "b", "x-", "login", "é", "n%", "%s", "r.", "Z", "_", "no de"]
PIECES = ["", "", "", "b", "-ib", ".cluster", "x", "%", "é", " "]
TOKENS = [
    *["a", "b", "n", "1", "2", "10", "0", "01", "3-5", "1-3", "[", "]", "[1-3]", "[2]", "[01-02]"],
    *["[1-9/2]", "[1,3]", ",", "!", "&", "^", " ", "  ", "%", "-", "/", "\t", "x", "é", ".", "7-2"],
    *["[]", "[x]", "٣", "\\", "@", "*", "?", "\n", "#", "99", "[9-11]", "[08-11]", "+", "_"],
]
OPERATORS = [",", ",", ",", ",", "!", "&", "^", " , ", ", "]
FOLD_AXES = [None, None, None, [0], [1], [-1], [0, 1], [2], []]


class Generator:
    """Random questions, of a source of random numbers or of a seed for one."""

    def __init__(self, source):
        self.random = source if isinstance(source, random.Random) else random.Random(source)

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, choices):
        return self.random.choice(choices)

    def number(self):
        width = self.pick([1, 1, 1, 2, 2, 3])
        value = self.random.randrange(10**width)
        return f"{value:0{width}d}" if self.chance(0.2) else str(value)

    def ranges(self):
        parts = []
        for _ in range(self.random.randint(1, 3)):
            lo, length = self.random.randrange(12), self.random.randrange(6)
            pad = self.pick([0, 0, 0, 2, 3])
            hi = lo + length
            if pad and len(str(hi)) > pad:
                pad = 0
            text = f"{lo:0{pad}d}"
            if length:
                text += f"-{hi:0{pad}d}"
                if self.chance(0.2):
                    text += f"/{self.random.randint(1, 4)}"
            parts.append(text)
        return ",".join(parts)

    def name(self, brackets=0.4):
        """Return a name, perhaps with brackets: mostly well formed."""
        text = self.pick(STEMS)
        for _ in range(self.pick([0, 1, 1, 1, 1, 2, 2, 3])):
            if self.chance(brackets):
                text += f"[{self.ranges()}]"
                if self.chance(0.06):
                    text += self.number()
            else:
                text += self.number()
            text += self.pick(PIECES)
        return text

    def names(self, most=6):
        # Few patterns, so that names meet.
        stem = self.name()
        names = [stem if self.chance(0.3) else self.name() for _ in range(most)]
        return names[: self.random.randint(1, most)]

    def text(self):
        names = self.names()
        text = names[0]
        for name in names[1:]:
            text += self.pick(OPERATORS) + name
        return text

    def garbage(self):
        return "".join(self.pick(TOKENS) for _ in range(self.random.randint(0, 9)))

    def few(self):
        """Return a text of few nodes under few patterns."""
        patterns = ["n%s", "n%s", "n%s", "r%sn%s", "x%sy%sz%s", "m", "%s"]
        items = []
        for _ in range(self.random.randint(1, 5)):
            pattern = self.pick(patterns)
            axes = [
                f"[{self.ranges()}]" if self.chance(0.6) else self.number()
                for _ in range(pattern.count("%s"))
            ]
            items.append(pattern % tuple(axes))
        return ",".join(items)

    def step(self):
        name = self.pick([*STEPS, *RESULTS, "swap"])
        if name in ("autostep",):
            return [name, self.pick([None, 2, 3, 4, 10])]
        if name == "fold_axis":
            return [name, self.pick(FOLD_AXES)]
        if name in ("contains", "issubset", "index"):
            return [name, self.name(0.1) if self.chance(0.3) else self.pick(["n1", "n[1-3]", "m"])]
        if name == "item":
            return [name, self.random.randint(-40, 40)]
        if name == "slice":
            bound = [None, None, 0, 1, 3, 10, -1, -4, 100]
            return [name, self.pick(bound), self.pick(bound), self.pick([None, 1, 2, 3, 7, -1])]
        if name in ("split", "piece"):
            return [name, self.random.randint(1, 9)]
        if name == "with_itself":
            # Not update(): the release never returns from it.
            return [name, self.pick([name for name in STEPS if name.endswith("_update")])]
        if name.endswith("update") or name == "remove":
            return [name, self.few() if self.chance(0.5) else None]
        return [name]

    def group_text(self, groups):
        """Return a text with groups and wildcards in it."""
        known = [group for names in groups.values() for group in names] or ["g"]
        choices = [
            lambda: "@" + self.pick(known),
            lambda: f"@{self.pick(list(groups))}:{self.pick(known)}",
            lambda: self.pick(["@*", "@s:*", "@@", "@@s", "@rack[1-3]", "@s:rack[1,3]"]),
            lambda: self.pick(["*", "n*", "n?", "?", "n[1-3]*", "*[1-2]", "r*n?"]),
            self.few,
            self.few,
            lambda: "@" + self.garbage(),
        ]
        text = self.pick(choices)()
        for _ in range(self.random.randint(0, 2)):
            text += self.pick(OPERATORS) + self.pick(choices)()
        return text

    def sources(self):
        names = ["g1", "g2", "rack1", "rack2", "rack3", "all", "a-b", "x y", "io"]
        sources = {"default": {}, "s": {}}
        for groups in sources.values():
            for name in self.random.sample(names, self.random.randint(0, 5)):
                groups[name] = self.few()
        # Groups of groups, never circular: sources name earlier groups only.
        if self.chance(0.3) and sources["s"]:
            sources["default"]["nested"] = "@s:" + self.pick(list(sources["s"]))
        return sources

    def groups(self):
        sources = self.sources()
        namespace = self.pick([None, None, "s", "nowhere"])
        question = self.pick(["text", "text", "text", "groups", "regroup", "all", "list"])
        if question == "text":
            return ["groups", sources, question, self.group_text(sources)]
        if question == "groups":
            return ["groups", sources, question, self.few(), namespace]
        if question == "regroup":
            return ["groups", sources, question, self.few(), namespace, self.chance(0.3)]
        return ["groups", sources, question, namespace]

    def question(self):
        kind = self.pick(["text", "text", "garbage", "list", "program", "program", "groups"])
        autostep = self.pick([None, None, None, 2, 3, 5])
        if kind == "text":
            return ["text", self.text(), autostep, self.pick(FOLD_AXES)]
        if kind == "garbage":
            return ["text", self.garbage(), autostep, None]
        if kind == "list":
            names = self.names(12)
            if self.chance(0.2):
                names.append(self.garbage())
            return ["list", names, self.chance(0.3), autostep]
        if kind == "program":
            steps = [self.step() for _ in range(self.random.randint(1, 6))]
            autosteps = [autostep, self.pick([None, None, 2, 3, 4])]
            return ["program", self.few(), self.few(), autosteps, steps]
        return self.groups()


# -- differences ---------------------------------------------------------------


# A name that begins with a hyphen, or has a character that may mean something to a shell.
UNSAFE_NAME = re.compile(r"""unsafe name '(-|[^']*[^'\w.:+\[\],% -])""")


def explanation(question, peer, ours):
    """Return why two answers may differ, None if they may not."""
    if peer[0] == "too long":
        return f"the release takes over {LIMIT} s"
    if question[0] == "program" and peer[0] == ours[0] == "ok":
        # What follows the first difference follows from it.
        theirs, mine = next(pair for pair in zip(peer[1], ours[1]) if pair[0] != pair[1])
        return explanation(["step"], theirs, mine)
    if ours[0] == "error":
        if "to negative ranges" in ours[2]:
            return "digits beside negative ranges are refused"
        if "cannot convert" in ours[2] and ours[3] and ours[3].count("-") > 1:
            return "ranges of three numbers are refused"
        if UNSAFE_NAME.search(ours[2]):
            return "names that are not safe in the command of an upcall are refused"
    if peer[0] == "error":
        if "recursion" in peer[2]:
            return "circular groups are named"
        if peer[1] == "ValueError" and "format" in peer[2]:
            return "a percent sign in a name that matches a wildcard"
    return None


def smaller(value):
    """Yield values that are one thing shorter."""
    if isinstance(value, str):
        for at in range(len(value)):
            yield value[:at] + value[at + 1 :]
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield value[:at] + value[at + 1 :]
            for shorter in smaller(item):
                yield [*value[:at], shorter, *value[at + 1 :]]
    elif isinstance(value, dict):
        for key, item in value.items():
            rest = {k: v for k, v in value.items() if k != key}
            yield rest
            for shorter in smaller(item):
                yield {**rest, key: shorter}


def shrink(question, differs, most=2000):
    """Return a smaller question of the same form on which the packages differ.

    Tries at most ``most`` questions.
    """
    progress = True
    while progress:
        progress = False
        for candidate in smaller(question):
            if len(candidate) != len(question) or candidate[0] != question[0]:
                continue
            most -= 1
            if most < 0:
                return question
            if differs(candidate):
                question = candidate
                progress = True
                break
    return question


def compare(count, seed, peer, ours, batch=500):
    """Ask ``count`` questions; return the differences and counts of explanations."""
    generator = Generator(seed)
    differences = []
    explained = {}

    def differs(question):
        (theirs,), (mine,) = peer.ask([question]), ours.ask([question])
        return theirs != mine and explanation(question, theirs, mine) is None

    for start in range(0, count, batch):
        questions = [generator.question() for _ in range(min(batch, count - start))]
        for question, theirs, mine in zip(questions, peer.ask(questions), ours.ask(questions)):
            if theirs == mine:
                continue
            reason = explanation(question, theirs, mine)
            if reason is None:
                question = shrink(question, differs) if len(differences) < 5 else question
                differences.append((question, peer.ask([question])[0], ours.ask([question])[0]))
            else:
                explained[reason] = explained.get(reason, 0) + 1
    return differences, explained


def subjects(peer_python):
    """Return the peer and this package as subjects."""
    # What finds this package must not find it for the peer.
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    peer = Subject(peer_python, clean)
    ours = Subject(sys.executable, None)
    if peer.release != "1.10.1" or not ours.release.startswith("1.10.1+"):
        raise SystemExit(f"not the peer and this package: {peer.release}, {ours.release}")
    return peer, ours


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--serve", action="store_true", help="answer questions on stdin")
    parser.add_argument("--peer", default=os.environ.get("CLUSTERSHELL_PEER_PYTHON"))
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.serve:
        serve()
        return 0
    if not options.peer:
        parser.error("no --peer, nor CLUSTERSHELL_PEER_PYTHON")
    peer, ours = subjects(options.peer)
    differences, explained = compare(options.count, options.seed, peer, ours)
    peer.close()
    ours.close()
    for question, theirs, mine in differences[:20]:
        print(json.dumps(question, ensure_ascii=False))
        print("  peer:", json.dumps(theirs, ensure_ascii=False))
        print("  ours:", json.dumps(mine, ensure_ascii=False))
    for reason, times in sorted(explained.items()):
        print(f"{times} times: {reason}")
    print(f"{options.count} questions, seed {options.seed}: {len(differences)} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())

"""Arguments for hostile calls: of the kind that is asked for, or of any other."""

import random

from ClusterShell.MsgTree import MsgTree, MsgTreeElem
from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet, NodeSetBase
from ClusterShell.RangeSet import RangeSet, RangeSetND
from tests.fuzz.asan.operands import (
    NAMES,
    TEXTS,
    Hostile,
    HostileBytes,
    HostileDict,
    HostileInt,
    HostileList,
    HostileRangeSet,
    HostileSet,
    HostileText,
)
from tests.fuzz.asan.surface import KERNEL
from tests.fuzz.asan.system import DATA, ERRORS, OfTheSystem

LINES = [b"a", b"b", b"", b"ab", b"a\nb", b"c" * 300, "x", 3, None, bytearray(b"a"), b"\xff"]
VAST = (2**62, 2**63 - 1, 2**63, -(2**63), 2**70, 10**18, -1)
ODD = (None, True, 0, 1.5, float("nan"), object, Ellipsis, b"1", ())

#: Sets larger than this leave the stage.
LARGE = 20_000


def is_large(thing):
    """Return whether to go through *thing* one by one would take long."""
    try:
        if isinstance(thing, (RangeSet, RangeSetND)):
            return thing._count() > LARGE
        if isinstance(thing, NodeSetBase):
            return len(thing) > LARGE
        if isinstance(thing, KERNEL["intervals"].Runs):
            return thing.count() > LARGE
        if isinstance(thing, KERNEL["boxes"].Boxes):
            return len(thing) > 300 or thing.count() > LARGE
        if isinstance(thing, (MsgTree, KERNEL["msgtree"].LineTree)):
            return len(thing.trunk.blocks) > 500
    except Exception:
        return True
    return False


class Arguments(OfTheSystem):
    """Makes objects and arguments; what is at hand already is in ``pool``."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.pool = []
        #: Lists and tables that were given to somebody, and may yet change.
        self.shared = []
        #: How many hostile operands were made.
        self.hostile = 0
        #: Objects of descriptors that are waited for.
        self.epolls = []
        self.lies = self.rng.choice((0, 0.02, 0.2))
        #: What makes an argument for a parameter of that annotation or name.
        self.makers = {
            "str": self.text,
            "list": self.list_of,
            "dict": self.table,
            "bytes": lambda: self.rng.choice(DATA),
            "tuple": lambda: tuple(self.elements(False, 1)),
            "type": lambda: self.rng.choice((RangeSet, HostileRangeSet, Hostile(self))),
            "int": self.number,
            "cython.Py_ssize_t": self.number,
            "cython.bint": self.number,
            "Longs": lambda: self.of(KERNEL["longs"].Longs) or self.runs(),
            "Runs": self.runs,
            "Boxes": self.boxes,
            "Axis": lambda: KERNEL["axes"].Axis([self.boxes()], 0),
            "Position": lambda: self.of(KERNEL["blocks"].Position) or self.position(),
            "other": lambda: self.rng.choice((self.fresh, self.operand))(),
            "element": lambda: self.rng.choice((self.text, self.number))(),
            "data": lambda: self.rng.choice((*DATA, bytearray(DATA[0]), memoryview(DATA[1]))),
            "msgline": lambda: self.rng.choice(LINES),
            "line": lambda: self.rng.choice(LINES),
            "key": self.key,
            "match": lambda: Hostile(self),
            "keys": self.list_of,
            "position": self.number,
            "index": self.number,
            "positions": lambda: [self.number() for _ in range(self.rng.randrange(5))],
            "resolver": lambda: RESOLVER_NOGROUP,
            "autostep": lambda: self.rng.choice((None, 3, 4, 100, 1e9)),
        }
        #: The same for parameters of that name, whatever their annotation.
        self.named = self.of_the_system()

    # -- objects

    def fresh(self):
        rng = self.rng
        return rng.choice(
            (
                lambda: RangeSet(rng.choice(TEXTS[:5]), rng.choice((None, 3))),
                lambda: RangeSet([rng.randrange(2000) * 2 for _ in range(rng.choice((3, 900)))]),
                lambda: RangeSetND([rng.sample(TEXTS[:5], 2) for _ in range(rng.randrange(5))]),
                lambda: RangeSetND([[str(k % 7), str(k // 7)] for k in range(rng.randrange(40))]),
                lambda: NodeSet(rng.choice(NAMES[:5]), resolver=RESOLVER_NOGROUP),
                lambda: NodeSet.fromlist(rng.sample(NAMES[:6], 3), resolver=RESOLVER_NOGROUP),
                self.base_set,
                self.base_set,
                self.run_set,
                lambda: KERNEL["parts"].Parts(),
                lambda: KERNEL["bits"].Bits(),
                lambda: KERNEL["longs"].Longs(),
                lambda: KERNEL["keyset"].KeySet(),
                lambda: MsgTree(rng.randrange(3)),
                self.tree,
                lambda: MsgTreeElem(b"one"),
                lambda: next(self.tree().walk(), (None, [MsgTreeElem()]))[0],
                lambda: KERNEL["msgtree"].LineTree(),
                lambda: KERNEL["elements"].LineElement(),
                self.element,
                lambda: self.tree().trunk,
                lambda: self.tree().trunk.root,
                lambda: KERNEL["trunks"].Sources(
                    None, rng.choice((None, ["k"], 5)), rng.random() < 0.5
                ),
                self.position,
                self.runs,
                self.boxes,
                *self.objects_of_the_system(),
                lambda: KERNEL["axes"].Axis([self.boxes()], 0),
                lambda: KERNEL["names"].Names(),
                lambda: KERNEL["namer"].Namer("n%s", self.runs()),
            )
        )()

    def base_set(self):
        """Return a node set without groups, of the class that has no parser."""
        made = NodeSetBase("n%s", RangeSet(self.rng.choice(TEXTS[:5])))
        made.update(
            NodeSetBase(
                self.rng.choice(("a", "n%sx%s", "m%s")),
                self.rng.choice((None, RangeSetND([["1", "2"], ["1", "5"]]), RangeSet("1-9"))),
            )
        )
        return made

    def run_set(self):
        """Return a range set of the kernel's class; nothing is in the public one's place."""
        made = KERNEL["runset"].RunSet()
        made._runs = self.runs()
        return made

    def tree(self):
        tree = MsgTree(self.rng.randrange(3))
        for _ in range(self.rng.randrange(20)):
            tree.add(self.rng.randrange(4), self.rng.choice(LINES[:6]))
        return tree

    def element(self):
        """Return an element of the kernel's class."""
        made = KERNEL["elements"].LineElement()
        tree = self.tree()
        made._trunk = tree.trunk
        made._position = tree.position(self.rng.randrange(4))
        return made

    def runs(self, most=300):
        size, distance = self.rng.choice(((20, 1), (3, 1000), (most, 3)))
        return KERNEL["intervals"].from_keys(
            [self.rng.randrange(5 * size) * distance for _ in range(size)]
        )

    def boxes(self):
        made = KERNEL["boxes"].Boxes(self.rng.choice((1, 2, 2, 3)))
        for _ in range(self.rng.randrange(6)):
            # Rows of single elements are what some functions make of them.
            made.add([self.runs(), *(self.runs(20) for _ in range(made.dim - 1))])
        for _ in range(self.rng.randrange(3)):
            made.add_vector(tuple(self.rng.randrange(9) for _ in range(made.dim)))
        return made

    def position(self):
        tree = self.tree()
        tree.add("n1", b"b")
        return tree.position("n1")

    def of(self, kind):
        """Return an object of that kind that is at hand, or None."""
        found = [thing for thing in self.pool if isinstance(thing, kind)]
        return self.rng.choice(found) if found else None

    # -- answers

    def lie(self, answer):
        """Return what an operand answers that is to answer *answer*; or raise."""
        if self.rng.random() >= self.lies:
            return answer
        if self.rng.random() < 0.5:
            raise self.rng.choice(ERRORS)("a lie")
        return self.rng.choice((*VAST, *ODD, answer, "1", [answer], self))

    # -- arguments

    def number(self, vast=True):
        if vast and self.rng.random() < 0.05:
            return self.rng.choice(VAST)
        return self.rng.randrange(-3, 30)

    def text(self):
        if self.rng.random() < 0.2:
            return self.operand(HostileText)
        return self.rng.choice((self.rng.choice(TEXTS), self.rng.choice(NAMES)))

    def operand(self, kind=None):
        """Return a hostile object."""
        self.hostile += 1
        return (kind or self.rng.choice((Hostile, HostileInt, HostileText, HostileBytes)))(self)

    def key(self):
        self.hostile += 1
        return self.rng.choice((Hostile(self), self.rng.randrange(4), "n1", HostileText(self)))

    def argument(self, vast=True, deep=0):
        """Return anything."""
        rng = self.rng
        way = rng.randrange(17 if deep < 2 else 8)
        if way < 2:
            return self.number(vast)
        if way < 4:
            return self.text()
        if way == 4:
            return rng.choice(LINES)
        if way == 5:
            return rng.choice(ODD)
        if way == 6:
            thing = rng.choice(self.pool)
            return self.fresh() if is_large(thing) else thing
        if way == 7:
            return self.operand()
        if way == 8:
            return HostileSet(self, self.elements(vast, deep))
        if way == 9:
            self.hostile += 1
            return HostileRangeSet.of(self)
        if way == 10:
            return slice(self.number(vast), self.number(vast), rng.choice((None, 1, 2, -1, 0)))
        if way == 11:
            return (element for element in self.elements(vast, deep))
        if way == 12:
            return self.table(vast, deep)
        if way == 13:
            return HostileList(self, self.elements(vast, deep))
        kind = rng.choice((list, tuple, list, iter))
        return self.share(kind(self.elements(vast, deep)))

    def elements(self, vast, deep):
        return [self.argument(vast, deep + 1) for _ in range(self.rng.choice((0, 1, 2, 3, 5)))]

    def list_of(self):
        """Return a list of elements of one kind, as kernels want them."""
        rng = self.rng
        kind = rng.choice(
            (
                self.number,
                self.text,
                self.runs,
                self.operand,
                lambda: (self.number(), self.number()),
                lambda: (self.number(), self.number(), rng.choice((1, 1, 2))),
                lambda: rng.choice(LINES),
                self.tree,
            )
        )
        made = [kind() for _ in range(rng.choice((1, 2, 2, 3, 12)))]
        if rng.random() < 0.3:
            made[rng.randrange(len(made))] = self.operand()
        if rng.random() < 0.2:
            made.sort(key=str)
        return self.share(made)

    def table(self, vast=False, deep=1):
        made = {self.key(): element for element in self.elements(vast, deep)}
        for pattern in self.rng.sample(("n%s", "n%sx%s", "a", "n1"), 2):
            made[pattern] = self.rng.choice((None, self.runs(), RangeSet("1-3"), self.boxes()))
        if self.rng.random() < 0.3:
            return HostileDict(self, made)
        return self.share(made)

    def share(self, made):
        """Remember a list or table, for somebody to change it."""
        if type(made) in (list, dict):
            self.shared.append(made)
            del self.shared[:-8]
        return made

    def spoil(self):
        """Change a list or table that somebody may be reading."""
        if not self.shared:
            return
        thing = self.rng.choice(self.shared)
        way = self.rng.randrange(4)
        if way == 0:
            thing.clear()
        elif type(thing) is list:
            if way == 1:
                thing.extend(self.elements(False, 1))
            elif thing:
                thing[self.rng.randrange(len(thing))] = self.argument(False, 2)
        elif way == 1:
            thing[self.key()] = self.argument(False, 2)
        elif thing:
            thing.pop(next(iter(thing)), None)

    def for_parameters(self, parameters, vast):
        """Return arguments as the parameters of a function ask for them, or nearly."""
        made = []
        for parameter in parameters:
            if parameter.default is not parameter.empty and self.rng.random() < 0.4:
                break
            kind = str(parameter.annotation).strip("'")
            make = self.named.get(parameter.name)
            make = make or self.makers.get(kind) or self.makers.get(parameter.name)
            if make is None or self.rng.random() < 0.2:
                made.append(self.argument(vast))
            else:
                made.append(make())
            if parameter.kind is parameter.VAR_POSITIONAL and self.rng.random() < 0.5:
                made.append(self.argument(vast))
        return made

"""Random message trees in the compiled kernel, against a dictionary."""

import random
import sys

from ClusterShell._compiled import blocks, branches, msgtree
from tests.fuzz.asan.rounds import rounds

LINES = [b"a", b"b", b"", b"ab", b"a" * 300, b"\0", b"\xff", b"c" * 4000]
ODD = [b"a\nb", b"\n", "x", 3, None]


class Session:
    """One tree, the dictionary it must agree with, and what a caller may hold on to."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.lines = LINES[: self.rng.randrange(1, len(LINES))]
        self.odd = ODD if seed % 4 == 0 else []
        self.tree = msgtree.LineTree()
        self.tree._reset(0)
        self.model = {}
        self.routes = {}
        self.held = []

    def key(self):
        return b"n%d" % self.rng.randrange(12)

    def line(self):
        return self.rng.choice(self.lines)

    def add(self):
        key, line = self.key(), self.rng.choice(self.lines + self.odd)
        self.tree.add(key, line)
        self.model.setdefault(key, []).append(line)

    def add_text(self):
        key, lines = self.key(), [self.line() for _ in range(self.rng.randrange(12))]
        end = self.rng.choice([b"\n", b"\n", b"\r\n"])
        before = self.rng.choice([b"", b"skipped\n"])
        text = before + b"".join(line + end for line in lines)
        rest = self.rng.choice([b"", b"rest", b"\r"])
        assert self.tree.add_text(key, text + rest, len(before)) == len(text)
        if lines:
            self.model.setdefault(key, []).extend(lines)

    def add_labelled(self):
        separator = self.rng.choice([b":", b" -> "])
        rows = [(self.key(), self.line()) for _ in range(self.rng.randrange(1, 20))]
        data = b"".join(
            key + separator + line + self.rng.choice([b"", b"\r", b"\r\r"]) + b"\n"
            for key, line in rows
        )
        data += self.rng.choice([b"", b"", b"no label\n", b"\n", b"unknown" + separator + b"\n"])
        start = 0
        while start < len(data):
            stop = self.tree.add_labelled(data, start, separator, self.routes)
            added = data[start:stop].count(b"\n")
            for key, line in rows[:added]:
                self.model.setdefault(key, []).append(line)
            del rows[:added]
            start = stop
            if not rows:
                break
            label = rows[0][0]
            self.routes[label] = [self.tree.position(label)]

    def remove(self):
        key = self.key()
        self.tree.trunk.positions.pop(key, None)
        self.model.pop(key, None)
        self.routes.pop(key, None)

    def read(self):
        self.held += [position for _, position, _ in self.tree.trunk.ends(None)]
        del self.held[:-20]
        for position in self.held:
            blocks.message_lines(self.tree.trunk.blocks, position)
            if not self.odd:
                blocks.message_text(self.tree.trunk.blocks, position)

    def grow(self):
        if self.held:
            branches.step_from(self.tree.trunk.blocks, self.rng.choice(self.held), self.line())

    def wrong(self):
        """Arguments that must be refused."""
        block = self.rng.choice(self.tree.trunk.blocks)
        position = blocks.Position(block, 1 << 40)
        for call in (
            lambda: blocks.Position(block, -1),
            lambda: blocks.message_text(self.tree.trunk.blocks, position),
            lambda: branches.step_from(self.tree.trunk.blocks, position, b"x"),
            lambda: block.read(0, 1 << 40),
            lambda: block.before(-3),
            lambda: block.after(1 << 40),
            lambda: self.tree.add_text("n", b"x\n", -1),
            lambda: self.tree.add_labelled(b"n:x", 0, b":", {}),
        ):
            try:
                call()
            except (IndexError, ValueError):
                continue
            raise AssertionError("accepted")

    def check(self):
        for key, lines in self.model.items():
            got = blocks.message_lines(self.tree.trunk.blocks, self.tree.trunk.positions[key])
            assert got == [line for line in lines if line is not None]
        for block in blocks.walk(self.tree.trunk.blocks):
            assert block.count(block.size) == len(block.read(0, block.size))


def main():
    seed = int(sys.argv[2])
    trees = 0
    for trees in rounds(short=150):
        session = Session(seed + trees)
        steps = [session.add] * 4 + [session.add_text] * 4 + [session.add_labelled] * 4
        steps += [session.remove, session.read, session.grow, session.wrong]
        for _ in range(session.rng.randrange(500)):
            session.rng.choice(steps)()
        session.check()
    print(f"msgtree: {trees + 1} trees")


if __name__ == "__main__":
    main()

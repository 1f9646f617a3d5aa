"""Random names and texts in the compiled names kernel, against the interpreted one."""

import random
import re
import sys

from ClusterShell._compiled import intervals, namer, names, runset
from ClusterShell._kernels import intervals as intervals_model
from ClusterShell._kernels import namer as namer_model
from ClusterShell._kernels import names as model
from ClusterShell._kernels import runset as runset_model
from tests.fuzz.asan.rounds import rounds

BASE = {intervals: runset.RunSet, intervals_model: runset_model.RunSet}
NAMERS = {intervals: namer.Namer, intervals_model: namer_model.Namer}
PIECES = [
    *["n", "node", "a", "%", "%s", "%%", "é", "日本", "\U0001f600", "-", ".", " ", "\t", "\0"],
    *["0", "1", "9", "01", "12", "99", "007", "1" * 18, "9" * 18, "1" * 19, "٣", "²", "\xa0"],
    *["[", "]", "[1-3]", "[01-12]", "[5]", "[1-9/2]", "[3,1]", "[]", "[x]", "[1-", "[9-1]"],
    *[",", ",", ",", "!", "&", "^", "@", "*", "?", "x" * 230, "7" * 60, "%" * 120],
]


# The lives differ in these: only one reads ranges of numbers of any length.
WIDE = re.compile(r"\[[^]]*\d{19}")


class Driver:
    def __init__(self, seed):
        self.rng = random.Random(seed)

    def text(self, most):
        text = "".join(self.rng.choice(PIECES) for _ in range(self.rng.randrange(most)))
        return WIDE.sub("[7", text)

    def item(self):
        if self.rng.random() < 0.02:
            return self.rng.choice([5, None, b"n1"])
        return self.text(6)

    def contents(self, runs_kernel, found):
        def vectors(boxes):
            return sorted([tuple(runs.bounds()) for runs in sides] for sides in boxes.sides())

        patterns = found.patterns(BASE[runs_kernel], None, vectors)
        result = {}
        for pattern, indexes in patterns.items():
            if isinstance(indexes, BASE[runs_kernel]):
                runs = indexes._runs
                result[pattern] = runs.bounds()
                if runs.count() < 300:
                    result[pattern, "names"] = list(NAMERS[runs_kernel](pattern, runs))
            else:
                result[pattern] = indexes
        return result

    def read(self):
        items = [self.item() for _ in range(self.rng.randrange(30))]
        text = self.text(20)
        start = self.rng.randrange(len(text) + 1)
        answers = []
        for kernel, runs_kernel in ((names, intervals), (model, intervals_model)):
            found = kernel.Names()
            ends = [found.read_text(text, start)]
            at = 0
            while at < len(items):
                at = found.read_list(items, at)
                ends.append(at)
                at += 1
            answers.append((ends, self.contents(runs_kernel, found)))
        assert answers[0] == answers[1], (items, text, start, answers)

    def edit(self):
        """Edit sets by single names."""
        steps = [
            (self.rng.choice(["insert", "erase", "contains"]), self.text(4)) for _ in range(20)
        ]
        steps += [("insert", f"n{self.rng.randrange(40)}") for _ in range(20)]
        self.rng.shuffle(steps)
        answers = []
        for kernel, runs_kernel in ((names, intervals), (model, intervals_model)):
            indexes = BASE[runs_kernel].__new__(BASE[runs_kernel])
            indexes._runs = runs_kernel.from_bounds([1, 4])
            indexes._autostep = None
            patterns = {"n%s": indexes, "a": None, "n%sn%s": 5}
            done = [getattr(kernel, name)(patterns, text) for name, text in steps]
            left = {
                pattern: value._runs.bounds() if hasattr(value, "_runs") else value
                for pattern, value in patterns.items()
            }
            answers.append((done, left))
        assert answers[0] == answers[1], (steps, answers)

    def write(self):
        """Write names, some of them after the set has changed."""
        bounds = sorted(self.rng.sample(range(-30, 1300), 2 * self.rng.randrange(1, 6)))
        pattern = self.rng.choice(
            ["%s", "n%s", "%%%s%%", "é%sé", "日%s", "\U0001f600%s" + "x" * 50]
        )
        runs = intervals.from_bounds(bounds)
        reader = iter(namer.Namer(pattern, runs))
        seen = [next(reader) for _ in range(min(runs.count(), self.rng.randrange(40)))]
        runs.insert(2000, 2010)
        runs.erase(bounds[0], bounds[-1])
        seen += reader
        assert seen == list(namer_model.Namer(pattern, intervals_model.from_bounds(bounds)))


def main():
    driver = Driver(int(sys.argv[2]))
    done = 0
    for _ in rounds(short=600):
        driver.read()
        driver.edit()
        driver.write()
        done += 1
    print(f"names: {done} rounds, no difference")


if __name__ == "__main__":
    main()

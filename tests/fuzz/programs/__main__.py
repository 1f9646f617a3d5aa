"""Run random programs with this package and the released one, and compare: see the package."""

import argparse
import collections
import json
import os
import sys
import time
from pathlib import Path

from tests.fuzz.programs import drawing
from tests.fuzz.programs.domains import DOMAINS, SLOW
from tests.fuzz.programs.pairs import Pair
from tests.fuzz.programs.server import digest

#: Programs given to a pair of processes at a time, by kind.
BATCH = {"library": 400, "processes": 30, "commands": 60, "gateways": 5}

#: Pairs of processes at work, by kind: where commands are waited for, there is time for others.
PAIRS = {"library": 1, "processes": 3, "commands": 1, "gateways": 2}

#: Differences that are made smaller, and how many programs may be run for each, by kind.
SHOWN = 8
TRIES = {"library": 300, "processes": 60, "commands": 100, "gateways": 10}

#: How often programs that depend on processes are run again by both, to tell chance from faults.
AGAIN = 6

CHANCE = "the released package does not answer twice the same"
BEFORE = "the released package answers otherwise after other programs"
GIVEN_UP = digest(["took too long"])


class Comparison:
    """Programs of one kind: drawn, compared, counted."""

    def __init__(self, peer, kind, seed, names=(), tell=print):
        self.kind = kind
        self.seed = seed
        self.domains = {
            name: domain
            for name, domain in DOMAINS.items()
            if domain.kind == kind and (not names or name in names)
        }
        self.weights = [name for name, domain in self.domains.items() for _ in range(domain.weight)]
        self.pairs = [Pair(peer) for _ in range(PAIRS[kind])]
        self.tell = tell
        self.counts = collections.Counter()
        self.shown = 0
        self.seen = set()

    def draw(self, number):
        """Return the program of a number, [domain, program], and the choices made for it."""
        chance = drawing.Chance(f"{self.seed} {self.kind} {number}")
        name = self.weights[chance.randrange(len(self.weights))]
        chance.choices.clear()
        return [name, self.domains[name].draw(chance)], chance.choices

    def batches(self, count):
        """Yield pairs (numbers, programs) of *count* programs, no program twice."""
        numbers, programs = [], []
        number = left = 0
        for number in range(20 * count):
            program = self.draw(number)[0]
            mark = hash(json.dumps(program))
            if mark in self.seen:
                continue
            self.seen.add(mark)
            numbers.append(number)
            programs.append(program)
            left = count - len(self.seen)
            if left == 0 or len(programs) == BATCH[self.kind]:
                yield numbers, programs
                numbers, programs = [], []
            if left == 0:
                return

    def run(self, count, end=float("inf")):
        """Compare *count* programs, none begun after *end*."""
        whole = self.kind != "library"
        working = collections.deque()
        free = collections.deque(self.pairs)
        for numbers, programs in self.batches(count):
            if time.monotonic() > end:
                break
            if not free:
                free.append(self.judge(*working.popleft()))
            pair = free.popleft()
            pair.send(programs, whole)
            working.append((pair, numbers, programs))
        while working:
            self.judge(*working.popleft())

    def judge(self, pair, numbers, programs):
        """Count the answers of a pair to programs; return the pair."""
        answers = pair.receive()
        differing = [at for at, (theirs, ours) in enumerate(answers) if theirs != ours]
        verdicts = {}
        if self.kind == "library" and differing:  # these were digests
            verdicts = {at: SLOW for at in differing if answers[at][0] == GIVEN_UP}
            differing = [at for at in differing if at not in verdicts]
            again = pair.ask([programs[at] for at in differing])
            for at, both in zip(differing, again):
                if both[0] == both[1]:  # one of them does not answer twice the same
                    unchanged = digest(both[1]) == answers[at][1] or both[1] == ["took too long"]
                    verdicts[at] = BEFORE if unchanged else None
                answers[at] = both
        for at in differing:
            if at not in verdicts:
                verdicts[at] = self.verdict(pair, programs[at], answers[at])
        for at, (name, _) in enumerate(programs):
            verdict = verdicts.get(at, "same")
            self.counts[name, verdict] += 1
            if verdict is None:
                self.show(pair, numbers[at], programs[at], answers[at])
        return pair

    def verdict(self, pair, named, answers):
        """Return "same", why the answers to a program may differ, or None if they may not."""
        name, program = named
        domain = self.domains[name]
        if domain.same(*answers):
            return "same"
        reason = domain.explain(program, *answers)
        if reason is not None or self.kind == "commands":
            return reason
        again = []
        if self.kind != "library":
            again = [theirs for theirs, _ in pair.ask([named] * AGAIN)]
        if any(theirs != answers[0] for theirs in again):
            return CHANCE
        pair.close()  # the next question is put to new processes
        ((theirs, ours),) = pair.ask([named])
        if ours != answers[1]:
            return None
        return BEFORE if domain.same(theirs, ours) else domain.explain(program, theirs, ours)

    def show(self, pair, number, program, answers):
        """Find and tell a smaller program that makes a difference."""
        self.shown += 1
        if self.shown > SHOWN:
            return
        name = program[0]
        smallest = json.dumps(program), answers
        left = TRIES[self.kind]
        known = {}

        def take(smaller):
            nonlocal left, smallest
            key = json.dumps([name, smaller])
            if key not in known:
                if left <= 0:
                    raise Enough
                left -= 1
                (both,) = pair.ask([[name, smaller]])
                same = both[0] == both[1]
                known[key] = both, same or self.verdict(pair, [name, smaller], both)
            both, verdict = known[key]
            if verdict is None:
                if len(key) <= len(smallest[0]):
                    smallest = key, both
                raise Different

        try:
            drawing.shrink(self.domains[name].draw, self.draw(number)[1], take)
        except (Different, Enough):
            pass
        except Exception as exc:  # what Hypothesis says of programs that depend on chance
            self.tell(f"not the same twice: {type(exc).__name__}")
        key, (theirs, ours) = smallest
        self.tell(f"{key}\n    peer {json.dumps(theirs)}\n    ours {json.dumps(ours)}")

    def close(self):
        """End all processes."""
        for pair in self.pairs:
            pair.close()


class Enough(KeyboardInterrupt):
    """Nothing smaller is looked for any more; Hypothesis lets it pass."""


class Different(Exception):
    """The packages differ, and nobody knows why."""


def compare(peer, kind, count, seed, names=(), tell=print, seconds=None):
    """Compare *count* programs of a kind; return the counts by (domain, reason)."""
    comparison = Comparison(peer, kind, seed, names, tell)
    comparison.run(count, time.monotonic() + (seconds or float("inf")))
    comparison.close()
    return comparison.counts


def recorded(path, kind):
    """Return seed -> counts of the programs of a *kind* that a file of results holds."""
    found = {}
    if path and path.exists():
        for line in path.read_text().splitlines():
            result = json.loads(line)
            if result["kind"] == kind:
                found[result["seed"]] = collections.Counter(
                    {(name, reason): count for name, reason, count in result["counts"]}
                )
    return found


def record(path, kind, seed, counts):
    """Add what came of the programs of a seed to a file of results."""
    rows = [[name, reason, count] for (name, reason), count in counts.items()]
    with path.open("a") as file:
        file.write(json.dumps({"kind": kind, "seed": seed, "counts": rows}) + "\n")


def main():
    """Run the command; exit with 1 if a difference has no reason, or nothing was compared."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.programs", description=__doc__)
    parser.add_argument("--peer", default=os.environ.get("CLUSTERSHELL_PEER_PYTHON"))
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=sorted(BATCH), default="library")
    parser.add_argument("--domain", action="append", help="only this, of the kind")
    parser.add_argument("--seconds", type=float, help="end after so many, whatever the count")
    parser.add_argument("--seeds", type=int, default=1, help="so many, each with --count programs")
    parser.add_argument(
        "--record", type=Path, help="a file that results of seeds are added to; none is run twice"
    )
    options = parser.parse_args()
    if not options.peer:
        parser.error("--peer PYTHON is needed")
    started = time.monotonic()
    total = sum(recorded(options.record, options.kind).values(), collections.Counter())
    for seed in range(options.seed, options.seed + options.seeds):
        if seed in recorded(options.record, options.kind):
            continue
        counts = compare(
            *(options.peer, options.kind, options.count, seed, options.domain or ()),
            seconds=options.seconds,
        )
        if options.record:
            record(options.record, options.kind, seed, counts)
        total += counts
    for (name, reason), count in sorted(total.items(), key=lambda item: (item[0][0], -item[1])):
        print(f"{count:8} {name}: {reason or 'WITHOUT A REASON'}")
    wrong = sum(count for (_, reason), count in total.items() if reason is None)
    programs = sum(total.values())
    print(
        f"{programs} programs, {wrong} unexplained, from seed {options.seed} on, "
        f"{time.monotonic() - started:.0f} s"
    )
    return 1 if wrong or not programs else 0


if __name__ == "__main__":
    sys.exit(main())

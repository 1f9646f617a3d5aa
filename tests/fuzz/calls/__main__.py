"""Call what is public here and in the released package, and compare: see the package."""

import argparse
import collections
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

from tests import ROOT
from tests.fuzz.calls.cases import COMBINED, MODULES, all_cases
from tests.fuzz.calls.explained import explain, same

ANSWERS = Path(__file__).with_name("answers.py")

#: Cases sent to a process at a time.
BATCH = 500


class Subject:
    """A process that answers."""

    def __init__(self, python, pythonpath, life=""):
        self.command = [python, str(ANSWERS)]
        self.environment = {**os.environ, "PYTHONHASHSEED": "1", "CLUSTERSHELL_PURE_PYTHON": life}
        self.environment.pop("PYTHONPATH", None)
        self.environment["CLUSTERSHELL_CFGDIR"] = str(ROOT / "tests" / "fixtures" / "etc")
        if pythonpath:
            self.environment["PYTHONPATH"] = pythonpath

    def answers(self, cases):
        """Return the answers to some cases, "died" for one that ends the process."""
        found = []
        while len(found) < len(cases):
            text = "".join(json.dumps(case) + "\n" for case in cases[len(found) :])
            done = subprocess.run(
                self.command,
                input=text,
                capture_output=True,
                text=True,
                env=self.environment,
                cwd="/",
            )
            found += [json.loads(line) for line in done.stdout.splitlines()]
            if len(found) < len(cases):
                found.append(["died", done.returncode, done.stderr[-300:]])
        return found


def subjects(peer):
    """Return the released package, and this one in each of its lives."""
    package = str(ROOT / "clustershell")
    return (
        Subject(peer, None),
        Subject(sys.executable, package),
        Subject(sys.executable, package, "1"),
    )


def compare(cases, peer, tell):
    """Compare the answers to cases; return how many differ by reason, None for no reason."""
    reasons = collections.Counter()
    released, compiled, interpreted = subjects(peer)
    for at in range(0, len(cases), BATCH):
        batch = cases[at : at + BATCH]
        answers = zip(
            batch, released.answers(batch), compiled.answers(batch), interpreted.answers(batch)
        )
        for case, theirs, ours, other in answers:
            if ours != other and not same(ours, other):
                reasons[None] += 1
                tell(case, ours, other, "the lives differ")
            if same(theirs, ours):
                reasons["same"] += 1
                continue
            reason = explain(case, theirs, ours)
            reasons[reason] += 1
            if reason is None:
                tell(case, theirs, ours, "unexplained")
    return reasons


def written(case):
    """Return a case as one would write it."""
    _, receiver, name, args, kwargs = case
    given = ", ".join([*args, *(f"{key}={value}" for key, value in kwargs.items())])
    return f"{receiver}.{name}({given})" if receiver else f"{name}({given})"


def tell(case, one, other, why):
    print(f"{why}: {written(case)}\n    {json.dumps(one)[:400]}\n    {json.dumps(other)[:400]}")


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.calls", description=__doc__)
    parser.add_argument("--peer", default=os.environ.get("CLUSTERSHELL_PEER_PYTHON"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, help="as many of them, drawn at random; else all")
    parser.add_argument("--combined", type=int, default=COMBINED, help="per callable")
    parser.add_argument("--summary", action="store_true", help="one of each kind of difference")
    parser.add_argument("modules", nargs="*", default=MODULES)
    options = parser.parse_args()
    started = time.monotonic()
    cases = all_cases(options.modules, options.seed, options.combined)
    if options.cases:
        count = min(options.cases, len(cases))
        cases = random.Random(options.seed).sample(cases, count)
    groups = {}

    def gather(case, one, other, why):
        kind = (
            why,
            case[1].partition("(")[0],
            case[2],
            one[:2][-1] if one[0] == "raised" else one[0],
        )
        kind += (other[:2][-1] if other[0] == "raised" else other[0],)
        groups.setdefault(kind, []).append((case, one, other, why))

    reasons = compare(cases, options.peer, gather if options.summary else tell)
    for found in sorted(groups.values(), key=len):
        print(f"{len(found)} like this one:")
        tell(*found[0])
    for reason, count in reasons.most_common():
        print(f"{count:8} {reason or 'WITHOUT A REASON'}")
    print(f"{len(cases)} cases, seed {options.seed}, {time.monotonic() - started:.0f} s")
    return 1 if reasons[None] else 0


if __name__ == "__main__":
    sys.exit(main())

"""See the package."""

import argparse
import collections
import json
import os
import subprocess
import sys
import time

from tests import ROOT
from tests.fuzz.programs import drawing
from tests.fuzz.programs.domains import DOMAINS

#: Programs drawn before they are run, by kind.
ROUND = {"library": 4000, "processes": 300, "commands": 600, "gateways": 20}

#: Programs given to a server at a time.
BATCH = 100

#: Differences that are made smaller, and how many programs may be run for each.
SHOWN, TRIES = 8, 150


class Server:
    """A process that runs programs with one of the packages."""

    def __init__(self, python, path=None):
        self.command = [python, "-m", "tests.fuzz.programs.server"]
        self.environment = {
            key: value for key, value in os.environ.items() if not key.startswith("PYTHON")
        }
        self.environment.update(
            PYTHONHASHSEED="0",
            LC_ALL="C.UTF-8",
            COLUMNS="80",
            CLUSTERSHELL_CFGDIR=str(ROOT / "tests" / "fixtures" / "etc"),
        )
        if path:
            self.environment["PYTHONPATH"] = str(path)
        self.process = None
        self.sent = []

    def send(self, programs):
        """Have programs run."""
        if self.process is None:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=self.environment,
                cwd=ROOT,
            )
        self.sent = programs
        self.process.stdin.write(json.dumps(programs) + "\n")
        self.process.stdin.flush()

    def receive(self):
        """Return the answers to what was sent, "died" for a program that ends the process."""
        line = self.process.stdout.readline()
        if line:
            return json.loads(line)
        code = self.close()
        if len(self.sent) == 1:
            return [["died", code]]
        found = []
        for program in self.sent:
            self.send([program])
            found += self.receive()
        return found

    def close(self):
        """End the process; return its exit code."""
        process, self.process = self.process, None
        if process is None:
            return None
        process.stdin.close()
        process.stdout.close()
        return process.wait(60)


class Comparison:
    """Both servers, what is known of programs, and the counts."""

    def __init__(self, peer, tell=print):
        self.peer = Server(peer)
        self.ours = Server(sys.executable, ROOT / "clustershell")
        self.tell = tell
        self.counts = collections.Counter()
        self.shown = 0

    def verdicts(self, programs):
        """Return for each program "same", or (reason or None, peer's answer, ours)."""
        found = []
        for at in range(0, len(programs), BATCH):
            batch = programs[at : at + BATCH]
            self.peer.send(batch)
            self.ours.send(batch)
            for (name, program), theirs, ours in zip(
                batch, self.peer.receive(), self.ours.receive()
            ):
                domain = DOMAINS[name]
                if domain.same(theirs, ours):
                    found.append("same")
                else:
                    found.append((domain.explain(program, theirs, ours), theirs, ours))
        return found

    def round(self, domains, number, wanted):
        """Compare at least *wanted* programs of *domains*, those of *number*."""
        known = {}
        count = -(-wanted // (drawing.MOST // 2))
        drawing.examples(domains, number, count, lambda p: known.update(self._keys(p)))
        for key, verdict in zip(known, self.verdicts(list(known.values()))):
            known[key] = verdict
        for key, verdict in known.items():
            name = json.loads(key)[0]
            reason = verdict if verdict == "same" else verdict[0]
            self.counts[name, reason] += 1
        if any(verdict != "same" and verdict[0] is None for verdict in known.values()):
            self.shrink(domains, number, count, known)
        return len(known)

    @staticmethod
    def _keys(programs):
        return {json.dumps(program): program for program in programs}

    def shrink(self, domains, number, count, known):
        """Find and tell a smaller program that makes a difference."""
        self.shown += 1
        if self.shown > SHOWN:
            return
        left = TRIES
        smallest = None

        def take(programs):
            nonlocal left, smallest
            for key, program in self._keys(programs).items():
                if key not in known:
                    if left <= 0:
                        raise Enough
                    left -= 1
                    known[key] = self.verdicts([program])[0]
                verdict = known[key]
                if verdict != "same" and verdict[0] is None:
                    if smallest is None or len(key) <= len(smallest[0]):
                        smallest = key, verdict
                    raise Different

        try:
            drawing.examples(domains, number, count, take, shrink=True)
        except (Different, Enough):
            pass
        except Exception as exc:  # what Hypothesis says of programs that depend on chance
            self.tell(f"not the same twice: {type(exc).__name__}")
        key, (_, theirs, ours) = smallest
        self.tell(f"{key}\n    peer {json.dumps(theirs)}\n    ours {json.dumps(ours)}")

    def close(self):
        """End both processes."""
        self.peer.close()
        self.ours.close()


class Enough(KeyboardInterrupt):
    """Nothing smaller is looked for any more; Hypothesis lets it pass."""


class Different(Exception):
    """The packages differ, and nobody knows why."""


def compare(peer, kind, count, seed, names=(), tell=print, seconds=None):
    """Compare *count* programs of a kind; return the counts by (domain, reason)."""
    domains = {
        name: domain
        for name, domain in DOMAINS.items()
        if domain.kind == kind and (not names or name in names)
    }
    comparison = Comparison(peer, tell)
    done = number = 0
    end = time.monotonic() + (seconds or float("inf"))
    while done < count and time.monotonic() < end:
        wanted = min(ROUND[kind], count - done)
        done += comparison.round(domains, f"{seed} {kind} {number}", wanted)
        number += 1
    comparison.close()
    return comparison.counts


def main():
    """Run the command; exit with 1 if a difference has no reason."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.programs", description=__doc__)
    parser.add_argument("--peer", default=os.environ.get("CLUSTERSHELL_PEER_PYTHON"))
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=sorted(ROUND), default="library")
    parser.add_argument("--domain", action="append", help="only this, of the kind")
    parser.add_argument("--seconds", type=float, help="end after so many, whatever the count")
    options = parser.parse_args()
    if not options.peer:
        parser.error("--peer PYTHON is needed")
    started = time.monotonic()
    counts = compare(
        options.peer,
        options.kind,
        options.count,
        options.seed,
        options.domain or (),
        seconds=options.seconds,
    )
    for (name, reason), count in sorted(counts.items(), key=lambda item: (item[0][0], -item[1])):
        print(f"{count:8} {name}: {reason or 'WITHOUT A REASON'}")
    spent = time.monotonic() - started
    wrong = sum(count for (_, reason), count in counts.items() if reason is None)
    total = sum(counts.values())
    print(f"{total} programs, seed {options.seed}, {wrong} unexplained, {spent:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

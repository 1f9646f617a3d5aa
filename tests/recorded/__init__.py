"""Facts recorded of the released package, one folder for each kind.

    python -m tests.recorded --peer PYTHON [--new] [--add CASE] [FILE ...]

PYTHON is an interpreter that has the released package (for ``pickles``, any old release).
A file holds one case a line, with what the package did with it.  ``record.py`` of a folder
says how that is had, as a `Recorder` for each file.
"""

import contextlib
import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def load(name):
    """Return what is recorded in the file *name*, as ``clush/sessions.jsonl``."""
    text = (FOLDER / name).read_text()
    if name.endswith(".jsonl"):
        return [json.loads(line) for line in text.splitlines()]
    return json.loads(text)


class Recorder:
    """One file of facts.  A case and a result are dictionaries; a line holds both."""

    #: The file, below this folder.
    file = ""
    #: Keys of a case, where a line has more than these and the result.
    keys = ()
    #: How often a case is run: what differs between two runs is no fact.
    times = 3
    #: Cases recorded before are never run again.
    keeps = False

    def cases(self, peer):
        """Return the cases; by default those that the file has."""
        return [self.case(line) for line in load(self.file)]

    def case(self, line):
        """Return the case of a line."""
        return {key: line[key] for key in self.keys if key in line}

    @contextlib.contextmanager
    def player(self, peer):
        """Give a function that runs a case with the interpreter *peer* and returns the result."""
        raise NotImplementedError
        yield

    def comparable(self, case, result):
        """Return a result without what has no order."""
        return result

    def text(self, lines):
        """Return what the file holds."""
        return "".join(json.dumps(line) + "\n" for line in lines)

    def record(self, peer, new=False, add=(), report=print):
        """Run the cases and write the file; return how many did not come out the same each time.

        :param new: keep the lines of cases that have been recorded before
        :param add: cases to record beside those there are
        """
        known = {}
        if (new or self.keeps) and (FOLDER / self.file).exists():
            known = {_key(self.case(line)): line for line in load(self.file)}
        lines, unstable = [], 0
        with self.player(peer) as play:
            for case in [*self.cases(peer), *add]:
                line = known.get(_key(case)) or self._stable(case, play)
                if line is None:
                    unstable += 1
                    report(f"not the same each time: {case}")
                else:
                    lines.append(line)
        (FOLDER / self.file).write_text(self.text(lines))
        report(f"{self.file}: {len(lines)} recorded, {unstable} not the same each time")
        return unstable

    def _stable(self, case, play):
        results = [play(case) for _ in range(self.times)]
        seen = [self.comparable(case, result) for result in results]
        return {**case, **results[0]} if all(one == seen[0] for one in seen) else None


def _key(case):
    return json.dumps(case, sort_keys=True)

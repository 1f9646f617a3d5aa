"""Cases that a process of each package answers, one after the other, as lines of JSON."""

import json
import os
import subprocess
import sys

from tests import ROOT


class Side:
    """A process that answers cases with one of the packages.

    :param module: what is run with ``--serve``, see :func:`serve`
    :param path: where the package is, if it is not the one that *python* has installed
    """

    def __init__(self, python, module, path=None, **env):
        if path:
            env["PYTHONPATH"] = str(path)
        self.process = subprocess.Popen(
            [python, "-W", "ignore", "-m", module, "--serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={"LC_ALL": "C.UTF-8", "COLUMNS": "80", **env},
        )

    def ask(self, case):
        """Return the answer to a case."""
        self.process.stdin.write(json.dumps(case) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.process.args[0]} died ({self.process.wait()}) of {case}")
        return json.loads(answer)

    def close(self):
        """End the process."""
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(30)


def serve(run):
    """Answer cases with what *run* returns, until there are no more."""
    lines, answers = sys.stdin, sys.stdout
    # What upcalls print on standard error is of no interest here.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for line in lines:
        print(json.dumps(run(json.loads(line))), file=answers, flush=True)
